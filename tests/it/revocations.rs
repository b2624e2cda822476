//! This file revokes tokens of accounts that went, at providers that do it, that are down, that cannot, and
//! that are gone.

use std::{sync::Arc, time::Duration};

use authcore::{
    RevokedTokens,
    adapter::{Adapter, LastWayIn, TokensThen, Unlinked},
    model::{AccountKey, NewAccount, TokenSet, UserId},
    provider::ProviderKind,
};
use authcore_testing::identity::{Endpoint, Mischief};

use crate::{
    fresh_tokens::Told,
    world::{SITE, Store, World, sqlite},
};

const MINUTE: Duration = Duration::from_secs(60);

/// Somebody's account at the OpenID provider has gone, and its tokens wait.
struct Stage {
    world: World,
    adapter: Arc<dyn Adapter>,
    told: Told,
    access: String,
    refresh: String,
}

async fn stage() -> Stage {
    let adapter: Arc<dyn Adapter> = Arc::new(sqlite().await);
    let told = Told::default();
    let world = World::new(Store::Shared(Arc::clone(&adapter)), |builder| {
        builder.hooks(told.clone())
    })
    .await;
    let mut browser = world.signed_in("oidc", "ada").await;
    let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
    let user = UserId::new(me.json().unwrap()["user"]["id"].as_str().unwrap());
    let tokens = adapter.accounts(&user).await.unwrap().remove(0).tokens;
    let text = |it: Option<authcore::model::Secret>| it.unwrap().expose().to_owned();
    assert!(world.auth.delete_user(&user).await.unwrap());
    // The store notes by its own clock when the account went.
    world.clock.advance(MINUTE);
    Stage {
        world,
        adapter,
        told,
        access: text(tokens.access_token),
        refresh: text(tokens.refresh_token),
    }
}

impl Stage {
    async fn work(&self) -> (u32, u32, u32) {
        let done = self.world.auth.revoke_due_tokens(100).await.unwrap();
        (done.revoked, done.postponed, done.given_up)
    }

    fn asked(&self) -> usize {
        self.world.op.count(Endpoint::Revocation)
    }
}

#[tokio::test]
async fn tokens_of_an_account_that_went_are_revoked() {
    let stage = stage().await;
    assert!(stage.world.op.honours(&stage.access));
    assert_eq!(stage.work().await, (1, 0, 0));
    assert!(!stage.world.op.honours(&stage.access));
    let requests = stage.world.op.requests_to(Endpoint::Revocation);
    let sent: Vec<_> = requests
        .iter()
        .map(|it| {
            (
                it.field("token_type_hint").unwrap(),
                it.field("token").unwrap(),
            )
        })
        .collect();
    let expected = [
        ("refresh_token".to_owned(), stage.refresh.clone()),
        ("access_token".to_owned(), stage.access.clone()),
    ];
    assert_eq!(sent, expected, "the refresh token first");
    for request in requests {
        let shown = request.header("authorization").unwrap();
        assert!(shown.starts_with("Basic "), "as at the token endpoint");
        assert_eq!(request.field("client_secret"), None);
        assert!(request.query.is_empty());
    }
    assert_eq!(
        stage.world.auth.revoke_due_tokens(100).await.unwrap(),
        RevokedTokens::default()
    );
}

#[tokio::test]
async fn an_endpoint_that_is_down_is_asked_again_after_longer_and_longer() {
    let stage = stage().await;
    for mischief in [
        Mischief::Fails(Endpoint::Revocation),
        Mischief::TooManyRequests(Endpoint::Revocation),
        Mischief::Redirects(Endpoint::Revocation),
    ] {
        stage.world.op.misbehave(mischief);
    }
    for (tries, minutes) in [(1_usize, 1), (2, 2), (3, 4)] {
        assert_eq!(stage.work().await, (0, 1, 0), "{tries}");
        assert_eq!(stage.asked(), tries);
        stage
            .world
            .clock
            .advance(MINUTE * minutes - Duration::from_secs(1));
        assert_eq!(
            stage.work().await,
            (0, 0, 0),
            "not before {minutes} minutes"
        );
        stage.world.clock.advance(Duration::from_secs(1));
    }
    assert!(stage.world.op.honours(&stage.access));
    stage.world.op.behave();
    assert_eq!(stage.work().await, (1, 0, 0));
    assert!(!stage.world.op.honours(&stage.access));
}

#[tokio::test]
async fn a_server_says_when_it_serves_again() {
    let stage = stage().await;
    stage
        .world
        .op
        .misbehave(Mischief::Later(Endpoint::Revocation));
    assert_eq!(stage.work().await, (0, 1, 0));
    stage.world.op.behave();
    stage.world.clock.advance(MINUTE * 59);
    assert_eq!(stage.work().await, (0, 0, 0));
    stage.world.clock.advance(MINUTE);
    assert_eq!(stage.work().await, (1, 0, 0));
}

#[tokio::test]
async fn of_two_kinds_the_one_that_can_be_revoked_is() {
    let one = stage().await;
    one.world.op.misbehave(Mischief::RevokesNoRefreshToken);
    assert_eq!(one.work().await, (1, 0, 0));
    assert!(!one.world.op.honours(&one.access));

    let other = stage().await;
    other.world.op.misbehave(Mischief::RevokesNoAccessToken);
    assert_eq!(other.work().await, (1, 0, 0));
    assert_eq!(other.asked(), 2);

    let neither = stage().await;
    neither.world.op.misbehave(Mischief::RevokesNoRefreshToken);
    neither.world.op.misbehave(Mischief::RevokesNoAccessToken);
    assert_eq!(neither.work().await, (0, 0, 1));
    assert_eq!(
        neither.told.all().last().unwrap(),
        "given up: oidc Unsupported"
    );
    neither.world.clock.advance(MINUTE * 60 * 24);
    assert_eq!(neither.work().await, (0, 0, 0));
}

#[tokio::test]
async fn who_answers_nonsense_is_given_up_after_a_week_and_told() {
    let stage = stage().await;
    stage
        .world
        .op
        .misbehave(Mischief::Redirects(Endpoint::Revocation));
    let mut postponed = 0;
    for _ in 0..300 {
        match stage.work().await {
            (0, 1, 0) => postponed += 1,
            (0, 0, 0) => stage.world.clock.advance(MINUTE * 60),
            (0, 0, 1) => break,
            other => panic!("{other:?}"),
        }
    }
    assert!((30..50).contains(&postponed), "{postponed}");
    assert_eq!(stage.told.all().last().unwrap(), "given up: oidc TooLong");
    assert_eq!(stage.work().await, (0, 0, 0));
}

#[tokio::test]
async fn a_provider_that_is_gone_ends_the_wait_by_name() {
    let stage = stage().await;
    assert_eq!(stage.work().await, (1, 0, 0));
    let user = stage.adapter.create_user(Default::default()).await.unwrap();
    for (key, kind) in [
        ("ghost/1", ProviderKind::OAuth2),
        ("wikimedia/1", ProviderKind::OAuth2),
    ] {
        let account = NewAccount {
            key: key.parse::<AccountKey>().unwrap(),
            kind,
            tokens: TokenSet {
                access_token: Some("access".into()),
                ..TokenSet::default()
            },
            authority: None,
        };
        stage
            .adapter
            .link_account(&user.id, account.clone())
            .await
            .unwrap();
        let unlinked = stage
            .adapter
            .unlink_account(
                &user.id,
                &account.key,
                LastWayIn::Remove,
                TokensThen::Revoke,
            )
            .await;
        assert_eq!(unlinked.unwrap(), Unlinked::Done);
        stage.world.clock.advance(MINUTE);
        assert_eq!(stage.work().await, (0, 0, 1), "{key}");
    }
    let told = stage.told.all();
    assert_eq!(
        told[told.len() - 2..],
        [
            "given up: ghost NoProvider",
            "given up: wikimedia Unsupported"
        ]
    );
}

#[tokio::test]
async fn a_provider_that_is_away_is_not_waited_for_by_everybody() {
    let stage = stage().await;
    assert_eq!(stage.work().await, (1, 0, 0));
    let user = stage.adapter.create_user(Default::default()).await.unwrap();
    for at in 0..25 {
        let account = NewAccount {
            key: format!("oidc/{at}").parse::<AccountKey>().unwrap(),
            kind: ProviderKind::Oidc,
            tokens: TokenSet {
                access_token: Some(format!("access {at}").as_str().into()),
                ..TokenSet::default()
            },
            authority: None,
        };
        stage.adapter.link_account(&user.id, account).await.unwrap();
    }
    stage
        .adapter
        .delete_user(&user.id, TokensThen::Revoke)
        .await
        .unwrap();
    stage.world.clock.advance(MINUTE);
    stage.world.op.forget_requests();
    stage
        .world
        .op
        .misbehave(Mischief::Fails(Endpoint::Revocation));
    let limited = stage.world.auth.revoke_due_tokens(5).await.unwrap();
    assert_eq!((limited.total(), stage.asked()), (5, 1));
    assert_eq!(stage.work().await, (0, 20, 0));
    assert_eq!(stage.asked(), 2, "once in each round");
    stage.world.op.behave();
    stage.world.clock.advance(MINUTE);
    assert_eq!(stage.work().await, (25, 0, 0));
}
