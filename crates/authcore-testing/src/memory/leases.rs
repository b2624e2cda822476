//! This file leases the tokens of accounts in memory.

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, Lease, TokenStore},
    model::{AccountKey, Timestamp, TokenSet},
};

use super::MemoryAdapter;

/// The lease of one account.
#[derive(Clone, Copy, Default)]
pub(super) struct Leased {
    number: i64,
    until: Option<Timestamp>,
}

impl Leased {
    /// Passes it on to nobody.
    pub(super) fn end(&mut self) {
        self.number += 1;
        self.until = None;
    }

    fn is_held_by(self, lease: Lease) -> bool {
        self.number == lease.number() && self.until.is_some()
    }
}

#[async_trait]
impl TokenStore for MemoryAdapter {
    async fn lease_tokens(
        &self,
        key: &AccountKey,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<(Lease, TokenSet)>, AdapterError> {
        let mut contents = self.contents();
        let account = contents.accounts.get(key);
        let tokens = account.map(|account| account.tokens.clone());
        let tokens = tokens.ok_or(AdapterError::NotFound { what: "account" })?;
        let leased = contents.leases.entry(key.clone()).or_default();
        if leased.until.is_some_and(|held| held > now) {
            return Ok(None);
        }
        leased.number += 1;
        leased.until = Some(until);
        Ok(Some((Lease::new(leased.number), tokens)))
    }

    async fn replace_tokens(
        &self,
        key: &AccountKey,
        lease: Lease,
        tokens: TokenSet,
    ) -> Result<bool, AdapterError> {
        let mut contents = self.contents();
        match contents.leases.get_mut(key) {
            Some(leased) if leased.is_held_by(lease) => leased.until = None,
            _ => return Ok(false),
        }
        let account = contents.accounts.get_mut(key);
        Ok(account.map(|account| account.tokens = tokens).is_some())
    }

    async fn release_tokens(&self, key: &AccountKey, lease: Lease) -> Result<(), AdapterError> {
        if let Some(leased) = self.contents().leases.get_mut(key)
            && leased.is_held_by(lease)
        {
            leased.until = None;
        }
        Ok(())
    }
}
