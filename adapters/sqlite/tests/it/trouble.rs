//! This file holds the adapter to what any driver is held to, and has the database locked, gone and
//! replaced: each time a visitor must be neither signed in nor signed out.

use std::{fs, time::Duration};

use authcore::adapter::{Adapter, AdapterError, Once, OnceStore, SessionStore, TokensThen};
use authcore_sql::testkit::sample::{NOW, SECRET, ada, session};
use authcore_sqlite::{Schema, SqliteAdapter, sqlx};
use sqlx::Executor;

use crate::scratch::Scratch;

authcore_sql::driver_suite!(Scratch);

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
    let mut beside = scratch.beside_made().await;
    // Keeps everyone out until the connection is closed.
    for step in [
        "CREATE TABLE somebody_elses (id INTEGER)",
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
