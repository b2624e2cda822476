//! This file keeps passkeys in memory.

use std::collections::btree_map::Entry;

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, LastWayIn, Passkey, PasskeyStore, PasskeyUse, Unlinked},
    model::UserId,
};

use super::{MemoryAdapter, no_zero};

/// Web Authentication, Level 3, section 4: credential id.
const LONGEST_ID: usize = 1023;

#[async_trait]
impl PasskeyStore for MemoryAdapter {
    async fn create_passkey(&self, passkey: Passkey) -> Result<(), AdapterError> {
        if !(1..=LONGEST_ID).contains(&passkey.credential_id.len()) {
            return Err(AdapterError::Refused { what: "passkey" });
        }
        no_zero([&passkey.name], "passkey")?;
        let mut contents = self.contents();
        if !contents.users.contains_key(&passkey.user_id) {
            return Err(AdapterError::NotFound { what: "user" });
        }
        match contents.passkeys.entry(passkey.credential_id.clone()) {
            Entry::Occupied(_) => Err(AdapterError::Conflict { what: "passkey" }),
            Entry::Vacant(free) => {
                free.insert(passkey);
                Ok(())
            }
        }
    }

    async fn passkey(&self, credential_id: &[u8]) -> Result<Option<Passkey>, AdapterError> {
        Ok(self.contents().passkeys.get(credential_id).cloned())
    }

    async fn passkeys(&self, user: &UserId) -> Result<Vec<Passkey>, AdapterError> {
        let contents = self.contents();
        let of_user = |passkey: &&Passkey| passkey.user_id == *user;
        let mut listed: Vec<_> = contents
            .passkeys
            .values()
            .filter(of_user)
            .cloned()
            .collect();
        listed.sort_by_key(|passkey| passkey.created_at);
        Ok(listed)
    }

    async fn use_passkey(
        &self,
        credential_id: &[u8],
        it: PasskeyUse,
    ) -> Result<bool, AdapterError> {
        let mut contents = self.contents();
        let passkey = contents
            .passkeys
            .get_mut(credential_id)
            .ok_or(AdapterError::NotFound { what: "passkey" })?;
        let counts = passkey.counter < it.counter || (passkey.counter == 0 && it.counter == 0);
        if counts {
            passkey.counter = it.counter;
            passkey.backup = it.backup;
            passkey.last_used_at = Some(it.at);
        }
        Ok(counts)
    }

    async fn rename_passkey(
        &self,
        user: &UserId,
        credential_id: &[u8],
        name: Option<String>,
    ) -> Result<(), AdapterError> {
        let mut contents = self.contents();
        let passkey = contents
            .passkeys
            .get_mut(credential_id)
            .filter(|passkey| passkey.user_id == *user)
            .ok_or(AdapterError::NotFound { what: "passkey" })?;
        passkey.name = name;
        Ok(())
    }

    async fn delete_passkey(
        &self,
        user: &UserId,
        credential_id: &[u8],
        last: LastWayIn,
    ) -> Result<Unlinked, AdapterError> {
        let mut contents = self.contents();
        let found = contents.passkeys.get(credential_id);
        if found.is_none_or(|passkey| passkey.user_id != *user) {
            return Ok(Unlinked::NotTheirs);
        }
        if last == LastWayIn::Keep && contents.ways_in(user) < 2 {
            return Ok(Unlinked::LastWayIn);
        }
        contents.passkeys.remove(credential_id);
        Ok(Unlinked::Done)
    }
}
