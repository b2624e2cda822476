//! This file changes secrets while somebody writes between the reading of a row and its writing.

use std::{
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use authcore::{
    adapter::{Adapter, AdapterError, LastWayIn, TokensThen, Unlinked},
    model::AccountKey,
};
use authcore_sql::{
    Dialect, Driver, DriverError, Query, Rotate, Rotation, Row, Settings, SqlAdapter, Transaction,
    testkit::sample::{self, SECRET, access, ada},
};
use authcore_sqlite::SqliteAdapter;

use crate::scratch::Scratch;

fn key(subject: &str) -> AccountKey {
    sample::key(subject).unwrap()
}

const NEXT: &str = "the next secret, also 32 bytes long";

/// What somebody does to the first row as soon as it was read.
#[derive(Clone, Copy)]
enum Deed {
    SignIn,
    Unlink,
}

/// A driver beside which somebody else writes.
struct Beside {
    inner: SqliteAdapter,
    other: Arc<SqliteAdapter>,
    deed: Deed,
    left: AtomicU32,
}

#[async_trait]
impl Driver for Beside {
    fn dialect(&self) -> Dialect {
        self.inner.driver().dialect()
    }
    async fn execute(&self, query: Query) -> Result<u64, DriverError> {
        self.inner.driver().execute(query).await
    }
    async fn rows(&self, query: Query) -> Result<Vec<Row>, DriverError> {
        let reads_rows = query.sql.contains("LIMIT");
        let rows = self.inner.driver().rows(query).await?;
        if !reads_rows || rows.is_empty() {
            return Ok(rows);
        }
        let left = self.left.load(Ordering::SeqCst);
        if left > 0 {
            self.left.store(left - 1, Ordering::SeqCst);
            match self.deed {
                Deed::SignIn => {
                    let newer = access(&format!("newer-{left}"));
                    self.other.update_tokens(&key("0"), newer).await.unwrap();
                }
                Deed::Unlink => {
                    let owner = self.other.account_owner(&key("0")).await;
                    let owner = owner.unwrap().unwrap().user.id;
                    let (last, tokens) = (LastWayIn::Remove, TokensThen::Forget);
                    let key = key("0");
                    let unlinked = self.other.unlink_account(&owner, &key, last, tokens);
                    assert_eq!(unlinked.await.unwrap(), Unlinked::Done);
                }
            }
        }
        Ok(rows)
    }
    async fn begin(&self) -> Result<Box<dyn Transaction>, DriverError> {
        self.inner.driver().begin().await
    }
}

/// Changes the secret of three people's tokens while somebody with these secrets does something, so often.
async fn rotate(
    scratch: &Scratch,
    others: &[&str],
    deed: Deed,
    left: u32,
) -> (Rotation, Arc<SqliteAdapter>) {
    let old = scratch.open().await;
    for number in 0..3 {
        let new = sample::account(&number.to_string(), access("first")).unwrap();
        old.create_user_with_account(ada(), new).await.unwrap();
    }
    let builder = SqliteAdapter::builder().secrets(others.iter().copied());
    let other = Arc::new(scratch.open_with(builder).await);
    let driver = Beside {
        inner: scratch.open().await,
        other: Arc::clone(&other),
        deed,
        left: AtomicU32::new(left),
    };
    let mut settings = Settings::default();
    settings.secrets = vec![NEXT.into(), SECRET.into()];
    let adapter = SqlAdapter::new(driver, settings).unwrap();
    let go_on = &mut |_: &Rotation| ControlFlow::Continue(());
    let rotation = adapter.rotate_secrets(Rotate::Write, go_on).await.unwrap();
    (rotation, other)
}

/// The access token of an account, opened with these secrets.
async fn token(scratch: &Scratch, subject: &str, secret: &str) -> Result<String, AdapterError> {
    let adapter = scratch
        .open_with(SqliteAdapter::builder().secrets([secret]))
        .await;
    let user = adapter.account_owner(&key(subject)).await?.unwrap().user;
    let accounts = adapter.accounts(&user.id).await?;
    let token = accounts[0].tokens.access_token.as_ref().unwrap();
    Ok(token.expose().to_owned())
}

#[tokio::test]
async fn a_sign_in_between_reading_and_writing_wins() {
    // By a process that has the new secret, and by one that has not been started anew yet.
    for others in [&[NEXT, SECRET][..], &[SECRET]] {
        let scratch = Scratch::new();
        let (rotation, _) = rotate(&scratch, others, Deed::SignIn, 1).await;
        assert_eq!((rotation.rows, rotation.overtaken), (3, 0), "{rotation:?}");
        assert_eq!(rotation.resealed + rotation.current, 3, "{rotation:?}");
        assert_eq!(token(&scratch, "0", NEXT).await.unwrap(), "newer-1");
        assert_eq!(token(&scratch, "1", NEXT).await.unwrap(), "first");
    }
}

#[tokio::test]
async fn a_row_that_is_overtaken_each_time_is_left_and_told() {
    let scratch = Scratch::new();
    let (rotation, _) = rotate(&scratch, &[SECRET], Deed::SignIn, 100).await;
    assert_eq!(
        (rotation.resealed, rotation.overtaken),
        (2, 1),
        "{rotation:?}"
    );
    assert!(
        token(&scratch, "0", SECRET)
            .await
            .unwrap()
            .starts_with("newer-")
    );
    assert_eq!(token(&scratch, "1", NEXT).await.unwrap(), "first");
}

#[tokio::test]
async fn an_account_that_is_unlinked_meanwhile_stays_away() {
    let scratch = Scratch::new();
    let (rotation, other) = rotate(&scratch, &[SECRET], Deed::Unlink, 1).await;
    assert_eq!(
        (rotation.resealed, rotation.overtaken),
        (2, 0),
        "{rotation:?}"
    );
    assert_eq!(
        other
            .account_owner(&key("0"))
            .await
            .unwrap()
            .map(|it| it.user),
        None
    );
    assert_eq!(token(&scratch, "2", NEXT).await.unwrap(), "first");
}

#[tokio::test]
async fn without_a_secret_nothing_is_sealed_again() {
    let scratch = Scratch::new();
    let adapter = scratch.open_with(SqliteAdapter::builder()).await;
    let go_on = &mut |_: &Rotation| ControlFlow::Continue(());
    let refused = adapter.rotate_secrets(Rotate::Write, go_on).await;
    assert!(matches!(refused, Err(AdapterError::Failed(_))));
}
