//! What the discovery document decides where the file is silent, and what it cannot talk us into.

use serde_json::{Value, json};

use super::stage::*;
use crate::{
    oauth::script::{self, Script, form, query},
    provider::{Misbehaviour, ProviderError},
};

fn offering(members: Value) -> Script {
    let script = all_is_well();
    let mut document = json!({
        "issuer": ISSUER, "authorization_endpoint": AUTHORIZE, "token_endpoint": TOKEN,
        "jwks_uri": KEYS, "revocation_endpoint": "https://id.example.org/revoke",
    });
    for (name, value) in members.as_object().unwrap() {
        document[name] = value.clone();
    }
    script.on(DISCOVERY, script::json(200, &document));
    script
}

fn clients(methods: &[&str]) -> Script {
    offering(json!({ "token_endpoint_auth_methods_supported": methods }))
}

#[tokio::test]
async fn the_client_proves_who_it_is_as_the_document_offers() {
    for (methods, expected) in [
        (&["client_secret_post"][..], "post"),
        (&["private_key_jwt", "client_secret_post", "none"], "post"),
        (&["client_secret_post", "client_secret_basic"], "basic"),
        (&[], "basic"),
        (&["client_secret_jwt", "private_key_jwt"], "jwt"),
    ] {
        let script = clients(methods);
        let provider = provider(OIDC);
        start(&provider, &script).await.unwrap();
        login(&provider, &script).await.unwrap();
        let request = script.last(TOKEN);
        let sent = form(&request);
        let shown = match (
            request.headers().contains_key("authorization"),
            sent.get("client_secret"),
        ) {
            (true, None) => "basic",
            (false, Some(secret)) if secret == "secret/+" => "post",
            (false, None) if sent.contains_key("client_assertion") => "jwt",
            _ => "odd",
        };
        assert_eq!(shown, expected, "{methods:?}");
    }
}

#[tokio::test]
async fn a_client_that_cannot_prove_who_it_is_is_not_sent_away() {
    for methods in [
        &["private_key_jwt"][..],
        &["none"],
        &["tls_client_auth", "self_signed_tls_client_auth"],
    ] {
        let script = clients(methods);
        let error = Err(ProviderError::from(Misbehaviour::ClientAuthOffered));
        assert_eq!(
            start(&provider(OIDC), &script).await.map(drop),
            error,
            "{methods:?}"
        );
        assert_eq!(login(&provider(OIDC), &script).await.map(drop), error);
        assert_eq!(script.count(TOKEN), 0);
    }
}

#[tokio::test]
async fn what_is_configured_is_not_changed() {
    let script = clients(&["client_secret_post"]);
    let file = with(OIDC, "client_auth = \"basic\"");
    login(&provider(&file), &script).await.unwrap();
    assert!(script.last(TOKEN).headers().contains_key("authorization"));
}

#[tokio::test]
async fn pkce_is_plain_only_where_nothing_better_is_offered() {
    for (methods, method) in [
        (json!(["plain"]), "plain"),
        (json!(["plain", "S256"]), "S256"),
        (json!(["S256"]), "S256"),
        (json!([]), "S256"),
        (json!(["none"]), "S256"),
        (Value::Null, "S256"),
    ] {
        let script = offering(json!({ "code_challenge_methods_supported": methods }));
        let provider = provider(OIDC);
        let (url, _) = start(&provider, &script).await.unwrap();
        let sent = query(&url);
        assert_eq!(sent["code_challenge_method"], method, "{methods}");
        login(&provider, &script).await.unwrap();
        let verifier = &form(&script.last(TOKEN))["code_verifier"];
        assert_eq!(
            sent["code_challenge"] == *verifier,
            method == "plain",
            "{methods}"
        );
    }
}

#[tokio::test]
async fn a_server_that_answers_by_form_only_is_named() {
    let script = offering(json!({ "response_modes_supported": ["form_post", "fragment"] }));
    let outcome = start(&provider(OIDC), &script).await;
    assert_eq!(outcome.unwrap_err().code(), "response_mode_unsupported");
    let file = with(OIDC, "response_mode = \"form_post\"");
    let (url, _) = start(&provider(&file), &script).await.unwrap();
    assert_eq!(query(&url)["response_mode"], "form_post");
}

#[tokio::test]
async fn an_id_token_is_signed_as_the_document_says_and_never_by_the_secret() {
    for (offered, is_fine) in [
        (json!(["RS256"]), true),
        (json!(["ES256", "RS256", "HS256", "none"]), true),
        (json!(["ES256"]), false),
        // Nothing that could be agreed on: the file's own list counts.
        (json!(["HS256", "none"]), true),
        (Value::Null, true),
    ] {
        let script = offering(json!({ "id_token_signing_alg_values_supported": offered }));
        let outcome = login(&provider(OIDC), &script).await;
        assert_eq!(outcome.is_ok(), is_fine, "{offered}: {outcome:?}");
        let token = script::hs256(&json!({ "alg": "HS256" }), &claims(), b"secret/+");
        script.on(TOKEN, script::json(200, &tokens(Some(&token))));
        let outcome = login(&provider(OIDC), &script).await;
        assert_eq!(
            outcome,
            Err(Misbehaviour::IdTokenAlgorithm.into()),
            "{offered}"
        );
    }
}
