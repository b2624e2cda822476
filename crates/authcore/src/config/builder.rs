//! This file takes what an application sets. Every setting says its default; `build` makes an
//! [`Auth`](crate::Auth) of them.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{CookieSettings, CustomPages, Env, FieldSync, IntoProvider, Moves};
use crate::{
    adapter::Adapter,
    clock::Clock,
    hooks::Hooks,
    model::Secret,
    pages::Theme,
    session::{SessionStrategy, UserCheck},
    transport::Transport,
};

/// How a signed-in visitor is remembered.
#[derive(Default)]
#[non_exhaustive]
pub enum SessionKind {
    /// In the database if the adapter keeps sessions, else in the browser. The default.
    #[default]
    Automatic,
    /// In the browser: an encrypted JWT, as Auth.js writes it. No query; cannot be ended early.
    Jwt,
    /// In the adapter's store. One query; can be ended at once.
    Database,
    /// The application's own.
    Custom(Arc<dyn SessionStrategy>),
}

/// Whether name and picture follow the provider after the first sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ProfileSync {
    /// They are taken once, as Auth.js does. The default.
    #[default]
    AtFirstSignIn,
    /// They are taken at every sign-in; a missing one leaves the old.
    AtEverySignIn,
}

/// A configuration in the making. Every method has a default, said with it.
#[derive(Default)]
pub struct AuthBuilder {
    pub(super) url: Option<String>,
    pub(super) secrets: Vec<Secret>,
    pub(super) providers: Vec<Box<dyn IntoProvider>>,
    pub(super) adapter: Option<Arc<dyn Adapter>>,
    pub(super) session: SessionKind,
    pub(super) max_age: Option<Duration>,
    pub(super) update_age: Option<Duration>,
    pub(super) absolute_age: Option<Option<Duration>>,
    pub(super) user_check: UserCheck,
    pub(super) recent_for: Option<Duration>,
    pub(super) links_implicitly: bool,
    pub(super) cookies: CookieSettings,
    pub(super) seen_age: Option<Duration>,
    pub(super) refresh_margin: Option<Duration>,
    pub(super) hooks: Option<Arc<dyn Hooks>>,
    pub(super) pages: CustomPages,
    pub(super) theme: Theme,
    pub(super) transport: Option<Arc<dyn Transport>>,
    pub(super) user_agent: Option<String>,
    pub(super) clock: Option<Arc<dyn Clock>>,
    pub(super) env: Option<Env>,
    pub(super) profile_sync: ProfileSync,
    pub(super) inner_path: Option<String>,
    pub(super) field_sync: BTreeMap<String, FieldSync>,
    pub(super) moves: Moves,
}

impl AuthBuilder {
    /// The public URL of the endpoints, base path included: `https://example.org/api/auth`. Redirect
    /// URIs are made of it, and of nothing that a request says. Without a path it is `/api/auth`.
    /// Default: `AUTH_URL`.
    #[must_use]
    pub fn url(mut self, url: impl Into<String>) -> Self {
        self.url = Some(url.into());
        self
    }

    /// The secret that seals cookies: at least 32 bytes. Called again, it adds an older one that
    /// still opens what it sealed. Default: `AUTH_SECRET_3`, `AUTH_SECRET_2`, `AUTH_SECRET_1`,
    /// `AUTH_SECRET`, those that are set; the first of them seals.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<Secret>) -> Self {
        self.secrets.push(secret.into());
        self
    }

    /// A way to sign in; the order is that of the buttons. Default: none.
    #[must_use]
    pub fn provider(mut self, provider: impl IntoProvider + 'static) -> Self {
        self.providers.push(Box::new(provider));
        self
    }

    /// Ways to sign in.
    #[must_use]
    pub fn providers<P: IntoProvider + 'static>(
        mut self,
        providers: impl IntoIterator<Item = P>,
    ) -> Self {
        for provider in providers {
            self.providers.push(Box::new(provider));
        }
        self
    }

    /// Where users live. Default: nowhere; sessions are then JWTs.
    #[must_use]
    pub fn adapter(mut self, adapter: impl Adapter + 'static) -> Self {
        self.adapter = Some(Arc::new(adapter));
        self
    }

    /// Where users live, shared with the application.
    #[must_use]
    pub fn shared_adapter(mut self, adapter: Arc<dyn Adapter>) -> Self {
        self.adapter = Some(adapter);
        self
    }

    /// How a signed-in visitor is remembered. Default: [`SessionKind::Automatic`].
    #[must_use]
    pub fn session(mut self, kind: SessionKind) -> Self {
        self.session = kind;
        self
    }

    /// How long a session lasts after it was last renewed. Default: 30 days.
    #[must_use]
    pub fn session_max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// How old a session is before it is renewed. Default: 1 day, or half of
    /// [`session_max_age`](Self::session_max_age) if that is less; a longer one than that half is cut to it,
    /// and the log says so.
    #[must_use]
    pub fn session_update_age(mut self, age: Duration) -> Self {
        self.update_age = Some(age);
        self
    }

    /// How long a session lasts after the sign-in, however often it is renewed. Default: 90 days; see
    /// [`unlimited_session_lifetime`](Self::unlimited_session_lifetime).
    #[must_use]
    pub fn session_absolute_lifetime(mut self, age: Duration) -> Self {
        self.absolute_age = Some(Some(age));
        self
    }

    /// Lets a session that is used go on for ever, as Auth.js does: so does one that was stolen.
    #[must_use]
    pub fn unlimited_session_lifetime(mut self) -> Self {
        self.absolute_age = Some(None);
        self
    }

    /// When the store is asked whether the user of a JWT session may still have it. Default:
    /// [`UserCheck::AtRenewal`].
    #[must_use]
    pub fn check_user(mut self, check: UserCheck) -> Self {
        self.user_check = check;
        self
    }

    /// How long after signing in a visitor may change how they sign in: connect and disconnect accounts,
    /// end other sessions, delete their user. An older session is asked to sign in again. Default: 15
    /// minutes.
    #[must_use]
    pub fn recent_sign_in(mut self, age: Duration) -> Self {
        self.recent_for = Some(age);
        self
    }

    /// Connects an account to whoever is signed in when it signs in, without asking, as Auth.js does.
    /// Anybody who can plant a session cookie, from a sub-domain or a shared computer, then gets the
    /// account of the next person who signs in. Default: an account is connected only by the visitor's
    /// own request ([`Auth::connect_url`](crate::Auth::connect_url)).
    #[must_use]
    pub fn dangerously_connect_accounts_at_sign_in(mut self) -> Self {
        self.links_implicitly = true;
        self
    }

    /// Names and scope of the cookies. Default: Auth.js's, or what the environment says.
    #[must_use]
    pub fn cookies(mut self, cookies: CookieSettings) -> Self {
        self.cookies = cookies;
        self
    }

    /// How long a session in the database is used before it is written down again that it was, which is
    /// what a person sees of it as "last seen". Default: 5 minutes.
    #[must_use]
    pub fn session_seen_age(mut self, age: Duration) -> Self {
        self.seen_age = Some(age);
        self
    }

    /// How long before its end an access token is refreshed, for clocks that are apart and requests that
    /// are on their way. Default: [`REFRESH_MARGIN`](crate::REFRESH_MARGIN), 1 minute.
    #[must_use]
    pub fn refresh_margin(mut self, margin: Duration) -> Self {
        self.refresh_margin = Some(margin);
        self
    }

    /// The application's say. Default: [`NoHooks`](crate::hooks::NoHooks).
    #[must_use]
    pub fn hooks(mut self, hooks: impl Hooks + 'static) -> Self {
        self.hooks = Some(Arc::new(hooks));
        self
    }

    /// Pages of the application's own. Default: the built-in ones.
    #[must_use]
    pub fn pages(mut self, pages: CustomPages) -> Self {
        self.pages = pages;
        self
    }

    /// The looks of the built-in pages. Default: plain.
    #[must_use]
    pub fn theme(mut self, theme: Theme) -> Self {
        self.theme = theme;
        self
    }

    /// The way to the network. Default: `HttpClient` with its limits.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Who asks, in requests to providers: `MyApp/1.0 (https://example.org; ops@example.org)`.
    /// Wikimedia insists on it. Default: `AUTH_USER_AGENT`.
    #[must_use]
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// What tells the time. Default: the machine's clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// The environment. Default: the process's.
    #[must_use]
    pub fn env(mut self, env: Env) -> Self {
        self.env = Some(env);
        self
    }

    /// Whether name and picture follow the provider. Default: [`ProfileSync::AtFirstSignIn`].
    #[must_use]
    pub fn profile_sync(mut self, sync: ProfileSync) -> Self {
        self.profile_sync = sync;
        self
    }

    /// The path under which requests for the endpoints arrive, where a proxy changes paths on the way:
    /// `/api/auth`, when browsers see `https://example.org/app/api/auth` and the proxy takes `/app` away.
    /// Redirect URIs, cookies and links use the public path. Default: `AUTH_INNER_PATH`, else the path of
    /// the public URL.
    #[must_use]
    pub fn inner_path(mut self, path: impl Into<String>) -> Self {
        self.inner_path = Some(path.into());
        self
    }

    /// When one field follows the provider: `name`, `image`, or a field that the provider's file maps in
    /// `[profile.extra]`, such as `groups`. Fields of the application's own in
    /// [`User::extra`](crate::model::User::extra) are never touched. Default: name and image as
    /// [`profile_sync`](Self::profile_sync) says, all others [`FieldSync::EverySignIn`], so that a right
    /// that the provider takes back is gone.
    #[must_use]
    pub fn sync_field(mut self, field: impl Into<String>, sync: FieldSync) -> Self {
        self.field_sync.insert(field.into(), sync);
        self
    }

    /// Says that the server of a provider is the same as before, with the same people, under another
    /// address: accounts of the authority `from` are let in at `to`, and are noted there at their next
    /// sign-in. Without it they are refused (`authority_changed`), because person 3 of another server is
    /// somebody else. The log of the refusal names both authorities; so does `authcore doctor`, and
    /// `authcore accounts move-authority` moves all accounts at once. Default: none has moved.
    #[must_use]
    pub fn moved_authority(
        mut self,
        provider: impl Into<String>,
        from: impl Into<String>,
        to: impl Into<String>,
    ) -> Self {
        self.moves.add(provider.into(), from.into(), to.into());
        self
    }
}
