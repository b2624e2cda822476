//! This file lists the users in memory.

use std::ops::Bound;

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, UserDirectory, UserQuery},
    model::User,
};
use serde_json::Value;

use super::MemoryAdapter;

#[async_trait]
impl UserDirectory for MemoryAdapter {
    async fn users(&self, query: &UserQuery) -> Result<Vec<User>, AdapterError> {
        if let Some((name, value)) = &query.extra {
            let is_plain = match value {
                Value::String(text) => !text.contains('\0'),
                other => other.is_number() || other.is_boolean(),
            };
            if !is_plain || name.contains('\0') {
                return Err(AdapterError::Refused { what: "member" });
            }
        }
        let contents = self.contents();
        let first = query
            .after
            .clone()
            .map_or(Bound::Unbounded, Bound::Excluded);
        let users = contents.users.range((first, Bound::Unbounded));
        Ok(users
            .map(|(_, user)| user)
            .filter(|user| match &query.extra {
                Some((name, value)) => user.extra.get(name) == Some(value),
                None => true,
            })
            .take(query.limit as usize)
            .cloned()
            .collect())
    }
}
