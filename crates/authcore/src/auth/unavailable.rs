//! This file tells an application that something could not be done now, in words that it can log and show:
//! a stable code, and the reference under which our own log has the rest.

use std::time::Duration;

use super::{Reference, SessionUnavailable, log};
use crate::{adapter::AdapterError, error::Failure, provider::ProviderError};

/// It could not be done, because a store or a provider failed. Try again later; nobody is signed out by it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it could not be done now [{code}, reference {reference}]")]
pub struct Unavailable {
    code: &'static str,
    reference: String,
    retry_after: Option<Duration>,
}

impl Unavailable {
    pub(super) fn new(doing: &'static str, failure: &Failure) -> Self {
        let reference = Reference::new();
        let span = tracing::info_span!("auth", action = doing, reference = %reference.0);
        span.in_scope(|| log(failure));
        Self {
            code: failure.code(),
            reference: reference.0,
            retry_after: failure.retry_after(),
        }
    }

    /// The stable code, as in the book.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// By what the operator finds it in the log.
    #[must_use]
    pub fn reference(&self) -> &str {
        &self.reference
    }

    /// When to try again, where the provider has said it (`Retry-After`): from a second to an hour.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl From<SessionUnavailable> for Unavailable {
    fn from(error: SessionUnavailable) -> Self {
        Self {
            code: error.code,
            reference: error.reference,
            retry_after: None,
        }
    }
}

impl From<AdapterError> for Unavailable {
    fn from(error: AdapterError) -> Self {
        Self::new("accounts", &error.into())
    }
}

impl From<ProviderError> for Unavailable {
    fn from(error: ProviderError) -> Self {
        Self::new("tokens", &error.into())
    }
}
