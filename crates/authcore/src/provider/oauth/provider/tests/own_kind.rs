//! Token endpoints that take JSON, have names of their own, answer in an envelope, or say who somebody is;
//! the client's secret in headers, and what is made of it; PKCE as a server limits it.

use std::collections::BTreeMap;

use http::header;
use serde_json::{Value, json};

use super::stage::*;
use crate::{
    config::{Env, ProviderSetting},
    model::{Subject, TokenSet},
    oauth::script::{self, Script, form, query},
    provider::{Misbehaviour, OAuth, OAuthProvider, Provider, ProviderError, Refresh},
};

const RENEW: &str = "https://id.example.org/renew";

/// A server that has everything otherwise.
const OWN: &str = r#"
    id = "acme"
    name = "Acme"
    protocol = "oauth2"
    client_auth = "post"
    code_param = "authCode"
    profile_from = "token_answer"
    envelope = "/user"
    scopes = ["openid"]

    [authorization]
    url = "https://id.example.org/authorize"
    names = { redirect_uri = "gourl" }

    [token]
    url = "https://id.example.org/token"
    refresh_url = "https://id.example.org/renew"
    body = "json"
    names = { client_id = "clientId", client_secret = "clientSecret", grant_type = "grantType", refresh_token = "refreshToken" }
    params = { action = "request" }

    [token_answer]
    envelope = "/data"
    access_token = "/accessToken"
    refresh_token = "/secrets/refresh"
    expires_in = "/expireIn"

    [quirks]
    failure = "/errcode"

    [profile]
    subject = "/openid"
    name = { token = "nick" }
"#;

fn answer() -> Value {
    json!({ "errcode": 0, "data": {
        "accessToken": "canary-access", "secrets": { "refresh": "canary-refresh" }, "expireIn": "7200",
        "access_token": "not this one", "nick": "Ada", "user": { "openid": "7" },
    }})
}

fn answering(body: &Value) -> Script {
    let script = all_is_well();
    script.on(TOKEN, script::json(200, body));
    script.on(RENEW, script::json(200, body));
    script
}

async fn comes_back(
    script: &Script,
    params: &[(&str, &str)],
) -> Result<crate::provider::Proof, ProviderError> {
    finish(&provider(OWN), script, params).await
}

async fn login_of(body: &Value) -> Result<crate::provider::Proof, ProviderError> {
    comes_back(&answering(body), &[("authCode", "the-code")]).await
}

async fn refresh(provider: &OAuthProvider, script: &Script) -> Result<TokenSet, ProviderError> {
    let (subject, token) = (Subject::new("7").unwrap(), "old-refresh".into());
    let cx = Refresh::new(&token, Some(&subject), script, now());
    provider.refresh(&cx).await
}

fn texts(request: &http::Request<Vec<u8>>) -> BTreeMap<String, String> {
    assert_eq!(request.headers()[header::CONTENT_TYPE], "application/json");
    serde_json::from_slice(request.body()).unwrap()
}

#[tokio::test]
async fn a_code_is_traded_with_json_and_the_servers_own_names() {
    let script = answering(&answer());
    let proof = comes_back(&script, &[("authCode", "the-code")])
        .await
        .unwrap();
    assert_eq!(proof.subject.as_str(), "7");
    assert_eq!(proof.profile.name.as_deref(), Some("Ada"));
    assert_eq!(proof.tokens.access_token, Some("canary-access".into()));
    assert_eq!(proof.tokens.refresh_token, Some("canary-refresh".into()));
    assert_eq!(
        proof.tokens.expires_at.unwrap().seconds(),
        now().seconds() + 7200
    );
    let sent: BTreeMap<_, _> = [
        ("action", "request"),
        ("clientId", "client id"),
        ("clientSecret", "secret/+"),
        ("code", "the-code"),
        ("code_verifier", &attempt().code_verifier()),
        ("grantType", "authorization_code"),
        ("redirect_uri", CALLBACK),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    assert_eq!(texts(&script.last(TOKEN)), sent);
    assert_eq!(
        script.requests().len(),
        1,
        "the profile came with the tokens"
    );
}

#[tokio::test]
async fn no_token_stays_among_what_is_no_secret() {
    let proof = login_of(&answer()).await.unwrap();
    let open = serde_json::to_string(&proof.tokens.extra).unwrap();
    assert!(!open.contains("canary"), "{open}");
    let raw = serde_json::to_string(&proof.profile.raw).unwrap();
    assert!(!raw.contains("canary"), "{raw}");
    assert_eq!(
        proof.profile.raw,
        *json!({ "openid": "7" }).as_object().unwrap()
    );
}

#[tokio::test]
async fn the_browser_is_sent_with_the_servers_own_names() {
    let (url, _) = start(&provider(OWN), &all_is_well()).await.unwrap();
    let asked = query(&url);
    assert_eq!(asked["gourl"], CALLBACK);
    assert_eq!(asked["client_id"], "client id");
    assert!(!asked.contains_key("redirect_uri"));
    assert_eq!(asked["state"], attempt().state());
}

#[tokio::test]
async fn a_code_under_another_name_is_none() {
    let script = answering(&answer());
    for params in [
        &[("code", "the-code")][..],
        &[("authCode", "")],
        &[("authcode", "x")],
    ] {
        let outcome = comes_back(&script, params).await;
        assert_eq!(outcome, Err(Misbehaviour::CodeMissing.into()), "{params:?}");
    }
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn an_answer_in_an_envelope_is_looked_at_before_it_is_believed() {
    let refused = |error: &str| {
        Err(ProviderError::Refused {
            error: error.into(),
        })
    };
    let (missing, unreadable) = (
        Err(Misbehaviour::AccessTokenMissing.into()),
        Err(Misbehaviour::TokenAnswer.into()),
    );
    let data = answer()["data"].clone();
    for (body, outcome) in [
        (
            json!({ "errcode": 40029, "errmsg": "canary" }),
            refused("40029"),
        ),
        // An error beside tokens is an error where the data says so.
        (json!({ "errcode": 40029, "data": data }), refused("40029")),
        (
            json!({ "data": { "error_code": 10007, "description": "canary" } }),
            refused("10007"),
        ),
        (
            json!({ "data": { "error": "expired" } }),
            refused("expired"),
        ),
        // What is outside the envelope is no token.
        (data.clone(), missing.clone()),
        (json!({ "accessToken": "x", "data": {} }), missing.clone()),
        (json!({ "data": null }), missing.clone()),
        (json!({ "data": [] }), missing.clone()),
        (json!({ "data": "accessToken" }), missing.clone()),
        (json!({ "data": { "access_token": "x" } }), missing.clone()),
        (json!({ "data": { "accessToken": null } }), missing.clone()),
        (json!({ "data": { "accessToken": "" } }), missing),
        (json!({ "data": { "accessToken": 7 } }), unreadable.clone()),
        (
            json!({ "data": { "accessToken": { "a": "b" } } }),
            unreadable.clone(),
        ),
        (json!({ "data": { "accessToken": "a\r\nb" } }), unreadable),
        (
            json!({ "data": { "accessToken": "x", "token_type": "mac" } }),
            Err(Misbehaviour::TokenType.into()),
        ),
    ] {
        let found = login_of(&body).await.map(|proof| proof.subject.to_string());
        assert_eq!(found, outcome, "{body}");
    }
}

#[tokio::test]
async fn a_profile_out_of_the_token_answer_says_who_it_is() {
    for (user, outcome) in [
        (json!({}), Misbehaviour::SubjectMissing),
        (json!({ "openid": "" }), Misbehaviour::SubjectInvalid),
        (json!([{ "openid": "7" }]), Misbehaviour::ProfileAnswer),
        (json!("7"), Misbehaviour::ProfileAnswer),
    ] {
        let body = json!({ "data": { "accessToken": "x", "user": user } });
        let code = login_of(&body).await.unwrap_err().code();
        assert_eq!(code, ProviderError::from(outcome).code(), "{body}");
    }
}

#[tokio::test]
async fn a_refresh_token_goes_where_the_data_says_and_stays_with_its_person() {
    let (script, provider) = (answering(&answer()), provider(OWN));
    let tokens = refresh(&provider, &script).await.unwrap();
    assert_eq!(tokens.access_token, Some("canary-access".into()));
    assert_eq!(script.count(TOKEN), 0);
    let sent = texts(&script.last(RENEW));
    assert_eq!(sent["grantType"], "refresh_token");
    assert_eq!(sent["refreshToken"], "old-refresh");
    assert_eq!(sent["clientSecret"], "secret/+");

    let mut other = answer();
    other["data"]["user"]["openid"] = json!("8");
    script.on(RENEW, script::json(200, &other));
    let outcome = refresh(&provider, &script).await;
    assert_eq!(outcome, Err(Misbehaviour::ProfileSubject.into()));

    other["data"]["user"] = json!(null);
    script.on(RENEW, script::json(200, &other));
    assert!(
        refresh(&provider, &script).await.is_ok(),
        "a refresh may name nobody"
    );
}

fn keyed(userinfo: &str, more: &str) -> String {
    let toml = OAUTH2.replace(
        "userinfo = \"https://id.example.org/me\"",
        &format!("userinfo = {{ url = \"https://id.example.org/me\", {userinfo} }}"),
    );
    with(&toml, more)
}

#[tokio::test]
async fn a_secret_in_a_header_is_sent_and_never_shown() {
    let toml = keyed(
        "headers = { x-api-key = \"{client_id}:{client_secret}\" }",
        "client_auth = \"none\"",
    );
    let script = all_is_well();
    let settings = OAuth::from_toml(&toml)
        .client_id("client id")
        .client_secret("canary/+");
    let provider = build(settings);
    login(&provider, &script).await.unwrap();
    let request = script.last(USERINFO);
    assert_eq!(request.headers()["x-api-key"], "client id:canary/+");
    assert!(request.headers()["x-api-key"].is_sensitive());
    assert!(!format!("{request:?}{provider:?}").contains("canary"));
    assert!(!form(&script.last(TOKEN)).contains_key("client_secret"));
    for request in script.requests() {
        assert!(!request.uri().to_string().contains("canary"));
    }
}

#[test]
fn a_secret_that_is_sent_is_asked_for_at_the_start() {
    for userinfo in [
        "headers = { x-api-key = \"{client_secret}\" }",
        "params = { proof = \"{builtin.appsecret_proof}\" }",
    ] {
        let toml = keyed(userinfo, "client_auth = \"none\"");
        let env: Env = [("AUTH_ACME_ID", "id")].into_iter().collect();
        let built = OAuth::from_toml(&toml).build(&ProviderSetting::new(&env, None));
        let codes: Vec<_> = built
            .unwrap_err()
            .iter()
            .map(|it| it.code.to_string())
            .collect();
        assert_eq!(codes, ["client_secret_missing"], "{userinfo}");
    }
}

#[tokio::test]
async fn a_header_that_a_secret_would_break_is_not_sent() {
    let toml = keyed("headers = { x-api-key = \"{client_secret}\" }", "");
    let script = all_is_well();
    let provider = build(settings(&toml).client_secret("a\r\nx-admin: 1"));
    let outcome = login(&provider, &script).await;
    assert!(
        script.count(USERINFO) == 0 || {
            let request = script.last(USERINFO);
            !request.headers().contains_key("x-admin")
                && !request.headers().contains_key("x-api-key")
        },
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_proof_of_the_secret_goes_along_with_the_token() {
    let toml = keyed(
        "params = { appsecret_proof = \"{builtin.appsecret_proof}\", fields = \"id\" }",
        "",
    );
    let script = all_is_well();
    let provider = build(settings(&toml).client_secret("secret"));
    login(&provider, &script).await.unwrap();
    let asked = query(&script.last(USERINFO).uri().to_string());
    // printf access | openssl dgst -sha256 -hmac secret
    assert_eq!(
        asked["appsecret_proof"],
        "f789f13e161fc2bfae511164ea0bcbb742cbd3339c88e8c34865b3e5e2e51e08"
    );
    assert_eq!(asked["fields"], "id");
}

#[tokio::test]
async fn plain_pkce_shows_the_verifier_and_is_sent_only_where_the_data_says_so() {
    let plain = "checks = { pkce = { plain = \"example.org/docs/oauth, 2026-12\" } }";
    let (script, plain) = (all_is_well(), provider(&with(OAUTH2, plain)));
    let (url, _) = start(&plain, &script).await.unwrap();
    let asked = query(&url);
    assert_eq!(asked["code_challenge"], attempt().code_verifier());
    assert_eq!(asked["code_challenge_method"], "plain");
    login(&plain, &script).await.unwrap();
    assert_eq!(
        form(&script.last(TOKEN))["code_verifier"],
        attempt().code_verifier()
    );

    let (url, _) = start(&provider(OAUTH2), &script).await.unwrap();
    let asked = query(&url);
    assert_eq!(asked["code_challenge"], attempt().code_challenge());
    assert_eq!(asked["code_challenge_method"], "S256");
}

#[test]
fn a_parameter_that_the_server_calls_otherwise_cannot_be_passed() {
    let env = Env::none();
    let built = settings(OWN)
        .pass_param("gourl")
        .build(&ProviderSetting::new(&env, None));
    let codes: Vec<_> = built
        .unwrap_err()
        .iter()
        .map(|it| it.code.to_string())
        .collect();
    assert_eq!(codes, ["param_reserved"]);
}
