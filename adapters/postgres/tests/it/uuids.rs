//! Users whose ids are of PostgreSQL's own type `UUID`, in Auth.js's tables and in the application's own.

use authcore::{
    adapter::{Adapter, SessionStore},
    model::UserId,
};
use authcore_postgres::{
    PostgresAdapter, Schema, UserIds, UserTable,
    sqlx::{self, Executor, Row},
};
use authcore_sql::testkit::{
    own_users::{self, OwnUsers},
    sample::{NOW, account, ada, session},
};
use authcore_testing::{adapter_conformance, conformance::keeping};

use crate::{authjs::open_far_from_utc, scratch::Scratch};

/// As many describe them to drizzle: `uuid().defaultRandom()` in place of its `text()`.
const DRIZZLE: &str = "CREATE TABLE \"user\" (id UUID PRIMARY KEY DEFAULT gen_random_uuid(), \
    name TEXT, email TEXT UNIQUE, \"emailVerified\" TIMESTAMP, image TEXT); \
    CREATE TABLE account (\"userId\" UUID NOT NULL REFERENCES \"user\" (id) ON DELETE CASCADE, \
    type TEXT NOT NULL, provider TEXT NOT NULL, \"providerAccountId\" TEXT NOT NULL, \
    refresh_token TEXT, access_token TEXT, expires_at INTEGER, token_type TEXT, scope TEXT, \
    id_token TEXT, session_state TEXT, PRIMARY KEY (provider, \"providerAccountId\")); \
    CREATE TABLE session (\"sessionToken\" TEXT PRIMARY KEY, \
    \"userId\" UUID NOT NULL REFERENCES \"user\" (id) ON DELETE CASCADE, \
    expires TIMESTAMP NOT NULL); \
    CREATE TABLE \"verificationToken\" (identifier TEXT NOT NULL, token TEXT NOT NULL, \
    expires TIMESTAMP NOT NULL, PRIMARY KEY (identifier, token));";

/// The table of users of an application's own.
const OWN: &str = "CREATE TABLE users (id UUID PRIMARY KEY, name TEXT, email TEXT UNIQUE, \
    email_verified BIGINT, image TEXT)";

async fn open_drizzle(scratch: &Scratch) -> PostgresAdapter {
    let mut beside = scratch.beside_made().await;
    sqlx::raw_sql(DRIZZLE).execute(&mut beside).await.unwrap();
    open_far_from_utc(scratch, Schema::authjs_drizzle()).await
}

async fn open_own(scratch: &Scratch) -> PostgresAdapter {
    scratch.application(OWN).await.unwrap();
    let users = UserTable::named("users").unwrap();
    let users = users.id("id", UserIds::Uuid).unwrap();
    own_users::open(scratch, users).await.unwrap()
}

mod authjs {
    //! In tables as drizzle makes them, with `UUID` for the ids. The table of authenticators is missing,
    //! and is made with what points to them.

    use super::*;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        keeping(open_drizzle(&scratch).await, scratch)
    }; users, states, authorities, sessions, once, verifications, passkeys, directory);
}

mod own {
    //! In a table of the application's own.

    use super::*;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        keeping(open_own(&scratch).await, scratch)
    }; users, states, authorities, sessions, details, once, verifications, expiry, passkeys,
       passkey_details, tokens, revocations, limits, directory);
}

#[tokio::test]
async fn a_uuid_that_the_database_made_is_an_id() {
    let scratch = Scratch::new();
    let adapter = open_drizzle(&scratch).await;
    let mut beside = scratch.beside().await;
    let insert = "INSERT INTO \"user\" (name) VALUES ('Ada') RETURNING id::text";
    let row = beside.fetch_one(insert).await.unwrap();
    let id = row.get::<String, _>(0);
    let user = adapter.user(&UserId::new(id.as_str())).await.unwrap();
    let user = user.unwrap();
    assert_eq!(
        (user.id.as_str(), user.name.as_deref()),
        (&*id, Some("Ada"))
    );
    adapter
        .link_account(&user.id, account("1", Default::default()).unwrap())
        .await
        .unwrap();
    adapter
        .create_session("token", session(&user.id))
        .await
        .unwrap();
    let (_, found) = adapter.session("token", NOW).await.unwrap().unwrap();
    assert_eq!(found, user);
    // Another spelling of it is nobody's id.
    for other in [id.to_uppercase(), id.replace('-', ""), format!("{{{id}}}")] {
        assert_eq!(adapter.user(&UserId::new(other)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn ids_that_cannot_be_worked_with_are_told_when_connecting() {
    let uuid_and_text = DRIZZLE
        .replace(
            "session (\"sessionToken\" TEXT PRIMARY KEY, \"userId\" UUID",
            "session (\"sessionToken\" TEXT PRIMARY KEY, \"userId\" TEXT",
        )
        .replace(" REFERENCES \"user\" (id) ON DELETE CASCADE", "");
    let bytes = DRIZZLE.replace(
        "UUID PRIMARY KEY DEFAULT gen_random_uuid()",
        "BYTEA PRIMARY KEY",
    );
    let bytes = bytes.replace("UUID", "BYTEA");
    let uncounted = DRIZZLE.replace(
        "UUID PRIMARY KEY DEFAULT gen_random_uuid()",
        "BIGINT PRIMARY KEY",
    );
    let uncounted = uncounted.replace("UUID", "BIGINT");
    for (tables, hint) in [
        (&uuid_and_text, "`userId` of `session`"),
        (&bytes, "bytea"),
        (&uncounted, "BY DEFAULT AS IDENTITY"),
    ] {
        let scratch = Scratch::new();
        let mut beside = scratch.beside_made().await;
        let tables = sqlx::AssertSqlSafe(tables.clone());
        sqlx::raw_sql(tables).execute(&mut beside).await.unwrap();
        let schema = scratch.inside(Schema::authjs_drizzle());
        let builder = scratch.bare().schema(schema);
        let refused = builder.connect(&scratch.url()).await.err().unwrap();
        let told = std::error::Error::source(&refused).unwrap().to_string();
        assert!(told.contains(hint), "{told}");
    }
}

#[tokio::test]
async fn whole_numbers_that_drizzle_counts_are_ids() {
    let scratch = Scratch::new();
    let tables = DRIZZLE
        .replace(
            "UUID PRIMARY KEY DEFAULT gen_random_uuid()",
            "SERIAL PRIMARY KEY",
        )
        .replace("UUID", "INTEGER");
    let mut beside = scratch.beside_made().await;
    let tables = sqlx::AssertSqlSafe(tables);
    sqlx::raw_sql(tables).execute(&mut beside).await.unwrap();
    let adapter = open_far_from_utc(&scratch, Schema::authjs_drizzle()).await;
    let new = account("1", Default::default()).unwrap();
    let user = adapter.create_user_with_account(ada(), new).await.unwrap();
    assert_eq!(user.id, UserId::new("1"));
    assert_eq!(adapter.user(&user.id).await.unwrap(), Some(user));
}
