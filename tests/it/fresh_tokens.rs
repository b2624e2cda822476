//! This file has applications ask for users' tokens, many at once and in two processes.

mod between_steps;
mod broken_providers;
mod stage;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use authcore::{
    AccessToken, AccessTokenError, Auth,
    adapter::Adapter,
    model::{AccountKey, Secret, UserId},
};
use authcore_sqlite::{Schema, SqliteAdapter};
use authcore_testing::identity::Mischief;
use tokio::task::JoinSet;

pub(crate) use stage::Told;
use stage::{LIFE, Stage, code, oidc, user};

use crate::world::{BASE, Store, World};

/// So many ask these processes at once.
async fn at_once(
    processes: &[&Auth],
    count: usize,
    user: &UserId,
) -> Vec<Result<AccessToken, AccessTokenError>> {
    let mut asking = JoinSet::new();
    for at in 0..count {
        let (auth, user) = (processes[at % processes.len()].clone(), user.clone());
        asking.spawn(async move { auth.access_token(&user, &oidc()).await });
    }
    asking.join_all().await
}

fn distinct(tokens: Vec<Result<AccessToken, AccessTokenError>>) -> BTreeSet<String> {
    let tokens = tokens.into_iter().map(|it| it.unwrap());
    tokens.map(|it| it.token.expose().to_owned()).collect()
}

#[tokio::test]
async fn a_token_is_given_as_stored_while_it_lasts_and_renewed_before_it_ends() {
    let mut stage = Stage::new().await;
    let first = stage.ask().await.unwrap();
    assert_eq!(
        Some(&first.token),
        stage.account().await.tokens.access_token.as_ref()
    );
    assert_eq!(first.token_type.as_deref(), Some("bearer"));
    assert_eq!(stage.refreshes(), 0);
    stage.world.clock.advance(LIFE - Duration::from_secs(61));
    assert_eq!(stage.ask().await.unwrap(), first);
    assert_eq!(stage.refreshes(), 0);
    stage.world.clock.advance(Duration::from_secs(2));
    let second = stage.ask().await.unwrap();
    assert_ne!(second.token, first.token);
    assert!(stage.world.op.honours(second.token.expose()));
    let stored = stage.account().await.tokens;
    assert_eq!(stored.access_token, Some(second.token));
    assert!(stored.id_token.is_some() && stored.scope.is_some());
    assert_eq!(stage.refreshes(), 1);
    assert!(stage.is_signed_in().await);
}

#[tokio::test]
async fn of_fifty_who_want_a_token_one_refreshes() {
    let stage = Stage::new().await;
    let other = stage.world.beside(Arc::clone(&stage.adapter), |it| it);
    let mut seen = BTreeSet::new();
    // More than once: had the refresh token been presented twice, the provider would have ended them all.
    for round in 1..=3 {
        stage.world.clock.advance(LIFE);
        let tokens = at_once(&[&stage.world.auth, &other], 50, &stage.user).await;
        let tokens = distinct(tokens);
        assert_eq!(tokens.len(), 1, "round {round}");
        assert_eq!(stage.refreshes(), round);
        let token = tokens.first().unwrap();
        assert!(stage.world.op.honours(token), "round {round}");
        seen.extend(tokens);
    }
    assert_eq!(seen.len(), 3);
}

#[tokio::test]
async fn a_token_that_was_refused_is_replaced_once() {
    let stage = Stage::new().await;
    let refused = stage.ask().await.unwrap();
    let mut asking = JoinSet::new();
    for _ in 0..20 {
        let (auth, user, refused) = (
            stage.world.auth.clone(),
            stage.user.clone(),
            refused.clone(),
        );
        asking.spawn(async move { auth.renew_access_token(&user, &refused).await });
    }
    let renewed = distinct(asking.join_all().await);
    assert_eq!((renewed.len(), stage.refreshes()), (1, 1));
    assert!(!renewed.contains(refused.token.expose()));
    // Who comes late with the old one is given the new one.
    let late = stage
        .world
        .auth
        .renew_access_token(&stage.user, &refused)
        .await;
    assert_eq!(late.unwrap(), stage.ask().await.unwrap());
    assert_eq!(stage.refreshes(), 1);
}

#[tokio::test]
async fn whose_account_it_is_not_gets_none_of_its_tokens() {
    let stage = Stage::new().await;
    let mut other = stage.world.signed_in("wikimedia", "nomail").await;
    let other = user(&mut other).await;
    let auth = &stage.world.auth;
    let key = stage.account().await.key;
    assert_eq!(
        code(auth.access_token(&other, &oidc()).await),
        "account_missing"
    );
    assert_eq!(
        code(auth.access_token_of(&other, &key).await),
        "account_missing"
    );
    let stolen = stage.ask().await.unwrap();
    assert_eq!(
        code(auth.renew_access_token(&other, &stolen).await),
        "account_missing"
    );
    let nobody = UserId::new("nobody");
    assert_eq!(
        code(auth.access_token(&nobody, &oidc()).await),
        "account_missing"
    );
    assert!(auth.access_token_of(&stage.user, &key).await.is_ok());
}

#[tokio::test]
async fn a_store_without_leases_does_within_one_process() {
    let adapter = SqliteAdapter::builder()
        .schema(Schema::authjs())
        .connect("sqlite::memory:")
        .await
        .unwrap();
    assert!(adapter.tokens().is_none());
    let stage = Stage::over(Arc::new(adapter), |builder| builder).await;
    for round in 1..=2 {
        stage.world.clock.advance(LIFE);
        let tokens = at_once(&[&stage.world.auth], 50, &stage.user).await;
        assert_eq!(distinct(tokens).len(), 1);
        assert_eq!(stage.refreshes(), round);
    }
    let stored = stage.account().await.tokens.access_token.unwrap();
    assert!(stage.world.op.honours(stored.expose()));
}

#[tokio::test]
async fn what_cannot_be_refreshed_is_named() {
    let stage = Stage::new().await;
    let key = stage.account().await.key;
    let mut tokens = stage.account().await.tokens;
    tokens.refresh_token = None;
    stage.adapter.update_tokens(&key, tokens).await.unwrap();
    assert!(stage.ask().await.is_ok());
    stage.world.clock.advance(LIFE);
    assert_eq!(code(stage.ask().await), "refresh_token_missing");

    let again = |provider: &str, subject: &str| {
        let mut account = authcore::model::NewAccount {
            key: format!("{provider}/{subject}")
                .parse::<AccountKey>()
                .unwrap(),
            kind: authcore::provider::ProviderKind::OAuth2,
            tokens: authcore::model::TokenSet::default(),
            authority: None,
        };
        account.tokens.refresh_token = Some(Secret::new("refresh"));
        account
    };
    let (ghost, second) = (again("ghost", "1"), again("oidc", "second"));
    stage
        .adapter
        .link_account(&stage.user, ghost.clone())
        .await
        .unwrap();
    stage
        .adapter
        .link_account(&stage.user, second)
        .await
        .unwrap();
    let auth = &stage.world.auth;
    let gone = auth.access_token(&stage.user, &ghost.key.provider).await;
    assert_eq!(code(gone), "unknown_provider");
    assert_eq!(code(stage.ask().await), "account_ambiguous");

    let nowhere = World::with(Store::None).await;
    let kept = nowhere.auth.access_token(&stage.user, &oidc()).await;
    assert_eq!(code(kept), "tokens_not_kept");
}

#[tokio::test]
async fn a_later_sign_in_without_a_refresh_token_leaves_the_one_that_is_there() {
    let mut stage = Stage::new().await;
    let first = stage.account().await.tokens;
    // As of providers that give one at the first consent only.
    stage.world.op.misbehave(Mischief::NoRefreshToken);
    stage
        .browser
        .sign_in_with(BASE, "oidc", "ada")
        .await
        .unwrap();
    let second = stage.account().await.tokens;
    assert_ne!(second.access_token, first.access_token);
    assert_eq!(second.refresh_token, first.refresh_token);
    stage.world.op.behave();
    stage.world.clock.advance(LIFE);
    assert!(stage.ask().await.is_ok());
}
