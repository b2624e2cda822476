//! This file says what a store of things that are used once answers: sign-in attempts, and the logout
//! tokens of providers.
//!
//! The attack it stops: one answer of a provider presented twice, at two processes, at the same
//! moment (`of_many_users_of_an_id_one_wins` in the conformance suite).

use async_trait::async_trait;

use super::AdapterError;
use crate::model::Timestamp;

/// What kind of thing is used once. Ids of different kinds never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Once {
    /// An attempt to sign in.
    Attempt,
    /// A logout token of a provider (OpenID Connect Back-Channel Logout 1.0, section 2.6); its id is
    /// the issuer and the `jti`.
    LogoutToken,
}

impl Once {
    /// All kinds.
    pub const ALL: &[Self] = &[Self::Attempt, Self::LogoutToken];

    /// The kind's name as stores keep it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Attempt => "attempt",
            Self::LogoutToken => "logout_token",
        }
    }
}

/// Where it is kept what was used, until it would have ended anyway.
#[async_trait]
pub trait OnceStore: Send + Sync {
    /// Marks an id as used. `true` for exactly one caller, however many ask at once.
    async fn use_once(
        &self,
        kind: Once,
        id: &str,
        expires_at: Timestamp,
    ) -> Result<bool, AdapterError>;
}
