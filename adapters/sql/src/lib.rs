//! What authcore's SQL adapters share. A crate for one database (`authcore-sqlite`) adds a
//! [`Driver`], its migrations' dialect and the way to connect; everything else is here, once:
//!
//! ```text
//! schema.rs      how tables and columns are called: our own, or Auth.js's
//! statements/    every statement, rendered once when the adapter is made
//! statement.rs   one rendered statement and the names of its arguments
//! dialect.rs     how names, values and times are written in each database
//! driver.rs      the narrow part that each database implements
//! record.rs      rows to users, accounts and sessions, and back
//! at_rest.rs     OAuth tokens are sealed before they reach a row
//! sealed.rs      which tables have sealed columns
//! migration.rs   the tables, as text, and how they come into a database
//! adapter/       the `Adapter` of the core, written over all of these
//! from_authjs/   people brought over from Auth.js's tables into our own
//! testkit/       what a driver's crate is held to (feature `testkit`)
//! ```
//!
//! Applications use the crate of their database; this one is for those who write such a crate.

mod adapter;
mod at_rest;
mod dialect;
mod driver;
mod from_authjs;
mod migration;
mod record;
mod schema;
mod sealed;
mod statement;
mod statements;
#[cfg(feature = "testkit")]
pub mod testkit;

pub use adapter::{
    AuthorityCount, Database, Ended, KeyUse, MovedAccounts, Rotate, Rotation, Settings, SqlAdapter,
};
/// What [`settings!`] names.
#[doc(hidden)]
pub use authcore::{clock::Clock, model::Secret};
pub use dialect::Dialect;
pub use driver::{Driver, DriverError, Fault, Kind, Query, Row, Transaction, Value};
pub use from_authjs::{
    AuthjsTables, Copied, Hindrance, Hindrances, Origin, Part, Survey, Tally, Told, find_authjs,
    survey_authjs,
};
pub use migration::{
    Begun, Migration, MigrationError, Migrations, Plan, migrate, migrations, script,
};
pub use schema::{Layout, PrismaModels, Schema, SchemaError, UserIds, UserTable};
