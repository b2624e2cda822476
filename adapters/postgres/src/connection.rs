//! This file hands out connections that can still be used, and gives back only those.
//!
//! A connection that was idle while its server restarted looks like any other. Asking each before
//! each use would cost a second round trip a request; so a read is tried at once and repeated on a
//! living connection when its own turns out to be broken. A write is never repeated, because it may
//! have been done before the line broke: there the connection is asked first, and a transaction asks
//! by beginning.

use std::{io, time::Duration};

use sqlx::{Connection, Error, PgPool, Postgres, pool::PoolConnection};
use tokio::time::{error::Elapsed, timeout};

use crate::failure::is_broken;

/// The pool, and how long an answer may take.
pub(crate) struct Connections {
    pub(crate) pool: PgPool,
    pub(crate) timeout: Duration,
}

impl Connections {
    /// A connection that answers.
    pub(crate) async fn living(&self) -> Result<PoolConnection<Postgres>, Error> {
        self.first_that(async |connection| connection.ping().await)
            .await
    }

    /// A connection with a transaction begun.
    pub(crate) async fn begun(&self) -> Result<PoolConnection<Postgres>, Error> {
        self.first_that(async |connection| {
            let begun = sqlx::raw_sql("BEGIN").execute(&mut **connection).await;
            begun.map(drop)
        })
        .await
    }

    /// After a restart every idle connection is broken: each is tried, and then a new one.
    async fn first_that(
        &self,
        works: impl AsyncFn(&mut PoolConnection<Postgres>) -> Result<(), Error>,
    ) -> Result<PoolConnection<Postgres>, Error> {
        let mut left = self.pool.options().get_max_connections();
        loop {
            let mut connection = self.pool.acquire().await?;
            let answer = timeout(self.timeout, works(&mut connection)).await;
            match settle(&mut connection, answer) {
                Ok(()) => return Ok(connection),
                Err(error) if left > 0 && is_broken(&error) => left -= 1,
                Err(error) => return Err(error),
            }
        }
    }
}

/// What came of a statement. A connection that is broken, or owes an answer, goes not back.
pub(crate) fn settle<T>(
    connection: &mut PoolConnection<Postgres>,
    answer: Result<Result<T, Error>, Elapsed>,
) -> Result<T, Error> {
    let answer = answer.unwrap_or_else(|_| Err(Error::Io(io::ErrorKind::TimedOut.into())));
    if let Err(error) = &answer
        && (is_broken(error) || matches!(error, Error::Io(_)))
    {
        connection.close_on_drop();
    }
    answer
}
