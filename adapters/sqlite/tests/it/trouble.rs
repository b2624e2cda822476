//! This file has the database locked, gone, replaced and damaged: each time a visitor must be
//! neither signed in nor signed out.

use std::{fs, time::Duration};

use authcore::{
    adapter::{Adapter, AdapterError, Once, OnceStore, SessionStore, TokensThen},
    model::UserId,
};
use authcore_sqlite::{Schema, SqliteAdapter, sqlx};
use sqlx::{Executor, Row};

use crate::scratch::{NOW, SECRET, Scratch, account, ada, key, session};

fn hasty() -> authcore_sqlite::SqliteBuilder {
    SqliteAdapter::builder()
        .secrets([SECRET])
        .busy_timeout(Duration::from_millis(20))
}

fn is_unavailable<T>(result: &Result<T, AdapterError>) -> bool {
    matches!(result, Err(AdapterError::Unavailable(_)))
}

#[tokio::test]
async fn a_database_that_another_process_writes_to_is_unavailable_for_writes_only() {
    let scratch = Scratch::new();
    let adapter = scratch.open_with(hasty()).await;
    let user = adapter.create_user(ada()).await.unwrap();
    adapter
        .create_session("token", session(&user.id))
        .await
        .unwrap();

    let mut beside = scratch.beside().await;
    beside.execute("BEGIN IMMEDIATE").await.unwrap();
    let created = adapter.create_user(ada()).await;
    assert!(is_unavailable(&created), "{created:?}");
    assert_eq!(
        created.unwrap_err().to_string(),
        "the store is not available"
    );
    let in_a_transaction = adapter.delete_user(&user.id, TokensThen::Forget).await;
    assert!(is_unavailable(&in_a_transaction), "{in_a_transaction:?}");
    let used = adapter.use_once(Once::Attempt, "one", NOW).await;
    assert!(is_unavailable(&used), "{used:?}");
    assert!(adapter.session("token", NOW).await.unwrap().is_some());

    beside.execute("ROLLBACK").await.unwrap();
    adapter.create_user(ada()).await.unwrap();
}

#[tokio::test]
async fn a_database_that_is_locked_altogether_is_unavailable() {
    let scratch = Scratch::new();
    drop(scratch.open_with(hasty()).await);
    let mut beside = scratch.beside().await;
    // Keeps everyone out until the connection is closed.
    for step in [
        "PRAGMA journal_mode = DELETE",
        "PRAGMA locking_mode = EXCLUSIVE",
        "BEGIN EXCLUSIVE",
    ] {
        beside.execute(step).await.unwrap();
    }
    let opened = hasty().connect(&scratch.url()).await;
    assert!(is_unavailable(&opened), "{:?}", opened.err());
}

#[cfg(unix)]
#[tokio::test]
async fn a_database_that_is_gone_is_unavailable_and_not_remembered() {
    let scratch = Scratch::new();
    let adapter = scratch.open_with(hasty()).await;
    let user = adapter.create_user(ada()).await.unwrap();
    adapter
        .create_session("token", session(&user.id))
        .await
        .unwrap();
    assert!(adapter.session("token", NOW).await.unwrap().is_some());

    let away = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(scratch.0.path()).unwrap() {
        let path = entry.unwrap().path();
        fs::rename(&path, away.path().join(path.file_name().unwrap())).unwrap();
    }
    let read = adapter.session("token", NOW).await;
    assert!(is_unavailable(&read), "{read:?}");
    let written = adapter.create_user(ada()).await;
    assert!(is_unavailable(&written), "{written:?}");
    assert!(
        !scratch.0.path().join("app.db").exists(),
        "an empty database was made"
    );

    for entry in fs::read_dir(away.path()).unwrap() {
        let path = entry.unwrap().path();
        fs::rename(&path, scratch.0.path().join(path.file_name().unwrap())).unwrap();
    }
    assert!(adapter.session("token", NOW).await.unwrap().is_some());
    adapter.create_user(ada()).await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_database_that_was_replaced_is_the_one_that_is_read() {
    let (scratch, other) = (Scratch::new(), Scratch::new());
    let adapter = scratch.open_with(hasty()).await;
    let gone = adapter.create_user(ada()).await.unwrap();
    let there = {
        let adapter = other.open_with(hasty()).await;
        let user = adapter.create_user(ada()).await.unwrap();
        other
            .beside()
            .await
            .execute("PRAGMA wal_checkpoint(TRUNCATE)")
            .await
            .unwrap();
        user
    };
    for name in ["app.db-wal", "app.db-shm"] {
        fs::remove_file(scratch.0.path().join(name)).unwrap();
    }
    fs::rename(
        other.0.path().join("app.db"),
        scratch.0.path().join("app.db"),
    )
    .unwrap();
    assert_eq!(adapter.user(&there.id).await.unwrap(), Some(there));
    assert_eq!(adapter.user(&gone.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_corrupt_and_names_its_kind() {
    let scratch = Scratch::new();
    let adapter = scratch.open().await;
    let new = account("1", Default::default());
    let user = adapter.create_user_with_account(ada(), new).await.unwrap();
    let mut beside = scratch.beside().await;
    beside
        .execute("UPDATE authcore_users SET email = 'canary, not one address'")
        .await
        .unwrap();
    let read = adapter.user_by_account(&key("1")).await.unwrap_err();
    assert!(matches!(read, AdapterError::Corrupt { what: "user" }));
    beside
        .execute("UPDATE authcore_users SET email = NULL, extra = '{'")
        .await
        .unwrap();
    let read = adapter.user(&user.id).await.unwrap_err();
    assert!(!format!("{read:?} {read}").contains("canary"));
    assert!(matches!(read, AdapterError::Corrupt { what: "user" }));
    beside
        .execute("UPDATE authcore_accounts SET kind = 'none'")
        .await
        .unwrap();
    let read = adapter.accounts(&user.id).await.unwrap_err();
    assert!(matches!(read, AdapterError::Corrupt { what: "account" }));
}

#[tokio::test]
async fn a_missing_table_is_a_failure_and_its_display_tells_nothing() {
    let scratch = Scratch::new();
    let adapter = scratch.open().await;
    scratch
        .beside()
        .await
        .execute("DROP TABLE authcore_sessions")
        .await
        .unwrap();
    let read = adapter.session("canary", NOW).await.unwrap_err();
    assert!(matches!(read, AdapterError::Failed(_)));
    assert_eq!(read.to_string(), "the store failed");
    let source = std::error::Error::source(&read).unwrap().to_string();
    assert!(source.contains("no such table"), "{source}");
    assert!(!format!("{read:?}").contains("canary"));
}

#[tokio::test]
async fn a_conflict_tells_nothing_of_the_values() {
    let scratch = Scratch::new();
    let adapter = scratch.open().await;
    let user = adapter.create_user(ada()).await.unwrap();
    adapter
        .create_session("canary", session(&user.id))
        .await
        .unwrap();
    let taken = adapter
        .create_session("canary", session(&user.id))
        .await
        .unwrap_err();
    assert!(!format!("{taken:?} {taken}").contains("canary"));
    let nobody = session(&UserId::new("canary"));
    let nobody = adapter.create_session("other", nobody).await.unwrap_err();
    assert!(!format!("{nobody:?} {nobody}").contains("canary"));
}

#[tokio::test]
async fn a_sign_in_that_is_given_up_at_any_moment_leaves_all_or_nothing() {
    let scratch = Scratch::new();
    let adapter = scratch.open_with(hasty()).await;
    for moment in 0..60 {
        let new = account(&moment.to_string(), Default::default());
        tokio::select! {
            biased;
            created = adapter.create_user_with_account(ada(), new) => { created.unwrap(); }
            () = turns(moment) => {}
        }
    }
    // The connection that was left behind is of use again, and its lock is gone.
    let new = account("last", Default::default());
    adapter.create_user_with_account(ada(), new).await.unwrap();
    let counts = "SELECT (SELECT count(*) FROM authcore_users), \
                  (SELECT count(DISTINCT user_id) FROM authcore_accounts)";
    let row = scratch.beside().await.fetch_one(counts).await.unwrap();
    let (users, owners): (i64, i64) = (row.get(0), row.get(1));
    assert_eq!(users, owners);
}

async fn turns(count: usize) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_table_that_asks_for_an_address_refuses_a_user_without_one() {
    let scratch = Scratch::new();
    scratch
        .beside_made()
        .await
        .execute(
            "CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT, email TEXT NOT NULL, \
             \"emailVerified\" INTEGER, image TEXT)",
        )
        .await
        .unwrap();
    let authjs = SqliteAdapter::builder().schema(Schema::authjs());
    let adapter = scratch.open_with(authjs).await;
    assert!(matches!(
        adapter.create_user(ada()).await,
        Err(AdapterError::Refused { what: "user" })
    ));
}

#[tokio::test]
async fn a_users_own_fields_are_refused_where_there_is_no_column_for_them() {
    let scratch = Scratch::new();
    let authjs = SqliteAdapter::builder().schema(Schema::authjs());
    let adapter = scratch.open_with(authjs).await;
    let mut new = ada();
    new.extra.insert("role".into(), "admin".into());
    assert!(matches!(
        adapter.create_user(new).await,
        Err(AdapterError::Refused { what: "user" })
    ));
}
