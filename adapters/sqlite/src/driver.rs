//! This file runs statements over sqlx.
//!
//! A transaction begins with its write lock (`BEGIN IMMEDIATE`). Otherwise two that read first and
//! write later would each hold what the other needs, and SQLite fails one without waiting.

use std::sync::Arc;

use async_trait::async_trait;
use authcore_sql::{Dialect, Driver, DriverError, Kind, Query, Row, Transaction, Value};
use sqlx::{
    Arguments, AssertSqlSafe, Executor, Row as _, Sqlite, SqlitePool,
    sqlite::{SqliteArguments, SqliteRow},
};

use crate::failure::driver_error;

/// SQLite over sqlx.
pub struct SqliteDriver {
    readers: SqlitePool,
    writer: SqlitePool,
}

impl SqliteDriver {
    pub(crate) fn new(readers: SqlitePool, writer: SqlitePool) -> Self {
        Self { readers, writer }
    }

    /// The pool that reads go through.
    #[must_use]
    pub fn pool(&self) -> &SqlitePool {
        &self.readers
    }

    /// Runs a pragma on the connection that writes, and answers its first value as text.
    pub(crate) async fn pragma(&self, pragma: &'static str) -> Result<String, DriverError> {
        let row = sqlx::query(pragma)
            .fetch_one(&self.writer)
            .await
            .map_err(driver_error)?;
        row.try_get::<String, _>(0)
            .or_else(|_| row.try_get::<i64, _>(0).map(|number| number.to_string()))
            .map_err(driver_error)
    }
}

#[async_trait]
impl Driver for SqliteDriver {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn execute(&self, query: Query) -> Result<u64, DriverError> {
        execute(&self.writer, query).await
    }

    async fn rows(&self, query: Query) -> Result<Vec<Row>, DriverError> {
        rows(&self.readers, query).await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, DriverError> {
        let transaction = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(driver_error)?;
        Ok(Box::new(SqliteTransaction(transaction)))
    }
}

struct SqliteTransaction(sqlx::Transaction<'static, Sqlite>);

#[async_trait]
impl Transaction for SqliteTransaction {
    async fn execute(&mut self, query: Query) -> Result<u64, DriverError> {
        execute(&mut *self.0, query).await
    }

    async fn rows(&mut self, query: Query) -> Result<Vec<Row>, DriverError> {
        rows(&mut *self.0, query).await
    }

    async fn script(&mut self, text: &str) -> Result<(), DriverError> {
        let text: Arc<str> = text.into();
        sqlx::raw_sql(AssertSqlSafe(text))
            .execute(&mut *self.0)
            .await
            .map_err(driver_error)?;
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<(), DriverError> {
        self.0.commit().await.map_err(driver_error)
    }
}

async fn execute(
    connection: impl Executor<'_, Database = Sqlite>,
    query: Query,
) -> Result<u64, DriverError> {
    let values = bind(query.values)?;
    sqlx::query_with(AssertSqlSafe(query.sql), values)
        .execute(connection)
        .await
        .map(|done| done.rows_affected())
        .map_err(driver_error)
}

async fn rows(
    connection: impl Executor<'_, Database = Sqlite>,
    query: Query,
) -> Result<Vec<Row>, DriverError> {
    let values = bind(query.values)?;
    sqlx::query_with(AssertSqlSafe(query.sql), values)
        .fetch_all(connection)
        .await
        .map_err(driver_error)?
        .iter()
        .map(|row| read(row, &query.columns))
        .collect()
}

fn bind(values: Vec<Value>) -> Result<SqliteArguments, DriverError> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        match value {
            Value::Text(text) => arguments.add(text),
            Value::Int(number) => arguments.add(number),
            Value::Blob(bytes) => arguments.add(bytes),
        }
        .map_err(|_| DriverError::Refused)?;
    }
    Ok(arguments)
}

fn read(row: &SqliteRow, columns: &[Kind]) -> Result<Row, DriverError> {
    columns
        .iter()
        .enumerate()
        .map(|(index, kind)| match kind {
            Kind::Text => row.try_get(index).map(Value::Text),
            Kind::Int => row.try_get(index).map(Value::Int),
            Kind::Blob => row.try_get(index).map(Value::Blob),
        })
        .collect::<Result<_, _>>()
        .map(Row)
        .map_err(driver_error)
}
