//! This file says what a provider is given to revoke the tokens of an account that went, and why it may
//! not have done so.

use std::time::Duration;

use super::ProviderError;
use crate::{
    model::{Secret, Timestamp},
    transport::Transport,
};

/// What a provider is given to revoke tokens.
#[non_exhaustive]
pub struct Revoke<'a> {
    /// The refresh token, if there is one.
    pub refresh_token: Option<&'a Secret>,
    /// The access token, if there is one.
    pub access_token: Option<&'a Secret>,
    /// The way to the network.
    pub transport: &'a dyn Transport,
    /// The present moment.
    pub now: Timestamp,
}

impl<'a> Revoke<'a> {
    /// What [`Provider::revoke`](super::Provider::revoke) is given.
    #[must_use]
    pub fn new(
        refresh_token: Option<&'a Secret>,
        access_token: Option<&'a Secret>,
        transport: &'a dyn Transport,
        now: Timestamp,
    ) -> Self {
        Self {
            refresh_token,
            access_token,
            transport,
            now,
        }
    }
}

/// Why tokens were not revoked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevokeError {
    /// The provider revokes no tokens, or none of this kind. Asking again is of no use.
    #[error("the provider does not revoke such tokens")]
    Unsupported,
    /// The provider does not serve now. What it says of when it will, is in `after` (RFC 7009, section
    /// 2.2.1).
    #[error("the provider answered with status {status}")]
    NotNow {
        /// The HTTP status.
        status: u16,
        /// How long to wait, where it says so in seconds.
        after: Option<Duration>,
    },
    /// It was not done otherwise, and may be done at a later try.
    #[error(transparent)]
    Failed(#[from] ProviderError),
}

impl RevokeError {
    /// The stable code of this failure, as in logs and in the book.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsupported => "revocation_unsupported",
            Self::NotNow { .. } => "provider_unavailable",
            Self::Failed(error) => error.code(),
        }
    }
}
