//! This file gives tests a database in a folder of its own.

use async_trait::async_trait;
use authcore::adapter::AdapterError;
use authcore_sql::testkit::{self, Broken, Way, sample::SECRET};
use authcore_sqlite::{SqliteAdapter, SqliteBuilder, SqliteDriver, sqlx};
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

/// A folder that goes with the value.
pub(crate) struct Scratch(pub(crate) TempDir);

impl Scratch {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn url(&self) -> String {
        format!("sqlite:{}", self.0.path().join("app.db").display())
    }

    pub(crate) async fn open(&self) -> SqliteAdapter {
        self.open_with(SqliteAdapter::builder().secrets([SECRET]))
            .await
    }

    pub(crate) async fn open_with(&self, builder: SqliteBuilder) -> SqliteAdapter {
        builder.connect(&self.url()).await.unwrap()
    }

    /// A connection past the adapter.
    pub(crate) async fn beside(&self) -> SqliteConnection {
        SqliteConnection::connect(&self.url()).await.unwrap()
    }

    /// A connection past the adapter to a file that is made when it is missing.
    pub(crate) async fn beside_made(&self) -> SqliteConnection {
        let url = format!("{}?mode=rwc", self.url());
        SqliteConnection::connect(&url).await.unwrap()
    }
}

#[async_trait]
impl testkit::Scratch for Scratch {
    type Driver = SqliteDriver;

    async fn new() -> Result<Self, Broken> {
        Ok(Self::new())
    }

    async fn open(&self, way: Way) -> Result<SqliteAdapter, AdapterError> {
        SqliteAdapter::builder()
            .schema(way.schema)
            .secrets(way.secrets)
            .migrations(way.migrations)
            .busy_timeout(way.timeout)
            .max_readers(way.connections)
            .connect(&self.url())
            .await
    }

    /// Every byte of the database's files.
    async fn dump(&self) -> Result<Vec<u8>, Broken> {
        let mut bytes = Vec::new();
        for entry in std::fs::read_dir(self.0.path())? {
            bytes.extend(std::fs::read(entry?.path())?);
        }
        Ok(bytes)
    }
}
