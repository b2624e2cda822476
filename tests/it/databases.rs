//! This file signs people in with their users in real servers: PostgreSQL and MariaDB. The line to the
//! server is cut and mended in the middle, and a dump is read for what must not be in it.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use authcore::{
    adapter::{Adapter, Once},
    config::SessionKind,
    model::{TokenSet, UserId},
    random,
};
use authcore_mysql::MysqlAdapter;
use authcore_postgres::{PostgresAdapter, Schema, sqlx};
use authcore_testing::browser::Browser;
use http::Method;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, MySqlConnection, PgConnection, Row};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
};
use url::Url;

use crate::{
    addresses, authority, first_visits,
    world::{BASE, SESSION, SITE, Store, World},
};

#[derive(Debug, Clone, Copy)]
enum Kind {
    Postgres,
    Mysql,
}

const KINDS: [Kind; 2] = [Kind::Postgres, Kind::Mysql];

/// A place on a server that no other test uses.
struct Place {
    kind: Kind,
    url: Url,
    /// PostgreSQL: a schema. MySQL: a database.
    name: String,
}

impl Place {
    async fn new(kind: Kind) -> Self {
        let chance: [u8; 8] = random::bytes().unwrap();
        let name = format!("whole_{:x}", u64::from_be_bytes(chance));
        let variable = match kind {
            Kind::Postgres => "AUTHCORE_POSTGRES_URL",
            Kind::Mysql => "AUTHCORE_MYSQL_URL",
        };
        let told = std::env::var(variable).unwrap_or_else(|_| {
            panic!("{variable} names no server: run `cargo xtask test`, which starts one")
        });
        let mut url = Url::parse(&told).unwrap();
        if let Kind::Mysql = kind {
            let mut server = MySqlConnection::connect(&told).await.unwrap();
            let create = format!("CREATE DATABASE `{name}`");
            server.execute(AssertSqlSafe(create)).await.unwrap();
            url.set_path(&name);
        }
        Self { kind, url, name }
    }

    /// Connects as every process of an application does: the tables are made when they are missing.
    async fn open(&self, url: &Url) -> Arc<dyn Adapter> {
        let timeout = Duration::from_secs(2);
        match self.kind {
            Kind::Postgres => {
                let schema = Schema::authcore().in_postgres_schema(&self.name).unwrap();
                let builder = PostgresAdapter::builder().schema(schema).max_connections(4);
                Arc::new(
                    builder
                        .timeout(timeout)
                        .connect(url.as_str())
                        .await
                        .unwrap(),
                )
            }
            Kind::Mysql => {
                let builder = MysqlAdapter::builder().max_connections(4);
                Arc::new(
                    builder
                        .timeout(timeout)
                        .connect(url.as_str())
                        .await
                        .unwrap(),
                )
            }
        }
    }

    async fn world(&self, url: &Url) -> (World, Arc<dyn Adapter>) {
        let adapter = self.open(url).await;
        let store = Store::Shared(Arc::clone(&adapter));
        let world = World::new(store, |builder| builder.session(SessionKind::Database)).await;
        (world, adapter)
    }

    /// Every value of every table, as text and in hexadecimal.
    async fn dump(&self) -> String {
        let mut dump = String::new();
        match self.kind {
            Kind::Postgres => {
                let mut server = PgConnection::connect(self.url.as_str()).await.unwrap();
                let schema = &self.name;
                for table in ["users", "accounts", "sessions", "attempts"] {
                    let rows = format!("SELECT t::text FROM \"{schema}\".authcore_{table} t");
                    for row in server.fetch_all(AssertSqlSafe(rows)).await.unwrap() {
                        dump.push_str(row.get(0));
                    }
                }
            }
            Kind::Mysql => {
                let mut server = MySqlConnection::connect(self.url.as_str()).await.unwrap();
                let columns = "SELECT CAST(table_name AS BINARY), CAST(column_name AS BINARY) \
                               FROM information_schema.columns WHERE table_schema = DATABASE()";
                for column in server.fetch_all(columns).await.unwrap() {
                    let text = |index| String::from_utf8(column.get::<Vec<u8>, _>(index)).unwrap();
                    let (table, column) = (text(0), text(1));
                    let values = format!(
                        "SELECT CONCAT(CAST(`{column}` AS BINARY), LOWER(HEX(`{column}`))) \
                         FROM `{table}` WHERE `{column}` IS NOT NULL"
                    );
                    for row in server.fetch_all(AssertSqlSafe(values)).await.unwrap() {
                        dump.push_str(&String::from_utf8_lossy(&row.get::<Vec<u8>, _>(0)));
                    }
                }
            }
        }
        dump
    }
}

async fn user_id(browser: &mut Browser) -> UserId {
    let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
    UserId::new(me.json().unwrap()["user"]["id"].as_str().unwrap())
}

#[tokio::test]
async fn somebody_signs_in_links_another_account_and_signs_out() {
    for kind in KINDS {
        let place = Place::new(kind).await;
        let (world, adapter) = place.world(&place.url).await;
        let mut browser = world.signed_in("wikimedia", "nomail").await;
        let id = user_id(&mut browser).await;
        let page = browser.connect_with(BASE, "oidc", "nomail").await.unwrap();
        assert_eq!(page.url.path(), "/", "{kind:?} {}", page.text());
        assert_eq!(user_id(&mut browser).await, id);
        assert_eq!(adapter.accounts(&id).await.unwrap().len(), 2, "{kind:?}");
        let mut elsewhere = world.signed_in("oidc", "nomail").await;
        assert_eq!(user_id(&mut elsewhere).await, id);

        let mut thief = browser.thief();
        browser.sign_out(BASE).await.unwrap();
        assert_eq!(thief.session(BASE).await.unwrap(), Value::Null, "{kind:?}");
        assert!(elsewhere.session(BASE).await.unwrap().is_object());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_first_sign_ins_at_once_make_one_user_and_all_succeed() {
    for kind in KINDS {
        for (provider, login) in first_visits::VISITS {
            let place = Place::new(kind).await;
            first_visits::all_succeed(place.open(&place.url).await, provider, login).await;
        }
    }
}

#[tokio::test]
async fn another_server_under_the_same_id_lets_nobody_in_as_people_of_the_one_before() {
    for kind in KINDS {
        let place = Place::new(kind).await;
        authority::another_server(place.open(&place.url).await).await;
        let place = Place::new(kind).await;
        authority::moved_server(place.open(&place.url).await).await;
    }
}

#[tokio::test]
async fn unverified_addresses_keep_nobody_out_and_tell_nothing() {
    for kind in KINDS {
        let place = Place::new(kind).await;
        addresses::answered_alike(place.open(&place.url).await).await;
        let place = Place::new(kind).await;
        addresses::becomes_verified(place.open(&place.url).await).await;
    }
}

#[tokio::test]
async fn redact_a_dump_holds_no_token_of_anybody() {
    for kind in KINDS {
        let place = Place::new(kind).await;
        let (world, adapter) = place.world(&place.url).await;
        let mut secrets = Vec::new();
        for (provider, login) in [("wikimedia", "ada"), ("oidc", "umlaut")] {
            let mut browser = world.signed_in(provider, login).await;
            let id = user_id(&mut browser).await;
            secrets.push(browser.cookie(SITE, SESSION).unwrap().unwrap());
            let accounts = adapter.accounts(&id).await.unwrap();
            let TokenSet {
                access_token,
                refresh_token,
                id_token,
                ..
            } = &accounts[0].tokens;
            assert!(access_token.is_some(), "{kind:?} {provider}");
            let tokens = [access_token, refresh_token, id_token];
            secrets.extend(
                tokens
                    .into_iter()
                    .flatten()
                    .map(|token| token.expose().to_owned()),
            );
        }
        let dump = place.dump().await;
        assert!(dump.contains("Ada"), "the dump is not that of this test");
        for secret in secrets {
            let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
            assert!(!dump.contains(&secret) && !dump.contains(&hex), "{kind:?}");
        }
    }
}

#[tokio::test]
async fn several_processes_of_an_application_share_sessions_and_used_attempts() {
    for kind in KINDS {
        let place = Arc::new(Place::new(kind).await);
        // All start at once, on an empty database.
        let mut starts = JoinSet::new();
        for _ in 0..10 {
            let place = Arc::clone(&place);
            starts.spawn(async move { place.open(&place.url).await });
        }
        let adapters = starts.join_all().await;
        let users = adapters.len();
        for (number, adapter) in adapters.iter().enumerate() {
            let used = adapter
                .once()
                .unwrap()
                .use_once(Once::Attempt, "one", now())
                .await;
            assert_eq!(used.unwrap(), number == 0, "{kind:?}: {number} of {users}");
        }
    }
}

fn now() -> authcore::model::Timestamp {
    authcore::clock::Clock::now(&authcore::clock::SystemClock)
}

/// A line to a server that can be cut.
struct Line {
    whole: watch::Sender<bool>,
    url: Url,
}

impl Line {
    async fn to(server: &Url) -> Self {
        let host = server.host_str().unwrap();
        let port = server.port().unwrap_or(match server.scheme() {
            "mysql" => 3306,
            _ => 5432,
        });
        let server_address: SocketAddr = tokio::net::lookup_host((host, port))
            .await
            .unwrap()
            .next()
            .unwrap();
        let (whole, state) = watch::channel(true);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let mut url = server.clone();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(listener.local_addr().unwrap().port()))
            .unwrap();
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut state = state.clone();
                tokio::spawn(async move {
                    if !*state.borrow() {
                        return;
                    }
                    let mut far = TcpStream::connect(server_address).await.unwrap();
                    tokio::select! {
                        _ = copy_bidirectional(&mut near, &mut far) => {}
                        _ = state.wait_for(|whole| !whole) => {}
                    }
                });
            }
        });
        Self { whole, url }
    }

    fn cut(&self) {
        self.whole.send_replace(false);
    }

    fn mend(&self) {
        self.whole.send_replace(true);
    }
}

#[tokio::test]
async fn failclosed_a_cut_line_to_the_server_signs_nobody_in_or_out() {
    for kind in KINDS {
        let place = Place::new(kind).await;
        let line = Line::to(&place.url).await;
        let (world, adapter) = place.world(&line.url).await;
        let mut browser = world.signed_in("wikimedia", "ada").await;
        let id = user_id(&mut browser).await;
        let cookie = browser.cookie(SITE, SESSION).unwrap();

        line.cut();
        for url in [
            format!("{BASE}/session"),
            format!("{SITE}/me"),
            format!("{SITE}/private"),
        ] {
            let page = browser.visit(Method::GET, &url).go().await.unwrap();
            assert_eq!(page.status.as_u16(), 503, "{kind:?} {url}: {}", page.text());
            assert_eq!(browser.cookie(SITE, SESSION).unwrap(), cookie, "{url}");
        }
        let mut stranger = world.browser();
        let page = stranger.sign_in_with(BASE, "wikimedia", "nomail").await;
        let page = page.unwrap();
        assert_ne!(page.url.path(), "/", "{kind:?} {}", page.text());
        assert_eq!(stranger.cookie(SITE, SESSION).unwrap(), None);

        // Whatever connections are left in the pool are broken; nobody notices.
        line.mend();
        assert!(browser.session(BASE).await.unwrap().is_object(), "{kind:?}");
        assert_eq!(user_id(&mut browser).await, id);
        assert_eq!(browser.cookie(SITE, SESSION).unwrap(), cookie);
        assert!(adapter.user(&id).await.unwrap().is_some());
        line.cut();
        line.mend();
        world.signed_in("oidc", "nomail").await;
    }
}
