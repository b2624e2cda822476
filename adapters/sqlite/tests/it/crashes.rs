//! This file ends the database between any two statements, and has it give transactions up for others:
//! what is several statements is done whole, or not at all.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use async_trait::async_trait;
use authcore::{
    adapter::{Adapter, AdapterError, SessionStore, TokensThen},
    model::{UserChanges, UserId},
};
use authcore_sql::{
    Dialect, Driver, DriverError, Fault, Query, Row, Settings, SqlAdapter, Transaction,
};
use authcore_sqlite::SqliteAdapter;

use crate::scratch::{NOW, SECRET, Scratch, access, account, ada, key, session};

/// What happens when the statements that are left have run.
#[derive(Clone, Copy)]
enum End {
    /// The database is gone, for this statement and all later ones.
    Gone,
    /// This transaction is given up for another, once.
    Lost,
    /// And so is every later one.
    AlwaysLost,
}

/// A driver that ends after some statements.
struct Ending {
    inner: Arc<SqliteAdapter>,
    left: Arc<Left>,
}

struct Left {
    statements: AtomicI64,
    end: End,
}

impl Left {
    fn next(&self) -> Result<(), DriverError> {
        let fault = || Fault::new(None, "made by a test");
        let left = self.statements.fetch_sub(1, Ordering::SeqCst);
        match self.end {
            _ if left > 0 => Ok(()),
            End::Gone => Err(DriverError::Unavailable(fault())),
            End::Lost if left == 0 => Err(DriverError::Lost(fault())),
            End::Lost => Ok(()),
            End::AlwaysLost => Err(DriverError::Lost(fault())),
        }
    }
}

#[async_trait]
impl Driver for Ending {
    fn dialect(&self) -> Dialect {
        self.inner.driver().dialect()
    }
    async fn execute(&self, query: Query) -> Result<u64, DriverError> {
        self.left.next()?;
        self.inner.driver().execute(query).await
    }
    async fn rows(&self, query: Query) -> Result<Vec<Row>, DriverError> {
        self.left.next()?;
        self.inner.driver().rows(query).await
    }
    async fn begin(&self) -> Result<Box<dyn Transaction>, DriverError> {
        self.left.next()?;
        let inner = self.inner.driver().begin().await?;
        let left = Arc::clone(&self.left);
        Ok(Box::new(EndingTransaction { inner, left }))
    }
}

struct EndingTransaction {
    inner: Box<dyn Transaction>,
    left: Arc<Left>,
}

#[async_trait]
impl Transaction for EndingTransaction {
    async fn execute(&mut self, query: Query) -> Result<u64, DriverError> {
        self.left.next()?;
        self.inner.execute(query).await
    }
    async fn rows(&mut self, query: Query) -> Result<Vec<Row>, DriverError> {
        self.left.next()?;
        self.inner.rows(query).await
    }
    async fn script(&mut self, text: &str) -> Result<(), DriverError> {
        self.left.next()?;
        self.inner.script(text).await
    }
    async fn commit(self: Box<Self>) -> Result<(), DriverError> {
        self.left.next()?;
        self.inner.commit().await
    }
}

/// A database with one person in it, and what reaches it until it ends.
struct Stage {
    _scratch: Scratch,
    whole: Arc<SqliteAdapter>,
    ada: UserId,
}

impl Stage {
    async fn new() -> Self {
        let scratch = Scratch::new();
        let whole = scratch.open().await;
        let new = account("ada", access("first"));
        let ada = whole.create_user_with_account(ada(), new).await.unwrap().id;
        whole.create_session("token", session(&ada)).await.unwrap();
        Self {
            _scratch: scratch,
            whole: Arc::new(whole),
            ada,
        }
    }

    fn ending(&self, after: i64, end: End) -> SqlAdapter<Ending> {
        let left = Left {
            statements: AtomicI64::new(after),
            end,
        };
        let driver = Ending {
            inner: Arc::clone(&self.whole),
            left: Arc::new(left),
        };
        let mut settings = Settings::default();
        settings.secrets = vec![SECRET.into()];
        SqlAdapter::new(driver, settings).unwrap()
    }

    /// What is stored about the one person, and whether the newcomer is there.
    async fn facts(&self) -> (usize, bool, Option<String>, bool, bool) {
        let user = self.whole.user(&self.ada).await.unwrap();
        (
            self.whole.accounts(&self.ada).await.unwrap().len(),
            self.whole.session("token", NOW).await.unwrap().is_some(),
            user.as_ref().and_then(|user| user.name.clone()),
            user.is_some(),
            self.whole
                .user_by_account(&key("new"))
                .await
                .unwrap()
                .is_some(),
        )
    }
}

/// The operations that are several statements.
async fn operate(
    adapter: &SqlAdapter<Ending>,
    ada_id: &UserId,
    which: usize,
) -> Result<(), AdapterError> {
    let new = || account("new", access("token"));
    match which {
        0 => adapter
            .create_user_with_account(ada(), new())
            .await
            .map(drop),
        1 => adapter.link_account(ada_id, new()).await,
        2 => {
            let changes = UserChanges {
                name: Some(Some("Ada L.".into())),
                ..UserChanges::default()
            };
            adapter.update_user(ada_id, changes).await.map(drop)
        }
        3 => adapter.delete_session("token").await.map(drop),
        _ => adapter.delete_user(ada_id, TokensThen::Forget).await,
    }
}

const OPERATIONS: usize = 5;

#[tokio::test]
async fn a_database_that_ends_between_two_statements_leaves_all_or_nothing() {
    for which in 0..OPERATIONS {
        let mut ends = 0;
        loop {
            let stage = Stage::new().await;
            let before = stage.facts().await;
            let done = operate(&stage.ending(ends, End::Gone), &stage.ada, which).await;
            match done {
                Err(AdapterError::Unavailable(_)) => {
                    assert_eq!(
                        stage.facts().await,
                        before,
                        "operation {which}, statement {ends}"
                    );
                }
                done => {
                    done.unwrap();
                    assert_ne!(stage.facts().await, before, "operation {which}");
                    break;
                }
            }
            ends += 1;
        }
        // Begin, two statements, commit.
        assert!(ends >= 4, "operation {which} ended only {ends} times");
    }
}

#[tokio::test]
async fn a_transaction_that_was_given_up_for_another_is_done_again_whole() {
    for which in 0..OPERATIONS {
        for ends in 0..4 {
            let stage = Stage::new().await;
            let before = stage.facts().await;
            let adapter = stage.ending(ends, End::Lost);
            operate(&adapter, &stage.ada, which).await.unwrap();
            assert_ne!(
                stage.facts().await,
                before,
                "operation {which}, statement {ends}"
            );
        }
    }
}

#[tokio::test]
async fn a_transaction_that_is_given_up_again_and_again_is_unavailable_in_the_end() {
    for which in 0..OPERATIONS {
        let stage = Stage::new().await;
        let before = stage.facts().await;
        let done = operate(&stage.ending(2, End::AlwaysLost), &stage.ada, which).await;
        assert!(
            matches!(done, Err(AdapterError::Unavailable(_))),
            "{done:?}"
        );
        assert_eq!(stage.facts().await, before, "operation {which}");
    }
}
