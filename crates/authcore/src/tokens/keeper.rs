//! This file is the store as a refresh sees it: with leases, or, where the tables have no place for them,
//! without. Then only this process knows that it is at it.

use std::time::Duration;

use crate::{
    adapter::{Adapter, AdapterError, Lease, TokenStore},
    model::{Account, Timestamp, TokenSet},
};

/// How long a lease holds: longer than a provider has for an answer, with its document and its keys before
/// and after, by the limits of our HTTP client.
const LEASE: Duration = Duration::from_secs(90);

/// The right to store an account's new tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hold {
    /// Given by the store.
    Leased(Lease),
    /// Nobody gives one. What is stored must still be what was read.
    Unleased,
}

/// The store of one account's tokens.
pub(super) struct Keeper<'a> {
    adapter: &'a dyn Adapter,
    leases: Option<&'a dyn TokenStore>,
    account: &'a Account,
}

impl<'a> Keeper<'a> {
    pub(super) fn new(adapter: &'a dyn Adapter, account: &'a Account) -> Self {
        Self {
            adapter,
            leases: adapter.tokens(),
            account,
        }
    }

    /// The tokens as they are now.
    ///
    /// # Errors
    /// [`AdapterError::NotFound`] when the user no longer has the account.
    pub(super) async fn tokens(&self) -> Result<TokenSet, AdapterError> {
        let accounts = self.adapter.accounts(&self.account.user_id).await?;
        let mut accounts = accounts.into_iter();
        accounts
            .find(|it| it.key == self.account.key)
            .map(|it| it.tokens)
            .ok_or(AdapterError::NotFound { what: "account" })
    }

    /// The right to replace the tokens, and what they are; `None` while somebody else has it.
    pub(super) async fn take(
        &self,
        now: Timestamp,
    ) -> Result<Option<(Hold, TokenSet)>, AdapterError> {
        match self.leases {
            Some(store) => {
                let until = now.plus(LEASE);
                let taken = store.lease_tokens(&self.account.key, now, until).await?;
                Ok(taken.map(|(lease, tokens)| (Hold::Leased(lease), tokens)))
            }
            None => Ok(Some((Hold::Unleased, self.tokens().await?))),
        }
    }

    /// Stores tokens in place of those that were read, and says whether that was done.
    pub(super) async fn keep(
        &self,
        hold: Hold,
        read: &TokenSet,
        tokens: TokenSet,
    ) -> Result<bool, AdapterError> {
        let key = &self.account.key;
        if let (Hold::Leased(lease), Some(store)) = (hold, self.leases) {
            return store.replace_tokens(key, lease, tokens).await;
        }
        let is_as_read = self.tokens().await? == *read;
        if is_as_read {
            self.adapter.update_tokens(key, tokens).await?;
        }
        Ok(is_as_read)
    }

    /// Gives the right back. Where that fails it ends by itself.
    pub(super) async fn release(&self, hold: Hold) {
        if let (Hold::Leased(lease), Some(store)) = (hold, self.leases)
            && let Err(error) = store.release_tokens(&self.account.key, lease).await
        {
            let code = error.code();
            tracing::warn!(
                code,
                "a lease of tokens could not be given back before its end"
            );
        }
    }
}
