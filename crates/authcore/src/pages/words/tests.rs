//! What is said for each code, and that nothing else is.

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
