//! This crate is an adapter of one's own: users in SQLite over rusqlite, which authcore does not know.
//!
//! A database that speaks SQL needs a [`Driver`](authcore_sql::Driver) only: run a statement, read rows,
//! begin a transaction. Statements, migrations, the sealing of tokens and the hashing of sessions come
//! from `authcore-sql`. A store of another kind implements [`authcore::adapter::Adapter`] itself. Either
//! way one line holds it to the contract: see `tests/it.rs`.
//!
//! ```text
//! lib.rs     how an application opens it
//! driver.rs  statements over rusqlite
//! ```

mod driver;

use authcore::{adapter::AdapterError, model::Secret};
use authcore_sql::{Settings, SqlAdapter};
use rusqlite::Connection;

pub use driver::RusqliteDriver;

/// Users, accounts, sessions and used attempts over one rusqlite connection.
pub type RusqliteAdapter = SqlAdapter<RusqliteDriver>;

/// Opens an adapter over a connection, and brings the tables up to date. Without a secret it takes those
/// of the `Auth` that it is plugged into.
///
/// # Errors
/// [`AdapterError::Failed`] when the tables are not ours; [`AdapterError::Unavailable`] when the file is
/// locked.
pub async fn open(
    connection: Connection,
    secrets: Vec<Secret>,
) -> Result<RusqliteAdapter, AdapterError> {
    let driver = RusqliteDriver::new(connection)?;
    let mut settings = Settings::default();
    settings.secrets = secrets;
    SqlAdapter::open(driver, settings).await
}
