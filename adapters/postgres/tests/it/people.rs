//! This file runs the adapter beside a table of users that the application has made itself: with ids of
//! text, and with ids that the database counts.

use async_trait::async_trait;
use authcore_postgres::{PostgresAdapter, UserIds, UserTable, sqlx};
use authcore_sql::testkit::{
    Outcome,
    own_users::{self, Lacking, OwnUsers},
};
use authcore_testing::{adapter_conformance, conformance::keeping};
use sqlx::{AssertSqlSafe, Executor};

use crate::scratch::Scratch;

authcore_sql::own_users_suite!(Scratch);

const COLUMNS: &str = "name TEXT, email TEXT UNIQUE, email_verified BIGINT, image TEXT)";
const ID: &str = "CREATE TABLE users (id TEXT PRIMARY KEY, ";

/// The application's table stands in another schema than ours.
#[async_trait]
impl OwnUsers for Scratch {
    /// It refuses an id that does not come from its sequence.
    const COUNTED: &'static str = "CREATE TABLE users \
        (id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name VARCHAR(255), \
        email TEXT UNIQUE, email_verified BIGINT, image TEXT, score INTEGER NOT NULL DEFAULT 0)";
    const IDS: UserIds = UserIds::BigInt;
    const LACKING: &'static [Lacking] = &[
        Lacking {
            table: ["CREATE TABLE other (id TEXT, ", COLUMNS],
            ids: UserIds::Text,
            hint: "users",
        },
        Lacking {
            table: [ID, "name TEXT, email TEXT UNIQUE, image TEXT)"],
            ids: UserIds::Text,
            hint: "email_verified",
        },
        Lacking {
            table: ["CREATE TABLE users (id TEXT, ", COLUMNS],
            ids: UserIds::Text,
            hint: "`id`",
        },
        Lacking {
            table: ["CREATE TABLE users (id UUID PRIMARY KEY, ", COLUMNS],
            ids: UserIds::Text,
            hint: "uuid",
        },
        Lacking {
            table: ["CREATE TABLE users (id BIGINT PRIMARY KEY, ", COLUMNS],
            ids: UserIds::BigInt,
            hint: "IDENTITY",
        },
        Lacking {
            table: [ID, COLUMNS],
            ids: UserIds::BigInt,
            hint: "UserTable::id",
        },
        Lacking {
            table: [
                ID,
                "name TEXT, email TEXT, email_verified BIGINT, image TEXT, UNIQUE (email, name))",
            ],
            ids: UserIds::Text,
            hint: "unique index",
        },
    ];

    async fn application(&self, text: &str) -> Outcome {
        let app = self.application_schema();
        let text =
            format!("CREATE SCHEMA IF NOT EXISTS \"{app}\"; SET search_path TO \"{app}\"; {text}");
        let mut beside = self.beside().await;
        sqlx::raw_sql(AssertSqlSafe(text))
            .execute(&mut beside)
            .await?;
        Ok(())
    }

    fn standing(&self, users: UserTable) -> UserTable {
        users
            .in_postgres_schema(&self.application_schema())
            .unwrap()
    }
}

mod text {
    //! With ids of text, and a column for the application's own fields, in one schema with our tables.

    use super::*;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        keeping(open_beside(&scratch).await, scratch)
    }; users, states, authorities, extras, sessions, details, once, verifications, expiry, passkeys,
       passkey_details, tokens, revocations, limits, directory, members);
}

mod numbers {
    //! With ids that the server counts.

    use super::*;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        scratch.application(Scratch::COUNTED).await.unwrap();
        let users = UserTable::named("users").unwrap();
        let users = users.id("id", Scratch::IDS).unwrap();
        keeping(own_users::open(&scratch, users).await.unwrap(), scratch)
    }; users, states, authorities, sessions, once, verifications, expiry, passkeys, passkey_details, limits);
}

async fn open_beside(scratch: &Scratch) -> PostgresAdapter {
    let people = "CREATE TABLE people (person_id TEXT NOT NULL PRIMARY KEY, full_name TEXT, \
                  mail TEXT UNIQUE, mail_verified BIGINT, picture VARCHAR(1000), \
                  auth_extra TEXT, team TEXT NOT NULL DEFAULT 'none')";
    scratch.beside_made().await.execute(people).await.unwrap();
    let schema = scratch.schema().with_users(own_users::people().unwrap());
    scratch.open_with(scratch.builder().schema(schema)).await
}

#[tokio::test]
async fn an_owner_of_text_is_found_by_an_index() {
    let scratch = Scratch::new();
    let adapter = open_beside(&scratch).await;
    let mut beside = scratch.beside().await;
    // An index of another collation than the column that points to it would not be used.
    for statement in [
        "INSERT INTO people (person_id) SELECT n FROM generate_series(1, 10000) n",
        "INSERT INTO authcore_sessions (token_hash, user_id, expires_at) \
         SELECT sha256(n::text::bytea), n, n FROM generate_series(1, 10000) n",
        "INSERT INTO authcore_user_states (user_id) SELECT n FROM generate_series(1, 10000) n",
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
