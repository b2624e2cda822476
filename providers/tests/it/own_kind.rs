//! Tampers with token endpoints of their own kind: whole requests, through the whole framework, to stand-ins
//! of DingTalk, Withings, Etsy, MyAnimeList and Google.

use authcore::provider::spec::ProviderSpec;
use authcore_testing::identity::Endpoint;
use http::StatusCode;
use serde_json::{Value, json};
use url::Url;

use crate::suite::stage::{Outcome, Stage};

fn spec(id: &str) -> ProviderSpec {
    let provider = authcore_providers::by_id(id).unwrap();
    provider.spec().unwrap().clone()
}

fn is_somebody(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Entered(_))
}

/// What comes back with another name for the code.
fn renamed(url: &Url, from: &str, to: &str) -> Url {
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let mut url = url.clone();
    let pairs = pairs.into_iter().map(|(name, value)| match name == from {
        true => (to.to_owned(), value),
        false => (name, value),
    });
    let pairs: Vec<_> = pairs.collect();
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url
}

#[tokio::test]
async fn a_code_comes_back_under_the_providers_name_alone() {
    let stage = Stage::of(&spec("dingtalk")).await;
    let (browser, url) = stage.until_callback().await;
    assert!(url.query_pairs().any(|(name, _)| name == "authCode"));
    assert!(url.query_pairs().all(|(name, _)| name != "code"));
    assert!(is_somebody(&stage.come_back(browser, &url).await));
    let requests = stage.provider().requests_to(Endpoint::Token);
    let sent: Value = serde_json::from_slice(&requests[0].body).unwrap();
    assert_eq!(sent["clientSecret"], "secret");
    assert_eq!(requests.len(), 1);

    for name in ["code", "authcode", "authCode[]"] {
        let (browser, url) = stage.until_callback().await;
        let url = renamed(&url, "authCode", name);
        let outcome = stage.come_back(browser, &url).await;
        assert_eq!(outcome, Outcome::refused("code_missing"), "{name}");
    }
    let count = stage.provider().count(Endpoint::Token);
    assert_eq!(count, 1, "no code went anywhere");
}

#[tokio::test]
async fn the_usual_code_beside_the_providers_own_is_not_looked_at() {
    let stage = Stage::of(&spec("dingtalk")).await;
    let (browser, mut url) = stage.until_callback().await;
    url.query_pairs_mut().append_pair("code", "of-another");
    let outcome = stage.come_back(browser, &url).await;
    let requests = stage.provider().requests_to(Endpoint::Token);
    assert!(is_somebody(&outcome), "{outcome:?}");
    let sent: Value = serde_json::from_slice(&requests[0].body).unwrap();
    assert_ne!(sent["code"], "of-another");
}

#[tokio::test]
async fn a_code_stays_one_text_of_the_json() {
    let stage = Stage::of(&spec("dingtalk")).await;
    let codes = [
        "x\",\"clientId\":\"another",
        "x\\",
        "{\"a\":1}",
        "x\u{2028}y",
        "\u{202e}x",
    ];
    for code in codes {
        let (browser, mut url) = stage.until_callback().await;
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let others = pairs.iter().filter(|(name, _)| name != "authCode");
        url.query_pairs_mut()
            .clear()
            .extend_pairs(others)
            .append_pair("authCode", code);
        let outcome = stage.come_back(browser, &url).await;
        assert!(!is_somebody(&outcome), "{code}: {outcome:?}");
        let requests = stage.provider().requests_to(Endpoint::Token);
        let sent: Value = serde_json::from_slice(&requests.last().unwrap().body).unwrap();
        assert_eq!(sent["code"], code);
        assert_eq!(sent["clientId"], "client");
        assert!(sent.as_object().unwrap().values().all(Value::is_string));
    }
}

#[tokio::test]
async fn errors_inside_a_success_sign_nobody_in() {
    let tokens = json!({ "access_token": "x", "userid": "363" });
    for (id, answer, code) in [
        (
            "withings",
            json!({ "status": 503, "body": {}, "error": "Invalid Params" }),
            "provider_refused",
        ),
        (
            "withings",
            json!({ "status": 100, "body": tokens }),
            "provider_refused",
        ),
        ("withings", json!({ "status": 0 }), "access_token_missing"),
        ("withings", tokens.clone(), "access_token_missing"),
        (
            "withings",
            json!({ "status": 0, "body": { "access_token": "x" } }),
            "subject_missing",
        ),
        (
            "withings",
            json!({ "status": 0, "body": { "access_token": "x", "userid": "" } }),
            "subject_invalid",
        ),
        (
            "withings",
            json!({ "status": 0, "body": { "access_token": "x", "userid": ["363"] } }),
            "subject_invalid",
        ),
        (
            "dingtalk",
            json!({ "code": "invalidParameter", "message": "no" }),
            "provider_refused",
        ),
        (
            "dingtalk",
            json!({ "access_token": "x" }),
            "access_token_missing",
        ),
        ("dingtalk", json!({ "accessToken": ["x"] }), "token_answer"),
        (
            "douyin",
            json!({ "data": { "error_code": 10008 }, "message": "error" }),
            "provider_refused",
        ),
        (
            "douyin",
            json!({ "data": { "error_code": "10008", "access_token": "x" }, "message": "error" }),
            "provider_refused",
        ),
        (
            "stripe",
            json!({ "access_token": "x", "livemode": true }),
            "subject_missing",
        ),
    ] {
        let stage = Stage::of(&spec(id)).await;
        stage.answers_instead(Endpoint::Token, StatusCode::OK, answer.clone());
        let outcome = stage.sign_in().await;
        assert_eq!(outcome, Outcome::refused(code), "{id}: {answer}");
    }
}

#[tokio::test]
async fn the_secret_is_in_the_header_that_wants_it_and_in_no_address() {
    let stage = Stage::of(&spec("etsy")).await;
    assert!(is_somebody(&stage.sign_in().await));
    let asked = stage.provider().requests_to(Endpoint::Profile);
    assert_eq!(asked[0].header("x-api-key"), Some("client:secret"));
    let more = stage.provider().requests_to(Endpoint::FollowUp);
    assert_eq!(more[0].header("x-api-key"), Some("client:secret"));
    for request in stage.provider().requests() {
        assert!(!request.query.contains("secret"), "{request:?}");
        assert!(!request.path.contains("secret"), "{request:?}");
    }
    let tokens = stage.provider().requests_to(Endpoint::Token);
    assert_eq!(tokens[0].field("client_secret"), None);
}

#[tokio::test]
async fn plain_pkce_still_ties_a_code_to_its_attempt() {
    let stage = Stage::of(&spec("myanimelist")).await;
    let (browser, url) = stage.until_callback().await;
    let (other, _) = stage.until_callback().await;
    // Another browser with the code of the first: its attempt has another `state`.
    let outcome = stage.come_back(other, &url).await;
    assert!(!is_somebody(&outcome), "{outcome:?}");
    assert!(is_somebody(&stage.come_back(browser, &url).await));
    let asked = stage.provider().requests_to(Endpoint::Authorization);
    assert_eq!(
        asked[0].parameter("code_challenge_method").as_deref(),
        Some("plain")
    );
    let tokens = stage.provider().requests_to(Endpoint::Token);
    assert_eq!(
        tokens[0].field("code_verifier"),
        asked[0].parameter("code_challenge")
    );
}

#[tokio::test]
async fn of_googles_addresses_only_its_own_count_as_verified() {
    let stage = Stage::of(&spec("google")).await;
    for (claims, verified) in [
        (
            json!({ "email": "ada@gmail.com", "email_verified": true }),
            true,
        ),
        (
            json!({ "email": "ADA@GMAIL.COM", "email_verified": true }),
            true,
        ),
        (
            json!({ "email": "ada@x.org", "email_verified": true, "hd": "x.org" }),
            true,
        ),
        (
            json!({ "email": "ada@x.org", "email_verified": true }),
            false,
        ),
        (
            json!({ "email": "ada@x.org", "email_verified": true, "hd": "" }),
            false,
        ),
        (
            json!({ "email": "ada@x.org", "email_verified": true, "hd": null }),
            false,
        ),
        (
            json!({ "email": "ada@x.org", "email_verified": true, "hd": false }),
            false,
        ),
        (
            json!({ "email": "ada@x.org", "email_verified": false, "hd": "x.org" }),
            false,
        ),
        (
            json!({ "email": "ada@gmail.com", "email_verified": false }),
            false,
        ),
        (json!({ "email": "ada@gmail.com" }), false),
        (
            json!({ "email": "ada@notgmail.com", "email_verified": true }),
            false,
        ),
        (
            json!({ "email": "ada@gmail.com.x.org", "email_verified": true }),
            false,
        ),
        (
            json!({ "email": "ada@mail.gmail.com", "email_verified": true }),
            false,
        ),
    ] {
        let mut answer = claims.clone();
        answer["sub"] = json!("10769150350006150715113082367");
        stage.answers(&answer);
        match stage.sign_in().await {
            Outcome::Entered(profile) => {
                assert_eq!(profile["email_verified"], verified, "{claims}");
            }
            other => panic!("{claims}: {other:?}"),
        }
    }
}
