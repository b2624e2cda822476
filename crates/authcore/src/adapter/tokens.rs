//! This file says what a store does so that one process at a time renews the tokens of an account.
//!
//! Many providers take a refresh token once: two that present it are taken for a thief and the person
//! (RFC 9700, section 4.14.2), and both lose everything. So whoever renews takes a lease first, and
//! what they bring back is stored only while it holds. A lease is a number that only grows, so that a
//! holder who slept too long finds it passed on
//! (`tokens_of_a_lease_that_was_passed_on_are_not_stored`).

use async_trait::async_trait;

use super::AdapterError;
use crate::model::{AccountKey, Timestamp, TokenSet};

/// The right to replace the tokens of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    number: i64,
}

impl Lease {
    /// The lease of a number; only a store makes one.
    #[must_use]
    pub fn new(number: i64) -> Self {
        Self { number }
    }

    /// Its number.
    #[must_use]
    pub fn number(self) -> i64 {
        self.number
    }
}

/// Where the tokens of accounts are renewed one process at a time.
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// Takes the lease of an account until `until`, with the tokens as they are now. `None` while
    /// another's holds; `Some` for exactly one of many who ask at once. Between `now` and `until`
    /// there should be no more than a provider may take to answer.
    ///
    /// # Errors
    /// [`AdapterError::NotFound`] without such an account.
    async fn lease_tokens(
        &self,
        key: &AccountKey,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<(Lease, TokenSet)>, AdapterError>;

    /// Stores the new tokens and ends the lease, and says whether it was done: not when the lease was
    /// passed on, nor when a sign-in has brought newer tokens meanwhile, nor without such an account.
    async fn replace_tokens(
        &self,
        key: &AccountKey,
        lease: Lease,
        tokens: TokenSet,
    ) -> Result<bool, AdapterError>;

    /// Gives a lease back before its end. One that was passed on is left alone.
    async fn release_tokens(&self, key: &AccountKey, lease: Lease) -> Result<(), AdapterError>;
}
