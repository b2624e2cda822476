//! What token requests repeat of the answer to the browser, the form of an introspection, scopes that
//! are filled in, and requests that complete a profile and cannot be made.

use http::header;
use serde_json::{Value, json};

use super::stage::*;
use crate::{
    config::{Env, ProviderSetting},
    model::Secret,
    oauth::script::{self, Script, form, query},
    provider::{Misbehaviour, OAuthProvider, Provider, ProviderError, Refresh},
};

fn repeating() -> OAuthProvider {
    provider(&OAUTH2.replace(
        "token = \"https://id.example.org/token\"",
        "client_auth = \"none\"\n\
         token = { url = \"https://id.example.org/token\", params = { device_id = \"{callback.device_id}\" } }",
    ))
}

#[tokio::test]
async fn a_token_request_repeats_what_the_data_names() {
    let script = all_is_well();
    let answer = [
        ("code", "c"),
        ("device_id", "a-B_9.~&="),
        ("grant_type", "password"),
    ];
    finish(&repeating(), &script, &answer).await.unwrap();
    let form = form(&script.last(TOKEN));
    assert_eq!(form["device_id"], "a-B_9.~&=");
    assert_eq!(form["grant_type"], "authorization_code");
    assert!(
        !form.contains_key("client_secret"),
        "a public client has none to show"
    );
}

#[tokio::test]
async fn a_repeated_parameter_that_is_odd_ends_before_anything_is_sent() {
    let (long, longest) = ("a".repeat(513), "a".repeat(512));
    for value in [
        None,
        Some(""),
        Some("a b"),
        Some("a\r\nb: c"),
        Some("a\n"),
        Some("a\0"),
        Some("\u{e4}"),
        Some("\u{202e}a"),
        Some(long.as_str()),
        Some(&"a".repeat(10_240)),
    ] {
        let script = all_is_well();
        let mut answer = vec![("code", "c")];
        answer.extend(value.map(|value| ("device_id", value)));
        let outcome = finish(&repeating(), &script, &answer).await;
        assert_eq!(
            outcome,
            Err(Misbehaviour::AnswerParameter.into()),
            "{value:?}"
        );
        assert!(script.requests().is_empty(), "the code went nowhere");
    }
    let answer = [("code", "c"), ("device_id", longest.as_str())];
    assert!(finish(&repeating(), &all_is_well(), &answer).await.is_ok());
}

#[tokio::test]
async fn a_refresh_has_nothing_to_repeat() {
    let script = all_is_well();
    let old = Secret::from("refresh".to_owned());
    let outcome = repeating()
        .refresh(&Refresh::new(&old, None, &script, now()))
        .await;
    assert_eq!(outcome, Err(ProviderError::SignInAgain));
    assert!(script.requests().is_empty());
}

#[test]
fn a_public_client_needs_no_secret() {
    let toml = with(OAUTH2, "client_auth = \"none\"");
    let env: Env = [("AUTH_ACME_ID", "id")].into_iter().collect();
    let settings = crate::provider::OAuth::from_toml(&toml);
    assert!(settings.build(&ProviderSetting::new(&env, None)).is_ok());
}

const INTROSPECT: &str = "https://id.example.org/introspect";

fn introspecting(client_auth: &str) -> OAuthProvider {
    let toml = OAUTH2.replace(
        "userinfo = \"https://id.example.org/me\"",
        "userinfo = { url = \"https://id.example.org/introspect\", auth = \"introspection\" }",
    );
    let toml = with(&toml, &format!("client_auth = \"{client_auth}\""));
    build(settings(&toml).client_secret("canary/+"))
}

fn says(answer: &Value) -> Script {
    let script = all_is_well();
    script.on(INTROSPECT, script::json(200, answer));
    script
}

#[tokio::test]
async fn an_introspection_shows_the_client_in_the_form() {
    let script = says(&json!({ "active": true, "id": 7, "name": "Ada" }));
    let proof = login(&introspecting("post"), &script).await.unwrap();
    assert_eq!(proof.subject.as_str(), "7");
    let request = script.last(INTROSPECT);
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri().to_string(), INTROSPECT);
    assert!(!request.headers().contains_key(header::AUTHORIZATION));
    let form = form(&request);
    assert_eq!(form["token"], "access");
    assert_eq!(form["token_type_hint"], "access_token");
    assert_eq!(
        (form["client_id"].as_str(), form["client_secret"].as_str()),
        ("client id", "canary/+")
    );
}

#[tokio::test]
async fn an_introspection_shows_the_client_in_the_header() {
    for (auth, credentials) in [
        ("basic", "Basic Y2xpZW50K2lkOmNhbmFyeSUyRiUyQg=="),
        ("basic_unencoded", "Basic Y2xpZW50IGlkOmNhbmFyeS8r"),
    ] {
        let script = says(&json!({ "active": true, "id": 7 }));
        login(&introspecting(auth), &script).await.unwrap();
        let request = script.last(INTROSPECT);
        let shown = &request.headers()[header::AUTHORIZATION];
        assert_eq!(shown, credentials);
        assert!(shown.is_sensitive());
        assert!(!form(&request).contains_key("client_secret"));
    }
}

#[tokio::test]
async fn a_token_that_is_not_active_is_nobodys() {
    for answer in [
        json!({ "active": false, "id": 7 }),
        json!({ "active": "true", "id": 7 }),
        json!({ "active": 1, "id": 7 }),
        json!({ "id": 7 }),
        json!([{ "active": true }]),
    ] {
        let outcome = login(&introspecting("post"), &says(&answer)).await;
        assert_eq!(
            outcome,
            Err(Misbehaviour::ProfileRefused.into()),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn the_clients_secret_is_in_no_address_and_nothing_that_prints() {
    for auth in ["post", "basic", "basic_unencoded"] {
        let provider = introspecting(auth);
        for answer in [
            script::json(200, &json!({ "active": true, "id": 7 })),
            script::json(200, &json!({ "active": false, "secret": "canary/+" })),
            script::json(401, &json!({ "error": "canary" })),
            script::text(500, "text/html", "canary"),
        ] {
            let script = all_is_well();
            script.on(INTROSPECT, answer);
            let outcome = login(&provider, &script).await;
            let mut printed = format!("{provider:?} {:?}", provider.info());
            match outcome {
                Ok(proof) => printed.push_str(&format!("{proof:?}")),
                Err(error) => printed.push_str(&format!("{error:?} {error} {}", error.code())),
            }
            for request in script.requests() {
                printed.push_str(&format!("{} {:?}", request.uri(), request.headers()));
            }
            assert!(!printed.contains("canary"), "{printed}");
        }
    }
}

#[tokio::test]
async fn scopes_of_the_data_are_filled_in_and_the_applications_are_not() {
    let toml = with(
        OAUTH2,
        "scopes = [\"openid\", \"{client_id}\", \"{api}\"]\nvariables = { api = { description = \"a\", default = \"api\" } }",
    );
    let provider = build(settings(&toml).client_id("id"));
    let (url, _) = start(&provider, &all_is_well()).await.unwrap();
    assert_eq!(query(&url)["scope"], "openid id api");
    let provider = build(settings(&toml).client_id("id").scopes(["{client_id}"]));
    let (url, _) = start(&provider, &all_is_well()).await.unwrap();
    assert_eq!(query(&url)["scope"], "{client_id}");
    let env = Env::none();
    let problems = settings(&toml).client_id("id").variable("api", "a admin");
    let problems = problems
        .build(&ProviderSetting::new(&env, None))
        .unwrap_err();
    assert_eq!(problems[0].code, "scope_invalid");
}

fn following_up(need: &str) -> OAuthProvider {
    provider(&OAUTH2.replace(
        "denial_errors =",
        &format!(
            "follow_up = [{{ when_missing = \"/more\", into = \"/more\", {need}url = \"https://id.example.org/orgs/{{/org}}\" }}]\n\
             denial_errors ="
        ),
    ))
}

#[tokio::test]
async fn a_request_that_cannot_be_filled_in_is_left_out_or_fails_by_name() {
    let required = "need = \"required\", ";
    for org in [json!(null), json!({}), json!("."), json!("a\nb")] {
        let script = all_is_well();
        script.on(USERINFO, script::json(200, &json!({ "id": 7, "org": org })));
        let proof = login(&following_up(""), &script).await.unwrap();
        assert_eq!(proof.subject.as_str(), "7");
        let outcome = login(&following_up(required), &script).await;
        assert_eq!(outcome, Err(Misbehaviour::FollowUpUnfilled.into()), "{org}");
    }
}

#[tokio::test]
async fn a_required_request_that_is_refused_ends_the_login() {
    let orgs = "https://id.example.org/orgs/acme";
    for status in [403, 404] {
        let script = all_is_well();
        script.on(
            USERINFO,
            script::json(200, &json!({ "id": 7, "org": "acme" })),
        );
        script.on(orgs, script::json(status, &json!({ "error": "x" })));
        assert!(login(&following_up(""), &script).await.is_ok());
        assert!(
            login(&following_up("need = \"required\", "), &script)
                .await
                .is_err()
        );
        script.on(orgs, script::json(200, &json!({ "name": "Acme" })));
        let proof = login(&following_up("need = \"required\", "), &script)
            .await
            .unwrap();
        assert_eq!(proof.profile.raw["more"]["name"], "Acme");
    }
}
