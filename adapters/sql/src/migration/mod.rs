//! This file brings the tables into a database, and up to date, each step once.
//!
//! Steps are text, so that whoever keeps their own migrations can print them and take them over.
//! What was done is kept in a table of our own, never in one that the application's migrations use.
//! The text of a step that was released never changes again, not even a comment in it: its digest is
//! how tables of another origin are told from ours.
//!
//! All of it happens in one transaction that takes its lock first: ten processes may start at once.

use authcore::{adapter::AdapterError, model::Timestamp};
use sha2::{Digest, Sha256};

use crate::{
    driver::{Dialect, Driver, DriverError, Fault, Kind, Query, Row, Transaction, Value},
    schema::{Layout, Schema},
};

/// One step towards the present tables.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Migration {
    /// Its number. Steps are done in this order.
    pub version: i64,
    /// What it does, in a few words.
    pub name: &'static str,
    /// Its statements, with the schema's names in them.
    pub text: String,
}

/// Why the tables were not brought up to date. Nothing was changed then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrationError {
    /// A newer version of this library was here: its tables may mean something else.
    #[error(
        "the database has migration {version}, which this version of authcore does not know: \
         update authcore, or use another database"
    )]
    Newer {
        /// The migration that is not known here.
        version: i64,
    },
    /// A step that was done is not the step of this number here.
    #[error(
        "migration {version} of the database is not the one that this version of authcore has: \
         the tables are not ours; use another prefix or another database"
    )]
    Other {
        /// The migration that differs.
        version: i64,
    },
    /// The database did not do it.
    #[error("the tables cannot be brought up to date")]
    Database(#[from] DriverError),
}

impl From<MigrationError> for AdapterError {
    fn from(error: MigrationError) -> Self {
        match error {
            MigrationError::Database(DriverError::Unavailable(fault)) => {
                Self::Unavailable(Box::new(fault))
            }
            other => Self::Failed(Box::new(other)),
        }
    }
}

/// All steps for a schema, the first first.
#[must_use]
pub fn migrations(dialect: Dialect, schema: &Schema) -> Vec<Migration> {
    let steps: &[(&'static str, &str)] = match (dialect, schema.layout) {
        (Dialect::Sqlite, Layout::Authcore) => {
            &[("the first tables", include_str!("sqlite_authcore_1.sql"))]
        }
        (Dialect::Sqlite, Layout::Authjs) => {
            &[("the tables of Auth.js", include_str!("sqlite_authjs_1.sql"))]
        }
    };
    (1..)
        .zip(steps)
        .map(|(version, (name, text))| Migration {
            version,
            name,
            text: text
                .replace("{prefix}", &schema.prefix)
                .replace("{users}", &schema.users)
                .replace("{accounts}", &schema.accounts)
                .replace("{sessions}", &schema.sessions)
                .replace("{attempts}", &schema.attempts),
        })
        .collect()
}

/// Does the steps that were not done yet and says how many those were.
///
/// # Errors
/// [`MigrationError`]; nothing was changed then.
pub async fn migrate(
    driver: &impl Driver,
    schema: &Schema,
    now: Timestamp,
) -> Result<usize, MigrationError> {
    let known = migrations(driver.dialect(), schema);
    let mut transaction = driver.begin().await?;
    transaction.script(&done_table(schema)).await?;
    let done = done(transaction.as_mut(), schema).await?;
    for (version, digest) in &done {
        let step = known.iter().find(|step| step.version == *version);
        let step = step.ok_or(MigrationError::Newer { version: *version })?;
        if step.digest() != *digest {
            return Err(MigrationError::Other { version: *version });
        }
    }
    let due: Vec<_> = known
        .iter()
        .filter(|step| !done.iter().any(|(version, _)| *version == step.version))
        .collect();
    for step in &due {
        transaction.script(&step.text).await?;
        transaction.execute(mark_done(schema, step, now)).await?;
        tracing::info!(version = step.version, name = step.name, "migrated");
    }
    transaction.commit().await?;
    Ok(due.len())
}

impl Migration {
    /// Tells this step from any other of its number.
    fn digest(&self) -> Vec<u8> {
        Sha256::digest(self.text.as_bytes()).to_vec()
    }
}

fn done_table(schema: &Schema) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS \"{}\" (\
         version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, digest BLOB NOT NULL, \
         done_at INTEGER NOT NULL)",
        schema.migrations
    )
}

async fn done(
    transaction: &mut dyn Transaction,
    schema: &Schema,
) -> Result<Vec<(i64, Vec<u8>)>, DriverError> {
    let rows = transaction
        .rows(Query {
            sql: format!(
                "SELECT version, digest FROM \"{}\" ORDER BY version",
                schema.migrations
            )
            .into(),
            values: Vec::new(),
            columns: [Kind::Int, Kind::Blob].into(),
        })
        .await?;
    rows.into_iter()
        .map(|Row(values)| match values.as_slice() {
            [Value::Int(Some(version)), Value::Blob(Some(digest))] => {
                Ok((*version, digest.clone()))
            }
            _ => Err(DriverError::Failed(Fault::new(
                None,
                "the table of migrations is not ours",
            ))),
        })
        .collect()
}

fn mark_done(schema: &Schema, step: &Migration, now: Timestamp) -> Query {
    Query {
        sql: format!(
            "INSERT INTO \"{}\" (version, name, digest, done_at) VALUES (?, ?, ?, ?)",
            schema.migrations
        )
        .into(),
        values: vec![
            step.version.into(),
            step.name.into(),
            step.digest().into(),
            now.millis().into(),
        ],
        columns: [].into(),
    }
}
