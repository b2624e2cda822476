//! This file runs statements over sqlx, each within its time.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use authcore_sql::{Dialect, Driver, DriverError, Fault, Kind, Query, Row, Transaction, Value};
use sqlx::{
    Arguments, AssertSqlSafe, Error, MySql, MySqlPool, Row as _,
    mysql::{MySqlArguments, MySqlRow},
    pool::PoolConnection,
};
use tokio::time::timeout;

use crate::{
    connection::{Connections, settle},
    failure::{driver_error, is_broken},
};

/// How long a step of a migration may take, or the wait for another process that migrates.
const MIGRATION: Duration = Duration::from_secs(60);

/// MySQL and MariaDB over sqlx.
pub struct MysqlDriver(Connections);

impl MysqlDriver {
    pub(crate) fn new(pool: MySqlPool, timeout: Duration) -> Self {
        Self(Connections { pool, timeout })
    }

    /// The pool below.
    #[must_use]
    pub fn pool(&self) -> &MySqlPool {
        &self.0.pool
    }

    /// Whether the server refuses what it cannot store, instead of changing it.
    pub(crate) async fn is_strict(&self) -> Result<bool, DriverError> {
        let query = Query {
            sql: "SELECT @@SESSION.sql_mode".into(),
            values: Vec::new(),
            columns: [Kind::Text].into(),
        };
        let mut connection = self.0.living().await.map_err(driver_error)?;
        let mode = rows(&mut connection, self.0.timeout, query).await?.pop();
        Ok(matches!(
            mode.as_ref().map(|row| &row.0[..]),
            Some([Value::Text(Some(mode))]) if mode.contains("STRICT_")
        ))
    }
}

#[async_trait]
impl Driver for MysqlDriver {
    fn dialect(&self) -> Dialect {
        Dialect::Mysql
    }

    async fn execute(&self, query: Query) -> Result<u64, DriverError> {
        let mut connection = self.0.living().await.map_err(driver_error)?;
        execute(&mut connection, self.0.timeout, query).await
    }

    async fn rows(&self, query: Query) -> Result<Vec<Row>, DriverError> {
        let mut connection = self.0.pool.acquire().await.map_err(driver_error)?;
        match fetch(&mut connection, self.0.timeout, &query).await {
            Err(error) if is_broken(&error) => {
                drop(connection);
                let mut connection = self.0.living().await.map_err(driver_error)?;
                rows(&mut connection, self.0.timeout, query).await
            }
            answer => read_all(answer, &query),
        }
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, DriverError> {
        let connection = self.0.begun().await.map_err(driver_error)?;
        Ok(Box::new(MysqlTransaction {
            connection,
            timeout: self.0.timeout,
            open: true,
        }))
    }

    async fn begin_migrations(&self, lock: &str) -> Result<Box<dyn Transaction>, DriverError> {
        // Not a transaction: each statement that makes a table would end it. The connection is closed
        // in any case, and the lock goes with it.
        let mut connection = self.0.living().await.map_err(driver_error)?;
        connection.close_on_drop();
        // The lock's name is one of the whole server, and may be 64 bytes long.
        let query = Query {
            sql: "SELECT GET_LOCK(SHA2(CONCAT(DATABASE(), '.', ?), 256), 50)".into(),
            values: vec![lock.into()],
            columns: [Kind::Int].into(),
        };
        let taken = rows(&mut connection, MIGRATION, query).await?.pop();
        match taken.as_ref().map(|row| &row.0[..]) {
            Some([Value::Int(Some(1))]) => Ok(Box::new(Migrating(connection))),
            _ => Err(DriverError::Unavailable(Fault::new(
                None,
                "another process is still migrating",
            ))),
        }
    }
}

struct MysqlTransaction {
    connection: PoolConnection<MySql>,
    timeout: Duration,
    open: bool,
}

#[async_trait]
impl Transaction for MysqlTransaction {
    async fn execute(&mut self, query: Query) -> Result<u64, DriverError> {
        execute(&mut self.connection, self.timeout, query).await
    }

    async fn rows(&mut self, query: Query) -> Result<Vec<Row>, DriverError> {
        rows(&mut self.connection, self.timeout, query).await
    }

    async fn script(&mut self, text: &str) -> Result<(), DriverError> {
        script(&mut self.connection, self.timeout, text).await
    }

    async fn commit(mut self: Box<Self>) -> Result<(), DriverError> {
        self.end("COMMIT").await
    }

    async fn undo(mut self: Box<Self>) {
        if let Err(error) = self.end("ROLLBACK").await {
            // The connection is closed now, which undoes it as well.
            tracing::debug!(%error, "a transaction was not undone by word");
        }
    }
}

impl MysqlTransaction {
    async fn end(&mut self, word: &'static str) -> Result<(), DriverError> {
        script(&mut self.connection, self.timeout, word).await?;
        self.open = false;
        Ok(())
    }
}

/// Whoever was waiting is gone (a visitor closed the page): the server undoes what it has when the
/// connection ends.
impl Drop for MysqlTransaction {
    fn drop(&mut self) {
        if self.open {
            self.connection.close_on_drop();
        }
    }
}

/// A connection that holds the lock of migrations.
struct Migrating(PoolConnection<MySql>);

#[async_trait]
impl Transaction for Migrating {
    async fn execute(&mut self, query: Query) -> Result<u64, DriverError> {
        execute(&mut self.0, MIGRATION, query).await
    }

    async fn rows(&mut self, query: Query) -> Result<Vec<Row>, DriverError> {
        rows(&mut self.0, MIGRATION, query).await
    }

    async fn script(&mut self, text: &str) -> Result<(), DriverError> {
        script(&mut self.0, MIGRATION, text).await
    }

    async fn commit(self: Box<Self>) -> Result<(), DriverError> {
        // Everything is kept already. Waiting for the end means that the lock is free afterwards.
        self.0.close().await.map_err(driver_error)
    }
}

async fn script(
    connection: &mut PoolConnection<MySql>,
    time: Duration,
    text: &str,
) -> Result<(), DriverError> {
    let text: Arc<str> = text.into();
    let run = sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut **connection);
    let answer = timeout(time, run).await;
    settle(connection, answer).map_err(driver_error)?;
    Ok(())
}

async fn execute(
    connection: &mut PoolConnection<MySql>,
    time: Duration,
    query: Query,
) -> Result<u64, DriverError> {
    let values = bind(&query.values)?;
    let run = sqlx::query_with(AssertSqlSafe(query.sql), values).execute(&mut **connection);
    let answer = timeout(time, run).await;
    settle(connection, answer)
        .map(|done| done.rows_affected())
        .map_err(driver_error)
}

async fn rows(
    connection: &mut PoolConnection<MySql>,
    time: Duration,
    query: Query,
) -> Result<Vec<Row>, DriverError> {
    read_all(fetch(connection, time, &query).await, &query)
}

async fn fetch(
    connection: &mut PoolConnection<MySql>,
    time: Duration,
    query: &Query,
) -> Result<Vec<MySqlRow>, Error> {
    let values = bind(&query.values).map_err(|_| Error::Encode("a value".into()))?;
    let run =
        sqlx::query_with(AssertSqlSafe(query.sql.clone()), values).fetch_all(&mut **connection);
    let answer = timeout(time, run).await;
    settle(connection, answer)
}

fn bind(values: &[Value]) -> Result<MySqlArguments, DriverError> {
    let mut arguments = MySqlArguments::default();
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

fn read_all(answer: Result<Vec<MySqlRow>, Error>, query: &Query) -> Result<Vec<Row>, DriverError> {
    let rows = answer.map_err(driver_error)?;
    rows.iter().map(|row| read(row, &query.columns)).collect()
}

fn read(row: &MySqlRow, columns: &[Kind]) -> Result<Row, DriverError> {
    columns
        .iter()
        .enumerate()
        .map(|(index, kind)| match kind {
            // Keys are columns of bytes, other texts are not: both hold the same here.
            Kind::Text => row
                .try_get_unchecked::<Option<Vec<u8>>, _>(index)
                .map_err(driver_error)?
                .map(String::from_utf8)
                .transpose()
                .map(Value::Text)
                .map_err(|_| DriverError::Corrupt),
            Kind::Int => row.try_get(index).map(Value::Int).map_err(driver_error),
            Kind::Blob => row
                .try_get_unchecked(index)
                .map(Value::Blob)
                .map_err(driver_error),
        })
        .collect::<Result<_, _>>()
        .map(Row)
}
