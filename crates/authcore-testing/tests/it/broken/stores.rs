//! This file breaks the stores of verification tokens, passkeys and counts.

use std::time::Duration;

use async_trait::async_trait;
use authcore::{
    adapter::{
        Adapter, AdapterError, Hits, LastWayIn, LimitStore, Passkey, PasskeyStore, PasskeyUse,
        Unlinked, VerificationStore,
    },
    model::{Timestamp, UserId},
};

use super::{BrokenAdapter, Fault};

/// Where all tokens are, when it does not matter whose they are.
const ANYBODY: &str = "anybody";

impl BrokenAdapter {
    pub(super) async fn ways_in(&self, user: &UserId) -> Result<usize, AdapterError> {
        let accounts = self.sound.accounts(user).await?.len();
        Ok(accounts + PasskeyStore::passkeys(&self.sound, user).await?.len())
    }

    fn identifier<'a>(&self, identifier: &'a str) -> &'a str {
        match self.fault {
            Fault::IgnoresIdentifier => ANYBODY,
            _ => identifier,
        }
    }
}

fn key(identifier: &str, token: &str) -> (String, String) {
    (identifier.to_owned(), token.to_owned())
}

#[async_trait]
impl VerificationStore for BrokenAdapter {
    async fn create_verification(
        &self,
        identifier: &str,
        token: &str,
        expires_at: Timestamp,
    ) -> Result<(), AdapterError> {
        let identifier = self.identifier(identifier);
        if self.fault == Fault::ReadsThenTakes {
            self.there.lock().unwrap().insert(key(identifier, token));
        }
        self.sound
            .create_verification(identifier, token, expires_at)
            .await
    }

    async fn take_verification(
        &self,
        identifier: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<bool, AdapterError> {
        let identifier = self.identifier(identifier);
        let now = match self.fault {
            Fault::ProvesAfterTheEnd => Timestamp::from_millis(0),
            _ => now,
        };
        if self.fault != Fault::ReadsThenTakes {
            return self.sound.take_verification(identifier, token, now).await;
        }
        let there = self.there.lock().unwrap().contains(&key(identifier, token));
        self.let_others_go_first().await;
        self.there.lock().unwrap().remove(&key(identifier, token));
        self.sound.take_verification(identifier, token, now).await?;
        Ok(there)
    }

    async fn delete_verifications(&self, identifier: &str) -> Result<u64, AdapterError> {
        let identifier = self.identifier(identifier);
        self.sound.delete_verifications(identifier).await
    }
}

#[async_trait]
impl PasskeyStore for BrokenAdapter {
    async fn create_passkey(&self, mut passkey: Passkey) -> Result<(), AdapterError> {
        if self.fault == Fault::CutsCredentialIds {
            passkey.credential_id.truncate(255);
        }
        self.sound.create_passkey(passkey).await
    }

    async fn passkey(&self, credential_id: &[u8]) -> Result<Option<Passkey>, AdapterError> {
        self.sound.passkey(credential_id).await
    }

    async fn passkeys(&self, user: &UserId) -> Result<Vec<Passkey>, AdapterError> {
        PasskeyStore::passkeys(&self.sound, user).await
    }

    async fn use_passkey(
        &self,
        credential_id: &[u8],
        it: PasskeyUse,
    ) -> Result<bool, AdapterError> {
        if self.fault != Fault::ReadsThenUses {
            return self.sound.use_passkey(credential_id, it).await;
        }
        let read = self.sound.passkey(credential_id).await?;
        let read = read.ok_or(AdapterError::NotFound { what: "passkey" })?;
        let counts = read.counter < it.counter || (read.counter == 0 && it.counter == 0);
        self.let_others_go_first().await;
        self.sound.use_passkey(credential_id, it).await?;
        Ok(counts)
    }

    async fn rename_passkey(
        &self,
        user: &UserId,
        credential_id: &[u8],
        name: Option<String>,
    ) -> Result<(), AdapterError> {
        self.sound.rename_passkey(user, credential_id, name).await
    }

    async fn delete_passkey(
        &self,
        user: &UserId,
        credential_id: &[u8],
        last: LastWayIn,
    ) -> Result<Unlinked, AdapterError> {
        if self.fault == Fault::CountsThenUnlinks && last == LastWayIn::Keep {
            if self.ways_in(user).await? < 2 {
                return Ok(Unlinked::LastWayIn);
            }
            self.let_others_go_first().await;
            let last = LastWayIn::Remove;
            return self.sound.delete_passkey(user, credential_id, last).await;
        }
        self.sound.delete_passkey(user, credential_id, last).await
    }
}

#[async_trait]
impl LimitStore for BrokenAdapter {
    async fn hit(&self, key: &str, within: Duration, now: Timestamp) -> Result<Hits, AdapterError> {
        let now = match self.fault {
            Fault::CountsForEver => Timestamp::from_millis(0),
            _ => now,
        };
        let hits = self.sound.hit(key, within, now).await?;
        if self.fault != Fault::CountsThenReads {
            return Ok(hits);
        }
        // What it tells is read after others have counted too.
        self.let_others_go_first().await;
        let mut read = self.sound.hit(key, within, now).await?;
        read.count -= 1;
        Ok(read)
    }

    async fn forget_hits(&self, key: &str) -> Result<(), AdapterError> {
        self.sound.forget_hits(key).await
    }
}
