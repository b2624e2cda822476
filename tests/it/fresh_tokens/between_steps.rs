//! This file takes away a caller, a provider, a process, an account or the store between two steps of a
//! refresh.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use async_trait::async_trait;
use authcore::{
    AccessToken, AccessTokenError, Auth,
    adapter::{Adapter, TokensThen},
    model::UserId,
    transport::{Transport, TransportError},
};
use authcore_testing::identity::{Endpoint, LocalTransport, Mischief};
use tokio::sync::watch;

use super::stage::{A_MOMENT, LIFE, Stage, Told, oidc};
use crate::{
    switch::Switch,
    world::{BASE, sqlite},
};

#[tokio::test]
async fn an_answer_that_cannot_be_stored_is_given_and_stored_later() {
    let switch = Arc::new(Switch::over(sqlite().await));
    let told = Told::default();
    let adapter = Arc::clone(&switch) as Arc<dyn Adapter>;
    let stage = Stage::over(adapter, |builder| builder.hooks(told.clone())).await;
    let before = stage.account().await;
    stage.world.clock.advance(LIFE);
    switch.keeps_no_tokens.store(true, Ordering::SeqCst);
    let token = stage.ask().await.unwrap();
    assert!(stage.world.op.honours(token.token.expose()));
    assert_eq!(stage.account().await, before);
    assert!(
        told.all().contains(&"not stored: oidc".to_owned()),
        "{:?}",
        told.all()
    );

    // The store is left alone for a moment.
    assert_eq!(stage.ask().await.unwrap(), token);
    let told_of = told
        .all()
        .into_iter()
        .filter(|it| it.starts_with("not stored"));
    assert_eq!(told_of.count(), 1);

    // The refresh token of the store is used up; presented again it would end everything. So would an
    // answer that is forgotten because the provider has gone since.
    stage.world.op.misbehave(Mischief::Fails(Endpoint::Token));
    stage.world.clock.advance(A_MOMENT * 6);
    assert_eq!(stage.ask().await.unwrap(), token);
    assert_eq!(stage.refreshes(), 1);

    let leases = *switch.leases.borrow();
    assert_eq!(leases, 1, "it holds the lease, and waits for nobody");

    switch.keeps_no_tokens.store(false, Ordering::SeqCst);
    stage.world.clock.advance(A_MOMENT * 6);
    assert_eq!(stage.ask().await.unwrap(), token);
    assert_eq!(stage.account().await.tokens.access_token, Some(token.token));
    assert_eq!(stage.refreshes(), 1);
    stage.world.op.behave();
    stage.world.clock.advance(LIFE);
    assert!(stage.ask().await.is_ok());
}

#[tokio::test]
async fn a_dead_store_is_told_and_signs_nobody_out() {
    let switch = Arc::new(Switch::over(sqlite().await));
    let adapter = Arc::clone(&switch) as Arc<dyn Adapter>;
    let mut stage = Stage::over(adapter, |builder| builder).await;
    switch.off.store(true, Ordering::SeqCst);
    let error = stage.ask().await.unwrap_err();
    assert_eq!(error.code(), "adapter_unavailable");
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("reference") && !shown.contains("canary"),
        "{shown}"
    );
    switch.off.store(false, Ordering::SeqCst);
    assert!(stage.is_signed_in().await);
    assert!(stage.ask().await.is_ok());
}

/// A transport whose answers from the token endpoint wait at a gate.
struct Gate {
    inner: LocalTransport,
    waiting: watch::Sender<u32>,
    open: watch::Sender<bool>,
}

#[async_trait]
impl Transport for Gate {
    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let waits = request.uri().path().ends_with("/token") && !*self.open.borrow();
        let answer = self.inner.send(request).await;
        if waits {
            self.waiting.send_modify(|count| *count += 1);
            let mut open = self.open.subscribe();
            open.wait_for(|open| *open).await.unwrap();
        }
        answer
    }
}

/// Somebody whose token has ended, and a process whose refresh hangs between the provider's answer and the
/// store.
async fn at_the_gate(stage: &Stage) -> (Auth, Arc<Gate>) {
    let gate = Arc::new(Gate {
        inner: LocalTransport::new(stage.world.op.hosts()),
        waiting: watch::Sender::new(0),
        open: watch::Sender::new(false),
    });
    struct Shared(Arc<Gate>);
    #[async_trait]
    impl Transport for Shared {
        async fn send(
            &self,
            request: http::Request<Vec<u8>>,
        ) -> Result<http::Response<Vec<u8>>, TransportError> {
            self.0.send(request).await
        }
    }
    let adapter = Arc::clone(&stage.adapter);
    let auth = stage.world.beside(adapter, |builder| {
        builder
            .transport(Shared(Arc::clone(&gate)))
            .user_agent("whole-logins/1.0 (https://app.example.org)")
    });
    stage.world.clock.advance(LIFE);
    (auth, gate)
}

impl Gate {
    async fn until_waiting(&self) {
        let mut waiting = self.waiting.subscribe();
        waiting.wait_for(|count| *count > 0).await.unwrap();
    }

    fn open(&self) {
        self.open.send_replace(true);
    }
}

fn asking(
    auth: &Auth,
    user: &UserId,
) -> tokio::task::JoinHandle<Result<AccessToken, AccessTokenError>> {
    let (auth, user) = (auth.clone(), user.clone());
    tokio::spawn(async move { auth.access_token(&user, &oidc()).await })
}

#[tokio::test]
async fn a_caller_who_goes_away_does_not_lose_the_answer() {
    let stage = Stage::new().await;
    let (auth, gate) = at_the_gate(&stage).await;
    let caller = asking(&auth, &stage.user);
    gate.until_waiting().await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    gate.open();
    let token = auth.access_token(&stage.user, &oidc()).await.unwrap();
    assert!(stage.world.op.honours(token.token.expose()));
    assert_eq!(stage.account().await.tokens.access_token, Some(token.token));
    assert_eq!(stage.refreshes(), 1);
}

#[tokio::test]
async fn a_provider_that_dies_after_its_answer_changes_nothing_of_it() {
    let stage = Stage::new().await;
    let (auth, gate) = at_the_gate(&stage).await;
    let caller = asking(&auth, &stage.user);
    gate.until_waiting().await;
    for endpoint in [Endpoint::Token, Endpoint::Keys, Endpoint::Discovery] {
        stage.world.op.misbehave(Mischief::Fails(endpoint));
    }
    gate.open();
    let token = caller.await.unwrap().unwrap();
    assert!(stage.world.op.honours(token.token.expose()));
    assert_eq!(stage.account().await.tokens.access_token, Some(token.token));
}

#[tokio::test]
async fn a_sign_in_during_a_refresh_has_the_newer_tokens() {
    let mut stage = Stage::new().await;
    let (auth, gate) = at_the_gate(&stage).await;
    let caller = asking(&auth, &stage.user);
    gate.until_waiting().await;
    stage
        .browser
        .sign_in_with(BASE, "oidc", "ada")
        .await
        .unwrap();
    let newer = stage.account().await.tokens;
    gate.open();
    assert_eq!(
        Some(caller.await.unwrap().unwrap().token),
        newer.access_token
    );
    assert_eq!(stage.account().await.tokens, newer);
}

#[tokio::test]
async fn tokens_that_come_for_an_account_that_went_are_revoked() {
    let stage = Stage::new().await;
    let (auth, gate) = at_the_gate(&stage).await;
    let caller = asking(&auth, &stage.user);
    gate.until_waiting().await;
    let deleted = stage.adapter.delete_user(&stage.user, TokensThen::Forget);
    deleted.await.unwrap();
    gate.open();
    assert_eq!(caller.await.unwrap(), Err(AccessTokenError::NoAccount));
    let revoked = stage.world.op.requests_to(Endpoint::Revocation);
    assert_eq!(revoked.len(), 2);
    for request in revoked {
        assert!(!stage.world.op.honours(&request.field("token").unwrap()));
    }
}

#[tokio::test]
async fn who_finds_a_lease_taken_waits_for_what_its_holder_brings() {
    let switch = Arc::new(Switch::over(sqlite().await));
    let adapter = Arc::clone(&switch) as Arc<dyn Adapter>;
    let stage = Stage::over(adapter, |builder| builder).await;
    let (holder, gate) = at_the_gate(&stage).await;
    let first = asking(&holder, &stage.user);
    gate.until_waiting().await;
    let mut leases = switch.leases.subscribe();
    let second = asking(&stage.world.auth, &stage.user);
    leases.wait_for(|count| *count > 3).await.unwrap();
    gate.open();
    assert_eq!(
        first.await.unwrap().unwrap(),
        second.await.unwrap().unwrap()
    );
    assert_eq!(stage.refreshes(), 1);
}

#[tokio::test]
async fn the_lease_of_a_process_that_died_is_waited_for_until_its_end() {
    let switch = Arc::new(Switch::over(sqlite().await));
    let adapter = Arc::clone(&switch) as Arc<dyn Adapter>;
    let stage = Stage::over(adapter, |builder| builder).await;
    stage.world.clock.advance(LIFE);
    let now = authcore::clock::Clock::now(&stage.world.clock);
    let key = stage.account().await.key;
    let store = stage.adapter.tokens().unwrap();
    let taken = store
        .lease_tokens(&key, now, now.plus(Duration::from_secs(60)))
        .await;
    assert!(taken.unwrap().is_some());
    let mut leases = switch.leases.subscribe();
    let caller = asking(&stage.world.auth, &stage.user);
    leases.wait_for(|count| *count > 3).await.unwrap();
    assert_eq!(stage.refreshes(), 0);
    stage.world.clock.advance(Duration::from_secs(60));
    assert!(caller.await.unwrap().is_ok());
    assert_eq!(stage.refreshes(), 1);
}
