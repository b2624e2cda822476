//! Users and accounts of authcore in SQLite.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use authcore_sqlite::SqliteAdapter;
//!
//! let adapter = SqliteAdapter::connect("sqlite:app.db").await?;
//! # Ok(())
//! # }
//! ```
//!
//! The file and its folder are made when they are missing, and the tables are made and brought up to
//! date. OAuth tokens are encrypted under the secret of the `Auth` that the adapter is plugged into,
//! session tokens are stored as their SHA-256.
//!
//! ```text
//! builder.rs  what can be set, and how a database is opened
//! driver.rs   statements over sqlx
//! failure.rs  what SQLite's error codes mean here
//! file.rs     whether the file that was opened is still the one at its path
//! ```

mod builder;
mod driver;
mod failure;
mod file;

use authcore_sql::Dialect;
pub use authcore_sql::{
    Ended, KeyUse, Migration, Migrations, PrismaModels, Rotate, Rotation, Schema, SchemaError,
    UserIds, UserTable,
};
pub use builder::SqliteBuilder;
pub use driver::SqliteDriver;
pub use sqlx;

/// Users, accounts, sessions and used attempts in a SQLite database.
///
/// - `SqliteAdapter::connect("sqlite:app.db")` opens a file; `"sqlite::memory:"` is for tests.
/// - `SqliteAdapter::builder()` sets what is to differ: see [`SqliteBuilder`].
/// - `SqliteAdapter::from_pool(pool)` uses a pool that the application has already.
pub type SqliteAdapter = authcore_sql::SqlAdapter<SqliteDriver>;

/// The steps that make our tables, as text, for applications that keep their own migrations.
#[must_use]
pub fn migrations(schema: &Schema) -> Vec<Migration> {
    authcore_sql::migrations(Dialect::Sqlite, schema)
}
