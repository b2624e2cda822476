//! This file connects: ten at once, to old tables, to tables that are not ours, with few rights.

use std::{error::Error, sync::Arc};

use authcore::adapter::{Adapter, AdapterError};
use authcore_postgres::{Migrations, PostgresAdapter, Schema, migrations, sqlx};
use sqlx::{AssertSqlSafe, Executor, Row};
use tokio::{sync::Barrier, task::JoinSet};

use crate::scratch::{Scratch, ada, url};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_that_start_at_once_migrate_once() {
    let scratch = Scratch::new();
    let barrier = Arc::new(Barrier::new(10));
    let mut starts = JoinSet::new();
    for _ in 0..10 {
        let (barrier, scratch) = (barrier.clone(), scratch.clone());
        starts.spawn(async move {
            barrier.wait().await;
            let adapter = scratch.builder().connect(&url()).await?;
            adapter.create_user(ada()).await
        });
    }
    for started in starts.join_all().await {
        started.unwrap();
    }
    let done = "SELECT count(*) FROM authcore_migrations";
    let row = scratch.beside().await.fetch_one(done).await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 2);
}

#[tokio::test]
async fn two_applications_share_a_schema_under_two_prefixes() {
    let scratch = Scratch::new();
    let first = scratch.open().await;
    let shop = scratch.inside(Schema::with_prefix("shop_").unwrap());
    let second = scratch.open_with(scratch.builder().schema(shop)).await;
    let user = first.create_user(ada()).await.unwrap();
    assert_eq!(second.user(&user.id).await.unwrap(), None);
}

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
async fn tables_of_a_newer_or_another_version_are_left_alone() {
    for (change, hint) in [
        (
            "INSERT INTO authcore_migrations VALUES (999, 'later', '\\x00', 0)",
            "migration 999",
        ),
        (
            "UPDATE authcore_migrations SET digest = '\\x00'",
            "another prefix",
        ),
    ] {
        let scratch = Scratch::new();
        scratch.open().await;
        scratch.beside().await.execute(change).await.unwrap();
        let refused = scratch.builder().connect(&url()).await.err().unwrap();
        let source = refused.source().unwrap().to_string();
        assert!(source.contains(hint), "{source}");
    }
}

#[tokio::test]
async fn a_table_of_somebody_elses_is_left_alone_and_nothing_is_made() {
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
async fn tables_can_be_left_to_the_applications_own_migrations() {
    let scratch = Scratch::new();
    let mut beside = scratch.beside_made().await;
    let builder = scratch.builder().migrations(Migrations::Leave);
    let adapter = scratch.open_with(builder).await;
    assert!(matches!(
        adapter.create_user(ada()).await,
        Err(AdapterError::Failed(_))
    ));
    for step in migrations(&scratch.schema()) {
        beside.execute(AssertSqlSafe(step.text)).await.unwrap();
    }
    adapter.create_user(ada()).await.unwrap();
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
