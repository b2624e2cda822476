//! This file brings the tables into a database, and up to date, each step once.
//!
//! Steps are text, so that whoever keeps their own migrations can print them and take them over.
//! What was done is kept in a table of our own, never in one that the application's migrations use.
//! The text of a step that was released never changes again, not even a comment in it: its digest is
//! how tables of another origin are told from ours.
//!
//! All of it happens behind one lock: ten processes may start at once. It is one transaction, except
//! in MySQL, where each statement that makes a table stays as soon as it has run. There every step is
//! one statement, marked when it begins and again when it is done, so that what was cut off half-way
//! goes on where it stopped.
//!
//! ```text
//! mod.rs     what is due, and doing it
//! steps.rs   the text of all steps
//! log.rs     the table that says what was done
//! script.rs  steps as one text, for migrations of the application's own
//! ```

mod log;
mod script;
mod steps;

use authcore::{adapter::AdapterError, model::Timestamp};
use sha2::{Digest, Sha256};

use crate::{
    dialect::{Dialect, TableChanges},
    driver::{Driver, DriverError, Fault, Transaction},
    schema::{Ids, Layout, Schema},
};
use log::{Entry, Log, State};
pub use script::script;

/// Whether the tables are made and brought up to date when an adapter connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Migrations {
    /// They are.
    #[default]
    Run,
    /// They are there already, made by the application's own migrations.
    Leave,
}

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
    /// Tells this step from any other of its number.
    digest: Vec<u8>,
}

/// Why the tables were not brought up to date. Nothing was changed then; in MySQL, the steps before
/// the one that failed stay.
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
    /// A table that a step makes is there, and no step of ours made it.
    #[error(
        "a table that authcore makes is there already, made by somebody else: use another prefix, \
         or another database"
    )]
    Taken {
        /// What the database says.
        #[source]
        fault: Fault,
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
    let before = schema.before(dialect);
    let before_users = schema.before_users(dialect);
    let (user_id, users_id) = match schema.own_ids() {
        Some(ids) => (
            ids.column_type(dialect),
            dialect.quoted(schema.user_columns().id),
        ),
        None => (our_ids(dialect), schema.user_columns().id.to_owned()),
    };
    (1..)
        .zip(steps::of(dialect, schema))
        .map(|(version, (name, text))| {
            let text = text
                .replace("{prefix}", &schema.prefix)
                .replace("{users}", &schema.users)
                .replace("{accounts}", &schema.accounts)
                .replace("{sessions}", &schema.sessions)
                .replace("{attempts}", &schema.attempts)
                .replace("{verifications}", &schema.verifications)
                .replace("{passkeys}", &schema.passkeys)
                .replace("{revocations}", &schema.revocations)
                .replace("{limits}", &schema.limits)
                .replace("{user_states}", &schema.user_states)
                .replace("{authorities}", &schema.authorities)
                .replace("{user_id}", user_id)
                .replace("{users_id}", &users_id)
                .replace(
                    "{users_schema}",
                    before_users.as_deref().unwrap_or("{schema}"),
                );
            Migration {
                version,
                name,
                // The same tables, whether their schema was named or found by the search path.
                digest: Sha256::digest(text.replace("{schema}", "")).to_vec(),
                text: as_found(schema, dialect, text.replace("{schema}", &before)),
            }
        })
        .collect()
}

/// What points to Auth.js's users is of the kind that their ids were found to be. It is the same step: the
/// tables that it makes are those that are missing.
fn as_found(schema: &Schema, dialect: Dialect, text: String) -> String {
    match schema.form(dialect).map(|form| (form.layout, form.ids)) {
        Ok((Layout::Authjs, Ids::Uuid)) => text
            .replace("\"userId\" TEXT", "\"userId\" UUID")
            .replace("\"userId\" INTEGER", "\"userId\" UUID"),
        Ok((Layout::Authjs, Ids::Text)) => text.replace("\"userId\" INTEGER", "\"userId\" TEXT"),
        Ok((Layout::Authjs, Ids::Counted)) => text.replace("\"userId\" TEXT", "\"userId\" INTEGER"),
        _ => text,
    }
}

/// The type of the ids in our own table of users.
fn our_ids(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "TEXT",
        Dialect::Postgres => "TEXT COLLATE \"C\"",
        Dialect::Mysql => "VARBINARY(255)",
    }
}

/// What was done to a database, and what is due.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// The steps that are due, the first first.
    pub due: Vec<Migration>,
    /// Whether any was done before: the table that says so is there.
    pub begun: Begun,
}

/// Whether the table that says what was done is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// It is.
    Yes,
    /// It is not: no step was done.
    No,
}

impl Plan {
    /// Every step, for a database in which none was done.
    ///
    /// # Errors
    /// [`MigrationError`] when the database has no such tables.
    pub fn whole(dialect: Dialect, schema: &Schema) -> Result<Self, MigrationError> {
        schema.form(dialect).map_err(DriverError::Failed)?;
        Ok(Self {
            due: migrations(dialect, schema),
            begun: Begun::No,
        })
    }
}

/// Says which steps are due, and changes nothing. Whoever may only read can ask.
///
/// # Errors
/// [`MigrationError`].
pub(crate) async fn plan(driver: &impl Driver, schema: &Schema) -> Result<Plan, MigrationError> {
    let dialect = driver.dialect();
    let whole = Plan::whole(dialect, schema)?;
    let log = Log::new(dialect, schema);
    if log::counted(&driver.rows(log.is_there()).await?)? == 0 {
        return Ok(whole);
    }
    let done = Log::entries(driver.rows(log.read()).await?)?;
    let mut due = whole.due;
    check(&due, &done)?;
    due.retain(|step| {
        let mut of_step = done.iter().filter(|entry| entry.version == step.version);
        !of_step.any(|entry| entry.state == State::Done)
    });
    Ok(Plan {
        due,
        begun: Begun::Yes,
    })
}

/// What was done must be known here, and be the same.
fn check(known: &[Migration], done: &[Entry]) -> Result<(), MigrationError> {
    for entry in done {
        let version = entry.version;
        let step = known.iter().find(|step| step.version == version);
        let step = step.ok_or(MigrationError::Newer { version })?;
        if step.digest != entry.digest {
            return Err(MigrationError::Other { version });
        }
    }
    Ok(())
}

/// Does the steps that were not done yet and says how many those were.
///
/// # Errors
/// [`MigrationError`].
pub async fn migrate(
    driver: &impl Driver,
    schema: &Schema,
    now: Timestamp,
) -> Result<usize, MigrationError> {
    migrate_telling(driver, schema, now, &mut |_| {}).await
}

/// The same, and tells each step as soon as it is done. Where all steps are one transaction, it is kept
/// after the last.
///
/// # Errors
/// [`MigrationError`].
pub(crate) async fn migrate_telling(
    driver: &impl Driver,
    schema: &Schema,
    now: Timestamp,
    told: &mut (dyn FnMut(&Migration) + Send),
) -> Result<usize, MigrationError> {
    let dialect = driver.dialect();
    schema.form(dialect).map_err(DriverError::Failed)?;
    let known = migrations(dialect, schema);
    if known.is_empty() {
        // Somebody else keeps these tables.
        return Ok(0);
    }
    let log = Log::new(dialect, schema);
    let mut open = driver.begin_migrations(&log.table).await?;
    log.prepare(open.as_mut()).await?;
    let done = Log::entries(open.rows(log.read()).await?)?;
    check(&known, &done)?;
    let mut count = 0;
    for step in &known {
        let begun = done.iter().find(|entry| entry.version == step.version);
        if begun.is_some_and(|entry| entry.state == State::Done) {
            continue;
        }
        match dialect.table_changes() {
            TableChanges::InTransaction => {
                run(open.as_mut(), step).await?;
                open.execute(log.done(step, now)).await?;
            }
            TableChanges::EachAtOnce => {
                if begun.is_none() {
                    open.execute(log.begun(step)).await?;
                }
                match run(open.as_mut(), step).await {
                    // We began it, and ended before we could say that it was done.
                    Err(MigrationError::Taken { .. }) if begun.is_some() => {}
                    other => other?,
                }
                open.execute(log.ended(step, now)).await?;
            }
        }
        count += 1;
        tracing::info!(version = step.version, name = step.name, "migrated");
        told(step);
    }
    open.commit().await?;
    Ok(count)
}

async fn run(open: &mut dyn Transaction, step: &Migration) -> Result<(), MigrationError> {
    open.script(&step.text).await.map_err(|error| match error {
        DriverError::Exists(fault) => MigrationError::Taken { fault },
        other => other.into(),
    })
}
