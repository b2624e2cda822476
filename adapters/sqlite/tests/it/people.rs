//! This file runs the adapter beside a table of users that the application has made itself: with ids of
//! text, and with ids that the database counts.

use async_trait::async_trait;
use authcore_sql::testkit::{
    Outcome,
    own_users::{self, Lacking, OwnUsers},
};
use authcore_sqlite::{UserIds, UserTable, sqlx};
use authcore_testing::{adapter_conformance, conformance::keeping};
use sqlx::AssertSqlSafe;

use crate::scratch::Scratch;

authcore_sql::own_users_suite!(Scratch);

const COLUMNS: &str = "name TEXT, email TEXT UNIQUE, email_verified INTEGER, image TEXT)";
const ID: &str = "CREATE TABLE users (id TEXT PRIMARY KEY, ";

#[async_trait]
impl OwnUsers for Scratch {
    const COUNTED: &'static str = "CREATE TABLE users \
        (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, email VARCHAR(255), \
        email_verified INTEGER, image TEXT, score REAL NOT NULL DEFAULT 0); \
        CREATE UNIQUE INDEX users_email ON users (email)";
    const IDS: UserIds = UserIds::BigInt;
    const LACKING: &'static [Lacking] = &[
        Lacking {
            table: ["CREATE TABLE other (id TEXT PRIMARY KEY, ", COLUMNS],
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
            table: [ID, COLUMNS],
            ids: UserIds::Int,
            hint: "UserTable::id",
        },
        Lacking {
            table: ["CREATE TABLE users (id INTEGER PRIMARY KEY, ", COLUMNS],
            ids: UserIds::Text,
            hint: "UserTable::id",
        },
        Lacking {
            table: [
                ID,
                "name TEXT, email TEXT, email_verified INTEGER, image TEXT, UNIQUE (email, name))",
            ],
            ids: UserIds::Text,
            hint: "unique index",
        },
    ];

    async fn application(&self, text: &str) -> Outcome {
        let text = AssertSqlSafe(text.to_owned());
        let mut beside = self.beside_made().await;
        sqlx::raw_sql(text).execute(&mut beside).await?;
        Ok(())
    }
}

mod text {
    //! With ids of text, and a column for the application's own fields.

    use super::*;

    const PEOPLE: &str = "CREATE TABLE people (person_id TEXT NOT NULL PRIMARY KEY, \
                          full_name TEXT, mail TEXT UNIQUE, mail_verified INTEGER, picture TEXT, \
                          auth_extra TEXT, team TEXT NOT NULL DEFAULT 'none')";

    adapter_conformance!(async {
        let scratch = Scratch::new();
        scratch.application(PEOPLE).await.unwrap();
        let people = own_users::people().unwrap();
        keeping(own_users::open(&scratch, people).await.unwrap(), scratch)
    }; users, states, authorities, extras, sessions, details, once, verifications, expiry, passkeys,
       passkey_details, tokens, revocations, limits, directory, members);
}

mod numbers {
    //! With ids that SQLite counts.

    use super::*;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        scratch.application(Scratch::COUNTED).await.unwrap();
        let users = UserTable::named("users").unwrap();
        let users = users.id("id", Scratch::IDS).unwrap();
        keeping(own_users::open(&scratch, users).await.unwrap(), scratch)
    }; users, states, authorities, sessions, once, verifications, expiry, passkeys, passkey_details, limits);
}
