//! This file opens a database: what can be set before, the pools, write-ahead logging, the tables.
//!
//! A file gets two pools: many readers, and one writer. SQLite lets one connection write at a time;
//! writers that queue for our one connection cost nothing, where many connections would each sleep
//! and try again for the lock, and keep readers waiting meanwhile.

use std::{path::Path, str::FromStr, time::Duration};

use async_trait::async_trait;
use authcore::adapter::AdapterError;
use authcore_sql::{Database, DriverError, Fault, Settings, SqlAdapter};
use sqlx::{
    SqlitePool,
    pool::PoolOptions,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use tokio::time::{Instant, sleep};

use crate::{SqliteAdapter, driver::SqliteDriver, failure::driver_error, file::OpenedFile};

/// What can be set before connecting to SQLite.
///
/// ```
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
/// use authcore_sqlite::{Schema, SqliteAdapter};
///
/// let adapter = SqliteAdapter::builder()
///     .schema(Schema::with_prefix("shop_")?)
///     .secrets(["the secret in use, at least 32 bytes", "the one before it, for old rows"])
///     .busy_timeout(Duration::from_secs(2))
///     .connect("sqlite::memory:")
///     .await?;
/// # Ok(())
/// # }
/// ```
pub struct SqliteBuilder {
    settings: Settings,
    busy_timeout: Duration,
    max_readers: u32,
}

impl Default for SqliteBuilder {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            busy_timeout: Duration::from_secs(5),
            max_readers: 10,
        }
    }
}

impl SqliteBuilder {
    authcore_sql::settings!();

    /// How long to wait for another process that has the database locked, before the store is
    /// `Unavailable`. Default: 5 seconds, as in sqlx.
    #[must_use]
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// How many connections may read at once. Default: 10, as in sqlx. One more writes.
    #[must_use]
    pub fn max_readers(mut self, readers: u32) -> Self {
        self.max_readers = readers.max(1);
        self
    }

    /// Opens the database of a URL: `sqlite:app.db`, `sqlite:/var/lib/app/app.db`,
    /// `sqlite::memory:`. A missing file is made with its folder, for its owner alone to read, unless the URL has another
    /// `mode` than `rwc`.
    ///
    /// # Errors
    /// [`AdapterError::Unavailable`] when the file cannot be opened or is locked;
    /// [`AdapterError::Failed`] when the URL is none of SQLite's, or the tables are not ours.
    pub async fn connect(self, url: &str) -> Result<SqliteAdapter, AdapterError> {
        let driver = match Location::of(url)? {
            Location::Memory => self.open_memory(),
            Location::File(file) => self.open_file(*file).await?,
        };
        SqlAdapter::open(driver, self.settings).await
    }

    /// Uses a pool of the application's own. Its connections must have foreign keys switched on, as
    /// sqlx does; journal mode and timeouts are left as they are.
    ///
    /// # Errors
    /// As [`SqliteBuilder::connect`]; [`AdapterError::Failed`] when foreign keys are off.
    pub async fn pool(self, pool: SqlitePool) -> Result<SqliteAdapter, AdapterError> {
        let driver = SqliteDriver::new(pool.clone(), pool);
        let foreign_keys = driver.pragma("PRAGMA foreign_keys").await?;
        if foreign_keys != "1" {
            return Err(AdapterError::Failed(Box::new(Fault::new(
                None,
                "foreign keys are off in this pool: connect with `foreign_keys(true)`",
            ))));
        }
        SqlAdapter::open(driver, self.settings).await
    }

    /// One connection, never closed: each connection to `:memory:` is a database of its own.
    fn open_memory(&self) -> SqliteDriver {
        let options = SqliteConnectOptions::new()
            .in_memory(true)
            .foreign_keys(true);
        let pool = self
            .pool_options(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(options);
        SqliteDriver::new(pool.clone(), pool)
    }

    async fn open_file(&self, file: FileOptions) -> Result<SqliteDriver, AdapterError> {
        // Absolute, so that the file stays the same should the application change its folder.
        let path = std::path::absolute(file.options.get_filename()).map_err(no_file)?;
        if file.make == Make::WhenMissing {
            make_folder(&path)?;
            make_file(&path)?;
        }
        let options = file
            .options
            .filename(&path)
            .foreign_keys(true)
            .busy_timeout(self.busy_timeout);
        let opened = OpenedFile::new(&path);
        let writer = opened
            .watch(self.pool_options(1))
            .connect_lazy_with(options.clone());
        // The first connection may make the file. A later one must not: a file that is gone by then
        // was lost, and an empty one in its place would look like a database without users.
        let readers = opened
            .watch(self.pool_options(self.max_readers))
            .connect_lazy_with(options.clone().create_if_missing(false));
        let driver = SqliteDriver::new(readers, writer.clone());
        self.write_ahead(&driver).await?;
        writer.set_connect_options(options.create_if_missing(false));
        Ok(driver)
    }

    fn pool_options(&self, connections: u32) -> SqlitePoolOptions {
        PoolOptions::new()
            .max_connections(connections)
            // Opening a connection takes part of this time, however short the wait for locks is.
            .acquire_timeout(self.busy_timeout.max(Duration::from_secs(1)))
            .test_before_acquire(false)
    }

    /// Switches the file to write-ahead logging, so that readers and the writer never wait for each
    /// other. It stays so in the file. SQLite does not wait for locks here, so this does.
    async fn write_ahead(&self, driver: &SqliteDriver) -> Result<(), AdapterError> {
        let end = Instant::now() + self.busy_timeout;
        loop {
            match driver.pragma("PRAGMA journal_mode = WAL").await {
                Ok(_) => return Ok(()),
                Err(DriverError::Unavailable(fault)) if Instant::now() >= end => {
                    return Err(DriverError::Unavailable(fault).into());
                }
                Err(DriverError::Unavailable(_)) => sleep(Duration::from_millis(10)).await,
                Err(other) => return Err(other.into()),
            }
        }
    }
}

#[async_trait]
impl Database for SqliteDriver {
    type Pool = SqlitePool;
    type Builder = SqliteBuilder;

    async fn connect(builder: SqliteBuilder, url: &str) -> Result<SqlAdapter<Self>, AdapterError> {
        builder.connect(url).await
    }

    async fn from_pool(
        builder: SqliteBuilder,
        pool: SqlitePool,
    ) -> Result<SqlAdapter<Self>, AdapterError> {
        builder.pool(pool).await
    }
}

enum Location {
    Memory,
    File(Box<FileOptions>),
}

struct FileOptions {
    options: SqliteConnectOptions,
    make: Make,
}

/// Whether a missing file is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Make {
    WhenMissing,
    AsTheUrlSays,
}

impl Location {
    fn of(url: &str) -> Result<Self, AdapterError> {
        // The URL itself is not repeated: that of another database would carry its password.
        let wrong = |text: &str| AdapterError::Failed(Box::new(Fault::new(None, text)));
        let rest = url
            .strip_prefix("sqlite:")
            .ok_or_else(|| wrong("a URL of SQLite begins with `sqlite:`"))?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        if path.trim_start_matches('/').is_empty() {
            return Err(wrong("the URL names no file: write `sqlite:app.db`"));
        }
        let mode = query.split('&').find_map(|pair| pair.strip_prefix("mode="));
        if path.trim_start_matches("//") == ":memory:" || mode == Some("memory") {
            return Ok(Self::Memory);
        }
        let options = SqliteConnectOptions::from_str(url)
            .map_err(|_| wrong("the URL has a parameter that SQLite does not know"))?;
        Ok(Self::File(Box::new(match mode {
            None | Some("rwc") => FileOptions {
                options: options.create_if_missing(true),
                make: Make::WhenMissing,
            },
            Some(_) => FileOptions {
                options,
                make: Make::AsTheUrlSays,
            },
        })))
    }
}

fn make_folder(file: &Path) -> Result<(), AdapterError> {
    match file.parent() {
        Some(folder) => std::fs::create_dir_all(folder).map_err(no_file),
        None => Ok(()),
    }
}

/// Makes an empty file that only its owner may read: it will hold addresses and hashes of sessions. SQLite
/// gives the files beside it the same mode (`a_file_that_is_made_is_its_owners_alone`). One that is there is
/// left as it is.
fn make_file(file: &Path) -> Result<(), AdapterError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(no_file(error)),
        _ => Ok(()),
    }
}

fn no_file(error: std::io::Error) -> AdapterError {
    driver_error(sqlx::Error::Io(error)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_of_another_database_is_refused_without_repeating_it() {
        let refused = Location::of("postgres://u:canary@db.example.org/app").err();
        let printed = format!("{refused:?}");
        assert!(matches!(refused, Some(AdapterError::Failed(_))));
        assert!(!printed.contains("canary"), "{printed}");
    }

    #[test]
    fn memory_has_several_spellings() {
        for url in [
            "sqlite::memory:",
            "sqlite://:memory:",
            "sqlite:name?mode=memory",
        ] {
            assert!(matches!(Location::of(url), Ok(Location::Memory)), "{url}");
        }
    }

    #[test]
    fn a_url_without_a_file_or_with_an_unknown_parameter_is_refused() {
        for url in ["sqlite:", "sqlite://", "sqlite:app.db?colour=red", "app.db"] {
            assert!(Location::of(url).is_err(), "{url}");
        }
    }
}
