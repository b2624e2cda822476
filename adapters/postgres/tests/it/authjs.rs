//! This file shares tables with Auth.js: what it wrote is read, what it knows as an id is one here.

use authcore::{
    adapter::{Adapter, SessionStore},
    model::UserId,
};
use authcore_postgres::{
    PostgresAdapter, Schema,
    sqlx::{self, Executor, Row},
};
use authcore_sql::testkit::sample::{NOW, account, ada, session};

use crate::scratch::Scratch;

/// An adapter whose connections have a time zone of their own, which must change nothing.
pub(crate) async fn open_far_from_utc(scratch: &Scratch, schema: Schema) -> PostgresAdapter {
    let pool = scratch.pool(4, &[("timezone", "Asia/Kathmandu")]).await;
    let builder = PostgresAdapter::builder().schema(scratch.inside(schema));
    builder.pool(pool).await.unwrap()
}

#[tokio::test]
async fn tables_that_auth_js_made_are_taken_as_they_are() {
    let scratch = Scratch::new();
    let mut beside = scratch.beside_made().await;
    // As @auth/pg-adapter's own file makes them, without any of our indexes.
    for statement in [
        "CREATE TABLE users (id SERIAL, name VARCHAR(255), email VARCHAR(255), \
         \"emailVerified\" TIMESTAMPTZ, image TEXT, PRIMARY KEY (id))",
        "CREATE TABLE accounts (id SERIAL, \"userId\" INTEGER NOT NULL, \
         type VARCHAR(255) NOT NULL, provider VARCHAR(255) NOT NULL, \
         \"providerAccountId\" VARCHAR(255) NOT NULL, refresh_token TEXT, access_token TEXT, \
         expires_at BIGINT, id_token TEXT, scope TEXT, session_state TEXT, token_type TEXT, \
         PRIMARY KEY (id))",
        "CREATE TABLE sessions (id SERIAL, \"userId\" INTEGER NOT NULL, \
         expires TIMESTAMPTZ NOT NULL, \"sessionToken\" VARCHAR(255) NOT NULL, PRIMARY KEY (id))",
        "CREATE TABLE verification_token (identifier TEXT NOT NULL, \
         expires TIMESTAMPTZ NOT NULL, token TEXT NOT NULL, PRIMARY KEY (identifier, token))",
        "INSERT INTO users (name, email, \"emailVerified\") VALUES \
         ('Ada', 'ada@example.org', '2023-11-14T22:13:20.123Z')",
        "INSERT INTO accounts (\"userId\", type, provider, \"providerAccountId\", access_token, \
         expires_at) VALUES (1, 'oauth', 'wiki', '7', 'secret', 1700003600)",
        "INSERT INTO sessions (\"userId\", expires, \"sessionToken\") VALUES \
         (1, '2023-11-14T22:13:21.123Z', '8f14e45f-ceea-467f-a8f0-3e0b0a1c2d3e')",
        "INSERT INTO verification_token VALUES ('ada@example.org', '2001-01-01T00:00:00Z', 'abc')",
    ] {
        beside.execute(statement).await.unwrap();
    }
    let adapter = open_far_from_utc(&scratch, Schema::authjs()).await;
    let token = "8f14e45f-ceea-467f-a8f0-3e0b0a1c2d3e";
    let (stored, user) = adapter.session(token, NOW).await.unwrap().unwrap();
    assert_eq!(stored.expires_at.millis(), 1_700_000_001_123);
    assert_eq!(user.id, UserId::new("1"));
    assert_eq!(user.email_verified.unwrap(), NOW);
    let accounts = adapter.accounts(&user.id).await.unwrap();
    let tokens = &accounts[0].tokens;
    assert_eq!(tokens.expires_at.unwrap().seconds(), 1_700_003_600);
    assert_eq!(tokens.access_token, Some("secret".into()));
    // Auth.js's own tokens are not ours to remove.
    assert_eq!(adapter.remove_expired(NOW, 10).await.unwrap(), 0);
    let row = beside
        .fetch_one("SELECT count(*) FROM verification_token")
        .await;
    assert_eq!(row.unwrap().get::<i64, _>(0), 1);

    let bob = adapter.create_user_with_account(ada(), account("8", Default::default()).unwrap());
    let bob = bob.await.unwrap();
    assert_eq!(bob.id, UserId::new("2"));
    adapter
        .create_session("bobs", session(&bob.id))
        .await
        .unwrap();
    let row = beside
        .fetch_one(
            "SELECT to_char(expires AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') \
             FROM sessions WHERE \"sessionToken\" = 'bobs'",
        )
        .await
        .unwrap();
    assert_eq!(row.get::<String, _>(0), "2023-11-14 22:13:21.123");
}

#[tokio::test]
async fn only_the_usual_way_to_write_a_number_is_an_id() {
    let scratch = Scratch::new();
    let adapter = open_far_from_utc(&scratch, Schema::authjs()).await;
    let user = adapter.create_user(ada()).await.unwrap();
    assert_eq!(adapter.user(&user.id).await.unwrap(), Some(user));
    for text in [
        "01",
        "+1",
        " 1",
        "1.0",
        "",
        "one",
        "99999999999",
        "99999999999999999999999",
    ] {
        let found = adapter.user(&UserId::new(text)).await.unwrap();
        assert_eq!(found, None, "{text:?}");
    }
}

#[tokio::test]
async fn no_two_indexes_keep_the_same_columns_apart() {
    let twice = "SELECT COUNT(*) FROM (SELECT 1 FROM pg_index WHERE indisunique AND indrelid IN \
                 (SELECT oid FROM pg_class WHERE relnamespace = CAST(current_schema() AS REGNAMESPACE)) \
                 GROUP BY indrelid, indkey HAVING COUNT(*) > 1) AS twice";
    let unique = "SELECT COUNT(*) FROM pg_index WHERE indisunique AND indrelid = \
                  CAST($1 AS REGCLASS)";
    for (schema, table, count) in [
        (Schema::authjs(), "accounts", 2),
        (Schema::authjs_drizzle(), "account", 1),
    ] {
        let scratch = Scratch::new();
        open_far_from_utc(&scratch, schema).await;
        let mut beside = scratch.beside().await;
        let row = beside.fetch_one(twice).await.unwrap();
        assert_eq!(row.get::<i64, _>(0), 0, "{table}");
        let row = sqlx::query(unique).bind(table).fetch_one(&mut beside).await;
        assert_eq!(row.unwrap().get::<i64, _>(0), count, "{table}");
    }
}

/// Others' tables may keep nothing apart, keep it apart in another order, or only for some rows.
#[tokio::test]
async fn an_index_that_is_missing_is_made_whatever_is_there() {
    for (there, count) in [
        ("", 1),
        (
            "CREATE UNIQUE INDEX theirs ON account (\"providerAccountId\", provider)",
            1,
        ),
        (
            "CREATE UNIQUE INDEX theirs ON account (provider, \"providerAccountId\") \
             WHERE type = 'oauth'",
            2,
        ),
        (
            "CREATE UNIQUE INDEX theirs ON account (provider, \"providerAccountId\", type)",
            2,
        ),
        (
            "CREATE INDEX theirs ON account (provider, \"providerAccountId\")",
            1,
        ),
    ] {
        let scratch = Scratch::new();
        let mut beside = scratch.beside_made().await;
        let account = "CREATE TABLE account (\"userId\" TEXT NOT NULL, type TEXT NOT NULL, \
                       provider TEXT NOT NULL, \"providerAccountId\" TEXT NOT NULL, \
                       refresh_token TEXT, access_token TEXT, expires_at INTEGER, token_type TEXT, \
                       scope TEXT, id_token TEXT, session_state TEXT)";
        for statement in [account, there] {
            beside.execute(statement).await.unwrap();
        }
        open_far_from_utc(&scratch, Schema::authjs_drizzle()).await;
        let unique = "SELECT COUNT(*) FROM pg_index WHERE indisunique AND indrelid = \
                      CAST('account' AS REGCLASS)";
        let row = beside.fetch_one(unique).await.unwrap();
        assert_eq!(row.get::<i64, _>(0), count, "{there}");
    }
}
