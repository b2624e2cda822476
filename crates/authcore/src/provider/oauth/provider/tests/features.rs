//! Servers with names, methods, bodies and errors of their own; fields that a form brings back.

use http::header;
use serde_json::{Value, json};

use super::stage::*;
use crate::{
    oauth::script::{self, form, query},
    provider::{Misbehaviour, ProviderError},
};

/// OAuth 2 with these lines at the top and this at the profile's address.
fn oauth2(top: &str, userinfo: &str) -> String {
    let whole = OAUTH2.replace("userinfo = \"https://id.example.org/me\"", userinfo);
    with(&whole, top)
}

fn profile_at(keys: &str) -> String {
    format!("userinfo = {{ url = \"{USERINFO}\", {keys} }}")
}

#[tokio::test]
async fn credentials_go_under_the_names_that_the_server_has() {
    let toml = with(
        OAUTH2,
        "client_auth = \"post\"\nclient_id_param = \"client_key\"\nclient_secret_param = \"secret\"",
    );
    let (script, provider) = (all_is_well(), provider(&toml));
    let (url, _) = start(&provider, &script).await.unwrap();
    let asked = query(&url);
    assert_eq!(asked["client_key"], "client id");
    assert_eq!(asked["redirect_uri"], CALLBACK);
    assert!(!asked.contains_key("client_id"));
    login(&provider, &script).await.unwrap();
    let form = form(&script.last(TOKEN));
    assert_eq!(form["client_key"], "client id");
    assert_eq!(form["secret"], "secret/+");
    assert!(!form.contains_key("client_id") && !form.contains_key("client_secret"));
}

#[tokio::test]
async fn a_token_request_by_get_has_no_body() {
    let toml = OAUTH2.replace(
        "token = \"https://id.example.org/token\"",
        "client_auth = \"post\"\nclient_id_param = \"appid\"\n\
         token = { url = \"https://id.example.org/token?v=2\", method = \"get\" }",
    );
    let script = all_is_well();
    login(&provider(&toml), &script).await.unwrap();
    let request = script.last(TOKEN);
    assert_eq!(request.method(), "GET");
    assert!(request.body().is_empty());
    assert!(!request.headers().contains_key(header::CONTENT_TYPE));
    let asked = query(&request.uri().to_string());
    assert_eq!(asked["v"], "2");
    assert_eq!(asked["appid"], "client id");
    assert_eq!(asked["client_secret"], "secret/+");
    assert_eq!(asked["code"], "the-code");
}

#[tokio::test]
async fn a_fragment_stands_behind_the_authorization_url() {
    let toml = OAUTH2.replace(
        "authorization = \"https://id.example.org/authorize\"",
        "authorization = { url = \"https://id.example.org/authorize\", fragment = \"go\" }",
    );
    let (url, _) = start(&provider(&toml), &all_is_well()).await.unwrap();
    assert!(url.ends_with("#go"), "{url}");
}

#[tokio::test]
async fn the_access_token_is_shown_where_the_server_looks() {
    for (keys, header, asked) in [
        ("auth = \"bearer\"", Some("Bearer access"), None),
        ("auth = \"query:oauth_token\"", None, Some("access")),
        ("auth = \"none\"", None, None),
    ] {
        let script = all_is_well();
        login(&provider(&oauth2("", &profile_at(keys))), &script)
            .await
            .unwrap();
        let request = script.last(USERINFO);
        let shown = request.headers().get(header::AUTHORIZATION);
        assert_eq!(shown.map(|value| value.to_str().unwrap()), header, "{keys}");
        let query = query(&request.uri().to_string());
        assert_eq!(
            query.get("oauth_token").map(String::as_str),
            asked,
            "{keys}"
        );
    }
}

#[tokio::test]
async fn a_profile_is_asked_for_with_json() {
    let keys = "method = \"post\", json = { token = \"{token.access_token}\", types = [\"user\"] }";
    let script = all_is_well();
    login(&provider(&oauth2("", &profile_at(keys))), &script)
        .await
        .unwrap();
    let request = script.last(USERINFO);
    assert_eq!(request.method(), "POST");
    assert_eq!(request.headers()[header::CONTENT_TYPE], "application/json");
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(body, json!({ "token": "access", "types": ["user"] }));
}

#[tokio::test]
async fn an_error_with_status_200_is_an_error() {
    let quirks = "quirks = { failure = [\"/errcode\", { ok = false }] }";
    let refused = |error: &str| ProviderError::Refused {
        error: error.into(),
    };
    for (answer, error) in [
        (
            json!({ "errcode": 40029, "errmsg": "invalid code" }),
            "40029",
        ),
        (
            json!({ "ok": false, "error": "invalid_code" }),
            "invalid_code",
        ),
        (json!({ "ok": false }), "unknown_error"),
    ] {
        let provider = provider(&with(OAUTH2, quirks));
        let script = all_is_well();
        script.on(USERINFO, script::json(200, &answer));
        let outcome = login(&provider, &script).await.unwrap_err();
        assert_eq!(outcome, refused(error));
        script.on(TOKEN, script::json(200, &answer));
        let outcome = login(&provider, &script).await.unwrap_err();
        assert_eq!(outcome, refused(error));
    }
    let script = all_is_well();
    let mut tokens = tokens(None);
    tokens["ok"] = json!(false);
    script.on(TOKEN, script::json(200, &tokens));
    let outcome = login(&provider(&with(OAUTH2, quirks)), &script).await;
    assert_eq!(
        outcome.unwrap_err(),
        refused("unknown_error"),
        "a token beside it is none"
    );
}

const FORM: &str = r#"
    id = "acme"
    name = "Acme"
    protocol = "oidc"
    issuer = "https://id.example.org"
    response_mode = "form_post"
    callback_json = { user = "/user" }
    [profile]
    name = { join = ["/user/name/first", "/user/name/last"] }
"#;

#[tokio::test]
async fn a_form_field_gives_a_name() {
    let user = r#"{"name":{"first":"Ada","last":"Lovelace"},"email":"evil@example.com"}"#;
    let params = [("code", "c"), ("user", user)];
    let proof = finish(&provider(FORM), &all_is_well(), &params)
        .await
        .unwrap();
    assert_eq!(proof.profile.name.as_deref(), Some("Ada Lovelace"));
    assert_eq!(proof.profile.email, None, "the browser gives no address");
    assert_eq!(proof.subject.as_str(), "7");
    let proof = login(&provider(FORM), &all_is_well()).await.unwrap();
    assert_eq!(proof.profile.name, None);
}

#[tokio::test]
async fn a_form_field_overrules_nothing_and_must_be_json() {
    let script = all_is_well();
    let mut claims = claims();
    claims["user"] = json!({ "name": { "first": "Signed" } });
    let token = script::rs256(&json!({ "alg": "RS256", "kid": "k1" }), &claims);
    script.on(TOKEN, script::json(200, &tokens(Some(&token))));
    let params = [("code", "c"), ("user", r#"{"name":{"first":"Forged"}}"#)];
    let proof = finish(&provider(FORM), &script, &params).await.unwrap();
    assert_eq!(proof.profile.name.as_deref(), Some("Signed"));

    for user in ["{", "<b>", "{\"a\":}", &"[".repeat(100_000)] {
        let params = [("code", "c"), ("user", user)];
        let outcome = finish(&provider(FORM), &all_is_well(), &params).await;
        assert_eq!(outcome.unwrap_err(), Misbehaviour::AnswerField.into());
    }
}

#[tokio::test]
async fn what_the_data_passes_along_passes() {
    let provider = provider(&with(OAUTH2, "passes = [\"hd\"]"));
    let passes = &crate::provider::Provider::info(&provider).passes;
    assert!(passes.iter().any(|name| name == "hd"), "{passes:?}");
}
