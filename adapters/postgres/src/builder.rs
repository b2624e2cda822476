//! This file connects to a server: what can be set before, the pool, the tables.

use std::{str::FromStr, time::Duration};

use async_trait::async_trait;
use authcore::adapter::AdapterError;
use authcore_sql::{Database, Fault, Settings, SqlAdapter};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::{PostgresAdapter, driver::PostgresDriver, pooler::Pooler};

/// What can be set before connecting to PostgreSQL.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use authcore_postgres::{PostgresAdapter, Schema};
///
/// let adapter = PostgresAdapter::builder()
///     .schema(Schema::with_prefix("shop_")?.in_postgres_schema("auth")?)
///     .secrets(["the secret in use, at least 32 bytes", "the one before it, for old rows"])
///     .max_connections(20)
///     .timeout(Duration::from_secs(2))
///     .connect("postgres://app@db.example.org/app")
///     .await?;
/// # Ok(())
/// # }
/// ```
pub struct PostgresBuilder {
    settings: Settings,
    timeout: Duration,
    max_connections: u32,
    pooler: Pooler,
}

impl Default for PostgresBuilder {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            timeout: Duration::from_secs(5),
            max_connections: 10,
            pooler: Pooler::default(),
        }
    }
}

impl PostgresBuilder {
    authcore_sql::settings!();

    /// How long to wait for a free connection, and again for the answer to a statement, before the
    /// store is `Unavailable`. Default: 5 seconds. Migrations may take a minute.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// How many connections there may be at once. Default: 10, as in sqlx. Has no effect on a pool
    /// of the application's own.
    #[must_use]
    pub fn max_connections(mut self, connections: u32) -> Self {
        self.max_connections = connections.max(1);
        self
    }

    /// What stands between the adapter and the server. Default: [`Pooler::Transparent`], or
    /// [`Pooler::Transactions`] where the URL says `statement-cache-capacity=0`.
    #[must_use]
    pub fn pooler(mut self, pooler: Pooler) -> Self {
        self.pooler = pooler;
        self
    }

    /// Connects as a URL says: `postgres://user:password@host:5432/database`. What it leaves out is
    /// taken from PostgreSQL's own variables (`PGHOST`, `PGPASSWORD` …).
    ///
    /// # Errors
    /// [`AdapterError::Unavailable`] when the server cannot be reached; [`AdapterError::Failed`] when
    /// the URL is none of PostgreSQL's, the server refuses it, or the tables are not ours.
    pub async fn connect(mut self, url: &str) -> Result<PostgresAdapter, AdapterError> {
        if forbids_prepared_statements(url) {
            self.pooler = Pooler::Transactions;
        }
        let pool = PgPoolOptions::new()
            .max_connections(self.max_connections)
            .acquire_timeout(self.timeout)
            .test_before_acquire(false)
            .connect_lazy_with(options(url)?);
        self.pool(pool).await
    }

    /// Uses a pool of the application's own. Its sizes and waits are left as they are.
    ///
    /// # Errors
    /// As [`PostgresBuilder::connect`].
    pub async fn pool(self, pool: PgPool) -> Result<PostgresAdapter, AdapterError> {
        let driver = PostgresDriver::new(pool, self.timeout, self.pooler);
        driver.reach().await?;
        SqlAdapter::open(driver, self.settings).await
    }
}

#[async_trait]
impl Database for PostgresDriver {
    type Pool = PgPool;
    type Builder = PostgresBuilder;

    async fn connect(
        builder: PostgresBuilder,
        url: &str,
    ) -> Result<SqlAdapter<Self>, AdapterError> {
        builder.connect(url).await
    }

    async fn from_pool(
        builder: PostgresBuilder,
        pool: PgPool,
    ) -> Result<SqlAdapter<Self>, AdapterError> {
        builder.pool(pool).await
    }
}

/// The URL is never repeated: it may hold a password.
fn options(url: &str) -> Result<PgConnectOptions, AdapterError> {
    let wrong = |text: &str| AdapterError::Failed(Box::new(Fault::new(None, text)));
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(wrong("a URL of PostgreSQL begins with `postgres://`"));
    }
    PgConnectOptions::from_str(url)
        .map_err(|_| wrong("the URL is not one that PostgreSQL understands"))
}

/// Whether the URL asks for no statement to be kept, as people write who have PgBouncer before them.
/// The driver alone would then still give each a name, and forget it.
fn forbids_prepared_statements(url: &str) -> bool {
    let (_, parameters) = url.split_once('?').unwrap_or_default();
    parameters
        .split('&')
        .filter_map(|parameter| parameter.split_once('='))
        .any(|(name, value)| name == "statement-cache-capacity" && value == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_cannot_be_used_is_refused_without_repeating_it() {
        for url in [
            "mysql://u:canary@db.example.org/app",
            "postgres://u:canary@db.example.org:port/app",
            "postgres://u:canary@db.example.org/app?sslmode=perhaps",
            "canary",
        ] {
            let refused = options(url).err();
            assert!(matches!(refused, Some(AdapterError::Failed(_))), "{url}");
            assert!(!format!("{refused:?}").contains("canary"), "{refused:?}");
        }
    }
    #[test]
    fn who_wants_no_statement_kept_is_heard() {
        let url = "postgres://u@db.example.org/app";
        for (parameters, forbids) in [
            ("", false),
            ("?sslmode=prefer", false),
            ("?statement-cache-capacity=100", false),
            ("?statement-cache-capacity=0", true),
            ("?sslmode=prefer&statement-cache-capacity=0", true),
        ] {
            let url = format!("{url}{parameters}");
            assert_eq!(forbids_prepared_statements(&url), forbids, "{url}");
        }
    }
}
