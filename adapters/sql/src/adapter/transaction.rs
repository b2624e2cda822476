//! This file runs several statements that happen whole or not at all.
//!
//! A transaction is a list of steps, known before it begins. So it can be done again from its
//! beginning when a database gives it up in favour of another (a deadlock, a serialization failure),
//! and nothing of the adapter runs while locks are held.

use authcore::adapter::AdapterError;

use super::{About, SqlAdapter, TRIES};
use crate::{
    driver::{Driver, DriverError, Fault, Query, Row, Transaction},
    record,
    statement::{Arguments, Statement},
};

/// One step of a transaction.
pub(crate) struct Step {
    query: Query,
    about: About,
    kind: Kind,
}

enum Kind {
    Write,
    Read,
    Expect,
    Require,
    RequireNone,
    AtLeast(i64),
    ReadAll,
    EachRow { key: usize },
}

/// What a transaction did.
#[derive(Default)]
pub(crate) struct Done {
    /// The row of its last read.
    pub(super) row: Option<Row>,
    /// The rows of its last read of all.
    pub(super) rows: Vec<Row>,
    /// How many rows its last write changed.
    pub(super) changed: u64,
    /// How many rows each write changed.
    pub(crate) each: Vec<u64>,
}

/// What came of a transaction that asks first whether it may.
pub(super) enum Came {
    /// All steps were done.
    Done(Done),
    /// The step at this place forbade it, and nothing was done.
    Forbidden { at: usize },
}

impl Step {
    /// Changes rows.
    pub(super) fn write(
        statement: &Statement,
        values: &Arguments,
        about: About,
    ) -> Result<Self, AdapterError> {
        Self::new(statement, values, about, Kind::Write)
    }

    /// The same for a statement that has its values.
    pub(crate) fn write_query(query: Query, about: About) -> Self {
        let kind = Kind::Write;
        Self { query, about, kind }
    }

    /// Reads a row, or none.
    pub(super) fn read(
        statement: &Statement,
        values: &Arguments,
        about: About,
    ) -> Result<Self, AdapterError> {
        Self::new(statement, values, about, Kind::Read)
    }

    /// Reads all rows.
    pub(super) fn read_all(
        statement: &Statement,
        values: &Arguments,
        about: About,
    ) -> Result<Self, AdapterError> {
        Self::new(statement, values, about, Kind::ReadAll)
    }

    /// Changes rows, once for each of the rows that were read before. What the statement asks for last
    /// are as many values as its key has, and these are the first of each row.
    pub(super) fn each_row(
        key: usize,
        statement: &Statement,
        values: &Arguments,
        about: About,
    ) -> Result<Self, AdapterError> {
        Self::new(statement, values, about, Kind::EachRow { key })
    }

    /// Ends everything with `NotFound` unless there is such a user.
    pub(super) fn expect_user(
        statement: &Statement,
        values: &Arguments,
    ) -> Result<Self, AdapterError> {
        Self::new(statement, values, About::User, Kind::Expect)
    }

    /// Forbids everything unless there is such a row.
    pub(super) fn require(
        statement: &Statement,
        values: &Arguments,
        about: About,
    ) -> Result<Self, AdapterError> {
        Self::new(statement, values, about, Kind::Require)
    }

    /// Forbids everything if there is such a row.
    pub(super) fn require_none(
        statement: &Statement,
        values: &Arguments,
        about: About,
    ) -> Result<Self, AdapterError> {
        Self::new(statement, values, about, Kind::RequireNone)
    }

    /// Forbids everything unless the number that it reads is at least this one.
    pub(super) fn at_least(
        number: i64,
        statement: &Statement,
        values: &Arguments,
        about: About,
    ) -> Result<Self, AdapterError> {
        Self::new(statement, values, about, Kind::AtLeast(number))
    }

    fn new(
        statement: &Statement,
        values: &Arguments,
        about: About,
        kind: Kind,
    ) -> Result<Self, AdapterError> {
        let query = statement.with(values)?;
        about.check(&query)?;
        Ok(Self { query, about, kind })
    }
}

/// Why a transaction was not done.
enum Stopped {
    /// Another was in the way.
    Lost(AdapterError),
    For(AdapterError),
    Forbidden(usize),
}

impl Stopped {
    fn by(error: DriverError, about: About) -> Self {
        match error {
            lost @ DriverError::Lost(_) => Self::Lost(about.failure(lost)),
            other => Self::For(about.failure(other)),
        }
    }
}

impl<D: Driver> SqlAdapter<D> {
    /// Does all steps, or none.
    pub(super) async fn transaction<const N: usize>(
        &self,
        steps: [Step; N],
        about: About,
    ) -> Result<Done, AdapterError> {
        self.transaction_of(&steps, about).await
    }

    /// The same for steps whose number is not known beforehand.
    pub(crate) async fn transaction_of(
        &self,
        steps: &[Step],
        about: About,
    ) -> Result<Done, AdapterError> {
        match self.permitted(steps, about).await? {
            Came::Done(done) => Ok(done),
            // Whoever lists a step that may forbid asks what came of it.
            Came::Forbidden { .. } => Err(AdapterError::Failed(Box::new(Fault::new(
                None,
                "a transaction was forbidden by a step of its own, and nobody asked which",
            )))),
        }
    }

    /// The same for steps of which one may forbid it; then it is said which.
    pub(super) async fn permitted(
        &self,
        steps: &[Step],
        about: About,
    ) -> Result<Came, AdapterError> {
        let mut left = TRIES;
        loop {
            left -= 1;
            match self.once(steps, about).await {
                Ok(done) => return Ok(Came::Done(done)),
                Err(Stopped::Forbidden(at)) => return Ok(Came::Forbidden { at }),
                Err(Stopped::Lost(_)) if left > 0 => {
                    tracing::debug!(left, "another transaction was in the way");
                }
                Err(Stopped::Lost(error) | Stopped::For(error)) => return Err(error),
            }
        }
    }

    async fn once(&self, steps: &[Step], about: About) -> Result<Done, Stopped> {
        let begun = self.driver.begin().await;
        let mut open = begun.map_err(|error| Stopped::by(error, about))?;
        match take(open.as_mut(), steps).await {
            Ok(done) => {
                let committed = open.commit().await;
                committed.map_err(|error| Stopped::by(error, about))?;
                Ok(done)
            }
            Err(stopped) => {
                open.undo().await;
                Err(stopped)
            }
        }
    }
}

async fn take(open: &mut dyn Transaction, steps: &[Step]) -> Result<Done, Stopped> {
    let mut done = Done::default();
    for (at, step) in steps.iter().enumerate() {
        let failed = |error| Stopped::by(error, step.about);
        let query = step.query.clone();
        match step.kind {
            Kind::Write => {
                done.changed = open.execute(query).await.map_err(failed)?;
                done.each.push(done.changed);
            }
            Kind::Read => done.row = open.rows(query).await.map_err(failed)?.pop(),
            Kind::ReadAll => done.rows = open.rows(query).await.map_err(failed)?,
            Kind::EachRow { key } => {
                for Row(row) in &done.rows {
                    let mut query = query.clone();
                    query
                        .values
                        .truncate(query.values.len().saturating_sub(key));
                    query.values.extend(row.iter().take(key).cloned());
                    open.execute(query).await.map_err(failed)?;
                }
            }
            Kind::Expect => {
                if open.rows(query).await.map_err(failed)?.is_empty() {
                    return Err(Stopped::For(AdapterError::NotFound { what: "user" }));
                }
            }
            Kind::Require => {
                if open.rows(query).await.map_err(failed)?.is_empty() {
                    return Err(Stopped::Forbidden(at));
                }
            }
            Kind::RequireNone => {
                if !open.rows(query).await.map_err(failed)?.is_empty() {
                    return Err(Stopped::Forbidden(at));
                }
            }
            Kind::AtLeast(least) => {
                let row = open.rows(query).await.map_err(failed)?.pop();
                if row.and_then(record::number).is_none_or(|it| it < least) {
                    return Err(Stopped::Forbidden(at));
                }
            }
        }
    }
    Ok(done)
}
