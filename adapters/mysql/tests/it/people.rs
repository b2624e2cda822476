//! This file runs the adapter beside a table of users that the application has made itself: with ids of
//! text, and with ids that the database counts.

use authcore::{
    adapter::{Adapter, AdapterError},
    model::{Email, TokenSet},
};
use authcore_mysql::{MysqlAdapter, Schema, UserIds, UserTable, sqlx};
use authcore_sql::testkit::sample::{NOW, account, ada, key, session};
use authcore_testing::adapter_conformance;
use sqlx::Executor;

use crate::scratch::Scratch;

/// The collation of its texts is the database's, to which case and accents are nothing.
const NAMED: &str = "CREATE TABLE people (person_id VARBINARY(36) NOT NULL PRIMARY KEY, \
                     full_name VARCHAR(255), mail VARCHAR(255) UNIQUE, mail_verified BIGINT, \
                     picture VARCHAR(1000), auth_extra LONGTEXT, \
                     team VARCHAR(20) NOT NULL DEFAULT 'none') ENGINE = InnoDB";

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

const COUNTED: &str = "CREATE TABLE users (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, \
                       name VARCHAR(255), email VARCHAR(255) UNIQUE, email_verified BIGINT, \
                       image TEXT, score INT NOT NULL DEFAULT 0) ENGINE = InnoDB";

fn counted() -> UserTable {
    let users = UserTable::named("users").unwrap();
    users.id("id", UserIds::IntUnsigned).unwrap()
}

async fn open(scratch: &Scratch, table: &'static str, users: UserTable) -> MysqlAdapter {
    try_open(scratch, table, users).await.unwrap()
}

async fn try_open(
    scratch: &Scratch,
    table: &str,
    users: UserTable,
) -> Result<MysqlAdapter, AdapterError> {
    let mut beside = scratch.beside().await;
    let table = sqlx::AssertSqlSafe(table.to_owned());
    beside.execute(table).await.unwrap();
    let schema = Schema::authcore().with_users(users);
    scratch
        .builder()
        .schema(schema)
        .connect(&scratch.url())
        .await
}

mod text {
    //! With ids of text, and a column for the application's own fields.

    use super::*;

    adapter_conformance!(async { open(&Scratch::new().await, NAMED, named()).await });
}

mod numbers {
    //! With ids that the server counts.

    use super::*;

    adapter_conformance!(
        async { open(&Scratch::new().await, COUNTED, counted()).await };
        users, sessions, once, verifications, expiry, passkeys, passkey_details, limits
    );
}

#[tokio::test]
async fn what_points_to_a_user_of_the_applications_own_goes_with_the_row() {
    let scratch = Scratch::new().await;
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
    let scratch = Scratch::new().await;
    let adapter = open(&scratch, COUNTED, counted()).await;
    let mut user = ada();
    user.extra.insert("role".to_owned(), "admin".into());
    let refused = adapter.create_user(user).await;
    assert!(matches!(refused, Err(AdapterError::Refused { .. })));
}

#[tokio::test]
async fn an_address_that_only_a_collation_takes_for_the_same_is_nobodys() {
    let scratch = Scratch::new().await;
    let adapter = open(&scratch, COUNTED, counted()).await;
    let mut zoe = ada();
    zoe.email = Some(Email::parse("zoé@example.org").unwrap());
    adapter.create_user(zoe.clone()).await.unwrap();
    let twin = Email::parse("zoe@example.org").unwrap();
    assert_eq!(adapter.user_by_email(&twin).await.unwrap(), None);
    zoe.email = Some(twin);
    let taken = adapter.create_user(zoe).await;
    assert!(matches!(
        taken,
        Err(AdapterError::Conflict { what: "email" })
    ));
}

#[tokio::test]
async fn every_type_of_number_that_can_be_named_is_pointed_to() {
    for (ids, column) in [
        (UserIds::BigInt, "BIGINT"),
        (UserIds::BigIntUnsigned, "BIGINT UNSIGNED"),
        (UserIds::Int, "INT"),
        (UserIds::IntUnsigned, "INT UNSIGNED"),
    ] {
        let scratch = Scratch::new().await;
        let table = COUNTED.replace("INT UNSIGNED NOT NULL", &format!("{column} NOT NULL"));
        let users = UserTable::named("users").unwrap();
        let users = users.id("id", ids).unwrap();
        let adapter = try_open(&scratch, &table, users).await.unwrap();
        let new = account("1", TokenSet::default()).unwrap();
        let user = adapter.create_user_with_account(ada(), new).await.unwrap();
        let owner = adapter.user_by_account(&key("1").unwrap()).await.unwrap();
        assert_eq!(owner, Some(user), "{column}");
    }
}

#[tokio::test]
async fn a_table_of_users_that_lacks_something_is_refused_with_the_mend() {
    const COLUMNS: &str =
        "name TEXT, email VARCHAR(255) UNIQUE, email_verified BIGINT, image TEXT)";
    const ID: &str = "CREATE TABLE users (id VARBINARY(255) PRIMARY KEY, ";
    for (start, end, ids, hint) in [
        (
            "CREATE TABLE other (id INT, ",
            COLUMNS,
            UserIds::Text,
            "users",
        ),
        (
            ID,
            "name TEXT, email VARCHAR(255) UNIQUE, image TEXT)",
            UserIds::Text,
            "email_verified",
        ),
        (
            "CREATE TABLE users (id VARBINARY(255), ",
            COLUMNS,
            UserIds::Text,
            "`id`",
        ),
        (
            "CREATE TABLE users (id VARCHAR(255) PRIMARY KEY, ",
            COLUMNS,
            UserIds::Text,
            "VARBINARY",
        ),
        (
            "CREATE TABLE users (id BIGINT PRIMARY KEY AUTO_INCREMENT, ",
            COLUMNS,
            UserIds::Int,
            "UserTable::id",
        ),
        (
            "CREATE TABLE users (id INT PRIMARY KEY, ",
            COLUMNS,
            UserIds::Int,
            "AUTO_INCREMENT",
        ),
        (
            ID,
            "name VARCHAR(9), email VARCHAR(255), email_verified BIGINT, image TEXT, \
             UNIQUE (email, name))",
            UserIds::Text,
            "unique index",
        ),
    ] {
        let scratch = Scratch::new().await;
        let users = UserTable::named("users").unwrap();
        let users = users.id("id", ids).unwrap();
        let refused = try_open(&scratch, &format!("{start}{end}"), users).await;
        let refused = refused.unwrap_err();
        let source = std::error::Error::source(&refused).unwrap().to_string();
        assert!(source.contains(hint), "{start}: {source}");
        let mut beside = scratch.beside().await;
        let made = beside.fetch_all("SHOW TABLES LIKE 'authcore%'").await;
        assert!(made.unwrap().is_empty(), "{start}");
    }
}
