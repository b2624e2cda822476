//! This file connects: along the search path, beside tables that are not ours, with few rights.

use std::error::Error;

use authcore::adapter::Adapter;
use authcore_postgres::{PostgresAdapter, sqlx};
use authcore_sql::testkit::sample::ada;
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::scratch::{Scratch, url};

#[tokio::test]
async fn without_a_schema_the_tables_stand_where_the_search_path_says() {
    let scratch = Scratch::new();
    scratch.beside_made().await;
    let options: sqlx::postgres::PgConnectOptions = url().parse().unwrap();
    let options = options.options([("search_path", &scratch.name)]);
    let pool = sqlx::PgPool::connect_lazy_with(options);
    let adapter = PostgresAdapter::from_pool(pool.clone()).await.unwrap();
    let user = adapter.create_user(ada()).await.unwrap();
    let again = PostgresAdapter::from_pool(pool).await.unwrap();
    assert_eq!(again.user(&user.id).await.unwrap(), Some(user.clone()));
    let there = scratch.open().await;
    assert_eq!(there.user(&user.id).await.unwrap(), Some(user));
}

#[tokio::test]
async fn beside_a_table_of_somebody_elses_nothing_is_made() {
    let scratch = Scratch::new();
    let mut beside = scratch.beside_made().await;
    let other = "CREATE TABLE authcore_sessions (id BIGINT)";
    beside.execute(other).await.unwrap();
    let refused = scratch.builder().connect(&url()).await.err().unwrap();
    let source = refused.source().unwrap().to_string();
    assert!(source.contains("somebody else"), "{source}");
    let count = "SELECT count(*) FROM pg_tables WHERE schemaname = $1";
    let count = sqlx::query(count).bind(&scratch.name);
    let row = count.fetch_one(&mut beside).await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 1);
}

#[tokio::test]
async fn a_user_who_may_make_no_tables_can_use_those_that_are_there() {
    let scratch = Scratch::new();
    scratch.open().await;
    let (name, role) = (&scratch.name, format!("{}_role", scratch.name));
    let mut beside = scratch.beside().await;
    for grant in [
        format!("CREATE ROLE \"{role}\" LOGIN"),
        format!("GRANT USAGE ON SCHEMA \"{name}\" TO \"{role}\""),
        format!(
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \"{name}\" TO \"{role}\""
        ),
    ] {
        beside.execute(AssertSqlSafe(grant)).await.unwrap();
    }
    let options: sqlx::postgres::PgConnectOptions = url().parse().unwrap();
    let pool = sqlx::PgPool::connect_lazy_with(options.username(&role));
    let adapter = scratch.builder().pool(pool).await.unwrap();
    adapter.create_user(ada()).await.unwrap();
}
