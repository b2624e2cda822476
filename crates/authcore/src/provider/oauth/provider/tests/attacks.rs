//! Answers that are not what they seem, and secrets that must not be seen.

use serde_json::json;

use super::stage::*;
use crate::{
    model::Timestamp,
    oauth::script,
    provider::{Misbehaviour, Provider, ProviderError},
};

#[tokio::test]
async fn an_answer_of_another_issuer_ends_before_anything_is_sent() {
    let toml = with(OAUTH2, "issuer = \"https://id.example.org\"");
    for iss in [
        "https://evil.example.com",
        "https://id.example.org/",
        "",
        "HTTPS://ID.EXAMPLE.ORG",
    ] {
        for with in [("code", "c"), ("error", "access_denied"), ("id_token", "x")] {
            for toml in [toml.as_str(), OIDC] {
                let script = all_is_well();
                let outcome = finish(&provider(toml), &script, &[with, ("iss", iss)]).await;
                assert_eq!(outcome, Err(Misbehaviour::IssuerMismatch.into()), "{iss}");
                assert!(script.requests().is_empty());
            }
        }
    }
}

#[tokio::test]
async fn an_iss_that_nobody_can_compare_does_no_harm() {
    let script = all_is_well();
    let answer = [("code", "c"), ("iss", "https://id.example.org")];
    assert!(finish(&provider(OAUTH2), &script, &answer).await.is_ok());
}

#[tokio::test]
async fn iss_can_be_demanded_by_the_data() {
    let toml = format!("issuer = \"{ISSUER}\"\n{OAUTH2}\n[checks]\niss = \"required\"");
    let script = all_is_well();
    let outcome = login(&provider(&toml), &script).await;
    assert_eq!(outcome, Err(Misbehaviour::IssuerMissing.into()));
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn a_refusal_is_told_from_a_fault() {
    let refused = |error: &str| ProviderError::Refused {
        error: error.into(),
    };
    for (error, outcome) in [
        ("access_denied", ProviderError::Denied),
        ("unauthorized_client", ProviderError::Denied),
        ("invalid_scope", refused("invalid_scope")),
        ("server_error", refused("server_error")),
        ("<b>\r\n", refused("b")),
        (&"e".repeat(500), refused(&"e".repeat(64))),
    ] {
        let script = all_is_well();
        // A code beside an error is not used.
        let answer = [
            ("error", error),
            ("code", "c"),
            ("error_description", "canary"),
        ];
        let found = finish(&provider(OAUTH2), &script, &answer)
            .await
            .unwrap_err();
        assert_eq!(found, outcome);
        assert!(!format!("{found:?} {found}").contains("canary"));
        assert!(script.requests().is_empty());
    }
}

#[tokio::test]
async fn tokens_that_nobody_asked_for_are_refused() {
    for name in ["response", "id_token", "access_token"] {
        let script = all_is_well();
        let answer = [("code", "c"), (name, "x")];
        let outcome = finish(&provider(OAUTH2), &script, &answer).await;
        assert_eq!(outcome, Err(Misbehaviour::TokenInAnswer.into()), "{name}");
        assert!(script.requests().is_empty());
    }
}

#[tokio::test]
async fn an_answer_without_a_code_is_refused() {
    for answer in [&[][..], &[("code", "")], &[("state", "s")]] {
        let script = all_is_well();
        let outcome = finish(&provider(OAUTH2), &script, answer).await;
        assert_eq!(outcome, Err(Misbehaviour::CodeMissing.into()));
        assert!(script.requests().is_empty());
    }
}

#[tokio::test]
async fn no_secret_is_in_anything_that_prints() {
    let canaries = [
        "canary",
        attempt().code_verifier().leak(),
        attempt().nonce().leak(),
    ];
    let prints_none = |text: String| {
        for canary in canaries {
            assert!(!text.contains(canary), "{text}");
        }
    };
    let provider = build(settings(OIDC).client_secret("canary"));
    prints_none(format!("{provider:?} {:?}", provider.info()));
    let good = {
        let mut answer = tokens(Some(&id_token()));
        answer["access_token"] = "canary".into();
        answer["refresh_token"] = "canary".into();
        answer["more"] = "canary".into();
        answer
    };
    let script = all_is_well();
    script.on(TOKEN, script::json(200, &good));
    let answer = [("code", "canary")];
    let proof = finish(&provider, &script, &answer).await.unwrap();
    assert_eq!(proof.tokens.access_token, Some("canary".into()));
    prints_none(format!("{proof:?}"));
    for bad in [
        script::json(400, &json!({ "error": "x", "error_description": "canary" })),
        script::json(400, &json!({ "error": { "message": "canary" } })),
        script::json(
            200,
            &json!({ "access_token": "canary", "token_type": "mac" }),
        ),
        script::json(
            200,
            &json!({ "access_token": "canary", "id_token": "canary" }),
        ),
        script::text(200, "text/html", "canary"),
        script::text(500, "text/html", "canary"),
    ] {
        let script = all_is_well();
        script.on(TOKEN, bad);
        let error = finish(&provider, &script, &answer).await.unwrap_err();
        prints_none(format!("{error:?} {error} {}", error.code()));
    }
}

#[tokio::test]
async fn requests_mark_their_secrets() {
    let script = all_is_well();
    login(&provider(OAUTH2), &script).await.unwrap();
    assert!(script.last(USERINFO).headers()["authorization"].is_sensitive());
}

#[tokio::test]
async fn the_age_that_was_asked_for_is_kept_and_checked() {
    let provider = build(settings(OIDC).param("max_age", "300"));
    let script = all_is_well();
    let (url, keep) = start(&provider, &script).await.unwrap();
    assert!(url.contains("max_age=300"));
    assert_eq!(keep["max_age"], 300);
    let (attempt, params) = (attempt(), [("code", "c")].into_iter().collect());
    let now = Timestamp::from_seconds(1_800_000_000);
    let cx = crate::provider::Finish::new(&attempt, CALLBACK, &params, &keep, &script, now);
    let outcome = provider.finish(&cx).await;
    assert_eq!(outcome, Err(Misbehaviour::IdTokenAuthTime.into()));
}

#[tokio::test]
async fn a_code_beside_a_denial_goes_nowhere() {
    let denying = with(OAUTH2, "correlation = \"state_except_on_denial\"");
    for error in ["access_denied", "unauthorized_client", "server_error", ""] {
        let script = all_is_well();
        let answer = [("code", "c"), ("error", error), ("state", "")];
        assert!(finish(&provider(&denying), &script, &answer).await.is_err());
        assert!(script.requests().is_empty(), "{error}");
    }
}
