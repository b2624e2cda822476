//! This file runs statements over sqlx, each within its time.
//!
//! The attack it stops: behind a pooler that changes the server's connection between two messages, one
//! visitor's values would run the statement that another has prepared there. Where such a pooler is
//! told of, nothing is prepared outside a transaction
//! (`many_at_once_behind_a_pooler_get_their_own_answers`).

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use authcore_sql::{Dialect, Driver, DriverError, Kind, Query, Row, Transaction, Value};
use sqlx::{
    Arguments, AssertSqlSafe, Error, PgPool, Postgres, Row as _,
    pool::PoolConnection,
    postgres::{PgArguments, PgRow},
};
use tokio::time::timeout;

use crate::{
    connection::{Connections, settle},
    failure::{driver_error, is_broken},
    pooler::Pooler,
};

/// How long a step of a migration may take, or the wait for another process that migrates.
const MIGRATION: Duration = Duration::from_secs(60);

/// PostgreSQL over sqlx.
pub struct PostgresDriver {
    connections: Connections,
    pooler: Pooler,
}

impl PostgresDriver {
    pub(crate) fn new(pool: PgPool, timeout: Duration, pooler: Pooler) -> Self {
        Self {
            connections: Connections { pool, timeout },
            pooler,
        }
    }

    /// The pool below.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.connections.pool
    }

    /// Whether the server answers.
    pub(crate) async fn reach(&self) -> Result<(), DriverError> {
        self.connections.living().await.map_err(driver_error)?;
        Ok(())
    }

    async fn begin_with(&self, timeout: Duration) -> Result<PostgresTransaction, DriverError> {
        let connection = self.connections.begun().await.map_err(driver_error)?;
        Ok(PostgresTransaction {
            connection,
            terms: Terms {
                timeout,
                ..self.terms()
            },
            open: true,
        })
    }

    fn terms(&self) -> Terms {
        Terms {
            timeout: self.connections.timeout,
            pooler: self.pooler,
        }
    }
}

/// On what terms a statement runs.
#[derive(Clone, Copy)]
struct Terms {
    timeout: Duration,
    pooler: Pooler,
}

#[async_trait]
impl Driver for PostgresDriver {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    async fn execute(&self, query: Query) -> Result<u64, DriverError> {
        if self.pooler == Pooler::Transactions {
            let mut open = self.begin_with(self.connections.timeout).await?;
            let answer = open.execute(query).await;
            return open.end_after(answer).await;
        }
        let mut connection = self.connections.living().await.map_err(driver_error)?;
        execute(&mut connection, self.terms(), query).await
    }

    async fn rows(&self, query: Query) -> Result<Vec<Row>, DriverError> {
        if self.pooler == Pooler::Transactions {
            let mut open = self.begin_with(self.connections.timeout).await?;
            let answer = open.rows(query).await;
            return open.end_after(answer).await;
        }
        let pool = &self.connections.pool;
        let mut connection = pool.acquire().await.map_err(driver_error)?;
        match fetch(&mut connection, self.terms(), &query).await {
            Err(error) if is_broken(&error) => {
                drop(connection);
                let mut connection = self.connections.living().await.map_err(driver_error)?;
                rows(&mut connection, self.terms(), query).await
            }
            answer => read_all(answer, &query),
        }
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, DriverError> {
        Ok(Box::new(self.begin_with(self.connections.timeout).await?))
    }

    async fn begin_migrations(&self, lock: &str) -> Result<Box<dyn Transaction>, DriverError> {
        let mut transaction = self.begin_with(MIGRATION).await?;
        let query = Query {
            sql: "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))".into(),
            values: vec![lock.into()],
            columns: [].into(),
        };
        transaction.rows(query).await?;
        Ok(Box::new(transaction))
    }
}

struct PostgresTransaction {
    connection: PoolConnection<Postgres>,
    terms: Terms,
    open: bool,
}

#[async_trait]
impl Transaction for PostgresTransaction {
    async fn execute(&mut self, query: Query) -> Result<u64, DriverError> {
        execute(&mut self.connection, self.terms, query).await
    }

    async fn rows(&mut self, query: Query) -> Result<Vec<Row>, DriverError> {
        rows(&mut self.connection, self.terms, query).await
    }

    async fn script(&mut self, text: &str) -> Result<(), DriverError> {
        let text: Arc<str> = text.into();
        let run = sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *self.connection);
        let answer = timeout(self.terms.timeout, run).await;
        settle(&mut self.connection, answer).map_err(driver_error)?;
        Ok(())
    }

    async fn commit(mut self: Box<Self>) -> Result<(), DriverError> {
        self.end("COMMIT").await.map_err(driver_error)
    }

    async fn undo(mut self: Box<Self>) {
        if let Err(error) = self.end("ROLLBACK").await {
            // The connection is closed now, which undoes it as well.
            tracing::debug!(error = %driver_error(error), "a transaction was not undone by word");
        }
    }
}

impl PostgresTransaction {
    /// Keeps what its only statement did, or undoes it.
    async fn end_after<T>(self, answer: Result<T, DriverError>) -> Result<T, DriverError> {
        match answer {
            Ok(answer) => {
                Box::new(self).commit().await?;
                Ok(answer)
            }
            Err(error) => {
                Box::new(self).undo().await;
                Err(error)
            }
        }
    }

    async fn end(&mut self, word: &'static str) -> Result<(), Error> {
        let run = sqlx::raw_sql(word).execute(&mut *self.connection);
        let answer = timeout(self.terms.timeout, run).await;
        settle(&mut self.connection, answer)?;
        self.open = false;
        Ok(())
    }
}

/// Whoever was waiting is gone (a visitor closed the page): the server undoes what it has when the
/// connection ends.
impl Drop for PostgresTransaction {
    fn drop(&mut self) {
        if self.open {
            self.connection.close_on_drop();
        }
    }
}

async fn execute(
    connection: &mut PoolConnection<Postgres>,
    terms: Terms,
    query: Query,
) -> Result<u64, DriverError> {
    if is_in_no_row(&query) {
        return Ok(0);
    }
    let values = bind(&query.values)?;
    let run = sqlx::query_with(AssertSqlSafe(query.sql), values)
        .persistent(terms.pooler == Pooler::Transparent)
        .execute(&mut **connection);
    let answer = timeout(terms.timeout, run).await;
    settle(connection, answer)
        .map(|done| done.rows_affected())
        .map_err(driver_error)
}

async fn rows(
    connection: &mut PoolConnection<Postgres>,
    terms: Terms,
    query: Query,
) -> Result<Vec<Row>, DriverError> {
    read_all(fetch(connection, terms, &query).await, &query)
}

async fn fetch(
    connection: &mut PoolConnection<Postgres>,
    terms: Terms,
    query: &Query,
) -> Result<Vec<PgRow>, Error> {
    if is_in_no_row(query) {
        return Ok(Vec::new());
    }
    let values = bind(&query.values).map_err(|_| Error::Encode("a value".into()))?;
    let run = sqlx::query_with(AssertSqlSafe(query.sql.clone()), values)
        .persistent(terms.pooler == Pooler::Transparent)
        .fetch_all(&mut **connection);
    let answer = timeout(terms.timeout, run).await;
    settle(connection, answer)
}

/// PostgreSQL holds no text with a zero byte and refuses to be asked for one, where the answer is that
/// there is none. None is written: of those that an `UPDATE` has, the row is looked for by it.
fn is_in_no_row(query: &Query) -> bool {
    let looks_for_rows = ["SELECT", "DELETE", "UPDATE"]
        .iter()
        .any(|word| query.sql.starts_with(word));
    let has_zero = |value: &Value| matches!(value, Value::Text(Some(text)) if text.contains('\0'));
    looks_for_rows && query.values.iter().any(has_zero)
}

fn bind(values: &[Value]) -> Result<PgArguments, DriverError> {
    let mut arguments = PgArguments::default();
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

fn read_all(answer: Result<Vec<PgRow>, Error>, query: &Query) -> Result<Vec<Row>, DriverError> {
    let rows = answer.map_err(driver_error)?;
    rows.iter().map(|row| read(row, &query.columns)).collect()
}

fn read(row: &PgRow, columns: &[Kind]) -> Result<Row, DriverError> {
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
