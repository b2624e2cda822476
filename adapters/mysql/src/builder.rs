//! This file connects to a server: what can be set before, the pool, the tables.
//!
//! The attack it stops: a server that is not strict cuts a value that is too long, so that two
//! subjects that begin alike become one account. Strictness is switched on in connections of ours, and
//! asked for in those of the application's own.

use std::{str::FromStr, time::Duration};

use async_trait::async_trait;
use authcore::adapter::AdapterError;
use authcore_sql::{Database, Fault, Settings, SqlAdapter};
use sqlx::{
    Executor, MySqlPool,
    mysql::{MySqlConnectOptions, MySqlPoolOptions},
};

use crate::{MysqlAdapter, driver::MysqlDriver};

/// What can be set before connecting to MySQL.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use authcore_mysql::{MysqlAdapter, Schema};
///
/// let adapter = MysqlAdapter::builder()
///     .schema(Schema::with_prefix("shop_")?)
///     .secrets(["the secret in use, at least 32 bytes", "the one before it, for old rows"])
///     .max_connections(20)
///     .timeout(Duration::from_secs(2))
///     .connect("mysql://app@db.example.org/app")
///     .await?;
/// # Ok(())
/// # }
/// ```
pub struct MysqlBuilder {
    settings: Settings,
    timeout: Duration,
    max_connections: u32,
}

impl Default for MysqlBuilder {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            timeout: Duration::from_secs(5),
            max_connections: 10,
        }
    }
}

impl MysqlBuilder {
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

    /// Connects as a URL says: `mysql://user:password@host:3306/database`.
    ///
    /// # Errors
    /// [`AdapterError::Unavailable`] when the server cannot be reached; [`AdapterError::Failed`] when
    /// the URL is none of MySQL's, the server refuses it, or the tables are not ours.
    pub async fn connect(self, url: &str) -> Result<MysqlAdapter, AdapterError> {
        let pool = MySqlPoolOptions::new()
            .max_connections(self.max_connections)
            .acquire_timeout(self.timeout)
            .test_before_acquire(false)
            .after_connect(|connection, _| {
                Box::pin(async move {
                    let strict = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')";
                    connection.execute(strict).await?;
                    Ok(())
                })
            })
            .connect_lazy_with(self.in_its_zone(options(url)?));
        self.pool(pool).await
    }

    /// Auth.js's `TIMESTAMP` columns hold what its connections took for UTC in the server's time zone,
    /// so ours stay in that zone too; they would be in UTC else.
    fn in_its_zone(&self, options: MySqlConnectOptions) -> MySqlConnectOptions {
        if self.settings.schema.follows_the_time_zone() {
            options.timezone(None::<String>)
        } else {
            options
        }
    }

    /// Uses a pool of the application's own. Its sizes and waits are left as they are; its
    /// connections must be strict, as those of MySQL and MariaDB are unless somebody turned it off.
    ///
    /// # Errors
    /// As [`MysqlBuilder::connect`]; [`AdapterError::Failed`] when a connection is not strict.
    pub async fn pool(self, pool: MySqlPool) -> Result<MysqlAdapter, AdapterError> {
        let driver = MysqlDriver::new(pool, self.timeout);
        if !driver.is_strict().await? {
            return Err(wrong(
                "connections of this pool are not strict: add STRICT_ALL_TABLES to their sql_mode",
            ));
        }
        SqlAdapter::open(driver, self.settings).await
    }
}

#[async_trait]
impl Database for MysqlDriver {
    type Pool = MySqlPool;
    type Builder = MysqlBuilder;

    async fn connect(builder: MysqlBuilder, url: &str) -> Result<SqlAdapter<Self>, AdapterError> {
        builder.connect(url).await
    }

    async fn from_pool(
        builder: MysqlBuilder,
        pool: MySqlPool,
    ) -> Result<SqlAdapter<Self>, AdapterError> {
        builder.pool(pool).await
    }
}

/// The URL is never repeated: it may hold a password.
fn options(url: &str) -> Result<MySqlConnectOptions, AdapterError> {
    if !url.starts_with("mysql://") && !url.starts_with("mariadb://") {
        return Err(wrong("a URL of MySQL begins with `mysql://`"));
    }
    let options = MySqlConnectOptions::from_str(url)
        .map_err(|_| wrong("the URL is not one that MySQL understands"))?;
    match options.get_database() {
        Some(_) => Ok(options),
        None => Err(wrong(
            "the URL names no database: write `mysql://user@host/database`",
        )),
    }
}

fn wrong(text: &str) -> AdapterError {
    AdapterError::Failed(Box::new(Fault::new(None, text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_cannot_be_used_is_refused_without_repeating_it() {
        for url in [
            "postgres://u:canary@db.example.org/app",
            "mysql://u:canary@db.example.org:port/app",
            "mysql://u:canary@db.example.org/app?ssl-mode=perhaps",
            "mysql://u:canary@db.example.org",
            "canary",
        ] {
            let refused = options(url).err();
            assert!(matches!(refused, Some(AdapterError::Failed(_))), "{url}");
            assert!(!format!("{refused:?}").contains("canary"), "{refused:?}");
        }
    }
}
