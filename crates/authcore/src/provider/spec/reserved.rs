//! The parameters of an authorization request that the flow alone says.
//!
//! RFC 6749, section 4.1.1; RFC 7636; RFC 9101 and RFC 9126 (`request`, `request_uri`); OpenID Connect Core
//! 1.0, section 3.1.2.1. The attack it stops: whoever could set one of these from outside could send the
//! code elsewhere, ask for more than the application wants, or have an answer accepted for another
//! attempt. It is one list, for files and for code.

/// The names.
pub(crate) const RESERVED: &[&str] = &[
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "dpop_jkt",
    "grant_type",
    "nonce",
    "redirect_uri",
    "refresh_token",
    "request",
    "request_uri",
    "response_mode",
    "response_type",
    "scope",
    "state",
];
