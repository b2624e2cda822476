//! This file puts Auth.js and authcore on one database, for each of Auth.js's adapters: whoever signs
//! somebody in, the other knows them, links another account, moves the session's end and ends it.

use std::{net::SocketAddr, sync::Arc};

use authcore::{
    Auth,
    adapter::Adapter,
    clock::{Clock, SystemClock},
    config::{Env, SessionKind},
    model::Timestamp,
};
use authcore_testing::{
    browser::{Browser, Page},
    hosts::Hosts,
};
use serde_json::Value;

use crate::{
    peers::Peer,
    shared_tables::{Kind, Place},
    world::{self, SECRET},
};

const CLIENT_SECRET: &str = "the client's secret at the provider";
const DAY: i64 = 86_400_000;
const PROVIDERS: [&str; 2] = ["op", "hub"];

/// Both applications on one host, one database and one provider, which each knows under two ids.
struct Pair {
    place: Place,
    store: Arc<dyn Adapter>,
    provider: Peer,
    _auth_js: Peer,
    browser: Browser,
    ours: String,
    theirs: String,
}

impl Pair {
    async fn new(kind: Kind, scheme: &str) -> Self {
        let (ours, theirs) = (
            format!("{scheme}://localhost:4001"),
            format!("{scheme}://localhost:4002"),
        );
        let callbacks: Vec<String> = [&ours, &theirs]
            .into_iter()
            .flat_map(|site| PROVIDERS.map(|id| format!("{site}/api/auth/callback/{id}")))
            .collect();
        let provider = Peer::start(
            "op.mjs",
            &[
                ("OP_CLIENT_SECRET", CLIENT_SECRET),
                ("OP_REDIRECT_URIS", &callbacks.join(" ")),
                ("OP_ID_TOKEN", "all"),
            ],
        )
        .await;
        let place = Place::new(kind).await;
        let store = place.open().await;
        let auth_js = Peer::start(
            "authjs.mjs",
            &[
                ("AUTHJS_SECRET", SECRET),
                ("AUTHJS_SCHEME", scheme),
                ("AUTHJS_ISSUER", &provider.address),
                ("AUTHJS_PROVIDERS", &PROVIDERS.join(" ")),
                ("AUTHJS_CLIENT_SECRET", CLIENT_SECRET),
                ("AUTHJS_ADAPTER", kind.name()),
                ("AUTHJS_ADAPTER_URL", &place.url),
            ],
        )
        .await;
        let mut builder = Auth::builder()
            .env(Env::none())
            .url(format!("{ours}/api/auth"))
            .secret(SECRET)
            .session(SessionKind::Database)
            .shared_adapter(Arc::clone(&store));
        for id in PROVIDERS {
            builder = builder.provider(
                authcore_providers::oidc::provider()
                    .id(id)
                    .name("Example provider")
                    .issuer(provider.address.as_str())
                    .client_id("authcore")
                    .client_secret(CLIENT_SECRET),
            );
        }
        let address = auth_js.address.strip_prefix("http://").unwrap();
        let server: SocketAddr = address.parse().unwrap();
        let hosts = Hosts::new()
            .map(&theirs, server)
            .unwrap()
            .and(&world::serve(&ours, builder.build().unwrap()).await);
        Self {
            place,
            store,
            provider,
            _auth_js: auth_js,
            browser: Browser::new(hosts),
            ours,
            theirs,
        }
    }

    /// Signs in at one of the two. At the provider, the browser says once who is there.
    async fn sign_in(&mut self, site: &str, provider: &str) -> Page {
        let base = format!("{site}/api/auth");
        let to = self
            .browser
            .sign_in_by_script(&base, provider, site)
            .await
            .unwrap();
        let page = self.browser.get(to.as_str()).await.unwrap();
        if !page.url.as_str().starts_with(&self.provider.address) {
            return page;
        }
        let form = page.forms()[0].clone();
        let form = form.fill("login", "ada").press("Sign in");
        self.browser.submit(&form).await.unwrap()
    }

    /// Connects another account. Auth.js connects what signs in while somebody is signed in; here that is
    /// a request of its own, from a session of which it is known that it is recent.
    async fn connect(&mut self, site: &str, provider: &str) -> Page {
        if site != self.ours {
            return self.sign_in(site, provider).await;
        }
        let base = format!("{site}/api/auth");
        let page = self.browser.press_connect(&base, provider).await.unwrap();
        if page.url.path().ends_with("/signin") {
            assert_eq!(
                page.query("purpose").as_deref(),
                Some("step-up"),
                "{}",
                page.url
            );
            self.sign_in(site, "op").await;
            return self.browser.press_connect(&base, provider).await.unwrap();
        }
        page
    }

    async fn session(&mut self, site: &str) -> Value {
        self.browser
            .session(&format!("{site}/api/auth"))
            .await
            .unwrap()
    }

    /// When the session of the browser ends, as its row says.
    async fn end(&self, cookie: &str) -> Timestamp {
        let token = self.token(cookie);
        let store = self.store.sessions().unwrap();
        let found = store.session(&token, SystemClock.now()).await.unwrap();
        found.unwrap().0.expires_at
    }

    fn token(&self, cookie: &str) -> String {
        self.browser.cookie(&self.ours, cookie).unwrap().unwrap()
    }

    /// The whole life of a session that begins at one and ends at the other.
    async fn life(&mut self, cookie: &str, first: &str, second: &str) {
        let page = self.sign_in(first, "op").await;
        assert!(
            page.url.as_str().starts_with(first),
            "{} {}",
            page.url,
            page.text()
        );
        assert_eq!(self.place.rows().await, [1, 1, 1], "{first} {}", page.url);
        for site in [first, second] {
            let session = self.session(site).await;
            assert_eq!(session["user"]["name"], "Ada", "{first} at {site}");
            assert_eq!(session["user"]["email"], "ada@example.org", "{site}");
        }

        // The other one links, to the same user.
        let page = self.connect(second, "hub").await;
        assert!(
            page.url.as_str().starts_with(second),
            "{} {}",
            page.url,
            page.text()
        );
        assert_eq!(page.query("error"), None, "{}", page.url);
        assert_eq!(self.place.rows().await, [1, 2, 1], "{second}");
        for site in [first, second] {
            assert_eq!(self.session(site).await["user"]["name"], "Ada", "{site}");
        }

        // Whoever is asked moves the end, and the other sees it moved.
        for site in [first, second] {
            let store = self.store.sessions().unwrap();
            let soon = Timestamp::from_millis(SystemClock.now().millis() + DAY);
            store
                .extend_session(&self.token(cookie), soon)
                .await
                .unwrap();
            assert!(self.session(site).await.is_object());
            let moved = self.end(cookie).await.millis() - SystemClock.now().millis();
            assert!(moved > 29 * DAY && moved <= 30 * DAY, "{site}: {moved}");
            let other = if site == first { second } else { first };
            let told = self.session(other).await;
            let day = told["expires"].as_str().unwrap();
            let row = self.end(cookie).await;
            assert!(day > iso(row).as_str(), "{other}: {day}, {}", iso(row));
        }

        // The other one ends it, for both.
        let mut thief = self.browser.thief();
        self.browser
            .sign_out(&format!("{second}/api/auth"))
            .await
            .unwrap();
        assert_eq!(self.place.rows().await, [1, 2, 0]);
        for site in [first, second] {
            let seen = thief.session(&format!("{site}/api/auth")).await.unwrap();
            assert_eq!(seen, Value::Null, "{site}");
        }

        // Both accounts lead to that user again, at either.
        for (site, provider) in [(first, "hub"), (second, "op")] {
            self.sign_in(site, provider).await;
            assert_eq!(self.session(site).await["user"]["name"], "Ada");
            self.browser
                .sign_out(&format!("{site}/api/auth"))
                .await
                .unwrap();
        }
        assert_eq!(self.place.rows().await, [1, 2, 0]);
    }
}

/// The day of a moment a minute earlier, as JSON says it.
fn iso(time: Timestamp) -> String {
    Timestamp::from_millis(time.millis() - 60_000).to_string()
}

/// A life each way, each on a database of its own.
async fn shared(kind: Kind, scheme: &str, cookie: &str) {
    for ours_first in [true, false] {
        let mut pair = Pair::new(kind, scheme).await;
        let (ours, theirs) = (pair.ours.clone(), pair.theirs.clone());
        let (first, second) = if ours_first {
            (ours, theirs)
        } else {
            (theirs, ours)
        };
        pair.life(cookie, &first, &second).await;
        pair.place.end().await;
    }
}

const PLAIN: &str = "authjs.session-token";

#[tokio::test]
async fn a_session_in_the_tables_of_pg_adapter_is_everybodys() {
    shared(Kind::Pg, "http", PLAIN).await;
}

#[tokio::test]
async fn a_session_behind_https_is_everybodys_too() {
    shared(Kind::Pg, "https", "__Secure-authjs.session-token").await;
}

#[tokio::test]
async fn a_session_in_drizzles_tables_in_postgresql_is_everybodys() {
    shared(Kind::DrizzlePostgres, "http", PLAIN).await;
}

#[tokio::test]
async fn a_session_in_drizzles_tables_in_mysql_is_everybodys() {
    shared(Kind::DrizzleMysql, "http", PLAIN).await;
}

#[tokio::test]
async fn a_session_in_drizzles_tables_in_sqlite_is_everybodys() {
    shared(Kind::DrizzleSqlite, "http", PLAIN).await;
}

#[tokio::test]
async fn a_session_in_prismas_tables_in_postgresql_is_everybodys() {
    shared(Kind::PrismaPostgres, "http", PLAIN).await;
}

#[tokio::test]
async fn a_session_in_prismas_tables_in_mysql_is_everybodys() {
    shared(Kind::PrismaMysql, "http", PLAIN).await;
}

#[tokio::test]
async fn a_session_in_prismas_tables_in_sqlite_is_everybodys() {
    shared(Kind::PrismaSqlite, "http", PLAIN).await;
}
