//! This file describes OAuth 2 providers by their endpoints and has them answer at their own URLs.

use authcore_testing::identity::{Endpoint, LocalProvider, Mischief, Person, Script};
use http::StatusCode;
use serde_json::{Value, json};

use crate::by_hand::{
    authorize, back, bearer, code, exchange, ordinary, profile, started, token, with,
};

const AUTHORIZE: &str = "https://provider.example.com/login/oauth/authorize";
const TOKEN: &str = "https://provider.example.com/login/oauth/access_token";
const USER: &str = "https://api.example.com/user";
const EMAILS: &str = "https://api.example.com/user/emails";

fn script() -> Script {
    Script::new(AUTHORIZE, TOKEN)
        .unwrap()
        .profile(USER, json!({"id": 17, "login": "ada", "email": null}))
        .unwrap()
        .follow_up(
            EMAILS,
            json!([{"email": "ada@example.org", "primary": true}]),
        )
        .unwrap()
}

async fn tokens(provider: &LocalProvider) -> Value {
    let code = code(provider, AUTHORIZE, &ordinary()).await;
    let (status, tokens) = token(provider, TOKEN, &exchange(&code)).await;
    assert_eq!(status, StatusCode::OK);
    tokens
}

#[tokio::test]
async fn a_recorded_answer_comes_from_the_providers_own_urls() {
    let script = script().token_member("user_id", json!("17"));
    let provider = started(LocalProvider::standing_in(script)).await;
    let tokens = tokens(&provider).await;
    assert_eq!(tokens["user_id"], "17");
    let (_, who) = profile(&provider, USER, &bearer(&tokens)).await;
    assert_eq!(who, json!({"id": 17, "login": "ada", "email": null}));
    let (_, emails) = profile(&provider, EMAILS, &bearer(&tokens)).await;
    assert_eq!(emails[0]["email"], "ada@example.org");
    assert_eq!(provider.count(Endpoint::Profile), 1);
    assert_eq!(provider.count(Endpoint::FollowUp), 1);
    assert_eq!(
        provider.requests_to(Endpoint::Profile)[0].host,
        "api.example.com"
    );
}

#[tokio::test]
async fn nothing_is_told_without_a_token() {
    let provider = started(LocalProvider::standing_in(script())).await;
    for (url, header) in [(USER, ""), (USER, "Bearer garbage"), (EMAILS, "")] {
        let (status, _) = profile(&provider, url, header).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{url} {header}");
    }
}

#[tokio::test]
async fn a_token_may_be_in_the_query_or_in_the_path() {
    let script = Script::new(AUTHORIZE, TOKEN)
        .unwrap()
        .profile(
            "https://api.example.com/v1/tokens/{token.access_token}",
            json!({"id": 1}),
        )
        .unwrap();
    let provider = started(LocalProvider::standing_in(script)).await;
    let access = tokens(&provider).await["access_token"].clone();
    let access = access.as_str().unwrap();
    let in_path = format!("https://api.example.com/v1/tokens/{access}");
    assert_eq!(profile(&provider, &in_path, "").await.0, StatusCode::OK);
    let in_query = format!("https://api.example.com/v1/tokens/me?oauth_token={access}");
    assert_eq!(profile(&provider, &in_query, "").await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_host_decides_between_equal_paths() {
    let script = Script::new("https://a.example.com/oauth", "https://b.example.com/oauth").unwrap();
    let provider = started(LocalProvider::standing_in(script)).await;
    let endpoint = "https://a.example.com/oauth";
    let code = code(&provider, endpoint, &ordinary()).await;
    let endpoint = "https://b.example.com/oauth";
    let (status, _) = token(&provider, endpoint, &exchange(&code)).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_server_that_refuses_pkce_says_so() {
    let provider = started(LocalProvider::standing_in(script().refusing_pkce())).await;
    let page = authorize(&provider, AUTHORIZE, &ordinary()).await;
    assert_eq!(back(&page, "error").as_deref(), Some("invalid_request"));
    let bare = with(ordinary(), "code_challenge", "");
    let page = authorize(&provider, AUTHORIZE, &bare).await;
    assert!(back(&page, "code").is_some());
}

#[tokio::test]
async fn a_server_may_have_its_own_word_for_a_refusal() {
    let script = script().denial("user_cancelled_login");
    let provider = started(LocalProvider::standing_in(script)).await;
    provider.visitor_refuses();
    let page = authorize(&provider, AUTHORIZE, &ordinary()).await;
    assert_eq!(
        back(&page, "error").as_deref(),
        Some("user_cancelled_login")
    );
    assert!(back(&page, "state").is_some());
}

#[tokio::test]
async fn people_may_have_answers_of_their_own() {
    let provider = started(LocalProvider::standing_in(
        script().issuer("https://provider.example.com"),
    ))
    .await;
    provider.add_person(Person::new("grown", "2").answering(json!({"id": 2})));
    provider.visitor_is("grown");
    let page = authorize(&provider, AUTHORIZE, &ordinary()).await;
    let iss = back(&page, "iss");
    assert_eq!(iss.as_deref(), Some("https://provider.example.com"));
    let tokens = tokens(&provider).await;
    let (_, who) = profile(&provider, USER, &bearer(&tokens)).await;
    assert_eq!(who, json!({"id": 2}));
}

#[tokio::test]
async fn mischief_finds_the_subject_where_the_script_says() {
    let script = Script::new(AUTHORIZE, TOKEN)
        .unwrap()
        .profile(
            USER,
            json!({"data": {"key": "k", "mail": "a@example.org", "verified": true}}),
        )
        .unwrap()
        .subject_at("/data/key")
        .email_at("/data/mail");
    let provider = started(LocalProvider::standing_in(script)).await;
    let tokens = tokens(&provider).await;
    for (mischief, wanted) in [
        (
            Mischief::NoSubject,
            json!({"data": {"mail": "a@example.org", "verified": true}}),
        ),
        (
            Mischief::UnverifiedEmail,
            json!({"data": {"key": "k", "mail": "a@example.org", "verified": false}}),
        ),
        (
            Mischief::NoEmail,
            json!({"data": {"key": "k", "verified": true}}),
        ),
    ] {
        provider.misbehave(mischief);
        let (_, who) = profile(&provider, USER, &bearer(&tokens)).await;
        assert_eq!(who, wanted, "{mischief:?}");
        provider.behave();
    }
}
