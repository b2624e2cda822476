//! This file says what happened, for every code that can stand in a URL. A query can choose among
//! these texts and nothing else: what is not known here is answered with the general text.
//!
//! The codes of `?error=` are those of Auth.js, so that a page written for it works; `?code=` is the
//! finer one of ours. The texts are for the visitor: what to do now, and no more of the cause than
//! they can use.

use crate::provider::{Misbehaviour, ProviderInfo};

/// What a query says of a sign-in that went wrong. All of it is untrusted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mishap<'a> {
    /// `?error=`.
    pub(crate) error: Option<&'a str>,
    /// `?code=`.
    pub(crate) code: Option<&'a str>,
    /// The id of the provider it happened with.
    pub(crate) provider: Option<&'a str>,
    /// By what the operator finds it in the log.
    pub(crate) reference: Option<&'a str>,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) heading: &'static str,
    pub(super) text: String,
    pub(super) remedy: Remedy,
}

/// What is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Another attempt, and the site.
    SignInAgain,
    /// Only the site: another attempt would end the same way.
    Leave,
}

/// A reference that has the form of one: hexadecimal digits and hyphens, as in a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reference<'a>(&'a str);

impl<'a> Reference<'a> {
    pub(super) fn as_str(self) -> &'a str {
        self.0
    }
}

impl<'a> Mishap<'a> {
    /// The reference, if it looks like one. Free text in its place would be somebody else's words.
    pub(super) fn reference(&self) -> Option<Reference<'a>> {
        self.reference
            .filter(|text| (8..=36).contains(&text.len()))
            .filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-'))
            .map(Reference)
    }

    /// What the sign-in page says, if anything went wrong.
    pub(super) fn on_sign_in(&self, providers: &[&ProviderInfo]) -> Option<Notice> {
        let error = self.error?;
        Some(
            self.by_code(providers)
                .or_else(|| by_error(error))
                .unwrap_or_else(general),
        )
    }

    /// What the error page says. There is always something.
    pub(super) fn on_error_page(&self, providers: &[&ProviderInfo]) -> Notice {
        self.by_code(providers)
            .or_else(|| by_error(self.error?))
            .unwrap_or_else(general)
    }

    fn by_code(&self, providers: &[&ProviderInfo]) -> Option<Notice> {
        let id = self.provider.unwrap_or_default();
        // Only a provider of the application is named, by the name that the application knows.
        let name = providers
            .iter()
            .find(|info| info.id.as_str() == id)
            .map_or("the provider", |info| info.name.as_str());
        by_code(self.code?, name)
    }
}

fn general() -> Notice {
    again(
        "That did not work",
        "You could not be signed in. Please try again.",
    )
}

fn again(heading: &'static str, text: impl Into<String>) -> Notice {
    Notice {
        heading,
        text: text.into(),
        remedy: Remedy::SignInAgain,
    }
}

fn leave(heading: &'static str, text: impl Into<String>) -> Notice {
    Notice {
        heading,
        text: text.into(),
        remedy: Remedy::Leave,
    }
}

/// The codes of Auth.js.
fn by_error(error: &str) -> Option<Notice> {
    Some(match error {
        "Configuration" => leave(
            "This site is not set up right",
            "Signing in does not work at the moment, and trying again will not help. \
             The people who run this site find the reason in their log.",
        ),
        "AccessDenied" => again("No entry", "You are not allowed to sign in here."),
        "Verification" => again(
            "This link no longer works",
            "A link to sign in works once and for a short time. Please ask for another.",
        ),
        "WebAuthnVerificationError" => again(
            "The passkey was not accepted",
            "Please try again, or sign in another way.",
        ),
        "OAuthAccountNotLinked" | "AccountNotLinked" => again(
            "Sign in the way you did before",
            "You are known here under another account. Sign in with that one; \
             then you can add this one.",
        ),
        "OAuthCallbackError" | "OAuthSignin" | "OAuthCallback" | "Signin" | "Callback" => again(
            "That did not work",
            "The provider did not sign you in. Please try again, or choose another way.",
        ),
        "OAuthCreateAccount" | "EmailCreateAccount" => again(
            "That did not work",
            "No account could be made for you. Please try again, or choose another way.",
        ),
        "EmailSignin" => again(
            "The message could not be sent",
            "Please check the address and try again.",
        ),
        "CredentialsSignin" => again(
            "What you filled in is not right",
            "Please check it and try again.",
        ),
        "SessionRequired" => again(
            "Please sign in",
            "This page is for people who are signed in.",
        ),
        "MissingCSRF" => again(
            "This page was open for too long",
            "For your safety nothing was done. Please try again.",
        ),
        _ => return None,
    })
}

/// Our own codes.
fn by_code(code: &str, provider: &str) -> Option<Notice> {
    Some(match code {
        "access_denied" => again(
            "You are not signed in",
            format!(
                "You cancelled the sign-in at {provider}. You can try again or choose another way."
            ),
        ),
        "provider_timeout" | "provider_unreachable" | "provider_unavailable" => again(
            "No answer",
            format!("No usable answer came from {provider}. Please try again in a few minutes."),
        ),
        "provider_refused" => again(
            "That did not work",
            format!("The sign-in was turned down by {provider}. Please try again."),
        ),
        "provider_misconfigured" => leave(
            "This site is not set up right",
            format!(
                "Signing in with {provider} does not work at the moment. \
                 The people who run this site find the reason in their log."
            ),
        ),
        "subject_missing" | "subject_invalid" => again(
            "That did not work",
            format!("The answer from {provider} does not say who you are."),
        ),
        "credentials" => again(
            "What you filled in is not right",
            "Please check it and try again.",
        ),
        "no_entropy"
        | "adapter_unavailable"
        | "adapter_failed"
        | "adapter_corrupt"
        | "adapter_refused"
        | "adapter_conflict"
        | "adapter_not_found"
        | "hook_failed" => again(
            "Something is out of order here",
            "You could not be signed in just now. Please try again in a few minutes.",
        ),
        "provider_answer_too_large" => untrusted(provider),
        code if Misbehaviour::ALL.iter().any(|what| what.code() == code) => untrusted(provider),
        code if ATTEMPT_CODES.contains(&code) => again(
            "This sign-in has ended",
            "It took too long, was used already, or began in another browser. Please begin again.",
        ),
        _ => return None,
    })
}

/// What can be wrong with the attempt that an answer belongs to. The visitor is told the same of all:
/// which of them it was helps only someone who tries them out.
const ATTEMPT_CODES: &[&str] = &[
    "attempt_missing",
    "attempt_unknown",
    "attempt_expired",
    "attempt_used",
    "attempt_provider",
    "state_missing",
    "state_mismatch",
];

fn untrusted(provider: &str) -> Notice {
    again(
        "That did not work",
        format!("The answer from {provider} could not be trusted, so nobody was signed in."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        adapter::AdapterError,
        model::ProviderId,
        provider::{ProviderError, ProviderKind},
        transport::TransportError,
    };

    fn wikimedia() -> ProviderInfo {
        ProviderInfo::new(
            ProviderId::new("wikimedia").unwrap(),
            "Wikimedia",
            ProviderKind::OAuth2,
        )
    }

    fn told(mishap: Mishap<'_>) -> Notice {
        mishap.on_error_page(&[&wikimedia()])
    }

    #[test]
    fn a_visitor_who_cancelled_is_told_where() {
        let notice = told(Mishap {
            error: Some("OAuthCallbackError"),
            code: Some("access_denied"),
            provider: Some("wikimedia"),
            ..Mishap::default()
        });
        assert!(notice.text.contains("cancelled the sign-in at Wikimedia"));
    }

    #[test]
    fn a_provider_that_is_not_the_applications_is_not_named() {
        let notice = told(Mishap {
            error: Some("OAuthCallbackError"),
            code: Some("access_denied"),
            provider: Some("call 555 0100"),
            ..Mishap::default()
        });
        assert!(notice.text.contains("at the provider."), "{}", notice.text);
    }

    #[test]
    fn every_failure_of_a_provider_or_a_store_has_words_of_its_own() {
        let failures = [
            ProviderError::Denied,
            ProviderError::Refused {
                error: "server_error".into(),
            },
            ProviderError::Unreachable(TransportError::Timeout),
            ProviderError::Unreachable(TransportError::TooLarge),
            ProviderError::Unreachable(TransportError::Connect),
            ProviderError::Unavailable { status: 503 },
            ProviderError::BadCredentials {
                code: "credentials".into(),
            },
            ProviderError::Misconfigured(String::new()),
        ];
        let mut codes: Vec<_> = failures.iter().map(ProviderError::code).collect();
        codes.extend(Misbehaviour::ALL.iter().map(|what| what.code()));
        codes.extend(
            [
                AdapterError::Conflict { what: "email" },
                AdapterError::NotFound { what: "user" },
                AdapterError::Unavailable("gone".into()),
                AdapterError::Corrupt { what: "user" },
                AdapterError::Refused { what: "user" },
                AdapterError::Failed("no table".into()),
            ]
            .iter()
            .map(AdapterError::code),
        );
        for code in codes {
            assert!(by_code(code, "Wikimedia").is_some(), "{code}");
        }
    }

    #[test]
    fn every_code_of_authjs_has_words_of_its_own() {
        for error in [
            "Signin",
            "OAuthSignin",
            "OAuthCallbackError",
            "OAuthCreateAccount",
            "EmailCreateAccount",
            "Callback",
            "OAuthAccountNotLinked",
            "EmailSignin",
            "CredentialsSignin",
            "SessionRequired",
            "AccountNotLinked",
            "MissingCSRF",
            "Configuration",
            "AccessDenied",
            "Verification",
            "WebAuthnVerificationError",
        ] {
            assert!(by_error(error).is_some(), "{error}");
        }
    }

    #[test]
    fn an_unknown_code_gets_the_general_words() {
        let mishap = Mishap {
            error: Some("Your account is locked, call us"),
            code: Some("<b>now</b>"),
            ..Mishap::default()
        };
        assert_eq!(told(mishap), general());
        assert_eq!(mishap.on_sign_in(&[]), Some(general()));
        assert_eq!(told(Mishap::default()), general());
    }

    #[test]
    fn without_an_error_the_sign_in_page_says_nothing() {
        let mishap = Mishap {
            code: Some("access_denied"),
            ..Mishap::default()
        };
        assert_eq!(mishap.on_sign_in(&[]), None);
    }

    #[test]
    fn a_reference_that_is_none_is_not_shown() {
        let shown = |reference| {
            Mishap {
                reference: Some(reference),
                ..Mishap::default()
            }
            .reference()
            .is_some()
        };
        assert!(shown("0d9f7a1c-1b7e-4c56-9a55-3a3c0b1de111"));
        assert!(shown("9f86d081884c7d65"));
        assert!(!shown("call us at 555"));
        assert!(!shown(""));
        assert!(!shown("a"));
        assert!(!shown(&"a".repeat(37)));
    }
}
