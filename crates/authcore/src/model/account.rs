//! This file ties a user to what one provider knows of them.

use std::fmt;

use super::{ProviderId, Subject, TokenSet, UserId};
use crate::provider::ProviderKind;

/// What identifies an account everywhere: the provider and whom it means.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountKey {
    /// The provider.
    pub provider: ProviderId,
    /// Who they are there.
    pub subject: Subject,
}

impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider, self.subject)
    }
}

/// An account about to be stored; the adapter is told separately whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAccount {
    /// What identifies it.
    pub key: AccountKey,
    /// The kind of its provider.
    pub kind: ProviderKind,
    /// What the token endpoint gave, where there is one.
    pub tokens: TokenSet,
}

/// An account as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Whose it is.
    pub user_id: UserId,
    /// What identifies it.
    pub key: AccountKey,
    /// The kind of its provider.
    pub kind: ProviderKind,
    /// The tokens of the latest sign-in.
    pub tokens: TokenSet,
}
