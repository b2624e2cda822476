//! This file is the narrow part that each database implements: run a statement, read rows, begin a
//! transaction. It names no driver and carries no driver's type.
//!
//! Values have one of three kinds, and a missing value keeps its kind: PostgreSQL infers a
//! parameter's type from what is bound. No date, UUID or JSON type is bound anywhere, so that an
//! application's own choice of such crates is never narrowed.

use std::{error, fmt, sync::Arc};

use async_trait::async_trait;
use authcore::adapter::AdapterError;

use crate::dialect::Dialect;

/// Runs statements against one database.
#[async_trait]
pub trait Driver: Send + Sync + 'static {
    /// The dialect that it speaks.
    fn dialect(&self) -> Dialect;

    /// Runs a statement and says how many rows it changed.
    async fn execute(&self, query: Query) -> Result<u64, DriverError>;

    /// Runs a query and reads all of its rows.
    async fn rows(&self, query: Query) -> Result<Vec<Row>, DriverError>;

    /// Begins a transaction that writes. Where writers can wait for each other in a circle, it takes
    /// its lock here and not at the first write.
    async fn begin(&self) -> Result<Box<dyn Transaction>, DriverError>;

    /// Begins what migrations run in, after everyone else who took the same lock has finished. The
    /// lock goes with the transaction, also when the process ends in the middle. A driver whose
    /// [`begin`](Driver::begin) keeps all other writers out needs no more.
    async fn begin_migrations(&self, lock: &str) -> Result<Box<dyn Transaction>, DriverError> {
        let _ = lock;
        self.begin().await
    }
}

/// A transaction that was begun. Dropping it undoes it.
#[async_trait]
pub trait Transaction: Send {
    /// Runs a statement and says how many rows it changed.
    async fn execute(&mut self, query: Query) -> Result<u64, DriverError>;

    /// Runs a query and reads all of its rows.
    async fn rows(&mut self, query: Query) -> Result<Vec<Row>, DriverError>;

    /// Runs text of several statements that takes no values: a migration.
    async fn script(&mut self, text: &str) -> Result<(), DriverError>;

    /// Keeps what was done.
    async fn commit(self: Box<Self>) -> Result<(), DriverError>;

    /// Undoes what was done, as dropping does; a driver for which dropping is dear does it here at
    /// less cost. There is nothing to answer: what is not kept is undone in any case.
    async fn undo(self: Box<Self>) {
        drop(self);
    }
}

/// A statement with its values, ready to run.
#[derive(Clone)]
pub struct Query {
    /// The text, with placeholders. All names in it were checked when it was rendered.
    pub sql: Arc<str>,
    /// The values in the order of the placeholders.
    pub values: Vec<Value>,
    /// The kinds of the columns that come back; empty for a statement that returns none.
    pub columns: Arc<[Kind]>,
}

/// Shows the text; values are people's and are left out.
impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("sql", &self.sql)
            .finish_non_exhaustive()
    }
}

/// The kind of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number of 64 bits with a sign.
    Int,
    /// Bytes.
    Blob,
}

/// A value of one of the three kinds, or its absence.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Text.
    Text(Option<String>),
    /// A whole number.
    Int(Option<i64>),
    /// Bytes.
    Blob(Option<Vec<u8>>),
}

/// Shows the kind only: what is stored is people's.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(…)",
            Self::Int(_) => "Int(…)",
            Self::Blob(_) => "Blob(…)",
        })
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Int(number)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(Some(bytes))
    }
}

/// The values of one row, in the order of the statement's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(pub Vec<Value>);

/// Why a statement was not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DriverError {
    /// Something unique is taken.
    #[error("a unique value is taken")]
    Unique,
    /// A row points to one that is not there.
    #[error("a row points to none")]
    ForeignKey,
    /// The database cannot be reached, is locked, or took too long.
    #[error("the database is not available")]
    Unavailable(#[source] Fault),
    /// A value is longer than the database takes, or of characters that it does not take.
    #[error("the database refuses a value")]
    Refused,
    /// Another transaction was in the way (a deadlock, a serialization failure), and nothing was
    /// done: the same may pass when it is done again from its beginning.
    #[error("another transaction was in the way")]
    Lost(#[source] Fault),
    /// A table or an index of that name is there already.
    #[error("a table of that name is there already")]
    Exists(#[source] Fault),
    /// A column does not hold what it should.
    #[error("a column does not hold what it should")]
    Corrupt,
    /// Anything else, most often a missing table.
    #[error("the database failed")]
    Failed(#[source] Fault),
}

/// What a failure means while an adapter is being made; later it depends on what a statement is about.
impl From<DriverError> for AdapterError {
    fn from(error: DriverError) -> Self {
        match error {
            DriverError::Unavailable(fault) | DriverError::Lost(fault) => {
                Self::Unavailable(Box::new(fault))
            }
            DriverError::Failed(fault) => Self::Failed(Box::new(fault)),
            other => Self::Failed(Box::new(other)),
        }
    }
}

/// What a database says of its own failure. A driver puts no text here that can quote a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    code: Option<String>,
    text: String,
}

impl Fault {
    /// A failure with the database's code for it, where there is one.
    #[must_use]
    pub fn new(code: Option<String>, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{} (code {code})", self.text),
            None => f.write_str(&self.text),
        }
    }
}

impl error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_do_not_print() {
        let query = Query {
            sql: "SELECT 1".into(),
            values: vec!["canary".into(), vec![1, 2].into()],
            columns: [].into(),
        };
        let printed = format!("{query:?} {:?}", Row(query.values.clone()));
        assert!(!printed.contains("canary"), "{printed}");
    }
}
