//! This file runs statements over rusqlite.
//!
//! rusqlite waits in the thread that calls it, so each call goes to a thread that may wait. One
//! connection serves all: whoever has a transaction keeps the others out until it ends.

use std::sync::Arc;

use async_trait::async_trait;
use authcore_sql::{Dialect, Driver, DriverError, Fault, Kind, Query, Row, Transaction, Value};
use rusqlite::{Connection, Error, ErrorCode, ffi, params_from_iter, types::Value as Stored};
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    task::spawn_blocking,
};

/// One connection of rusqlite.
pub struct RusqliteDriver(Arc<Mutex<Connection>>);

type Held = OwnedMutexGuard<Connection>;

impl RusqliteDriver {
    /// A driver over a connection. Foreign keys are switched on: rows of a user go with the user.
    ///
    /// # Errors
    /// [`DriverError`] when the connection cannot be used.
    pub fn new(connection: Connection) -> Result<Self, DriverError> {
        let on = connection.pragma_update(None, "foreign_keys", true);
        on.map_err(|error| meaning(&error))?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    async fn held(&self) -> Held {
        Arc::clone(&self.0).lock_owned().await
    }
}

#[async_trait]
impl Driver for RusqliteDriver {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn execute(&self, query: Query) -> Result<u64, DriverError> {
        let (_, changed) = aside(self.held().await, move |held| execute(held, query)).await?;
        Ok(changed)
    }

    async fn rows(&self, query: Query) -> Result<Vec<Row>, DriverError> {
        let (_, rows) = aside(self.held().await, move |held| rows(held, &query)).await?;
        Ok(rows)
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, DriverError> {
        let held = self.held().await;
        let (held, ()) = aside(held, |held| held.execute_batch("BEGIN IMMEDIATE")).await?;
        Ok(Box::new(RusqliteTransaction { held: Some(held) }))
    }
}

/// The connection while it is in a transaction; `None` only while a statement runs elsewhere.
struct RusqliteTransaction {
    held: Option<Held>,
}

impl RusqliteTransaction {
    async fn run<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, DriverError> {
        let held = self.held.take().ok_or_else(gone)?;
        // A statement that fails leaves the transaction open, so the connection comes back either way.
        let (held, answer) = spawn_blocking(move || {
            let mut held = Undoing(Some(held));
            let answer = match held.0.as_mut() {
                Some(connection) => work(connection).map_err(|error| meaning(&error)),
                None => Err(gone()),
            };
            (held.0.take(), answer)
        })
        .await
        .map_err(|_| gone())?;
        self.held = held;
        answer
    }
}

#[async_trait]
impl Transaction for RusqliteTransaction {
    async fn execute(&mut self, query: Query) -> Result<u64, DriverError> {
        self.run(move |held| execute(held, query)).await
    }

    async fn rows(&mut self, query: Query) -> Result<Vec<Row>, DriverError> {
        self.run(move |held| rows(held, &query)).await
    }

    async fn script(&mut self, text: &str) -> Result<(), DriverError> {
        let text = text.to_owned();
        self.run(move |held| held.execute_batch(&text)).await
    }

    async fn commit(mut self: Box<Self>) -> Result<(), DriverError> {
        self.run(|held| held.execute_batch("COMMIT")).await
    }
}

/// Dropped in the middle, a transaction is undone before anybody else gets the connection.
impl Drop for RusqliteTransaction {
    fn drop(&mut self) {
        drop(Undoing(self.held.take()));
    }
}

/// Undoes what is open when nobody waits for it any more.
struct Undoing(Option<Held>);

impl Drop for Undoing {
    fn drop(&mut self) {
        if let Some(held) = &self.0
            && !held.is_autocommit()
        {
            // Should it fail, SQLite has undone it by itself, as it does when the disk is full.
            let _ = held.execute_batch("ROLLBACK");
        }
    }
}

/// Works with the connection in a thread that may wait.
async fn aside<T: Send + 'static>(
    mut held: Held,
    work: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static,
) -> Result<(Held, T), DriverError> {
    spawn_blocking(move || {
        let answer = work(&mut held).map_err(|error| meaning(&error))?;
        Ok((held, answer))
    })
    .await
    .map_err(|_| gone())?
}

fn execute(connection: &mut Connection, query: Query) -> Result<u64, Error> {
    let mut statement = connection.prepare_cached(&query.sql)?;
    let changed = statement.execute(params_from_iter(query.values.into_iter().map(stored)))?;
    Ok(changed as u64)
}

fn rows(connection: &mut Connection, query: &Query) -> Result<Vec<Row>, Error> {
    let mut statement = connection.prepare_cached(&query.sql)?;
    let values = query.values.iter().cloned().map(stored);
    let read = |row: &rusqlite::Row<'_>| -> Result<Row, Error> {
        let columns = query.columns.iter().enumerate();
        columns
            .map(|(index, kind)| match kind {
                Kind::Text => row.get(index).map(Value::Text),
                Kind::Int => row.get(index).map(Value::Int),
                Kind::Blob => row.get(index).map(Value::Blob),
            })
            .collect::<Result<_, _>>()
            .map(Row)
    };
    statement
        .query_map(params_from_iter(values), read)?
        .collect()
}

fn stored(value: Value) -> Stored {
    match value {
        Value::Text(text) => text.map_or(Stored::Null, Stored::Text),
        Value::Int(number) => number.map_or(Stored::Null, Stored::Integer),
        Value::Blob(bytes) => bytes.map_or(Stored::Null, Stored::Blob),
    }
}

/// What a failure means. rusqlite's words may quote values; SQLite's own name tables and columns only.
fn meaning(error: &Error) -> DriverError {
    let Error::SqliteFailure(failure, message) = error else {
        return match error {
            Error::FromSqlConversionFailure(..) | Error::InvalidColumnType(..) => {
                DriverError::Corrupt
            }
            _ => DriverError::Failed(Fault::new(None, "the driver failed")),
        };
    };
    let fault = || {
        let code = failure.extended_code.to_string();
        Fault::new(Some(code), message.clone().unwrap_or_default())
    };
    match (failure.code, failure.extended_code) {
        (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
            DriverError::Unique
        }
        (_, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => DriverError::ForeignKey,
        (ErrorCode::ConstraintViolation | ErrorCode::TooBig, _) => DriverError::Refused,
        (
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::SystemIoFailure,
            _,
        ) => DriverError::Unavailable(fault()),
        _ => DriverError::Failed(fault()),
    }
}

fn gone() -> DriverError {
    DriverError::Unavailable(Fault::new(None, "the connection is gone"))
}
