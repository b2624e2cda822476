//! This file names every way in which a request can fail, and decides the one thing that matters of
//! each to the outside: which word, which page, which status. Nothing else decides it.
//!
//! The word in `?error=` is Auth.js's. Where Auth.js says `Configuration` to everything, `?code=`
//! says what it was, from the fixed list of the book, and `?ref=` is the id under which the log has
//! the rest.

use std::time::Duration;

use http::StatusCode;

use crate::{
    adapter::AdapterError,
    hooks::HookError,
    login::AttemptFault,
    provider::ProviderError,
    random::NoEntropy,
    session::SessionError,
    web::{guard::Unguarded, request::Unreadable},
};

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("no such action for this method")]
    UnknownAction,
    #[error("no such provider")]
    UnknownProvider,
    #[error(transparent)]
    Unguarded(#[from] Unguarded),
    #[error(transparent)]
    Attempt(#[from] AttemptFault),
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The application's hook said no.
    #[error("the application did not let them in")]
    Denied,
    /// The account, or its address, is another user's.
    #[error("the account belongs to another user")]
    NotLinked,
    /// The account was stored when another server was behind this provider.
    #[error("the account is one of another server than the provider's present one")]
    AuthorityChanged,
    /// The user is locked out.
    #[error("the user is disabled")]
    UserDisabled,
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    #[error(transparent)]
    Session(SessionError),
    #[error(transparent)]
    Hook(#[from] HookError),
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Adapter(error) => Self::Adapter(error),
            SessionError::Hook(error) => Self::Hook(error),
            SessionError::NoEntropy(error) => Self::NoEntropy(error),
            error @ (SessionError::TooLarge { .. } | SessionError::NoUser) => Self::Session(error),
        }
    }
}

/// The page that shows a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    SignIn,
    Error,
}

/// What the outside sees of a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Visible {
    /// `?error=`, one of Auth.js's words.
    pub(crate) error: &'static str,
    /// `?code=`.
    pub(crate) code: String,
    pub(crate) page: Page,
    /// The status of the page, or of the answer where there is no page.
    pub(crate) status: StatusCode,
}

impl Failure {
    /// The stable code.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(error) => error.code(),
            Self::UnknownAction => "unknown_action",
            Self::UnknownProvider => "unknown_provider",
            Self::Unguarded(error) => error.code(),
            Self::Attempt(fault) => fault.code(),
            Self::Provider(error) => error.code(),
            Self::Denied => "denied",
            Self::NotLinked => "account_not_linked",
            Self::AuthorityChanged => "authority_changed",
            Self::UserDisabled => "user_disabled",
            Self::Adapter(error) => error.code(),
            Self::Session(SessionError::NoUser) => "session_without_user",
            Self::Session(_) => "session_too_large",
            Self::Hook(_) => "hook_failed",
            Self::NoEntropy(_) => "no_entropy",
        }
    }

    /// What the outside sees.
    pub(crate) fn visible(&self) -> Visible {
        let (error, page) = match self {
            Self::Unguarded(_) => ("MissingCSRF", Page::SignIn),
            Self::Denied | Self::UserDisabled => ("AccessDenied", Page::Error),
            Self::NotLinked => ("OAuthAccountNotLinked", Page::SignIn),
            Self::Provider(ProviderError::Denied | ProviderError::Refused { .. }) => {
                ("OAuthCallbackError", Page::SignIn)
            }
            Self::Provider(ProviderError::BadCredentials { .. }) => {
                ("CredentialsSignin", Page::SignIn)
            }
            _ => ("Configuration", Page::Error),
        };
        let code = match self {
            Self::Provider(ProviderError::BadCredentials { code }) => code.clone(),
            _ => self.code().to_owned(),
        };
        let status = match error {
            "Configuration" => status_of(self.code()),
            "AccessDenied" => StatusCode::FORBIDDEN,
            _ => StatusCode::OK,
        };
        Visible {
            error,
            code,
            page,
            status,
        }
    }

    /// When to come back, where the provider has said it: from a second to an hour.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Provider(ProviderError::NotNow { after, .. }) => Some(bounded(*after)),
            _ => None,
        }
    }

    /// Whose doing it is decides how loud the log is.
    pub(crate) fn blame(&self) -> Blame {
        match self {
            Self::Unreadable(_)
            | Self::UnknownAction
            | Self::UnknownProvider
            | Self::Unguarded(_)
            | Self::Attempt(_)
            | Self::Denied
            | Self::NotLinked
            | Self::UserDisabled
            | Self::Provider(ProviderError::Denied | ProviderError::BadCredentials { .. }) => {
                Blame::Client
            }
            Self::AuthorityChanged | Self::Provider(ProviderError::Store(_)) => Blame::Us,
            Self::Provider(_) => Blame::Provider,
            Self::Adapter(_) | Self::Session(_) | Self::Hook(_) | Self::NoEntropy(_) => Blame::Us,
        }
    }
}

/// What of a provider's `Retry-After` is passed on.
pub(crate) fn bounded(after: Duration) -> Duration {
    after.clamp(Duration::from_secs(1), Duration::from_secs(60 * 60))
}

/// Whose doing a failure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blame {
    Client,
    Provider,
    Us,
}

/// The status of the error page for a stable code: 400 for what a client sent, 502 for what a
/// provider did, 503 for what may work again in a moment, and 500, Auth.js's answer to everything,
/// for the rest.
pub(crate) fn status_of(code: &str) -> StatusCode {
    match code {
        "body_too_large" => StatusCode::PAYLOAD_TOO_LARGE,
        "unknown_provider" | "unknown_action" => StatusCode::NOT_FOUND,
        "authority_changed" => StatusCode::FORBIDDEN,
        "adapter_unavailable"
        | "provider_unavailable"
        | "provider_timeout"
        | "provider_unreachable"
        | "no_entropy" => StatusCode::SERVICE_UNAVAILABLE,
        "provider_refused" | "provider_answer_too_large" | "provider_address" => {
            StatusCode::BAD_GATEWAY
        }
        code if code.starts_with("attempt_") || code.starts_with("bad_") => StatusCode::BAD_REQUEST,
        // A client can send a wrong `iss`, or a callback with no code at all.
        "iss_mismatch" | "iss_missing" | "code_missing" | "token_in_answer" => {
            StatusCode::BAD_REQUEST
        }
        code if crate::provider::Misbehaviour::ALL
            .iter()
            .any(|what| what.code() == code) =>
        {
            StatusCode::BAD_GATEWAY
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{provider::Misbehaviour, transport::TransportError};

    #[test]
    fn what_a_client_sends_is_never_a_500() {
        for fault in AttemptFault::ALL {
            let visible = Failure::Attempt(*fault).visible();
            assert_eq!(visible.status, StatusCode::BAD_REQUEST, "{fault:?}");
            assert_eq!(visible.error, "Configuration");
        }
        assert!(Failure::UnknownProvider.visible().status.is_client_error());
        for what in Misbehaviour::ALL {
            let status = Failure::Provider((*what).into()).visible().status;
            assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{what:?}");
        }
    }

    #[test]
    fn what_may_work_again_is_a_503() {
        let down = AdapterError::Unavailable("gone".into());
        assert_eq!(
            Failure::Adapter(down).visible().status,
            StatusCode::SERVICE_UNAVAILABLE
        );
        let down = AdapterError::Unavailable("gone".into());
        let through = Failure::Provider(down.into());
        assert_eq!(through.visible().status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(through.visible().code, "adapter_unavailable");
        assert_eq!(through.blame(), Blame::Us);
        let slow = ProviderError::Unreachable(TransportError::Timeout);
        assert_eq!(
            Failure::Provider(slow).visible().status,
            StatusCode::SERVICE_UNAVAILABLE
        );
    }

    #[test]
    fn a_refusal_leads_back_to_the_sign_in_page() {
        let visible = Failure::Provider(ProviderError::Denied).visible();
        assert_eq!(
            (visible.error, visible.page),
            ("OAuthCallbackError", Page::SignIn)
        );
        assert_eq!(visible.code, "access_denied");
    }
}
