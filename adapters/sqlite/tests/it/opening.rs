//! This file opens databases: those that are missing, those without foreign keys, Auth.js's.

use authcore::adapter::{Adapter, AdapterError};
use authcore_sql::testkit::sample::{NOW, ada};
use authcore_sqlite::{Schema, SqliteAdapter, sqlx};
use sqlx::{
    Connection, Executor, Row, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use crate::scratch::Scratch;

#[tokio::test]
async fn a_missing_file_is_made_with_its_folder_and_logs_ahead() {
    let scratch = Scratch::new();
    let path = scratch.0.path().join("deep/er/app.db");
    let url = format!("sqlite://{}", path.display());
    let user = {
        let adapter = SqliteAdapter::connect(&url).await.unwrap();
        adapter.create_user(ada()).await.unwrap()
    };
    assert!(path.exists());
    let mut beside = SqliteConnection::connect(&url).await.unwrap();
    let row = beside.fetch_one("PRAGMA journal_mode").await.unwrap();
    assert_eq!(row.get::<String, _>(0), "wal");
    let again = SqliteAdapter::connect(&url).await.unwrap();
    assert_eq!(again.user(&user.id).await.unwrap(), Some(user));
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_made_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let adapter = scratch.open().await;
    adapter.create_user(ada()).await.unwrap();
    let mut found = Vec::new();
    for entry in std::fs::read_dir(scratch.0.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        found.push((entry.file_name().into_string().unwrap(), mode));
    }
    found.sort();
    let expected = ["app.db", "app.db-shm", "app.db-wal"].map(|name| (name.to_owned(), 0o600));
    assert_eq!(found, expected);
}

#[tokio::test]
async fn ids_of_bytes_are_refused_when_connecting() {
    for (id, is_taken) in [("TEXT", true), ("BINARY(16)", false), ("BLOB", false)] {
        let scratch = Scratch::new();
        let table = format!(
            "CREATE TABLE users (id {id} PRIMARY KEY, name TEXT, email TEXT UNIQUE, \
             \"emailVerified\" INTEGER, image TEXT)"
        );
        let mut beside = scratch.beside_made().await;
        beside.execute(sqlx::AssertSqlSafe(table)).await.unwrap();
        let builder = SqliteAdapter::builder().schema(Schema::authjs());
        let opened = builder.connect(&scratch.url()).await;
        assert_eq!(opened.is_ok(), is_taken, "{id}");
        if let Err(error) = opened {
            let source = std::error::Error::source(&error).unwrap().to_string();
            assert!(source.contains("`id` of `users`"), "{source}");
        }
    }
}

#[tokio::test]
async fn a_missing_file_is_not_made_when_the_url_has_another_mode() {
    let scratch = Scratch::new();
    let opened = SqliteAdapter::connect(&format!("{}?mode=rw", scratch.url())).await;
    assert!(matches!(opened.err(), Some(AdapterError::Unavailable(_))));
    assert!(!scratch.0.path().join("app.db").exists());
}

#[tokio::test]
async fn a_pool_without_foreign_keys_is_refused() {
    let options = SqliteConnectOptions::new()
        .in_memory(true)
        .foreign_keys(false);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .unwrap();
    let refused = SqliteAdapter::from_pool(pool).await.err().unwrap();
    let source = std::error::Error::source(&refused).unwrap().to_string();
    assert!(source.contains("foreign_keys(true)"), "{source}");
}

#[tokio::test]
async fn tables_that_auth_js_made_are_taken_as_they_are() {
    let scratch = Scratch::new();
    scratch
        .open_with(SqliteAdapter::builder().schema(Schema::authjs()))
        .await;
    let mut beside = scratch.beside().await;
    // As Auth.js writes them: seconds in an account, milliseconds elsewhere, tokens as they are.
    for row in [
        "INSERT INTO users VALUES ('u1', 'Ada', 'ada@example.org', 1700000000123, NULL)",
        "INSERT INTO accounts (userId, type, provider, providerAccountId, access_token, \
         expires_at) VALUES ('u1', 'oauth', 'wiki', '7', 'secret', 1700003600)",
        "INSERT INTO sessions VALUES ('8f14e45f-ceea-467f-a8f0-3e0b0a1c2d3e', 'u1', \
         1700000001123)",
        "INSERT INTO verification_token VALUES ('ada@example.org', 'abc', 1)",
    ] {
        beside.execute(row).await.unwrap();
    }
    let authjs = SqliteAdapter::builder().schema(Schema::authjs());
    let adapter = scratch.open_with(authjs).await;
    let sessions = adapter.sessions().unwrap();
    let token = "8f14e45f-ceea-467f-a8f0-3e0b0a1c2d3e";
    let (stored, user) = sessions.session(token, NOW).await.unwrap().unwrap();
    assert_eq!(stored.created_at, None);
    assert_eq!(stored.expires_at.millis(), 1_700_000_001_123);
    assert_eq!(user.email_verified.unwrap().millis(), 1_700_000_000_123);
    let accounts = adapter.accounts(&user.id).await.unwrap();
    assert_eq!(
        accounts[0].tokens.expires_at.unwrap().seconds(),
        1_700_003_600
    );
    assert_eq!(accounts[0].tokens.access_token, Some("secret".into()));
    // Auth.js's own tokens are not ours to remove.
    assert_eq!(adapter.remove_expired(NOW, 10).await.unwrap(), 0);
    let row = beside
        .fetch_one("SELECT count(*) FROM verification_token")
        .await;
    assert_eq!(row.unwrap().get::<i64, _>(0), 1);
}
