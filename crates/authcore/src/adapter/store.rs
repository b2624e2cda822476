//! This file names the optional stores, so that a provider can say which it needs and `build()` which
//! are missing.

use super::{Adapter, LimitStore, PasskeyStore, VerificationStore};

/// An optional store of an [`Adapter`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Store {
    /// [`Adapter::sessions`].
    Sessions,
    /// [`Adapter::once`].
    Once,
    /// [`Adapter::verifications`].
    Verifications,
    /// [`Adapter::passkeys`].
    Passkeys,
    /// [`Adapter::tokens`].
    Tokens,
    /// [`Adapter::revocations`].
    Revocations,
    /// [`Adapter::limits`].
    Limits,
    /// [`Adapter::directory`].
    Directory,
}

impl Store {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Sessions,
        Self::Once,
        Self::Verifications,
        Self::Passkeys,
        Self::Tokens,
        Self::Revocations,
        Self::Limits,
        Self::Directory,
    ];

    /// What it keeps, in words.
    #[must_use]
    pub fn keeps(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Once => "what was used once",
            Self::Verifications => "verification tokens",
            Self::Passkeys => "passkeys",
            Self::Tokens => "leases of tokens",
            Self::Revocations => "tokens to be revoked",
            Self::Limits => "counts of tries",
            Self::Directory => "a list of users",
        }
    }

    /// Whether an adapter has it.
    #[must_use]
    pub fn is_in(self, adapter: &dyn Adapter) -> bool {
        match self {
            Self::Sessions => adapter.sessions().is_some(),
            Self::Once => adapter.once().is_some(),
            Self::Verifications => adapter.verifications().is_some(),
            Self::Passkeys => adapter.passkeys().is_some(),
            Self::Tokens => adapter.tokens().is_some(),
            Self::Revocations => adapter.revocations().is_some(),
            Self::Limits => adapter.limits().is_some(),
            Self::Directory => adapter.directory().is_some(),
        }
    }
}

/// The stores that a provider may use. It sees no users and no sessions: who someone is, it says in
/// its proof.
#[derive(Clone, Copy, Default)]
pub struct Stores<'a> {
    adapter: Option<&'a dyn Adapter>,
}

impl<'a> Stores<'a> {
    /// Those of an adapter, or none.
    #[must_use]
    pub fn of(adapter: Option<&'a dyn Adapter>) -> Self {
        Self { adapter }
    }

    /// Verification tokens.
    #[must_use]
    pub fn verifications(self) -> Option<&'a dyn VerificationStore> {
        self.adapter?.verifications()
    }

    /// Passkeys.
    #[must_use]
    pub fn passkeys(self) -> Option<&'a dyn PasskeyStore> {
        self.adapter?.passkeys()
    }

    /// Counts of tries.
    #[must_use]
    pub fn limits(self) -> Option<&'a dyn LimitStore> {
        self.adapter?.limits()
    }
}
