//! This file has people look at their accounts and take them away, others try to do so for them, and an
//! application delete its users.

use std::sync::Arc;

use authcore::{
    Auth, OwnAccount,
    adapter::{Adapter, TokensThen, Unlinked},
    model::{AccountKey, NewAccount, TokenSet, UserId},
    provider::ProviderKind,
};
use authcore_testing::{browser::Browser, identity::Endpoint};
use http::HeaderMap;
use serde_json::Value;

use crate::{
    fresh_tokens::Told,
    world::{BASE, SESSION, SITE, Store, World, sqlite},
};

struct Stage {
    world: World,
    adapter: Arc<dyn Adapter>,
    told: Told,
}

async fn stage() -> Stage {
    let adapter: Arc<dyn Adapter> = Arc::new(sqlite().await);
    let told = Told::default();
    let world = World::new(Store::Shared(Arc::clone(&adapter)), |builder| {
        builder.hooks(told.clone())
    })
    .await;
    Stage {
        world,
        adapter,
        told,
    }
}

/// What this browser sends with every request.
fn headers(browser: &mut Browser) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if let Some(session) = browser.cookie(SITE, SESSION).unwrap() {
        let cookie = format!("{SESSION}={session}");
        headers.insert("cookie", cookie.parse().unwrap());
    }
    headers
}

async fn user(browser: &mut Browser) -> UserId {
    let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
    UserId::new(me.json().unwrap()["user"]["id"].as_str().unwrap())
}

async fn own(auth: &Auth, browser: &mut Browser) -> Vec<OwnAccount> {
    auth.own_accounts(&headers(browser)).await.unwrap()
}

/// Signed in with both providers as one user.
async fn with_two(stage: &Stage) -> Browser {
    let mut browser = stage.world.signed_in("oidc", "ada").await;
    let page = browser
        .connect_with(BASE, "wikimedia", "nomail")
        .await
        .unwrap();
    assert_eq!(page.url.path(), "/", "{}", page.url);
    browser
}

#[tokio::test]
async fn people_see_their_accounts_and_which_is_the_last() {
    let stage = stage().await;
    let auth = &stage.world.auth;
    let mut browser = stage.world.signed_in("oidc", "ada").await;
    let one = own(auth, &mut browser).await;
    assert_eq!(one.len(), 1);
    assert!(one[0].is_last_way_in);
    assert_eq!(one[0].kind, ProviderKind::Oidc);

    let before = user(&mut browser).await;
    browser
        .connect_with(BASE, "wikimedia", "nomail")
        .await
        .unwrap();
    assert_eq!(user(&mut browser).await, before);
    let two = own(auth, &mut browser).await;
    let names: Vec<_> = two.iter().map(|it| it.provider_name.as_str()).collect();
    assert_eq!(
        names,
        ["Wikimedia", "OpenID Connect"],
        "in the application's order"
    );
    assert!(two.iter().all(|it| !it.is_last_way_in));

    // With an account whose provider is gone nobody signs in.
    let key: AccountKey = "ghost/7".parse().unwrap();
    let ghost = NewAccount {
        key: key.clone(),
        kind: ProviderKind::OAuth2,
        tokens: TokenSet::default(),
        authority: None,
    };
    stage.adapter.link_account(&before, ghost).await.unwrap();
    let asked = headers(&mut browser);
    let gone = auth.unlink_own_account(&asked, &two[0].key).await.unwrap();
    assert_eq!(gone, Unlinked::Done);
    let left = own(auth, &mut browser).await;
    let shown: Vec<_> = left
        .iter()
        .map(|it| (it.provider_name.as_str(), it.is_last_way_in))
        .collect();
    assert_eq!(shown, [("OpenID Connect", true), ("ghost", false)]);
    let last = auth.unlink_own_account(&asked, &left[0].key).await.unwrap();
    assert_eq!(last, Unlinked::LastWayIn);
    let gone = auth.unlink_own_account(&asked, &key).await.unwrap();
    assert_eq!(gone, Unlinked::Done);
    assert_eq!(
        stage.told.all(),
        [
            "linked: oidc",
            "linked: wikimedia",
            "unlinked: wikimedia",
            "unlinked: ghost"
        ]
    );
}

#[tokio::test]
async fn nobody_signed_in_sees_or_unlinks_anything() {
    let stage = stage().await;
    let auth = &stage.world.auth;
    let mut browser = with_two(&stage).await;
    let keys: Vec<_> = own(auth, &mut browser)
        .await
        .into_iter()
        .map(|it| it.key)
        .collect();
    let nobody = HeaderMap::new();
    let error = auth.own_accounts(&nobody).await.unwrap_err();
    assert_eq!(error.to_string(), "nobody is signed in");
    assert!(auth.unlink_own_account(&nobody, &keys[0]).await.is_err());
    assert_eq!(own(auth, &mut browser).await.len(), 2);
}

#[tokio::test]
async fn an_account_of_somebody_else_is_not_unlinked() {
    let stage = stage().await;
    let auth = &stage.world.auth;
    let mut ada = with_two(&stage).await;
    let theirs = own(auth, &mut ada).await;
    let mut mallory = stage.world.signed_in("wikimedia", "umlaut").await;
    mallory.connect_with(BASE, "oidc", "nomail").await.unwrap();
    let asked = headers(&mut mallory);
    for account in &theirs {
        let unlinked = auth.unlink_own_account(&asked, &account.key).await.unwrap();
        assert_eq!(unlinked, Unlinked::NotTheirs);
    }
    assert_eq!(own(auth, &mut ada).await, theirs);
    assert_eq!(own(auth, &mut mallory).await.len(), 2);
}

#[tokio::test]
async fn of_two_last_accounts_unlinked_at_once_one_stays() {
    for _ in 0..10 {
        let stage = stage().await;
        let auth = &stage.world.auth;
        let mut browser = with_two(&stage).await;
        let own_before = own(auth, &mut browser).await;
        let asked = headers(&mut browser);
        let (one, other) = tokio::join!(
            auth.unlink_own_account(&asked, &own_before[0].key),
            auth.unlink_own_account(&asked, &own_before[1].key),
        );
        let mut came = [one.unwrap(), other.unwrap()];
        came.sort_by_key(|it| *it == Unlinked::LastWayIn);
        assert_eq!(came, [Unlinked::Done, Unlinked::LastWayIn]);
        let left = own(auth, &mut browser).await;
        assert_eq!(left.len(), 1);
        assert!(left[0].is_last_way_in);
    }
}

#[tokio::test]
async fn a_deleted_user_has_no_session_no_account_and_no_access() {
    let stage = stage().await;
    let auth = &stage.world.auth;
    let mut browsers = [
        with_two(&stage).await,
        stage.world.signed_in("oidc", "ada").await,
    ];
    let ada = user(&mut browsers[0]).await;
    let mut other = stage.world.signed_in("wikimedia", "umlaut").await;
    let accounts = stage.adapter.accounts(&ada).await.unwrap();
    let tokens = accounts.iter().find(|it| it.kind == ProviderKind::Oidc);
    let access = tokens.unwrap().tokens.access_token.clone().unwrap();
    assert!(stage.world.op.honours(access.expose()));

    assert!(auth.delete_user(&ada).await.unwrap());
    for browser in &mut browsers {
        assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
    }
    assert!(other.session(BASE).await.unwrap().is_object());
    assert_eq!(stage.adapter.accounts(&ada).await.unwrap(), []);
    assert_eq!(stage.told.all().last().unwrap(), "deleted");
    assert!(!auth.delete_user(&ada).await.unwrap());
    assert_eq!(
        stage
            .told
            .all()
            .iter()
            .filter(|it| *it == "deleted")
            .count(),
        1
    );

    stage
        .world
        .clock
        .advance(std::time::Duration::from_secs(60));
    let done = auth.revoke_due_tokens(100).await.unwrap();
    // The wiki has no such endpoint: its tokens end by themselves.
    assert_eq!((done.revoked, done.postponed, done.given_up), (1, 0, 1));
    assert!(!stage.world.op.honours(access.expose()));
    assert_eq!(stage.world.op.count(Endpoint::Revocation), 2);
    let page = browsers[0].sign_in_with(BASE, "oidc", "ada").await.unwrap();
    assert_eq!(page.url.path(), "/", "they are welcome as somebody new");
    assert_ne!(user(&mut browsers[0]).await, ada);
}

#[tokio::test]
async fn tokens_that_nobody_can_revoke_are_not_put_aside() {
    let stage = stage().await;
    let auth = &stage.world.auth;
    let mut browser = with_two(&stage).await;
    let wiki: AccountKey = own(auth, &mut browser).await[0].key.clone();
    assert_eq!(wiki.provider.as_str(), "wikimedia");
    let asked = headers(&mut browser);
    auth.unlink_own_account(&asked, &wiki).await.unwrap();
    stage
        .world
        .clock
        .advance(std::time::Duration::from_secs(60));
    assert_eq!(auth.revoke_due_tokens(100).await.unwrap().total(), 0);
    // Whoever puts them aside all the same is told.
    let id = user(&mut browser).await;
    stage
        .adapter
        .delete_user(&id, TokensThen::Forget)
        .await
        .unwrap();
    assert_eq!(auth.revoke_due_tokens(100).await.unwrap().total(), 0);
}
