//! Users and accounts of authcore in MySQL 8 and in MariaDB 10.6 or later.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use authcore_mysql::MysqlAdapter;
//!
//! let adapter = MysqlAdapter::connect("mysql://app@db.example.org/app").await?;
//! # Ok(())
//! # }
//! ```
//!
//! The tables are made and brought up to date when the adapter connects; ten processes may start at
//! once, behind a lock of the server's (`GET_LOCK`, which Galera clusters do not have: there, let one
//! process migrate and start the others with [`Migrations::Leave`]). OAuth tokens are encrypted under the secret of the `Auth` that the adapter is plugged into,
//! session tokens are stored as their SHA-256.
//!
//! Connections are in the clear unless the application turns on one of sqlx's TLS features
//! (`tls-rustls-aws-lc-rs` is a good one) beside this crate; `?ssl-mode=VERIFY_IDENTITY` then asks for
//! it. MySQL 8 takes a password over TLS or a socket only, unless sqlx's feature `mysql-rsa` is on.
//!
//! Whatever is looked for is stored as bytes and compares byte for byte: MySQL's collations take
//! `Ada`, `ada` and `ada ` for one person. On Auth.js's tables (drizzle's, Prisma's) the same bytes are asked
//! for in each statement, and whoever the database takes for somebody else is refused as a conflict.
//!
//! ```text
//! builder.rs     what can be set, and how the pool is made
//! driver.rs      statements over sqlx, each within its time
//! connection.rs  which connections can still be used
//! failure.rs     what MySQL's error codes mean here
//! ```

mod builder;
mod connection;
mod driver;
mod failure;

use authcore_sql::Dialect;
pub use authcore_sql::{
    Ended, KeyUse, Migration, Migrations, PrismaModels, Rotate, Rotation, Schema, SchemaError,
    UserIds, UserTable,
};
pub use builder::MysqlBuilder;
pub use driver::MysqlDriver;
pub use sqlx;

/// Users, accounts, sessions and used attempts in a MySQL database.
///
/// - `MysqlAdapter::connect("mysql://app@db.example.org/app")` connects as the URL says.
/// - `MysqlAdapter::builder()` sets what is to differ: see [`MysqlBuilder`].
/// - `MysqlAdapter::from_pool(pool)` uses a pool that the application has already.
pub type MysqlAdapter = authcore_sql::SqlAdapter<MysqlDriver>;

/// The steps that make our tables, as text, for applications that keep their own migrations.
#[must_use]
pub fn migrations(schema: &Schema) -> Vec<Migration> {
    authcore_sql::migrations(Dialect::Mysql, schema)
}
