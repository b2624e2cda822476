//! This file runs the adapter beside a table of users that the application has made itself: with ids of
//! text, and with ids that the database counts.

use authcore::{
    adapter::{Adapter, AdapterError},
    model::{Email, TokenSet},
};
use authcore_postgres::{PostgresAdapter, UserIds, UserTable, sqlx};
use authcore_sql::testkit::sample::{NOW, account, ada, key, session};
use authcore_testing::adapter_conformance;
use sqlx::{Executor, PgConnection};

use crate::scratch::Scratch;

const NAMED: &str = "CREATE TABLE people (person_id TEXT NOT NULL PRIMARY KEY, full_name TEXT, \
                     mail TEXT UNIQUE, mail_verified BIGINT, picture VARCHAR(1000), \
                     auth_extra TEXT, team TEXT NOT NULL DEFAULT 'none')";

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

/// It refuses an id that does not come from its sequence.
const COUNTED: &str = "CREATE TABLE users (id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
                       name VARCHAR(255), email TEXT UNIQUE, email_verified BIGINT, image TEXT, \
                       score INTEGER NOT NULL DEFAULT 0)";

/// In another schema than our tables.
fn counted(scratch: &Scratch) -> UserTable {
    let users = UserTable::named("users").unwrap();
    let users = users.in_postgres_schema(&app(scratch)).unwrap();
    users.id("id", UserIds::BigInt).unwrap()
}

fn app(scratch: &Scratch) -> String {
    format!("{}_app", scratch.name)
}

/// A connection that makes and finds tables in the application's own schema.
async fn beside(scratch: &Scratch) -> PgConnection {
    let mut beside = scratch.beside().await;
    let app = app(scratch);
    let path = format!("CREATE SCHEMA IF NOT EXISTS \"{app}\"; SET search_path TO \"{app}\"");
    let path = sqlx::AssertSqlSafe(path);
    sqlx::raw_sql(path).execute(&mut beside).await.unwrap();
    beside
}

async fn open(scratch: &Scratch, table: &str, users: UserTable) -> PostgresAdapter {
    try_open(scratch, table, users).await.unwrap()
}

async fn try_open(
    scratch: &Scratch,
    table: &str,
    users: UserTable,
) -> Result<PostgresAdapter, AdapterError> {
    let table = sqlx::AssertSqlSafe(table.to_owned());
    beside(scratch).await.execute(table).await.unwrap();
    let users = users.in_postgres_schema(&app(scratch)).unwrap();
    let schema = scratch.schema().with_users(users);
    scratch
        .builder()
        .schema(schema)
        .connect(&scratch.url())
        .await
}

mod text {
    //! With ids of text, and a column for the application's own fields, in one schema with our tables.

    use super::*;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        scratch.beside_made().await.execute(NAMED).await.unwrap();
        let schema = scratch.schema().with_users(named());
        scratch.open_with(scratch.builder().schema(schema)).await
    });
}

mod numbers {
    //! With ids that the server counts.

    use super::*;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        open(&scratch, COUNTED, counted(&scratch)).await
    }; users, sessions, once, verifications, expiry, passkeys, passkey_details, limits);
}

#[tokio::test]
async fn what_points_to_a_user_of_the_applications_own_goes_with_the_row() {
    let scratch = Scratch::new();
    let adapter = open(&scratch, COUNTED, counted(&scratch)).await;
    let mut beside = beside(&scratch).await;
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
    let adapter = open(&scratch, COUNTED, counted(&scratch)).await;
    let mut user = ada();
    user.extra.insert("role".to_owned(), "admin".into());
    let refused = adapter.create_user(user).await;
    assert!(matches!(refused, Err(AdapterError::Refused { .. })));
}

#[tokio::test]
async fn an_owner_of_text_is_found_by_an_index() {
    let scratch = Scratch::new();
    scratch.beside_made().await.execute(NAMED).await.unwrap();
    let schema = scratch.schema().with_users(named());
    let adapter = scratch.open_with(scratch.builder().schema(schema)).await;
    let mut beside = scratch.beside().await;
    // An index of another collation than the column that points to it would not be used.
    for statement in [
        "INSERT INTO people (person_id) SELECT n FROM generate_series(1, 10000) n",
        "INSERT INTO authcore_sessions (token_hash, user_id, expires_at) \
         SELECT sha256(n::text::bytea), n, n FROM generate_series(1, 10000) n",
        "ANALYZE",
        "SET plan_cache_mode = force_generic_plan",
    ] {
        beside.execute(statement).await.unwrap();
    }
    let (_, sql) = adapter
        .statements()
        .find(|(name, _)| *name == "session")
        .unwrap();
    let prepare = format!("PREPARE session (bytea, bigint) AS {sql}");
    beside.execute(sqlx::AssertSqlSafe(prepare)).await.unwrap();
    let rows = beside
        .fetch_all("EXPLAIN EXECUTE session (NULL, NULL)")
        .await;
    let plan: Vec<String> = rows
        .unwrap()
        .iter()
        .map(|row| sqlx::Row::get(row, 0))
        .collect();
    let plan = plan.join("\n");
    assert!(
        plan.contains("people_pkey") && !plan.contains("Seq Scan"),
        "{plan}"
    );
}

#[tokio::test]
async fn a_table_of_users_that_lacks_something_is_refused_with_the_mend() {
    const COLUMNS: &str = "name TEXT, email TEXT UNIQUE, email_verified BIGINT, image TEXT)";
    const ID: &str = "CREATE TABLE users (id TEXT PRIMARY KEY, ";
    for (start, end, ids, hint) in [
        (
            "CREATE TABLE other (id TEXT, ",
            COLUMNS,
            UserIds::Text,
            "users",
        ),
        (
            ID,
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
            "CREATE TABLE users (id UUID PRIMARY KEY, ",
            COLUMNS,
            UserIds::Text,
            "uuid",
        ),
        (
            "CREATE TABLE users (id BIGINT PRIMARY KEY, ",
            COLUMNS,
            UserIds::BigInt,
            "IDENTITY",
        ),
        (ID, COLUMNS, UserIds::BigInt, "UserTable::id"),
        (
            ID,
            "name TEXT, email TEXT, email_verified BIGINT, image TEXT, UNIQUE (email, name))",
            UserIds::Text,
            "unique index",
        ),
    ] {
        let scratch = Scratch::new();
        let users = UserTable::named("users").unwrap();
        let users = users.id("id", ids).unwrap();
        let refused = try_open(&scratch, &format!("{start}{end}"), users).await;
        let refused = refused.unwrap_err();
        let source = std::error::Error::source(&refused).unwrap().to_string();
        assert!(source.contains(hint), "{start}: {source}");
        let made = "SELECT to_regnamespace($1)::text";
        let mut beside = beside(&scratch).await;
        let row = sqlx::query(made).bind(&scratch.name).fetch_one(&mut beside);
        let made: Option<String> = sqlx::Row::get(&row.await.unwrap(), 0);
        assert_eq!(made, None, "{start}");
    }
}
