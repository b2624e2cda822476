//! This file runs the adapter beside a table of users that the application has made itself: with ids of
//! text, and with ids that the database counts.

use authcore::{
    adapter::{Adapter, AdapterError},
    model::{Email, TokenSet},
};
use authcore_sql::testkit::sample::{NOW, SECRET, account, ada, key, session};
use authcore_sqlite::{Schema, SqliteAdapter, UserIds, UserTable, sqlx};
use authcore_testing::{adapter_conformance, conformance::keeping};
use sqlx::Executor;

use crate::scratch::Scratch;

const NAMED: &str = "CREATE TABLE people (person_id TEXT NOT NULL PRIMARY KEY, full_name TEXT, \
                     mail TEXT UNIQUE, mail_verified INTEGER, picture TEXT, auth_extra TEXT, \
                     team TEXT NOT NULL DEFAULT 'none')";

fn named() -> UserTable {
    let people = UserTable::named("people").unwrap();
    let people = people.id("person_id", UserIds::Text).unwrap();
    let people = people.name("full_name").unwrap().email("mail").unwrap();
    let people = people.email_verified("mail_verified").unwrap();
    people
        .image("picture")
        .unwrap()
        .extra("auth_extra")
        .unwrap()
}

const COUNTED: &str = "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, \
                       email VARCHAR(255), email_verified INTEGER, image TEXT, \
                       score REAL NOT NULL DEFAULT 0); \
                       CREATE UNIQUE INDEX users_email ON users (email)";

fn counted() -> UserTable {
    let users = UserTable::named("users").unwrap();
    users.id("id", UserIds::BigInt).unwrap()
}

async fn open(scratch: &Scratch, table: &'static str, users: UserTable) -> SqliteAdapter {
    try_open(scratch, table, users).await.unwrap()
}

async fn try_open(
    scratch: &Scratch,
    table: &'static str,
    users: UserTable,
) -> Result<SqliteAdapter, AdapterError> {
    let mut beside = scratch.beside_made().await;
    sqlx::raw_sql(table).execute(&mut beside).await.unwrap();
    let schema = Schema::authcore().with_users(users);
    let builder = SqliteAdapter::builder().schema(schema).secrets([SECRET]);
    builder.connect(&scratch.url()).await
}

mod text {
    //! With ids of text, and a column for the application's own fields.

    use super::*;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        keeping(open(&scratch, NAMED, named()).await, scratch)
    });
}

mod numbers {
    //! With ids that SQLite counts.

    use super::*;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        keeping(open(&scratch, COUNTED, counted()).await, scratch)
    }; users, sessions, once, verifications, expiry, passkeys, passkey_details, limits);
}

#[tokio::test]
async fn what_points_to_a_user_of_the_applications_own_goes_with_the_row() {
    let scratch = Scratch::new();
    let adapter = open(&scratch, COUNTED, counted()).await;
    let mut beside = scratch.beside().await;
    // Somebody who was there before authcore.
    let insert = "INSERT INTO users (name, email) VALUES ('Ada', 'ada@example.org')";
    beside.execute(insert).await.unwrap();
    let email = Email::parse("ada@example.org").unwrap();
    let user = adapter.user_by_email(&email).await.unwrap().unwrap();
    assert_eq!(user.name.as_deref(), Some("Ada"));
    assert!(user.id.as_str().parse::<i64>().is_ok());
    let new = account("1", TokenSet::default()).unwrap();
    adapter.link_account(&user.id, new).await.unwrap();
    let sessions = adapter.sessions().unwrap();
    let session = session(&user.id);
    sessions.create_session("token", session).await.unwrap();
    beside.execute("DELETE FROM users").await.unwrap();
    let owner = adapter.user_by_account(&key("1").unwrap()).await.unwrap();
    assert_eq!(owner, None);
    assert_eq!(sessions.session("token", NOW).await.unwrap(), None);
    assert_eq!(adapter.accounts(&user.id).await.unwrap(), []);
}

#[tokio::test]
async fn own_fields_are_refused_where_the_table_has_no_column_for_them() {
    let scratch = Scratch::new();
    let adapter = open(&scratch, COUNTED, counted()).await;
    let mut user = ada();
    user.extra.insert("role".to_owned(), "admin".into());
    let refused = adapter.create_user(user).await;
    assert!(matches!(refused, Err(AdapterError::Refused { .. })));
}

#[tokio::test]
async fn a_table_of_users_that_lacks_something_is_refused_with_the_mend() {
    const COLUMNS: &str = "name TEXT, email TEXT UNIQUE, email_verified INTEGER, image TEXT)";
    for (start, end, ids, hint) in [
        (
            "CREATE TABLE other (id TEXT PRIMARY KEY, ",
            COLUMNS,
            UserIds::Text,
            "users",
        ),
        (
            "CREATE TABLE users (id TEXT PRIMARY KEY, ",
            "name TEXT, email TEXT UNIQUE, image TEXT)",
            UserIds::Text,
            "email_verified",
        ),
        (
            "CREATE TABLE users (id TEXT, ",
            COLUMNS,
            UserIds::Text,
            "`id`",
        ),
        (
            "CREATE TABLE users (id TEXT PRIMARY KEY, ",
            COLUMNS,
            UserIds::Int,
            "UserTable::id",
        ),
        (
            "CREATE TABLE users (id INTEGER PRIMARY KEY, ",
            COLUMNS,
            UserIds::Text,
            "UserTable::id",
        ),
        (
            "CREATE TABLE users (id TEXT PRIMARY KEY, ",
            "name TEXT, email TEXT, email_verified INTEGER, image TEXT, UNIQUE (email, name))",
            UserIds::Text,
            "unique index",
        ),
    ] {
        let scratch = Scratch::new();
        let mut beside = scratch.beside_made().await;
        let table = format!("{start}{end}");
        beside.execute(sqlx::AssertSqlSafe(table)).await.unwrap();
        let users = UserTable::named("users").unwrap();
        let refused = try_open(&scratch, "", users.id("id", ids).unwrap()).await;
        let refused = refused.unwrap_err();
        let source = std::error::Error::source(&refused).unwrap().to_string();
        assert!(source.contains(hint), "{start}: {source}");
        // Nothing was made beside it.
        let tables = "SELECT COUNT(*) FROM sqlite_master WHERE name LIKE 'authcore%'";
        let row = beside.fetch_one(tables).await.unwrap();
        assert_eq!(sqlx::Row::get::<i64, _>(&row, 0), 0, "{start}");
    }
}
