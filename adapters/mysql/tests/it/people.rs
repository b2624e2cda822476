//! This file runs the adapter beside a table of users that the application has made itself: with ids of
//! text, and with ids that the database counts.

use async_trait::async_trait;
use authcore::{
    adapter::{Adapter, AdapterError},
    model::{Email, TokenSet},
};
use authcore_mysql::{MysqlAdapter, UserIds, UserTable, sqlx};
use authcore_sql::testkit::{
    Outcome,
    own_users::{self, Lacking, OwnUsers},
    sample::{NOW, account, ada, key},
};
use authcore_testing::{adapter_conformance, conformance::keeping};
use sqlx::AssertSqlSafe;

use crate::scratch::Scratch;

authcore_sql::own_users_suite!(Scratch);

const COLUMNS: &str = "name TEXT, email VARCHAR(255) UNIQUE, email_verified BIGINT, image TEXT)";
const ID: &str = "CREATE TABLE users (id VARBINARY(255) PRIMARY KEY, ";

#[async_trait]
impl OwnUsers for Scratch {
    const COUNTED: &'static str = "CREATE TABLE users \
        (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255), \
        email VARCHAR(255) UNIQUE, email_verified BIGINT, image TEXT, \
        score INT NOT NULL DEFAULT 0) ENGINE = InnoDB";
    const IDS: UserIds = UserIds::IntUnsigned;
    const LACKING: &'static [Lacking] = &[
        Lacking {
            table: ["CREATE TABLE other (id INT, ", COLUMNS],
            ids: UserIds::Text,
            hint: "users",
        },
        Lacking {
            table: [ID, "name TEXT, email VARCHAR(255) UNIQUE, image TEXT)"],
            ids: UserIds::Text,
            hint: "email_verified",
        },
        Lacking {
            table: ["CREATE TABLE users (id VARBINARY(255), ", COLUMNS],
            ids: UserIds::Text,
            hint: "`id`",
        },
        Lacking {
            table: ["CREATE TABLE users (id VARCHAR(255) PRIMARY KEY, ", COLUMNS],
            ids: UserIds::Text,
            hint: "VARBINARY",
        },
        Lacking {
            table: [
                "CREATE TABLE users (id BIGINT PRIMARY KEY AUTO_INCREMENT, ",
                COLUMNS,
            ],
            ids: UserIds::Int,
            hint: "UserTable::id",
        },
        Lacking {
            table: ["CREATE TABLE users (id INT PRIMARY KEY, ", COLUMNS],
            ids: UserIds::Int,
            hint: "AUTO_INCREMENT",
        },
        Lacking {
            table: [
                ID,
                "name VARCHAR(9), email VARCHAR(255), email_verified BIGINT, image TEXT, \
                 UNIQUE (email, name))",
            ],
            ids: UserIds::Text,
            hint: "unique index",
        },
    ];

    async fn application(&self, text: &str) -> Outcome {
        let text = AssertSqlSafe(text.to_owned());
        sqlx::raw_sql(text)
            .execute(&mut self.beside().await)
            .await?;
        Ok(())
    }
}

mod text {
    //! With ids of text, and a column for the application's own fields.

    use super::*;

    /// The collation of its texts is the database's, to which case and accents are nothing.
    const PEOPLE: &str = "CREATE TABLE people (person_id VARBINARY(36) NOT NULL PRIMARY KEY, \
                          full_name VARCHAR(255), mail VARCHAR(255) UNIQUE, mail_verified BIGINT, \
                          picture VARCHAR(1000), auth_extra LONGTEXT, \
                          team VARCHAR(20) NOT NULL DEFAULT 'none') ENGINE = InnoDB";

    adapter_conformance!(async {
        let scratch = Scratch::new().await;
        scratch.application(PEOPLE).await.unwrap();
        let people = own_users::people().unwrap();
        keeping(own_users::open(&scratch, people).await.unwrap(), scratch)
    }; users, states, authorities, extras, sessions, details, once, verifications, expiry, passkeys,
       passkey_details, tokens, revocations, limits, directory, members);
}

mod numbers {
    //! With ids that the server counts.

    use super::*;

    adapter_conformance!(async {
        let scratch = Scratch::new().await;
        keeping(open_counted(&scratch).await, scratch)
    }; users, states, authorities, sessions, once, verifications, expiry, passkeys, passkey_details, limits);
}

async fn open_counted(scratch: &Scratch) -> MysqlAdapter {
    scratch.application(Scratch::COUNTED).await.unwrap();
    let users = UserTable::named("users").unwrap();
    let users = users.id("id", Scratch::IDS).unwrap();
    own_users::open(scratch, users).await.unwrap()
}

#[tokio::test]
async fn an_address_that_only_a_collation_takes_for_the_same_is_nobodys() {
    let scratch = Scratch::new().await;
    let adapter = open_counted(&scratch).await;
    let mut zoe = ada();
    zoe.email = Some(Email::parse("zoé@example.org").unwrap());
    zoe.email_verified = Some(NOW);
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
        let column = format!("{column} NOT NULL");
        let table = Scratch::COUNTED.replace("INT UNSIGNED NOT NULL", &column);
        scratch.application(&table).await.unwrap();
        let users = UserTable::named("users").unwrap();
        let users = users.id("id", ids).unwrap();
        let adapter = own_users::open(&scratch, users).await.unwrap();
        let new = account("1", TokenSet::default()).unwrap();
        let user = adapter.create_user_with_account(ada(), new).await.unwrap();
        let owner = adapter
            .account_owner(&key("1").unwrap())
            .await
            .unwrap()
            .map(|it| it.user);
        assert_eq!(owner, Some(user), "{column}");
    }
}
