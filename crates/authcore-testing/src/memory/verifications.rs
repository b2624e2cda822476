//! This file keeps verification tokens in memory.

use std::collections::hash_map::Entry;

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, VerificationStore},
    model::Timestamp,
};

use super::{MemoryAdapter, hash, no_zero};

#[async_trait]
impl VerificationStore for MemoryAdapter {
    async fn create_verification(
        &self,
        identifier: &str,
        token: &str,
        expires_at: Timestamp,
    ) -> Result<(), AdapterError> {
        no_zero([&Some(identifier.to_owned())], "verification")?;
        let key = (identifier.to_owned(), hash(token));
        match self.contents().verifications.entry(key) {
            Entry::Occupied(_) => Err(AdapterError::Conflict {
                what: "verification",
            }),
            Entry::Vacant(free) => {
                free.insert(expires_at);
                Ok(())
            }
        }
    }

    async fn take_verification(
        &self,
        identifier: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<bool, AdapterError> {
        let key = (identifier.to_owned(), hash(token));
        let taken = self.contents().verifications.remove(&key);
        Ok(taken.is_some_and(|expires_at| now < expires_at))
    }

    async fn delete_verifications(&self, identifier: &str) -> Result<u64, AdapterError> {
        let mut contents = self.contents();
        let before = contents.verifications.len();
        contents
            .verifications
            .retain(|(whose, _), _| whose != identifier);
        Ok((before - contents.verifications.len()) as u64)
    }
}
