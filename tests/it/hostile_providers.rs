//! This file lets providers lie, break and be silent. Nobody is signed in by it, nobody is signed
//! out, and every failure has its name.

use std::time::Duration;

use authcore::transport::HttpClient;
use authcore_testing::identity::{Endpoint, Mischief};

use crate::world::{BASE, Store, World, failure, refused};

#[tokio::test]
async fn token_forged_id_tokens_are_refused() {
    let world = World::with(Store::Sqlite).await;
    for mischief in Mischief::FORGED_ID_TOKENS {
        world.op.misbehave(*mischief);
        let mut browser = world.browser();
        let page = browser.sign_in_with(BASE, "oidc", "ada").await.unwrap();
        let (error, code) = failure(&page);
        assert_eq!(error, "Configuration", "{mischief:?}: {}", page.url);
        assert!(code.starts_with("id_token_"), "{mischief:?}: {code}");
        refused(&mut browser, &page, &code).await;
        world.op.behave();
    }
    world.signed_in("oidc", "ada").await;
}

#[tokio::test]
async fn token_algorithms_are_decided_before_the_header_is_read() {
    let world = World::with(Store::Sqlite).await;
    for mischief in [
        Mischief::IdTokenUnsigned,
        Mischief::IdTokenSignedWithPublicKey,
        Mischief::IdTokenSignedWithClientSecret,
    ] {
        world.op.misbehave(mischief);
        let mut browser = world.browser();
        let page = browser.sign_in_with(BASE, "oidc", "ada").await.unwrap();
        refused(&mut browser, &page, "id_token_alg").await;
        world.op.behave();
    }
}

#[tokio::test]
async fn token_oddities_that_harm_nobody_are_accepted() {
    let world = World::with(Store::Sqlite).await;
    for mischief in [
        Mischief::NoTokenType,
        Mischief::ExpiresInAsText,
        Mischief::NumericSubject,
    ] {
        world.wiki.misbehave(mischief);
        world.signed_in("wikimedia", "ada").await;
        world.wiki.behave();
    }
    world.op.misbehave(Mischief::IdTokenWithoutKeyId);
    world.signed_in("oidc", "nomail").await;
}

#[tokio::test]
async fn identity_somebody_without_a_subject_is_nobody() {
    let world = World::with(Store::Sqlite).await;
    for mischief in [
        Mischief::NoSubject,
        Mischief::EmptySubject,
        Mischief::ZeroSubject,
    ] {
        world.wiki.misbehave(mischief);
        let mut browser = world.browser();
        let page = browser
            .sign_in_with(BASE, "wikimedia", "ada")
            .await
            .unwrap();
        let (_, code) = failure(&page);
        assert!(code.starts_with("subject_"), "{mischief:?}: {code}");
        refused(&mut browser, &page, &code).await;
        world.wiki.behave();
    }
}

#[tokio::test]
async fn failclosed_broken_answers_sign_nobody_in_or_out() {
    let world = World::with(Store::Sqlite).await;
    let mut signed_in = world.signed_in("wikimedia", "nomail").await;
    for endpoint in [Endpoint::Token, Endpoint::Profile] {
        for mischief in Mischief::broken_answers(endpoint) {
            world.wiki.misbehave(mischief);
            let mut browser = world.browser();
            let page = browser
                .sign_in_with(BASE, "wikimedia", "ada")
                .await
                .unwrap();
            let (_, code) = failure(&page);
            assert!(!code.is_empty(), "{mischief:?}: {}", page.url);
            refused(&mut browser, &page, &code).await;
            let page = signed_in
                .sign_in_with(BASE, "wikimedia", "nomail")
                .await
                .unwrap();
            assert_eq!(failure(&page).1, code, "{mischief:?}");
            let session = signed_in.session(BASE).await.unwrap();
            assert!(session.is_object(), "{mischief:?} signed somebody out");
            world.wiki.behave();
        }
    }
    world.signed_in("wikimedia", "ada").await;
}

#[tokio::test]
async fn failclosed_broken_discovery_and_keys_are_named_and_recovered_from() {
    for endpoint in [Endpoint::Discovery, Endpoint::Keys] {
        for mischief in Mischief::broken_answers(endpoint) {
            let world = World::with(Store::Sqlite).await;
            world.op.misbehave(mischief);
            let mut browser = world.browser();
            let page = browser.sign_in_with(BASE, "oidc", "ada").await.unwrap();
            let (_, code) = failure(&page);
            assert!(!code.is_empty(), "{mischief:?}: {}", page.url);
            refused(&mut browser, &page, &code).await;
            world.op.behave();
            world.clock.advance(Duration::from_secs(120));
            world.signed_in("oidc", "ada").await;
        }
    }
}

#[tokio::test]
async fn failclosed_a_silent_provider_is_given_up_on() {
    let impatient = HttpClient::builder()
        .total_timeout(Duration::from_millis(300))
        .build();
    let world = World::over(impatient, Store::Sqlite, |builder| builder).await;
    world.wiki.misbehave(Mischief::Silent(Endpoint::Token));
    let mut browser = world.browser();
    let page = browser
        .sign_in_with(BASE, "wikimedia", "ada")
        .await
        .unwrap();
    assert_eq!(page.status, 503, "{}", page.url);
    refused(&mut browser, &page, "provider_timeout").await;
}

#[tokio::test]
async fn fifty_logins_at_once_ask_for_discovery_and_keys_once() {
    let world = World::with(Store::Sqlite).await;
    let mut logins = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let mut browser = world.browser();
        logins.spawn(async move {
            let page = browser.sign_in_with(BASE, "oidc", "nomail").await.unwrap();
            assert_eq!(page.url.path(), "/", "{}", page.url);
        });
    }
    while let Some(login) = logins.join_next().await {
        login.unwrap();
    }
    assert_eq!(world.op.count(Endpoint::Discovery), 1);
    assert_eq!(world.op.count(Endpoint::Keys), 1);
}
