//! This file gives each test a database of its own on the server.

use std::{process, thread, time::Duration};

use async_trait::async_trait;
use authcore::{adapter::AdapterError, random};
use authcore_mysql::{MysqlAdapter, MysqlBuilder, MysqlDriver, sqlx};
use authcore_sql::testkit::{self, Broken, Outcome, Server, Sessions, Way, sample::SECRET};
use sqlx::{
    AssertSqlSafe, Connection, Executor, MySqlConnection, Row,
    mysql::{MySqlConnectOptions, MySqlPoolOptions},
};

/// Where the server is.
fn server() -> String {
    std::env::var("AUTHCORE_MYSQL_URL")
        .expect("AUTHCORE_MYSQL_URL names no server: run `cargo xtask test`, which starts one")
}

/// A database that no other test uses. It goes with the value, and so does the user of its name
/// (`opening.rs`).
pub(crate) struct Scratch {
    pub(crate) name: String,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let removed = testkit::run_apart(remove(&self.name));
        // A second panic would end the tests of the whole binary.
        assert!(thread::panicking() || removed.is_ok(), "{removed:?}");
    }
}

async fn remove(name: &str) -> Outcome {
    let mut server = MySqlConnection::connect(&server()).await?;
    // Whoever a test left in the middle of a transaction would be waited for.
    end_connections(&mut server, name).await?;
    server.execute("SET SESSION lock_wait_timeout = 10").await?;
    for remove in [
        format!("DROP DATABASE `{name}`"),
        format!("DROP USER IF EXISTS `{name}`@`%`, `{name}`@localhost"),
    ] {
        server.execute(AssertSqlSafe(remove)).await?;
    }
    Ok(())
}

/// Ends whatever is connected to this database.
async fn end_connections(server: &mut MySqlConnection, name: &str) -> Outcome {
    // Not `information_schema.processlist`: MySQL 9.7 shows nobody there while anybody runs a statement
    // with bytes that are no text, such as a hash.
    let all = sqlx::raw_sql("SHOW PROCESSLIST");
    for connection in all.fetch_all(&mut *server).await? {
        let database: Option<String> = connection.get_unchecked("db");
        if database.as_deref() != Some(name) {
            continue;
        }
        let id: i64 = connection.get_unchecked("Id");
        // 1094, no such thread: it ended by itself meanwhile.
        match server.execute(AssertSqlSafe(format!("KILL {id}"))).await {
            Err(error) if !error.to_string().contains("Unknown thread id") => Err(error)?,
            _ => {}
        }
    }
    Ok(())
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
        format!("{}/{}", <Self as Server>::server(), self.name)
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

    /// A pool of the application's own, far from UTC, with a setting in each connection.
    pub(crate) async fn pool(&self, connections: u32, set: &'static str) -> sqlx::MySqlPool {
        let options: MySqlConnectOptions = self.url().parse().unwrap();
        MySqlPoolOptions::new()
            .max_connections(connections)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    connection.execute(set).await?;
                    Ok(())
                })
            })
            .connect_with(options.timezone(Some("+05:45".to_owned())))
            .await
            .unwrap()
    }

    /// A connection past the adapter.
    pub(crate) async fn beside(&self) -> MySqlConnection {
        MySqlConnection::connect(&self.url()).await.unwrap()
    }
}

#[async_trait]
impl testkit::Scratch for Scratch {
    type Driver = MysqlDriver;

    async fn new() -> Result<Self, Broken> {
        Ok(Self::new().await)
    }

    async fn open(&self, way: Way) -> Result<MysqlAdapter, AdapterError> {
        let builder = MysqlAdapter::builder()
            .schema(way.schema)
            .secrets(way.secrets)
            .migrations(way.migrations)
            .timeout(way.timeout)
            .max_connections(way.connections);
        let set = match way.sessions {
            Sessions::Serializable => SERIALIZABLE,
            Sessions::Impatient => "SET SESSION innodb_lock_wait_timeout = 1",
            _ => return builder.connect(&self.url()).await,
        };
        builder.pool(self.pool(way.connections, set).await).await
    }

    /// Every value of every table, as it is and in hexadecimal, always in the same order: a server lists
    /// columns in another when others make tables meanwhile.
    async fn dump(&self) -> Result<Vec<u8>, Broken> {
        let mut beside = self.beside().await;
        let columns = "SELECT CAST(table_name AS BINARY), CAST(column_name AS BINARY) \
                       FROM information_schema.columns WHERE table_schema = DATABASE() \
                       ORDER BY 1, 2";
        let mut dump = Vec::new();
        for column in beside.fetch_all(columns).await? {
            let text = |index| String::from_utf8(column.get::<Vec<u8>, _>(index));
            let (table, column) = (text(0)?, text(1)?);
            let values = format!(
                "SELECT CONCAT(CAST(`{column}` AS BINARY), ' ', HEX(`{column}`)) FROM `{table}` \
                 WHERE `{column}` IS NOT NULL ORDER BY 1"
            );
            for row in beside.fetch_all(AssertSqlSafe(values)).await? {
                dump.extend(row.get::<Vec<u8>, _>(0));
                dump.push(b'\n');
            }
        }
        Ok(dump)
    }
}

pub(crate) const SERIALIZABLE: &str = "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE";

#[async_trait]
impl Server for Scratch {
    const SCHEME: &'static str = "mysql";
    const READ_ONLY: &'static str = "SET SESSION TRANSACTION READ ONLY";
    /// InnoDB gives up whoever changed fewer rows.
    const STUBBORN: &'static str = "";

    fn server() -> String {
        let url = server();
        url.rsplit_once('/')
            .map(|(server, _)| server.to_owned())
            .unwrap()
    }

    async fn open_url(url: &str, timeout: Duration) -> Result<MysqlAdapter, AdapterError> {
        let builder = MysqlAdapter::builder().timeout(timeout);
        builder.connect(url).await
    }

    async fn sever(&self) -> Outcome {
        let mut server = MySqlConnection::connect(&server()).await?;
        end_connections(&mut server, &self.name).await
    }
}
