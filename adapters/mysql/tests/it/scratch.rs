//! This file gives each test a database of its own on the server, and people to put into it.

use std::process;

use authcore::{
    adapter::StoredSession,
    model::{AccountKey, NewAccount, NewUser, ProviderId, Subject, Timestamp, TokenSet, UserId},
    provider::ProviderKind,
    random,
};
use authcore_mysql::{MysqlAdapter, MysqlBuilder, sqlx};
use sqlx::{AssertSqlSafe, Connection, Executor, MySqlConnection, Row};

pub(crate) const SECRET: &str = "a secret for tests, 32 bytes long";
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_123);

/// Where the server is.
fn server() -> String {
    std::env::var("AUTHCORE_MYSQL_URL")
        .expect("AUTHCORE_MYSQL_URL names no server: run `cargo xtask test`, which starts one")
}

/// A database that no other test uses. The server goes when the tests are done, and it with it.
#[derive(Clone)]
pub(crate) struct Scratch {
    pub(crate) name: String,
}

impl Scratch {
    /// Its collation is the kind that MySQL chooses by itself, to which case and accents are nothing.
    pub(crate) async fn new() -> Self {
        let chance: [u8; 8] = random::bytes().unwrap();
        let name = format!("t{}_{:x}", process::id(), u64::from_be_bytes(chance));
        let create =
            format!("CREATE DATABASE `{name}` CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci");
        let mut server = MySqlConnection::connect(&server()).await.unwrap();
        server.execute(AssertSqlSafe(create)).await.unwrap();
        server.close().await.unwrap();
        Self { name }
    }

    pub(crate) fn url(&self) -> String {
        let server = server();
        let (server, _) = server.rsplit_once('/').unwrap();
        format!("{server}/{}", self.name)
    }

    /// A builder for few connections: many tests share one server.
    pub(crate) fn builder(&self) -> MysqlBuilder {
        self.bare().secrets([SECRET])
    }

    /// The same without a secret.
    pub(crate) fn bare(&self) -> MysqlBuilder {
        MysqlAdapter::builder().max_connections(4)
    }

    pub(crate) async fn open(&self) -> MysqlAdapter {
        self.open_with(self.builder()).await
    }

    pub(crate) async fn open_with(&self, builder: MysqlBuilder) -> MysqlAdapter {
        builder.connect(&self.url()).await.unwrap()
    }

    /// A connection past the adapter.
    pub(crate) async fn beside(&self) -> MySqlConnection {
        MySqlConnection::connect(&self.url()).await.unwrap()
    }

    /// Every value of every table, as text where it is some.
    pub(crate) async fn dump(&self) -> String {
        let mut beside = self.beside().await;
        let columns = "SELECT CAST(table_name AS BINARY), CAST(column_name AS BINARY) \
                       FROM information_schema.columns WHERE table_schema = DATABASE()";
        let mut dump = String::new();
        for column in beside.fetch_all(columns).await.unwrap() {
            let text = |index| String::from_utf8(column.get::<Vec<u8>, _>(index)).unwrap();
            let (table, column) = (text(0), text(1));
            let values = format!(
                "SELECT CONCAT(CAST(`{column}` AS BINARY), ' ', HEX(`{column}`)) FROM `{table}` \
                 WHERE `{column}` IS NOT NULL"
            );
            for row in beside.fetch_all(AssertSqlSafe(values)).await.unwrap() {
                dump.push_str(&String::from_utf8_lossy(&row.get::<Vec<u8>, _>(0)));
                dump.push('\n');
            }
        }
        dump
    }
}

pub(crate) fn ada() -> NewUser {
    NewUser {
        name: Some("Ada".to_owned()),
        ..NewUser::default()
    }
}

pub(crate) fn key(subject: &str) -> AccountKey {
    AccountKey {
        provider: ProviderId::new("wiki").unwrap(),
        subject: Subject::new(subject).unwrap(),
    }
}

pub(crate) fn account(subject: &str, tokens: TokenSet) -> NewAccount {
    NewAccount {
        key: key(subject),
        kind: ProviderKind::OAuth2,
        tokens,
    }
}

pub(crate) fn access(token: &str) -> TokenSet {
    TokenSet {
        access_token: Some(token.into()),
        ..TokenSet::default()
    }
}

pub(crate) fn session(user: &UserId) -> StoredSession {
    let end = Timestamp::from_millis(NOW.millis() + 1_000);
    StoredSession {
        created_at: Some(NOW),
        ..StoredSession::new(user.clone(), end)
    }
}
