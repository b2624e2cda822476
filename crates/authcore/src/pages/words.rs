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
            "Sign-in isn't available right now",
            "Trying again won't help. The people who run this site can find the reason in their log.",
        ),
        "AccessDenied" => again(
            "You don't have access",
            "This account is not allowed to sign in here.",
        ),
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
            "That is not right",
            "Please check what you entered and try again.",
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
            "No answer from the provider",
            format!("No usable answer came from {provider}. Please try again in a few minutes."),
        ),
        "provider_refused" => again(
            "That did not work",
            format!("The sign-in was turned down by {provider}. Please try again."),
        ),
        "provider_misconfigured" | "user_agent_refused" => leave(
            "Sign-in isn't available right now",
            format!(
                "Signing in with {provider} doesn't work at the moment. \
                 The people who run this site can find the reason in their log."
            ),
        ),
        "authority_changed" => leave(
            "Sign-in isn't available right now",
            format!(
                "The server behind this way to sign in has changed, so {provider} cannot say that you are \
                 the same person as before. The people who run this site can confirm it."
            ),
        ),
        "user_disabled" => leave(
            "You don't have access",
            "Your account on this site is disabled. Ask the people who run this site.",
        ),
        "subject_missing" | "subject_invalid" => again(
            "That did not work",
            format!("The answer from {provider} does not say who you are."),
        ),
        "credentials" => again(
            "That is not right",
            "Please check what you entered and try again.",
        ),
        "no_entropy"
        | "adapter_unavailable"
        | "adapter_failed"
        | "adapter_corrupt"
        | "adapter_refused"
        | "adapter_conflict"
        | "adapter_not_found"
        | "hook_failed" => again(
            "Something went wrong on our side",
            "You could not be signed in just now. Please try again in a few minutes.",
        ),
        "provider_answer_too_large" => untrusted(provider),
        code if Misbehaviour::ALL.iter().any(|what| what.code() == code) => untrusted(provider),
        "csrf_origin" => again(
            "This page was opened at another address",
            "For your safety nothing was done. You are at the right address now: please try again.",
        ),
        "attempt_visitor" => again(
            "You are signed in as someone else now",
            "Nothing was changed. Please begin again.",
        ),
        "attempt_session_ended" => again(
            "You were signed out meanwhile",
            "Nothing was changed. Please sign in again.",
        ),
        "attempt_step_up" => again(
            "That is another account",
            "Please sign in with an account that you have used here before.",
        ),
        // The visitor is told the same of every fault of an attempt: which of them it was helps only
        // someone who tries them out.
        code if code.starts_with("attempt_") => again(
            "This sign-in has ended",
            "It took too long, was used already, or began in another browser. Please begin again.",
        ),
        "sign_in_again" => again(
            "Please sign in again",
            format!("What {provider} gave this site is no longer good."),
        ),
        "unknown_provider" => again(
            "No such way to sign in",
            "Please choose one of those that this site offers.",
        ),
        "unknown_action" | "bad_route" | "bad_query" | "bad_body" | "body_too_large" => again(
            "That did not work",
            "What your browser sent could not be understood. Please begin again.",
        ),
        _ => return None,
    })
}

fn untrusted(provider: &str) -> Notice {
    again(
        "That did not work",
        format!("The answer from {provider} could not be trusted, so nobody was signed in."),
    )
}

#[cfg(test)]
mod tests;
