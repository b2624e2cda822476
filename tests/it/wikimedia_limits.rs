//! Whole sign-ins at a wiki that does not serve: because of the `User-Agent`, or not now.

use std::sync::Arc;

use authcore::{
    AccessTokenError,
    adapter::Adapter,
    model::{ProviderId, UserId},
};
use authcore_testing::identity::{Client, Endpoint, Mischief};
use http::StatusCode;
use serde_json::Value;

use crate::world::{BASE, SITE, Store, World, client, failure, sqlite};

#[tokio::test]
async fn a_wiki_that_refuses_the_user_agent_is_asked_once_and_the_operator_is_told() {
    let world = World::with(Store::Sqlite).await;
    for endpoint in [Endpoint::Token, Endpoint::Profile] {
        world.wiki.misbehave(Mischief::RefusesUserAgent(endpoint));
        world.wiki.forget_requests();
        let mut browser = world.browser();
        let page = browser
            .sign_in_with(BASE, "wikimedia", "ada")
            .await
            .unwrap();
        let expected = ("Configuration".to_owned(), "user_agent_refused".to_owned());
        assert_eq!(failure(&page), expected, "{}", page.url);
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
        let text = page.text();
        assert!(
            !text.contains("in a few minutes"),
            "waiting does not help: {text}"
        );
        assert_eq!(world.wiki.count(endpoint), 1, "{endpoint:?}");
        assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
        world.wiki.behave();
    }
    world.signed_in("wikimedia", "ada").await;
}

#[tokio::test]
async fn a_wiki_that_says_when_it_serves_again_is_believed_by_the_page() {
    let world = World::with(Store::Sqlite).await;
    for endpoint in [Endpoint::Token, Endpoint::Profile] {
        world.wiki.misbehave(Mischief::Later(endpoint));
        world.wiki.forget_requests();
        let page = world.browser().sign_in_with(BASE, "wikimedia", "ada").await;
        let page = page.unwrap();
        assert_eq!(failure(&page).1, "provider_unavailable", "{}", page.url);
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(page.header("retry-after"), Some("3600"), "{endpoint:?}");
        assert_eq!(world.wiki.count(endpoint), 1, "{endpoint:?}");
        world.wiki.behave();
    }
    // Where the server says nothing, neither do we.
    world.wiki.misbehave(Mischief::Fails(Endpoint::Token));
    let page = world.browser().sign_in_with(BASE, "wikimedia", "ada").await;
    let page = page.unwrap();
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.header("retry-after"), None);
}

#[tokio::test]
async fn an_address_of_the_error_page_cannot_send_anybody_away_for_long() {
    let world = World::with(Store::None).await;
    for (code, told, expected) in [
        ("provider_unavailable", "120", Some("120")),
        ("provider_unavailable", "0", Some("1")),
        ("provider_unavailable", "99999999", Some("3600")),
        ("provider_unavailable", "99999999999999999999999", None),
        ("provider_unavailable", "-1", None),
        ("provider_unavailable", "1%0D%0ASet-Cookie:%20a=b", None),
        ("provider_unavailable", "", None),
        ("provider_misconfigured", "120", None),
        ("attempt_missing", "120", None),
    ] {
        let url = format!("{BASE}/error?error=Configuration&code={code}&retry_after={told}");
        let page = world.browser().fetch(&url).await.unwrap();
        assert_eq!(page.header("retry-after"), expected, "{url}");
        assert_eq!(page.header("set-cookie"), None, "{url}");
    }
}

/// Somebody who is signed in at a wiki.
async fn signed_in(world: &World) -> (UserId, ProviderId) {
    let mut browser = world.signed_in("wikimedia", "ada").await;
    let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
    let me = me.json().unwrap();
    let user = UserId::new(me["user"]["id"].as_str().unwrap());
    (user, ProviderId::new("wikimedia").unwrap())
}

#[tokio::test]
async fn an_application_that_wants_a_token_hears_when_and_why() {
    let adapter: Arc<dyn Adapter> = Arc::new(sqlite().await);
    let world = World::with(Store::Shared(adapter)).await;
    let (user, wiki) = signed_in(&world).await;
    let an_hour = Some(std::time::Duration::from_secs(3600));
    for (mischief, code, after) in [
        (
            Mischief::Later(Endpoint::Token),
            "provider_unavailable",
            an_hour,
        ),
        (
            Mischief::RefusesUserAgent(Endpoint::Token),
            "user_agent_refused",
            None,
        ),
    ] {
        world.clock.advance(std::time::Duration::from_secs(14_400));
        world.wiki.misbehave(mischief);
        let error = world.auth.access_token(&user, &wiki).await.unwrap_err();
        assert_eq!(error.code(), code);
        let AccessTokenError::Unavailable(told) = error else {
            panic!("{error}");
        };
        assert_eq!(told.retry_after(), after, "{mischief:?}");
        world.wiki.behave();
    }
}

#[tokio::test]
async fn a_client_without_the_refresh_grant_is_told_to_let_people_sign_in_again() {
    let world = World::with(Store::Sqlite).await;
    let bare: Client = client("wikimedia").without_refresh_grant();
    world.wiki.register(bare);
    let (user, wiki) = signed_in(&world).await;
    assert!(world.auth.access_token(&user, &wiki).await.is_ok());
    world.clock.advance(std::time::Duration::from_secs(14_400));
    let ended = world.auth.access_token(&user, &wiki).await;
    assert_eq!(ended, Err(AccessTokenError::SignInAgain));
    signed_in(&world).await;
    assert!(world.auth.access_token(&user, &wiki).await.is_ok());
}
