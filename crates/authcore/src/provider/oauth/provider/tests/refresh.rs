//! Refresh tokens: new tokens, or a new sign-in.

use serde_json::{Value, json};

use super::stage::*;
use crate::{
    model::{Subject, TokenSet},
    oauth::script::{self, Script, form},
    provider::{Misbehaviour, OAuthProvider, Provider, ProviderError, Refresh},
    transport::TransportError,
};

async fn refresh(provider: &OAuthProvider, script: &Script) -> Result<TokenSet, ProviderError> {
    let subject = Subject::new("7").unwrap();
    let token = "old-refresh".into();
    provider
        .refresh(&Refresh::new(&token, Some(&subject), script, now()))
        .await
}

async fn answered(toml: &str, status: u16, body: &Value) -> Result<TokenSet, ProviderError> {
    let script = all_is_well();
    script.on(TOKEN, script::json(status, body));
    refresh(&provider(toml), &script).await
}

#[tokio::test]
async fn a_refresh_token_becomes_new_tokens() {
    let script = all_is_well();
    let answer = json!({ "access_token": "new", "refresh_token": "newer", "expires_in": 60 });
    script.on(TOKEN, script::json(200, &answer));
    let tokens = refresh(&provider(OAUTH2), &script).await.unwrap();
    assert_eq!(tokens.access_token, Some("new".into()));
    assert_eq!(tokens.refresh_token, Some("newer".into()));
    assert_eq!(tokens.expires_at.unwrap().seconds(), now().seconds() + 60);
    let form = form(&script.last(TOKEN));
    assert_eq!(form["grant_type"], "refresh_token");
    assert_eq!(form["refresh_token"], "old-refresh");
    assert!(!form.contains_key("scope"));
}

#[tokio::test]
async fn an_old_refresh_token_stays_where_there_is_no_new_one() {
    let tokens = answered(OAUTH2, 200, &json!({ "access_token": "new" }))
        .await
        .unwrap();
    assert_eq!(tokens.refresh_token, Some("old-refresh".into()));
}

#[tokio::test]
async fn only_a_dead_refresh_token_asks_for_a_new_sign_in() {
    let refused = |error: &str| ProviderError::Refused {
        error: error.into(),
    };
    for (status, error, outcome) in [
        (400, "invalid_grant", ProviderError::SignInAgain),
        (401, "invalid_request", ProviderError::SignInAgain),
        (400, "invalid_request", refused("invalid_request")),
        (401, "invalid_client", refused("invalid_client")),
        (400, "invalid_scope", refused("invalid_scope")),
        (401, "access_denied", refused("access_denied")),
        (
            503,
            "invalid_grant",
            ProviderError::Unavailable { status: 503 },
        ),
        (
            429,
            "invalid_grant",
            ProviderError::Unavailable { status: 429 },
        ),
    ] {
        let found = answered(OAUTH2, status, &json!({ "error": error })).await;
        assert_eq!(found, Err(outcome), "{status} {error}");
    }
    let script = all_is_well();
    script.on(TOKEN, Err(TransportError::Timeout));
    let found = refresh(&provider(OAUTH2), &script).await;
    assert_eq!(found, Err(TransportError::Timeout.into()));
}

#[tokio::test]
async fn a_new_id_token_is_about_the_same_person() {
    let token = |change: &dyn Fn(&mut Value)| {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove("nonce");
        change(&mut claims);
        tokens(Some(&script::rs256(
            &json!({ "alg": "RS256", "kid": "k1" }),
            &claims,
        )))
    };
    assert!(answered(OIDC, 200, &token(&|_| {})).await.is_ok());
    let found = answered(OIDC, 200, &token(&|claims| claims["sub"] = "8".into())).await;
    assert_eq!(found, Err(Misbehaviour::IdTokenSubject.into()));
    let found = answered(OIDC, 200, &token(&|claims| claims["iss"] = "x".into())).await;
    assert_eq!(found, Err(Misbehaviour::IdTokenIssuer.into()));
}

#[tokio::test]
async fn a_refusal_is_final_or_passing_by_the_words_of_the_file() {
    let words = |table: &str| {
        let own = format!("token = {{ url = \"{TOKEN}\", errors = {table} }}");
        OAUTH2.replace(&format!("token = \"{TOKEN}\""), &own)
    };
    let file = words(
        r#"{ final = ["bad_refresh_token", "invalid_refresh_token", "invalid_client"], passing = ["ratelimited", "invalid_grant"] }"#,
    );
    let again = ProviderError::SignInAgain;
    let later = |status| ProviderError::Unavailable { status };
    let refused = |error: &str| ProviderError::Refused {
        error: error.into(),
    };
    for (status, body, own, standard) in [
        (
            200,
            json!({ "error": "bad_refresh_token" }),
            again.clone(),
            refused("bad_refresh_token"),
        ),
        (
            200,
            json!({ "ok": false, "error": "invalid_refresh_token" }),
            again.clone(),
            refused("invalid_refresh_token"),
        ),
        (
            401,
            json!({ "error": "invalid_client" }),
            again.clone(),
            refused("invalid_client"),
        ),
        (
            400,
            json!({ "error": "invalid_client" }),
            again.clone(),
            refused("invalid_client"),
        ),
        (
            400,
            json!({ "error": "unauthorized_client" }),
            again.clone(),
            again.clone(),
        ),
        (
            400,
            json!({ "error": "unsupported_grant_type" }),
            again.clone(),
            again.clone(),
        ),
        (
            200,
            json!({ "ok": false, "error": "ratelimited" }),
            later(200),
            refused("ratelimited"),
        ),
        (
            400,
            json!({ "error": "temporarily_unavailable" }),
            refused("temporarily_unavailable"),
            refused("temporarily_unavailable"),
        ),
        (
            400,
            json!({ "error": "invalid_grant" }),
            later(400),
            again.clone(),
        ),
        // A server that is down says nothing of the token.
        (
            503,
            json!({ "error": "bad_refresh_token" }),
            later(503),
            later(503),
        ),
    ] {
        assert_eq!(
            answered(&file, status, &body).await,
            Err(own),
            "{status} {body}"
        );
        assert_eq!(
            answered(OAUTH2, status, &body).await,
            Err(standard),
            "{status} {body}"
        );
    }
}

#[tokio::test]
async fn a_code_that_is_refused_with_a_good_status_is_refused() {
    for (body, error) in [
        (
            json!({ "error": "bad_verification_code" }),
            "provider_refused",
        ),
        (
            json!({ "ok": false, "error": "invalid_code" }),
            "provider_refused",
        ),
    ] {
        let script = all_is_well();
        script.on(TOKEN, script::json(200, &body));
        let outcome = login(&provider(OAUTH2), &script).await;
        assert_eq!(outcome.unwrap_err().code(), error, "{body}");
        assert_eq!(script.count(USERINFO), 0);
    }
}
