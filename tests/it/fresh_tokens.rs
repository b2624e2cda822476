//! This file has applications ask for users' tokens, many at once and in two processes, at providers that
//! are well, that refuse, that are broken and that go away between two steps.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, atomic::Ordering},
    time::Duration,
};

use async_trait::async_trait;
use authcore::{
    AccessToken, AccessTokenError, Auth, AuthBuilder,
    adapter::{Adapter, TokensThen},
    hooks::{Event, Hooks},
    model::{Account, AccountKey, ProviderId, Secret, UserId},
    transport::{Transport, TransportError},
};
use authcore_sqlite::{Schema, SqliteAdapter};
use authcore_testing::{
    browser::Browser,
    identity::{Endpoint, LocalTransport, Mischief},
};
use serde_json::json;
use tokio::{sync::watch, task::JoinSet};

use crate::{
    switch::Switch,
    world::{BASE, SITE, Store, World, sqlite},
};

/// As long as an access token of the local provider is good.
const LIFE: Duration = Duration::from_secs(14_400);
/// Longer than a failure is remembered.
const A_MOMENT: Duration = Duration::from_secs(11);

fn oidc() -> ProviderId {
    ProviderId::new("oidc").unwrap()
}

/// Somebody who is signed in at the OpenID provider.
struct Stage {
    world: World,
    browser: Browser,
    user: UserId,
    adapter: Arc<dyn Adapter>,
}

impl Stage {
    async fn over(
        adapter: Arc<dyn Adapter>,
        change: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let world = World::new(Store::Shared(Arc::clone(&adapter)), change).await;
        let mut browser = world.signed_in("oidc", "ada").await;
        let user = user(&mut browser).await;
        world.op.forget_requests();
        Self {
            world,
            browser,
            user,
            adapter,
        }
    }

    async fn new() -> Self {
        Self::over(Arc::new(sqlite().await), |builder| builder).await
    }

    async fn ask(&self) -> Result<AccessToken, AccessTokenError> {
        self.world.auth.access_token(&self.user, &oidc()).await
    }

    /// What is stored.
    async fn account(&self) -> Account {
        let mut accounts = self.adapter.accounts(&self.user).await.unwrap();
        accounts.pop().unwrap()
    }

    fn refreshes(&self) -> usize {
        self.world.op.count(Endpoint::Token)
    }

    async fn is_signed_in(&mut self) -> bool {
        self.browser.session(BASE).await.unwrap().is_object()
    }
}

async fn user(browser: &mut Browser) -> UserId {
    let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
    UserId::new(me.json().unwrap()["user"]["id"].as_str().unwrap())
}

fn code<T: std::fmt::Debug>(result: Result<T, AccessTokenError>) -> &'static str {
    result.unwrap_err().code()
}

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
async fn consent_that_was_taken_back_asks_for_a_new_sign_in_and_deletes_nothing() {
    let mut stage = Stage::new().await;
    stage.world.op.revoke_all_tokens();
    stage.world.clock.advance(LIFE - Duration::from_secs(30));
    // The token has not ended yet, as far as anybody here knows.
    let stored = stage.account().await.tokens.access_token;
    assert_eq!(Some(stage.ask().await.unwrap().token), stored);
    stage.world.clock.advance(Duration::from_secs(31));
    assert_eq!(stage.ask().await, Err(AccessTokenError::SignInAgain));
    let asked = stage.refreshes();
    assert_eq!(stage.ask().await, Err(AccessTokenError::SignInAgain));
    assert_eq!(
        stage.refreshes(),
        asked,
        "the provider is not asked at every request"
    );
    assert!(stage.is_signed_in().await);
    assert!(stage.account().await.tokens.refresh_token.is_some());
    let page = stage
        .browser
        .sign_in_with(BASE, "oidc", "ada")
        .await
        .unwrap();
    assert_eq!(page.url.path(), "/");
    assert!(
        stage
            .world
            .op
            .honours(stage.ask().await.unwrap().token.expose())
    );
}

#[tokio::test]
async fn a_broken_provider_stops_nobody_before_the_token_ends() {
    for (mischief, expected) in [
        (Mischief::Fails(Endpoint::Token), "provider_unavailable"),
        (
            Mischief::TooManyRequests(Endpoint::Token),
            "provider_unavailable",
        ),
        (Mischief::Later(Endpoint::Token), "provider_unavailable"),
        (Mischief::Html(Endpoint::Token), "token_answer"),
        (Mischief::Truncated(Endpoint::Token), "token_answer"),
        (Mischief::Huge(Endpoint::Token), "provider_answer_too_large"),
        (Mischief::Redirects(Endpoint::Token), "provider_unavailable"),
        (
            Mischief::ErrorWithSuccessStatus(Endpoint::Token),
            "provider_refused",
        ),
    ] {
        let mut stage = Stage::new().await;
        stage.world.op.misbehave(mischief);
        stage.world.clock.advance(LIFE - Duration::from_secs(30));
        let stored = stage.account().await;
        assert_eq!(
            Some(stage.ask().await.unwrap().token),
            stored.tokens.access_token,
            "{mischief:?}"
        );
        stage.world.clock.advance(Duration::from_secs(31));
        assert_eq!(code(stage.ask().await), expected, "{mischief:?}");
        let asked = stage.refreshes();
        assert_eq!(code(stage.ask().await), expected, "{mischief:?}");
        assert_eq!(
            stage.refreshes(),
            asked,
            "{mischief:?} is remembered for a moment"
        );
        assert_eq!(stage.account().await, stored, "{mischief:?}");
        assert!(stage.is_signed_in().await, "{mischief:?}");
        stage.world.op.behave();
        stage.world.clock.advance(A_MOMENT);
        let token = stage.ask().await.unwrap();
        assert!(stage.world.op.honours(token.token.expose()), "{mischief:?}");
    }
}

#[tokio::test]
async fn an_answer_that_breaks_the_protocol_is_neither_given_nor_stored() {
    for (mischief, expected) in [
        (Mischief::IdTokenOtherSubject, "id_token_sub"),
        (Mischief::IdTokenWrongKey, "id_token_signature"),
        (Mischief::IdTokenWrongAudience, "id_token_aud"),
        (Mischief::OtherTokenType, "token_type"),
        (Mischief::NoAccessToken, "access_token_missing"),
    ] {
        let mut stage = Stage::new().await;
        let stored = stage.account().await;
        stage.world.clock.advance(LIFE);
        stage.world.op.misbehave(mischief);
        assert_eq!(code(stage.ask().await), expected, "{mischief:?}");
        assert_eq!(stage.account().await, stored, "{mischief:?}");
        assert!(stage.is_signed_in().await, "{mischief:?}");
        // It has used the refresh token up, so that only a sign-in helps; nobody is signed out for it.
        stage.world.op.behave();
        stage.world.clock.advance(A_MOMENT);
        assert_eq!(code(stage.ask().await), "sign_in_again", "{mischief:?}");
        stage
            .browser
            .sign_in_with(BASE, "oidc", "ada")
            .await
            .unwrap();
        assert!(stage.ask().await.is_ok(), "{mischief:?}");
    }
}

#[tokio::test]
async fn an_issuer_without_its_keys_loses_no_answer() {
    let stage = Stage::new().await;
    let before = stage.account().await.tokens;
    stage.world.clock.advance(LIFE);
    // The keys are others by now, and cannot be had.
    stage.world.op.rotate_keys().unwrap();
    stage.world.op.misbehave(Mischief::Fails(Endpoint::Keys));
    let token = stage.ask().await.unwrap();
    assert!(stage.world.op.honours(token.token.expose()));
    let after = stage.account().await.tokens;
    assert_ne!(after.refresh_token, before.refresh_token);
    assert_eq!(
        after.id_token, before.id_token,
        "the new one was not checked"
    );
    stage.world.op.behave();
    stage.world.clock.advance(LIFE);
    assert!(stage.ask().await.is_ok());
    assert_ne!(stage.account().await.tokens.id_token, before.id_token);
}

/// Remembers what was told.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl Hooks for Told {
    async fn event(&self, event: &Event<'_>) {
        let text = match event {
            Event::TokensNotStored { account } => format!("not stored: {}", account.provider),
            Event::AccountLinked { account, .. } => format!("linked: {}", account.provider),
            Event::AccountUnlinked { account, .. } => format!("unlinked: {}", account.provider),
            Event::UserDeleted { .. } => "deleted".into(),
            Event::RevocationGivenUp { account, why } => {
                format!("given up: {} {why:?}", account.provider)
            }
            _ => return,
        };
        self.0.lock().unwrap().push(text);
    }
}

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

    // The refresh token of the store is used up; presented again it would end everything. So would an
    // answer that is forgotten because the provider has gone since.
    stage.world.op.misbehave(Mischief::Fails(Endpoint::Token));
    stage.world.clock.advance(A_MOMENT * 6);
    assert_eq!(stage.ask().await.unwrap(), token);
    assert_eq!(stage.refreshes(), 1);

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

#[tokio::test]
async fn a_provider_that_gives_the_refused_token_again_is_not_believed() {
    let stage = Stage::new().await;
    let refused = stage.ask().await.unwrap();
    let same = json!({"access_token": refused.token.expose(), "token_type": "Bearer"});
    stage
        .world
        .op
        .answer_instead(Endpoint::Token, http::StatusCode::OK, same);
    let renewed = stage
        .world
        .auth
        .renew_access_token(&stage.user, &refused)
        .await;
    assert_eq!(code(renewed), "token_answer");
    assert!(stage.refreshes() <= 2, "{}", stage.refreshes());
}
