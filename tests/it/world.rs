//! This file sets the stage: an application at `https://app.example.org` on a real server, a wiki and
//! an OpenID provider beside it, and a browser that reaches all three.

use std::{net::Ipv4Addr, sync::Arc};

use authcore::{
    Auth, AuthBuilder, adapter::Adapter, config::Env, model::Secret, transport::HttpClient,
};
use authcore_axum::{AuthRoutes, KeepSessions, Session};
use authcore_sqlite::SqliteAdapter;
use authcore_testing::{
    browser::{Browser, Follow, Page},
    clock::SettableClock,
    hosts::Hosts,
    identity::{Client, LocalProvider, LocalTransport, Persona},
};
use axum::{Json, Router, routing::get};
use http::Method;
use tokio::net::TcpListener;

pub(crate) const SITE: &str = "https://app.example.org";
pub(crate) const BASE: &str = "https://app.example.org/api/auth";
pub(crate) const SECRET: &str = "a secret of tests, 32 bytes or more";
pub(crate) const ISSUER: &str = "https://login.example.net";
pub(crate) const SESSION: &str = "__Secure-authjs.session-token";

/// Everything that a whole login needs.
pub(crate) struct World {
    pub(crate) wiki: LocalProvider,
    pub(crate) op: LocalProvider,
    pub(crate) clock: SettableClock,
    pub(crate) auth: Auth,
    hosts: Hosts,
}

/// Where the application's users live.
pub(crate) enum Store {
    /// Nowhere: sessions are JWTs.
    None,
    /// In a SQLite database of its own.
    Sqlite,
    Shared(Arc<dyn Adapter>),
}

impl World {
    /// An application with Wikimedia and an OpenID provider, changed as a test wants it.
    pub(crate) async fn new(store: Store, change: impl FnOnce(AuthBuilder) -> AuthBuilder) -> Self {
        Self::over(HttpClient::builder().build(), store, change).await
    }

    /// The same over an HTTP client with limits of its own.
    pub(crate) async fn over(
        client_of_app: HttpClient,
        store: Store,
        change: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let change = |builder: AuthBuilder| change(builder.secret(SECRET));
        Self::bare(client_of_app, store, change).await
    }

    /// The same under other secrets.
    pub(crate) async fn under(
        secrets: Vec<Secret>,
        store: Store,
        change: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let change = |builder| change(secrets.into_iter().fold(builder, AuthBuilder::secret));
        Self::bare(HttpClient::builder().build(), store, change).await
    }

    async fn bare(
        client_of_app: HttpClient,
        store: Store,
        change: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let clock = SettableClock::stopped_now();
        let wiki = LocalProvider::standing_in(Persona::MediaWiki)
            .client(client("wikimedia"))
            .clock(clock.clone())
            .start()
            .await
            .unwrap();
        let op = LocalProvider::standing_in(Persona::OpenId)
            .issuer(ISSUER)
            .client(client("oidc"))
            .clock(clock.clone())
            .start()
            .await
            .unwrap();
        let hosts = wiki.hosts().and(&op.hosts());
        let builder = process(
            &clock,
            LocalTransport::with_client(hosts.clone(), client_of_app),
        );
        let builder = match store {
            Store::None => builder,
            Store::Sqlite => builder.adapter(sqlite().await),
            Store::Shared(adapter) => builder.shared_adapter(adapter),
        };
        let auth = change(builder).build().unwrap();
        let hosts = hosts.and(&serve(SITE, auth.clone()).await);
        Self {
            wiki,
            op,
            clock,
            auth,
            hosts,
        }
    }

    /// Another process of the same application, over the same store.
    pub(crate) fn beside(
        &self,
        adapter: Arc<dyn Adapter>,
        change: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Auth {
        let hosts = self.wiki.hosts().and(&self.op.hosts());
        let builder = process(&self.clock, LocalTransport::new(hosts)).secret(SECRET);
        change(builder.shared_adapter(adapter)).build().unwrap()
    }

    /// The same without changes.
    pub(crate) async fn with(store: Store) -> Self {
        Self::new(store, |builder| builder).await
    }

    /// A browser without cookies.
    pub(crate) fn browser(&self) -> Browser {
        Browser::with_clock(self.hosts.clone(), self.clock.clone())
    }

    /// A browser in which somebody is signed in.
    pub(crate) async fn signed_in(&self, provider: &str, login: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.sign_in_with(BASE, provider, login).await.unwrap();
        assert_eq!(page.url.path(), "/", "{} {}", page.url, page.text());
        assert!(browser.session(BASE).await.unwrap().is_object());
        assert_eq!(browser.refused_cookies(), []);
        browser
    }
}

/// One process of the application, without its store and secret.
fn process(clock: &SettableClock, transport: LocalTransport) -> AuthBuilder {
    Auth::builder()
        .env(Env::none())
        .url(BASE)
        .clock(clock.clone())
        .user_agent("whole-logins/1.0 (https://app.example.org)")
        .transport(transport)
        .provider(
            authcore_providers::wikimedia::provider()
                .client_id("wikimedia-client")
                .client_secret("wikimedia-secret"),
        )
        .provider(
            authcore_providers::oidc::provider()
                .issuer(ISSUER)
                .client_id("oidc-client")
                .client_secret("oidc-secret"),
        )
}

/// A database in memory.
pub(crate) async fn sqlite() -> SqliteAdapter {
    SqliteAdapter::connect("sqlite::memory:").await.unwrap()
}

/// An application's client at a local provider.
pub(crate) fn client(provider: &str) -> Client {
    Client::new(format!("{provider}-client"), format!("{provider}-secret"))
        .redirect_uri(format!("{BASE}/callback/{provider}"))
}

/// Serves an application on a free port and maps its origin to it.
pub(crate) async fn serve(origin: &str, auth: Auth) -> Hosts {
    let app = Router::new()
        .route("/", get(async || "home"))
        .route("/me", get(async |session: Option<Session>| Json(session)))
        .route("/private", get(async |_: Session| "private"))
        .merge(auth.routes())
        .layer(KeepSessions::new(&auth))
        .with_state(auth);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let hosts = Hosts::new()
        .map(origin, listener.local_addr().unwrap())
        .unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    hosts
}

/// Begins a sign-in and stops where the browser would come back: the callback, not yet asked for.
pub(crate) async fn until_callback(browser: &mut Browser, provider: &str, login: &str) -> String {
    let page = browser.press_sign_in(BASE, provider).await.unwrap();
    allow(browser, page, provider, login).await
}

/// The same of connecting an account.
pub(crate) async fn until_connected(browser: &mut Browser, provider: &str, login: &str) -> String {
    let page = browser.press_connect(BASE, provider).await.unwrap();
    allow(browser, page, provider, login).await
}

async fn allow(browser: &mut Browser, page: Page, provider: &str, login: &str) -> String {
    let form = page.form_with_button(login).unwrap();
    let page = browser
        .submission(&form)
        .follow(Follow::WithinOrigin)
        .go()
        .await
        .unwrap();
    let callback = page
        .location()
        .unwrap_or_else(|| panic!("no way back: {}", page.text()));
    assert!(
        callback
            .as_str()
            .starts_with(&format!("{BASE}/callback/{provider}?")),
        "{callback}"
    );
    callback.into()
}

/// Asks for a URL as the provider's redirect does, and follows within the application.
pub(crate) async fn come_back(browser: &mut Browser, url: &str) -> Page {
    browser
        .visit(Method::GET, url)
        .from_page(ISSUER)
        .go()
        .await
        .unwrap()
}

/// What a page that reports a failure says in its URL.
pub(crate) fn failure(page: &Page) -> (String, String) {
    (
        page.query("error").unwrap_or_default(),
        page.query("code").unwrap_or_default(),
    )
}

/// The failure was reported, nobody is signed in, and no attempt is left behind.
pub(crate) async fn refused(browser: &mut Browser, page: &Page, code: &str) {
    assert_eq!(failure(page).1, code, "{} {}", page.url, page.text());
    assert!(
        page.query("ref")
            .is_some_and(|reference| reference.len() == 16),
        "{}",
        page.url
    );
    assert_ne!(page.status.as_u16(), 500, "{}", page.url);
    assert_eq!(
        browser.session(BASE).await.unwrap(),
        serde_json::Value::Null
    );
}
