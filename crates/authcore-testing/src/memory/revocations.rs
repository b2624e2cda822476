//! This file keeps tokens that are to be revoked in memory.

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, Revocation, RevocationStore},
    clock::{Clock, SystemClock},
    model::{Account, Timestamp},
    random,
};

use super::{Contents, MemoryAdapter};

/// A revocation, and when it is due.
pub(super) struct Waiting {
    revocation: Revocation,
    due_at: Timestamp,
}

impl Waiting {
    fn is(&self, it: &Revocation) -> bool {
        self.revocation.id == it.id && self.revocation.account == it.account
    }
}

impl Contents {
    /// Puts the tokens of accounts aside; of those that have none, nothing.
    pub(super) fn put_aside(&mut self, accounts: &[Account]) -> Result<(), AdapterError> {
        let now = SystemClock.now();
        let id = random::uuid_at(now).map_err(|error| AdapterError::Failed(Box::new(error)))?;
        for account in accounts {
            let tokens = &account.tokens;
            if tokens.access_token.is_none() && tokens.refresh_token.is_none() {
                continue;
            }
            self.revocations.push(Waiting {
                revocation: Revocation {
                    id: id.to_string(),
                    account: account.key.clone(),
                    access_token: tokens.access_token.clone(),
                    refresh_token: tokens.refresh_token.clone(),
                    tries: 0,
                    created_at: now,
                },
                due_at: now,
            });
        }
        Ok(())
    }
}

#[async_trait]
impl RevocationStore for MemoryAdapter {
    async fn take_revocations(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Revocation>, AdapterError> {
        let mut contents = self.contents();
        contents.revocations.sort_by_key(|waiting| waiting.due_at);
        let due = contents.revocations.iter_mut();
        let due = due.filter(|waiting| waiting.due_at <= now);
        Ok(due
            .take(limit as usize)
            .map(|waiting| {
                waiting.due_at = until;
                waiting.revocation.tries += 1;
                waiting.revocation.clone()
            })
            .collect())
    }

    async fn finish_revocation(&self, it: &Revocation) -> Result<(), AdapterError> {
        self.contents()
            .revocations
            .retain(|waiting| !waiting.is(it));
        Ok(())
    }

    async fn postpone_revocation(
        &self,
        it: &Revocation,
        due_at: Timestamp,
    ) -> Result<(), AdapterError> {
        let mut contents = self.contents();
        for waiting in contents
            .revocations
            .iter_mut()
            .filter(|waiting| waiting.is(it))
        {
            waiting.due_at = due_at;
        }
        Ok(())
    }
}
