//! This file says what a store that lists its users answers.

use async_trait::async_trait;
use serde_json::Value;

use super::AdapterError;
use crate::model::{User, UserId};

/// Which users are wanted, in the order of their ids.
///
/// ```
/// use authcore::adapter::UserQuery;
///
/// let paying = UserQuery::first(100).with_extra("plan", "pro");
/// # let last = authcore::model::UserId::new("…");
/// let more = paying.after(last);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct UserQuery {
    /// A member of [`User::extra`] and the text, number or truth value that it must have.
    pub extra: Option<(String, Value)>,
    /// The last id of the page before.
    pub after: Option<UserId>,
    /// The most users of a page.
    pub limit: u32,
}

impl UserQuery {
    /// The first users of all.
    #[must_use]
    pub fn first(limit: u32) -> Self {
        Self {
            extra: None,
            after: None,
            limit,
        }
    }

    /// Only those of whom the application has noted this text, number or truth value.
    #[must_use]
    pub fn with_extra(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        self.extra = Some((member.into(), value.into()));
        self
    }

    /// Only those after a user, who is the last of the page before.
    #[must_use]
    pub fn after(mut self, id: UserId) -> Self {
        self.after = Some(id);
        self
    }
}

/// Where users can be listed.
#[async_trait]
pub trait UserDirectory: Send + Sync {
    /// A page of users. A page of fewer than `limit` is the last. Ids are ordered as the store orders
    /// them; each user who is there all the while is on exactly one page.
    ///
    /// # Errors
    /// [`AdapterError::Refused`] when the member's name or value is none that can be looked for: an
    /// array, an object, `null`, a text with a zero character; and of any, where a store keeps no
    /// fields of the application's own.
    async fn users(&self, query: &UserQuery) -> Result<Vec<User>, AdapterError>;
}
