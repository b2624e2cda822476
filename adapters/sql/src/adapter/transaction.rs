//! This file runs several statements that happen whole or not at all.
//!
//! A transaction is a list of steps, known before it begins. So it can be done again from its
//! beginning when a database gives it up in favour of another (a deadlock, a serialization failure),
//! and nothing of the adapter runs while locks are held.

use authcore::adapter::AdapterError;

use super::{About, SqlAdapter, TRIES};
use crate::{
    driver::{Driver, DriverError, Query, Row, Transaction},
    statement::{Arguments, Statement},
};

/// One step of a transaction.
pub(super) struct Step {
    query: Query,
    about: About,
    kind: Kind,
}

enum Kind {
    Write,
    Read,
    Expect,
}

/// What a transaction did.
#[derive(Default)]
pub(super) struct Done {
    /// The row of its last read.
    pub(super) row: Option<Row>,
    /// How many rows its last write changed.
    pub(super) changed: u64,
    /// How many rows each write changed.
    pub(super) each: Vec<u64>,
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
    pub(super) fn write_query(query: Query, about: About) -> Self {
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

    /// Ends everything with `NotFound` unless there is such a user.
    pub(super) fn expect_user(
        statement: &Statement,
        values: &Arguments,
    ) -> Result<Self, AdapterError> {
        Self::new(statement, values, About::User, Kind::Expect)
    }

    fn new(
        statement: &Statement,
        values: &Arguments,
        about: About,
        kind: Kind,
    ) -> Result<Self, AdapterError> {
        Ok(Self {
            query: statement.with(values)?,
            about,
            kind,
        })
    }
}

/// Why a transaction was not done.
enum Stopped {
    /// Another was in the way.
    Lost(AdapterError),
    For(AdapterError),
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
    pub(super) async fn transaction_of(
        &self,
        steps: &[Step],
        about: About,
    ) -> Result<Done, AdapterError> {
        let mut left = TRIES;
        loop {
            left -= 1;
            match self.once(steps, about).await {
                Ok(done) => return Ok(done),
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
    for step in steps {
        let failed = |error| Stopped::by(error, step.about);
        let query = step.query.clone();
        match step.kind {
            Kind::Write => {
                done.changed = open.execute(query).await.map_err(failed)?;
                done.each.push(done.changed);
            }
            Kind::Read => done.row = open.rows(query).await.map_err(failed)?.pop(),
            Kind::Expect => {
                if open.rows(query).await.map_err(failed)?.is_empty() {
                    return Err(Stopped::For(AdapterError::NotFound { what: "user" }));
                }
            }
        }
    }
    Ok(done)
}
