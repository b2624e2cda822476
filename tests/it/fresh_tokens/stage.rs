//! This file sets the stage: somebody who is signed in, and an application that wants their token.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use authcore::{
    AccessToken, AccessTokenError, AuthBuilder,
    adapter::Adapter,
    hooks::{Event, Hooks},
    model::{Account, ProviderId, UserId},
};
use authcore_testing::{browser::Browser, identity::Endpoint};

use crate::world::{BASE, SITE, Store, World, sqlite};

/// As long as an access token of the local provider is good.
pub(super) const LIFE: Duration = Duration::from_secs(14_400);
/// Longer than a failure is remembered.
pub(super) const A_MOMENT: Duration = Duration::from_secs(11);

pub(super) fn oidc() -> ProviderId {
    ProviderId::new("oidc").unwrap()
}

/// Somebody who is signed in at the OpenID provider.
pub(super) struct Stage {
    pub(super) world: World,
    pub(super) browser: Browser,
    pub(super) user: UserId,
    pub(super) adapter: Arc<dyn Adapter>,
}

impl Stage {
    pub(super) async fn over(
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

    pub(super) async fn new() -> Self {
        Self::over(Arc::new(sqlite().await), |builder| builder).await
    }

    pub(super) async fn ask(&self) -> Result<AccessToken, AccessTokenError> {
        self.world.auth.access_token(&self.user, &oidc()).await
    }

    /// What is stored.
    pub(super) async fn account(&self) -> Account {
        let mut accounts = self.adapter.accounts(&self.user).await.unwrap();
        accounts.pop().unwrap()
    }

    pub(super) fn refreshes(&self) -> usize {
        self.world.op.count(Endpoint::Token)
    }

    pub(super) async fn is_signed_in(&mut self) -> bool {
        self.browser.session(BASE).await.unwrap().is_object()
    }
}

pub(super) async fn user(browser: &mut Browser) -> UserId {
    let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
    UserId::new(me.json().unwrap()["user"]["id"].as_str().unwrap())
}

pub(super) fn code<T: std::fmt::Debug>(result: Result<T, AccessTokenError>) -> &'static str {
    result.unwrap_err().code()
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
