//! Users and accounts of authcore in PostgreSQL 13 or later.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use authcore_postgres::PostgresAdapter;
//!
//! let adapter = PostgresAdapter::connect("postgres://app@db.example.org/app").await?;
//! # Ok(())
//! # }
//! ```
//!
//! The tables are made and brought up to date when the adapter connects; ten processes may start at
//! once. OAuth tokens are encrypted under the secret of the `Auth` that the adapter is plugged into,
//! session tokens are stored as their SHA-256.
//!
//! Connections are in the clear unless the application turns on one of sqlx's TLS features
//! (`tls-rustls-aws-lc-rs` is a good one) beside this crate; `?sslmode=verify-full` then asks for it.
//! Behind PgBouncer in transaction mode, add `?statement-cache-capacity=0`: see [`Pooler`].
//!
//! ```text
//! builder.rs     what can be set, and how the pool is made
//! driver.rs      statements over sqlx, each within its time
//! connection.rs  which connections can still be used
//! failure.rs     what PostgreSQL's error codes mean here
//! ```

mod builder;
mod connection;
mod driver;
mod failure;
mod pooler;

use authcore_sql::Dialect;
pub use authcore_sql::{
    Ended, KeyUse, Migration, Migrations, PrismaModels, Rotate, Rotation, Schema, SchemaError,
    UserIds, UserTable,
};
pub use builder::PostgresBuilder;
pub use driver::PostgresDriver;
pub use pooler::Pooler;
pub use sqlx;

/// Users, accounts, sessions and used attempts in a PostgreSQL database.
///
/// - `PostgresAdapter::connect("postgres://app@db.example.org/app")` connects as the URL says.
/// - `PostgresAdapter::builder()` sets what is to differ: see [`PostgresBuilder`].
/// - `PostgresAdapter::from_pool(pool)` uses a pool that the application has already.
pub type PostgresAdapter = authcore_sql::SqlAdapter<PostgresDriver>;

/// The steps that make our tables, as text, for applications that keep their own migrations.
#[must_use]
pub fn migrations(schema: &Schema) -> Vec<Migration> {
    authcore_sql::migrations(Dialect::Postgres, schema)
}
