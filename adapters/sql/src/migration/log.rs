//! This file keeps the table that says which steps were done.
//!
//! It is looked for before it is made: whoever may only read and write rows can start an application
//! whose tables are all there.

use authcore::model::Timestamp;

use super::Migration;
use crate::{
    dialect::Dialect,
    driver::{DriverError, Fault, Kind, Query, Row, Transaction, Value},
    schema::Schema,
};

/// The table, under its full name.
pub(super) struct Log<'a> {
    dialect: Dialect,
    schema: &'a Schema,
    pub(super) table: String,
}

/// A step in the table.
pub(super) struct Entry {
    pub(super) version: i64,
    pub(super) digest: Vec<u8>,
    pub(super) state: State,
}

/// How far a step got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Begun,
    Done,
}

impl<'a> Log<'a> {
    pub(super) fn new(dialect: Dialect, schema: &'a Schema) -> Self {
        Self {
            dialect,
            schema,
            table: schema.quoted(dialect, &schema.migrations),
        }
    }

    /// Makes the table, and the schema of PostgreSQL's that it stands in, when they are missing.
    pub(super) async fn prepare(&self, open: &mut dyn Transaction) -> Result<(), DriverError> {
        if self.dialect == Dialect::Postgres
            && let Some(name) = &self.schema.namespace
        {
            let name = self.dialect.quoted(name);
            let there = "SELECT COUNT(to_regnamespace($1))";
            let there = self.query(there.to_owned(), vec![(&*name).into()], &[Kind::Int]);
            if counted(&open.rows(there).await?)? == 0 {
                open.script(&format!("CREATE SCHEMA {name}")).await?;
            }
        }
        if counted(&open.rows(self.is_there()).await?)? > 0 {
            return Ok(());
        }
        open.script(&self.create()).await
    }

    /// Counts the tables of this name: one or none.
    pub(super) fn is_there(&self) -> Query {
        let (sql, name) = match self.dialect {
            Dialect::Sqlite => (
                "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?",
                &self.schema.migrations,
            ),
            Dialect::Postgres => ("SELECT COUNT(to_regclass($1))", &self.table),
            Dialect::Mysql => (
                "SELECT COUNT(*) FROM information_schema.tables \
                 WHERE table_schema = DATABASE() AND table_name = ?",
                &self.schema.migrations,
            ),
        };
        self.query(sql.to_owned(), vec![name.as_str().into()], &[Kind::Int])
    }

    /// The text that makes the table.
    pub(super) fn create(&self) -> String {
        let table = &self.table;
        match self.dialect {
            Dialect::Sqlite => format!(
                "CREATE TABLE {table} (\
                 version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, digest BLOB NOT NULL, \
                 done_at INTEGER NOT NULL)"
            ),
            Dialect::Postgres => format!(
                "CREATE TABLE {table} (\
                 version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, digest BYTEA NOT NULL, \
                 done_at BIGINT NOT NULL)"
            ),
            Dialect::Mysql => format!(
                "CREATE TABLE {table} (\
                 version BIGINT NOT NULL PRIMARY KEY, name VARCHAR(255) NOT NULL, \
                 digest BINARY(32) NOT NULL, done_at BIGINT) \
                 ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
            ),
        }
    }

    /// Asks what the table says.
    pub(super) fn read(&self) -> Query {
        let table = &self.table;
        self.query(
            format!("SELECT version, digest, done_at FROM {table} ORDER BY version"),
            Vec::new(),
            &[Kind::Int, Kind::Blob, Kind::Int],
        )
    }

    /// What the table says.
    pub(super) fn entries(rows: Vec<Row>) -> Result<Vec<Entry>, DriverError> {
        rows.into_iter()
            .map(|Row(values)| match values.as_slice() {
                [
                    Value::Int(Some(version)),
                    Value::Blob(Some(digest)),
                    Value::Int(done_at),
                ] => Ok(Entry {
                    version: *version,
                    digest: digest.clone(),
                    state: done_at.map_or(State::Begun, |_| State::Done),
                }),
                _ => Err(not_ours()),
            })
            .collect()
    }

    /// Says that a step was done.
    pub(super) fn done(&self, step: &Migration, now: Timestamp) -> Query {
        self.insert(step, Value::Int(Some(now.millis())))
    }

    /// Says that a step has begun.
    pub(super) fn begun(&self, step: &Migration) -> Query {
        self.insert(step, Value::Int(None))
    }

    /// Says that a step that had begun was done.
    pub(super) fn ended(&self, step: &Migration, now: Timestamp) -> Query {
        let (table, one, two) = (
            &self.table,
            self.dialect.placeholder(1),
            self.dialect.placeholder(2),
        );
        self.query(
            format!("UPDATE {table} SET done_at = {one} WHERE version = {two}"),
            vec![now.millis().into(), step.version.into()],
            &[],
        )
    }

    fn insert(&self, step: &Migration, done_at: Value) -> Query {
        let places: Vec<_> = (1..=4).map(|at| self.dialect.placeholder(at)).collect();
        let (table, places) = (&self.table, places.join(", "));
        self.query(
            format!("INSERT INTO {table} (version, name, digest, done_at) VALUES ({places})"),
            vec![
                step.version.into(),
                step.name.into(),
                step.digest.clone().into(),
                done_at,
            ],
            &[],
        )
    }

    fn query(&self, sql: String, values: Vec<Value>, columns: &[Kind]) -> Query {
        Query {
            sql: sql.into(),
            values,
            columns: columns.into(),
        }
    }
}

/// The number that a count answers.
pub(super) fn counted(rows: &[Row]) -> Result<i64, DriverError> {
    match rows.last().map(|row| &row.0[..]) {
        Some([Value::Int(Some(count))]) => Ok(*count),
        _ => Err(not_ours()),
    }
}

fn not_ours() -> DriverError {
    DriverError::Failed(Fault::new(None, "the table of migrations is not ours"))
}
