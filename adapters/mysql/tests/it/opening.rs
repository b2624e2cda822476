//! This file connects: to tables that MySQL has not, and over a pool that would cut values.

use std::error::Error;

use authcore::adapter::AdapterError;
use authcore_mysql::{MysqlAdapter, Schema, sqlx};
use sqlx::{AssertSqlSafe, Executor, Row, mysql::MySqlPoolOptions};

use crate::scratch::Scratch;

#[tokio::test]
async fn tables_of_pg_adapter_and_schemas_of_postgresql_are_refused() {
    let scratch = Scratch::new().await;
    let inside = Schema::authcore().in_postgres_schema("auth").unwrap();
    for schema in [Schema::authjs(), inside] {
        let refused = scratch
            .builder()
            .schema(schema)
            .connect(&scratch.url())
            .await;
        assert!(matches!(refused.err(), Some(AdapterError::Failed(_))));
    }
}

#[tokio::test]
async fn ids_of_bytes_are_refused_when_connecting_and_uuids_as_text_are_taken() {
    for (id, is_taken) in [("CHAR(36)", true), ("BINARY(16)", false), ("INT", false)] {
        let scratch = Scratch::new().await;
        let table = format!(
            "CREATE TABLE user (id {id} NOT NULL PRIMARY KEY, name TEXT, email VARCHAR(255), \
             emailVerified TIMESTAMP(3) NULL, image TEXT)"
        );
        let mut beside = scratch.beside().await;
        beside.execute(AssertSqlSafe(table)).await.unwrap();
        let builder = scratch.bare().schema(Schema::authjs_drizzle());
        let opened = builder.connect(&scratch.url()).await;
        // Its accounts are missing, and the step that makes them is not for another kind of text.
        let told = opened
            .err()
            .map(|error| error.source().unwrap().to_string());
        let is_about_ids = told.is_some_and(|told| told.contains("`id` of `user`"));
        assert_eq!(!is_about_ids, is_taken, "{id}");
    }
}

#[tokio::test]
async fn a_pool_that_cuts_what_is_too_long_is_refused() {
    let scratch = Scratch::new().await;
    let pool = MySqlPoolOptions::new()
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute("SET SESSION sql_mode = ''").await?;
                Ok(())
            })
        })
        .connect_lazy(&scratch.url())
        .unwrap();
    let refused = MysqlAdapter::from_pool(pool).await.err().unwrap();
    let source = refused.source().unwrap().to_string();
    assert!(source.contains("STRICT_ALL_TABLES"), "{source}");
}

#[tokio::test]
async fn a_password_that_would_go_in_the_clear_stays_here_and_the_way_out_is_told() {
    let scratch = Scratch::new().await;
    let mut beside = scratch.beside().await;
    let name = &scratch.name;
    for host in ["`%`", "localhost"] {
        for statement in [
            format!("CREATE USER `{name}`@{host} IDENTIFIED BY 'canary'"),
            format!("GRANT ALL ON `{name}`.* TO `{name}`@{host}"),
        ] {
            beside.execute(AssertSqlSafe(statement)).await.unwrap();
        }
    }
    let url = scratch.url();
    let (_, place) = url.rsplit_once('@').unwrap();
    let url = format!("mysql://{name}:canary@{place}");
    let opened = scratch.builder().connect(&url).await;
    let version = beside.fetch_one("SELECT VERSION()").await.unwrap();
    // MariaDB asks for a proof that the password is known, and not for the password.
    if version.get::<String, _>(0).contains("MariaDB") {
        opened.unwrap();
        return;
    }
    let refused = opened.unwrap_err();
    let source = refused.source().unwrap().to_string();
    assert!(source.contains("mysql-rsa"), "{source}");
    assert!(!format!("{refused:?}").contains("canary"), "{refused:?}");
}
