//! This file gives each test a schema of its own on the server.

use std::{process, sync::Arc, thread, time::Duration};

use async_trait::async_trait;
use authcore::{adapter::AdapterError, random};
use authcore_postgres::{PostgresAdapter, PostgresBuilder, PostgresDriver, Schema, sqlx};
use authcore_sql::testkit::{self, Broken, Outcome, Server, Sessions, Way, sample::SECRET};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, Row,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use tokio::time::timeout;

/// Where the server is.
pub(crate) fn url() -> String {
    std::env::var("AUTHCORE_POSTGRES_URL")
        .expect("AUTHCORE_POSTGRES_URL names no server: run `cargo xtask test`, which starts one")
}

/// A schema that no other test uses. It goes with the last value that names it.
#[derive(Clone)]
pub(crate) struct Scratch {
    pub(crate) name: String,
    _end: Arc<End>,
}

/// Removes the schema of this name, that of the application beside it (`people.rs`) and the user of both
/// (`opening.rs`).
struct End(String);

impl Drop for End {
    fn drop(&mut self) {
        let removed = testkit::run_apart(remove(&self.0));
        // A second panic would end the tests of the whole binary.
        assert!(thread::panicking() || removed.is_ok(), "{removed:?}");
    }
}

async fn remove(name: &str) -> Outcome {
    let mut server = PgConnection::connect(&url()).await?;
    // Whoever a test left in the middle of a transaction would be waited for.
    end_connections(&mut server, name).await?;
    let remove = format!(
        "SET lock_timeout = '10s'; \
         DROP SCHEMA IF EXISTS \"{name}\", \"{name}_app\" CASCADE; \
         DROP ROLE IF EXISTS \"{name}_role\""
    );
    server.execute(AssertSqlSafe(remove)).await?;
    Ok(())
}

/// Ends what names itself so at the server, and comes back when all of it has ended. A server of version
/// 14 can wait by itself, but looks every tenth of a second only.
async fn end_connections(server: &mut PgConnection, name: &str) -> Outcome {
    let all = async {
        let end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE application_name = $1";
        loop {
            let row = sqlx::query(end).bind(name).fetch_one(&mut *server).await?;
            if row.get::<i64, _>(0) == 0 {
                return Ok(());
            }
        }
    };
    timeout(Duration::from_secs(10), all).await?
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let chance: [u8; 8] = random::bytes().unwrap();
        let name = format!("t{}_{:x}", process::id(), u64::from_be_bytes(chance));
        Self {
            _end: Arc::new(End(name.clone())),
            name,
        }
    }

    pub(crate) fn schema(&self) -> Schema {
        self.inside(Schema::authcore())
    }

    pub(crate) fn inside(&self, schema: Schema) -> Schema {
        schema.in_postgres_schema(&self.name).unwrap()
    }

    /// The schema of the application's own tables.
    pub(crate) fn application_schema(&self) -> String {
        format!("{}_app", self.name)
    }

    /// The server, for connections that can be told from those of other tests.
    pub(crate) fn url(&self) -> String {
        format!("{}?application_name={}", url(), self.name)
    }

    /// A builder for few connections: many tests share one server.
    pub(crate) fn builder(&self) -> PostgresBuilder {
        self.bare().secrets([SECRET])
    }

    /// The same without a secret.
    pub(crate) fn bare(&self) -> PostgresBuilder {
        PostgresAdapter::builder()
            .schema(self.schema())
            .max_connections(4)
    }

    pub(crate) async fn open(&self) -> PostgresAdapter {
        self.open_with(self.builder()).await
    }

    pub(crate) async fn open_with(&self, builder: PostgresBuilder) -> PostgresAdapter {
        builder.connect(&self.url()).await.unwrap()
    }

    /// A pool of the application's own with settings in each connection.
    pub(crate) async fn pool(&self, connections: u32, set: &[(&str, &str)]) -> sqlx::PgPool {
        let options: PgConnectOptions = self.url().parse().unwrap();
        PgPoolOptions::new()
            .max_connections(connections)
            .connect_with(options.options(set.iter().copied()))
            .await
            .unwrap()
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
}

#[async_trait]
impl testkit::Scratch for Scratch {
    type Driver = PostgresDriver;

    async fn new() -> Result<Self, Broken> {
        Ok(Self::new())
    }

    fn placed(&self, schema: Schema) -> Schema {
        self.inside(schema)
    }

    async fn open(&self, way: Way) -> Result<PostgresAdapter, AdapterError> {
        let builder = PostgresAdapter::builder()
            .schema(self.inside(way.schema))
            .secrets(way.secrets)
            .migrations(way.migrations)
            .timeout(way.timeout)
            .max_connections(way.connections);
        let set: &[_] = match way.sessions {
            Sessions::Serializable => &SERIALIZABLE,
            Sessions::Impatient => &[("lock_timeout", "200ms")],
            _ => return builder.connect(&self.url()).await,
        };
        builder.pool(self.pool(way.connections, set).await).await
    }

    /// Every row of every table as text, bytes in hexadecimal.
    async fn dump(&self) -> Result<Vec<u8>, Broken> {
        let mut beside = self.beside().await;
        let tables = sqlx::query("SELECT tablename FROM pg_tables WHERE schemaname = $1")
            .bind(&self.name)
            .fetch_all(&mut beside)
            .await?;
        let mut dump = String::new();
        for table in tables {
            let table: String = table.get(0);
            let rows = format!("SELECT t::text FROM \"{table}\" t");
            for row in beside.fetch_all(AssertSqlSafe(rows)).await? {
                dump.push_str(row.get(0));
                dump.push('\n');
            }
        }
        Ok(dump.into_bytes())
    }
}

/// Far from UTC as well.
pub(crate) const SERIALIZABLE: [(&str, &str); 2] = [
    ("default_transaction_isolation", "serializable"),
    ("timezone", "Asia/Kathmandu"),
];

#[async_trait]
impl Server for Scratch {
    const SCHEME: &'static str = "postgres";
    const READ_ONLY: &'static str = "SET default_transaction_read_only = on";
    /// Whoever looks for a deadlock first is given up.
    const STUBBORN: &'static str = "SET LOCAL deadlock_timeout = '1min'";

    fn server() -> String {
        let url = url();
        url.rsplit_once('/')
            .map(|(server, _)| server.to_owned())
            .unwrap()
    }

    async fn open_url(url: &str, timeout: Duration) -> Result<PostgresAdapter, AdapterError> {
        let builder = PostgresAdapter::builder().timeout(timeout);
        builder.connect(url).await
    }

    async fn sever(&self) -> Outcome {
        end_connections(&mut self.beside().await, &self.name).await
    }
}
