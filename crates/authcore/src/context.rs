//! This file holds what every step may see: the settings and the plugged-in parts, never the builder.

use std::{sync::Arc, time::Duration};

use crate::{
    adapter::{Adapter, Stores},
    clock::Clock,
    config::{CustomPages, FieldPolicies, Moves},
    hooks::Hooks,
    login::Attempts,
    model::{Account, ProviderId, Secret, Timestamp, Visitor},
    pages::{Look, SiteScheme},
    provider::Provider,
    session::{SessionContext, SessionStrategy},
    tokens::Flights,
    transport::Transport,
    web::{arrivals::Arrivals, cookie::CookieRules},
};

/// Settings and parts, as `build()` left them. Nothing changes while serving.
pub(crate) struct Context {
    /// `https://example.org`, without a slash at the end.
    pub(crate) origin: String,
    /// `/api/auth`, without a slash at the end, as browsers see it.
    pub(crate) base_path: String,
    /// Where requests arrive, as far as a proxy changes that.
    pub(crate) arrivals: Arrivals,
    pub(crate) cookies: CookieRules,
    pub(crate) session_max_age: Duration,
    /// How long after signing in a visitor may change how they sign in.
    pub(crate) recent_for: Duration,
    /// Whether a sign-in with a session present connects the account, as in Auth.js.
    pub(crate) links_implicitly: bool,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) providers: Vec<Arc<dyn Provider>>,
    pub(crate) adapter: Option<Arc<dyn Adapter>>,
    pub(crate) sessions: Arc<dyn SessionStrategy>,
    pub(crate) hooks: Arc<dyn Hooks>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) attempts: Attempts,
    pub(crate) flights: Flights,
    pub(crate) pages: CustomPages,
    pub(crate) look: Look,
    pub(crate) site: SiteScheme,
    pub(crate) fields: FieldPolicies,
    pub(crate) moves: Moves,
}

impl Context {
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn provider(&self, id: &ProviderId) -> Option<&dyn Provider> {
        self.providers
            .iter()
            .map(AsRef::as_ref)
            .find(|provider| provider.info().id == *id)
    }

    /// The provider that an account is one of: with this id, and of the same server.
    pub(crate) fn provider_of(&self, account: &Account) -> Option<&dyn Provider> {
        let id = &account.key.provider;
        let stored = account.authority.as_deref();
        self.provider(id).filter(|provider| {
            let now = provider.info().authority.as_str();
            stored.is_none_or(|stored| stored == now || self.moves.lead(id, stored, now))
        })
    }

    /// The public URL of one of our own endpoints: `url("/signin/github")`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin, self.base_path)
    }

    pub(crate) fn callback_url(&self, provider: &ProviderId) -> String {
        self.url(&format!("/callback/{provider}"))
    }

    /// The stores that a provider may use.
    pub(crate) fn stores(&self) -> Stores<'_> {
        Stores::of(self.adapter.as_deref())
    }

    pub(crate) fn session_context(&self) -> SessionContext<'_> {
        SessionContext {
            now: self.now(),
            adapter: self.adapter.as_deref(),
            hooks: self.hooks.as_ref(),
            visitor: Visitor::default(),
        }
    }
}

/// How long an attempt to sign in may take: 15 minutes, as Auth.js's check cookies.
pub(crate) const ATTEMPT_LIFETIME: Duration = Duration::from_secs(900);
