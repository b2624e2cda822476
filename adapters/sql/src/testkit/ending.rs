//! This file is a driver that ends after so many statements, as when the process is killed: the
//! connection closes, and nobody hears of it. It also has transactions given up for others, and
//! connections killed by the server.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering},
    },
};

use async_trait::async_trait;

use super::{Broken, Outcome, Scratch, operations::Stage, sample::SECRET};
use crate::{
    Dialect, Driver, DriverError, Fault, Query, Row, Schema, Settings, SqlAdapter, Transaction,
};

/// What happens when the statements that are left have run.
#[derive(Clone)]
pub(super) enum End {
    /// The next statement does not run, and no later one.
    Before,
    /// The next statement runs, its answer is not heard, and no later one runs.
    After,
    /// The next one's transaction is given up for another, once.
    Lost,
    /// And so is every later one.
    AlwaysLost,
    /// Something happens beside before the next statement runs.
    Meanwhile(Beforehand),
}

/// What happens beside.
pub(super) type Beforehand =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Outcome> + Send>> + Send + Sync>;

/// How far it got.
pub(super) struct Count {
    left: AtomicI64,
    end: End,
    reached: AtomicBool,
    lost: AtomicU32,
}

enum Turn {
    Run,
    Never,
    Unheard,
    Lost,
    Meanwhile(Beforehand),
}

impl Count {
    fn turn(&self) -> Turn {
        let left = self.left.fetch_sub(1, Ordering::SeqCst);
        if left <= 0 {
            self.reached.store(true, Ordering::SeqCst);
        }
        match &self.end {
            _ if left > 0 => Turn::Run,
            End::After if left == 0 => Turn::Unheard,
            End::Before | End::After => Turn::Never,
            End::Lost if left < 0 => Turn::Run,
            End::Lost | End::AlwaysLost => Turn::Lost,
            End::Meanwhile(happens) if left == 0 => Turn::Meanwhile(happens.clone()),
            End::Meanwhile(_) => Turn::Run,
        }
    }

    /// Whether the end came: otherwise all statements ran before it.
    pub(super) fn is_reached(&self) -> bool {
        self.reached.load(Ordering::SeqCst)
    }

    /// How often the database itself gave something up for another.
    pub(super) fn lost(&self) -> u32 {
        self.lost.load(Ordering::SeqCst)
    }

    async fn step<T>(
        &self,
        run: impl Future<Output = Result<T, DriverError>>,
    ) -> Result<T, DriverError> {
        let fault = || Fault::new(None, "made by a test");
        let done = match self.turn() {
            Turn::Run => run.await,
            Turn::Never => return Err(DriverError::Unavailable(fault())),
            Turn::Unheard => {
                run.await?;
                return Err(DriverError::Unavailable(fault()));
            }
            Turn::Lost => return Err(DriverError::Lost(fault())),
            Turn::Meanwhile(happens) => {
                let happened = happens().await;
                happened.map_err(|_| DriverError::Failed(fault()))?;
                run.await
            }
        };
        if matches!(done, Err(DriverError::Lost(_))) {
            self.lost.fetch_add(1, Ordering::SeqCst);
        }
        done
    }
}

/// The driver.
pub(super) struct Ending<D> {
    inner: Arc<SqlAdapter<D>>,
    count: Arc<Count>,
}

/// An adapter that ends, and how far it got.
type Ended<D> = (SqlAdapter<Ending<D>>, Arc<Count>);

impl<D: Driver> Ending<D> {
    /// One over an adapter's driver that ends after so many statements.
    pub(super) fn after(
        statements: i64,
        end: End,
        inner: &Arc<SqlAdapter<D>>,
    ) -> (Self, Arc<Count>) {
        let count = Arc::new(Count {
            left: AtomicI64::new(statements),
            end,
            reached: AtomicBool::new(false),
            lost: AtomicU32::new(0),
        });
        let driver = Self {
            inner: Arc::clone(inner),
            count: Arc::clone(&count),
        };
        (driver, count)
    }
}

impl<S: Scratch> Stage<S> {
    /// An adapter over this stage's connections that ends after so many statements.
    pub(super) fn ending(&self, statements: i64, end: End) -> Result<Ended<S::Driver>, Broken> {
        let (driver, count) = Ending::after(statements, end, &self.sound);
        let settings = Settings {
            schema: self.scratch.placed(Schema::authcore()),
            secrets: vec![SECRET.into()],
            ..Settings::default()
        };
        Ok((SqlAdapter::new(driver, settings)?, count))
    }
}

#[async_trait]
impl<D: Driver> Driver for Ending<D> {
    fn dialect(&self) -> Dialect {
        self.inner.driver().dialect()
    }

    async fn execute(&self, query: Query) -> Result<u64, DriverError> {
        self.count.step(self.inner.driver().execute(query)).await
    }

    async fn rows(&self, query: Query) -> Result<Vec<Row>, DriverError> {
        self.count.step(self.inner.driver().rows(query)).await
    }

    async fn begin(&self) -> Result<Box<dyn Transaction>, DriverError> {
        let inner = self.count.step(self.inner.driver().begin()).await?;
        Ok(self.transaction(inner))
    }

    async fn begin_migrations(&self, lock: &str) -> Result<Box<dyn Transaction>, DriverError> {
        let begin = self.inner.driver().begin_migrations(lock);
        let inner = self.count.step(begin).await?;
        Ok(self.transaction(inner))
    }
}

impl<D> Ending<D> {
    fn transaction(&self, inner: Box<dyn Transaction>) -> Box<dyn Transaction> {
        let count = Arc::clone(&self.count);
        Box::new(EndingTransaction { inner, count })
    }
}

/// What is undone is dropped, as when the process ends; a process that goes on undoes it by word.
struct EndingTransaction {
    inner: Box<dyn Transaction>,
    count: Arc<Count>,
}

#[async_trait]
impl Transaction for EndingTransaction {
    async fn execute(&mut self, query: Query) -> Result<u64, DriverError> {
        self.count.step(self.inner.execute(query)).await
    }

    async fn rows(&mut self, query: Query) -> Result<Vec<Row>, DriverError> {
        self.count.step(self.inner.rows(query)).await
    }

    async fn script(&mut self, text: &str) -> Result<(), DriverError> {
        self.count.step(self.inner.script(text)).await
    }

    async fn commit(self: Box<Self>) -> Result<(), DriverError> {
        self.count.step(self.inner.commit()).await
    }

    async fn undo(self: Box<Self>) {
        if matches!(self.count.end, End::Lost | End::AlwaysLost) {
            self.inner.undo().await;
        }
    }
}
