//! This file gives each test a schema of its own on the server, and people to put into it.

use std::process;

use authcore::{
    adapter::StoredSession,
    model::{AccountKey, NewAccount, NewUser, ProviderId, Subject, Timestamp, TokenSet, UserId},
    provider::ProviderKind,
    random,
};
use authcore_postgres::{PostgresAdapter, PostgresBuilder, Schema, sqlx};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

pub(crate) const SECRET: &str = "a secret for tests, 32 bytes long";
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_123);

/// Where the server is.
pub(crate) fn url() -> String {
    std::env::var("AUTHCORE_POSTGRES_URL")
        .expect("AUTHCORE_POSTGRES_URL names no server: run `cargo xtask test`, which starts one")
}

/// A schema that no other test uses. The server goes when the tests are done, and it with it.
#[derive(Clone)]
pub(crate) struct Scratch {
    pub(crate) name: String,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let chance: [u8; 8] = random::bytes().unwrap();
        let name = format!("t{}_{:x}", process::id(), u64::from_be_bytes(chance));
        Self { name }
    }

    pub(crate) fn schema(&self) -> Schema {
        self.inside(Schema::authcore())
    }

    pub(crate) fn inside(&self, schema: Schema) -> Schema {
        schema.in_postgres_schema(&self.name).unwrap()
    }

    /// A builder for few connections: many tests share one server.
    pub(crate) fn builder(&self) -> PostgresBuilder {
        PostgresAdapter::builder()
            .schema(self.schema())
            .secrets([SECRET])
            .max_connections(4)
    }

    /// The same without a secret.
    pub(crate) fn bare(&self) -> PostgresBuilder {
        self.builder().secrets([""; 0])
    }

    pub(crate) async fn open(&self) -> PostgresAdapter {
        self.open_with(self.builder()).await
    }

    pub(crate) async fn open_with(&self, builder: PostgresBuilder) -> PostgresAdapter {
        builder.connect(&url()).await.unwrap()
    }

    /// A connection past the adapter, which sees the tables of this test.
    pub(crate) async fn beside(&self) -> PgConnection {
        let mut connection = PgConnection::connect(&url()).await.unwrap();
        let path = format!("SET search_path TO \"{}\"", self.name);
        connection.execute(AssertSqlSafe(path)).await.unwrap();
        connection
    }

    /// The same before an adapter has made the schema.
    pub(crate) async fn beside_made(&self) -> PgConnection {
        let mut connection = self.beside().await;
        let create = format!("CREATE SCHEMA \"{}\"", self.name);
        connection.execute(AssertSqlSafe(create)).await.unwrap();
        connection
    }

    /// Every row of every table as text, bytes in hexadecimal and as they are.
    pub(crate) async fn dump(&self) -> String {
        let mut beside = self.beside().await;
        let tables = "SELECT tablename FROM pg_tables WHERE schemaname = $1";
        let tables = sqlx::query(tables)
            .bind(&self.name)
            .fetch_all(&mut beside)
            .await
            .unwrap();
        let mut dump = String::new();
        for table in tables {
            let table: String = table.get(0);
            let rows = format!("SELECT t::text FROM \"{table}\" t");
            for row in beside.fetch_all(AssertSqlSafe(rows)).await.unwrap() {
                dump.push_str(row.get(0));
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
