//! This file says what a store does so that tokens of an account that went are revoked at their
//! provider for certain, also when the provider is down at that moment (RFC 7009).
//!
//! They are put aside in the same write that takes the account away
//! ([`Adapter::unlink_account`](super::Adapter::unlink_account) and
//! [`Adapter::delete_user`](super::Adapter::delete_user) with [`TokensThen::Revoke`]), and leave when
//! the provider has agreed or their time is over.
//!
//! [`TokensThen::Revoke`]: super::TokensThen::Revoke

use async_trait::async_trait;

use super::AdapterError;
use crate::model::{AccountKey, Secret, Timestamp};

/// Tokens that are to be revoked.
#[derive(Debug, Clone, PartialEq)]
pub struct Revocation {
    /// The store's own name for what went together: an account, or all of a user's.
    pub id: String,
    /// The account that they were of.
    pub account: AccountKey,
    /// The access token, where there was one.
    pub access_token: Option<Secret>,
    /// The refresh token, where there was one.
    pub refresh_token: Option<Secret>,
    /// How often it was tried, this time included.
    pub tries: u32,
    /// When the account went.
    pub created_at: Timestamp,
}

/// Where tokens wait for their revocation.
#[async_trait]
pub trait RevocationStore: Send + Sync {
    /// Takes at most `limit` that are due at `now`, the longest due first. Nobody else is given them
    /// before `until`; whoever dies with them has lost nothing.
    async fn take_revocations(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Revocation>, AdapterError>;

    /// Forgets one that was done, or that is given up. Forgetting none is no error.
    async fn finish_revocation(&self, it: &Revocation) -> Result<(), AdapterError>;

    /// Lets one be tried again at `due_at`. Without such a one it is no error.
    async fn postpone_revocation(
        &self,
        it: &Revocation,
        due_at: Timestamp,
    ) -> Result<(), AdapterError>;
}
