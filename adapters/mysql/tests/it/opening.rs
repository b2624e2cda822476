//! This file connects: ten at once, to old tables, to tables that are not ours, with few rights.

use std::{error::Error, sync::Arc};

use authcore::adapter::{Adapter, AdapterError};
use authcore_mysql::{Migrations, MysqlAdapter, Schema, migrations, sqlx};
use sqlx::{AssertSqlSafe, Executor, Row, mysql::MySqlPoolOptions};
use tokio::{sync::Barrier, task::JoinSet};

use crate::scratch::{Scratch, ada};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_that_start_at_once_migrate_once() {
    let scratch = Scratch::new().await;
    let barrier = Arc::new(Barrier::new(10));
    let mut starts = JoinSet::new();
    for _ in 0..10 {
        let (barrier, scratch) = (barrier.clone(), scratch.clone());
        starts.spawn(async move {
            barrier.wait().await;
            let adapter = scratch.builder().connect(&scratch.url()).await?;
            adapter.create_user(ada()).await
        });
    }
    for started in starts.join_all().await {
        started.unwrap();
    }
    let done = "SELECT count(*) FROM authcore_migrations";
    let row = scratch.beside().await.fetch_one(done).await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 4);
}

#[tokio::test]
async fn two_applications_share_a_database_under_two_prefixes() {
    let scratch = Scratch::new().await;
    let first = scratch.open().await;
    let shop = Schema::with_prefix("shop_").unwrap();
    let second = scratch.open_with(scratch.builder().schema(shop)).await;
    let user = first.create_user(ada()).await.unwrap();
    assert_eq!(second.user(&user.id).await.unwrap(), None);
}

#[tokio::test]
async fn tables_of_a_newer_or_another_version_are_left_alone() {
    for (change, hint) in [
        (
            "INSERT INTO authcore_migrations VALUES (999, 'later', '', 0)",
            "migration 999",
        ),
        (
            "UPDATE authcore_migrations SET digest = ''",
            "another prefix",
        ),
    ] {
        let scratch = Scratch::new().await;
        scratch.open().await;
        scratch.beside().await.execute(change).await.unwrap();
        let refused = scratch
            .builder()
            .connect(&scratch.url())
            .await
            .err()
            .unwrap();
        let source = refused.source().unwrap().to_string();
        assert!(source.contains(hint), "{source}");
    }
}

#[tokio::test]
async fn a_table_of_somebody_elses_is_left_alone() {
    let scratch = Scratch::new().await;
    let mut beside = scratch.beside().await;
    let other = "CREATE TABLE authcore_sessions (id BIGINT)";
    beside.execute(other).await.unwrap();
    let refused = scratch
        .builder()
        .connect(&scratch.url())
        .await
        .err()
        .unwrap();
    let source = refused.source().unwrap().to_string();
    assert!(source.contains("somebody else"), "{source}");
    let columns = "SELECT COUNT(*) FROM information_schema.columns \
                   WHERE table_schema = DATABASE() AND table_name = 'authcore_sessions'";
    let row = beside.fetch_one(columns).await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 1);
}

#[tokio::test]
async fn tables_can_be_left_to_the_applications_own_migrations() {
    let scratch = Scratch::new().await;
    let mut beside = scratch.beside().await;
    let builder = scratch.builder().migrations(Migrations::Leave);
    let adapter = scratch.open_with(builder).await;
    assert!(matches!(
        adapter.create_user(ada()).await,
        Err(AdapterError::Failed(_))
    ));
    for step in migrations(&Schema::default()) {
        beside.execute(AssertSqlSafe(step.text)).await.unwrap();
    }
    adapter.create_user(ada()).await.unwrap();
}

#[tokio::test]
async fn a_migration_that_was_cut_off_goes_on_where_it_stopped() {
    // Ended before the third step, in it, and after it had done all but say so.
    for (steps, mark) in [(2, None), (2, Some(3)), (3, Some(3))] {
        let scratch = Scratch::new().await;
        scratch.open().await;
        let mut beside = scratch.beside().await;
        let mut undo = vec!["DROP TABLE authcore_attempts".to_owned()];
        if steps < 3 {
            undo.push("DROP TABLE authcore_sessions".to_owned());
        }
        undo.push("DELETE FROM authcore_migrations WHERE version > 3".to_owned());
        undo.push(match mark {
            Some(version) => {
                format!("UPDATE authcore_migrations SET done_at = NULL WHERE version = {version}")
            }
            None => "DELETE FROM authcore_migrations WHERE version = 3".to_owned(),
        });
        for statement in undo {
            beside.execute(AssertSqlSafe(statement)).await.unwrap();
        }
        let adapter = scratch.open().await;
        adapter.create_user(ada()).await.unwrap();
        let done = "SELECT COUNT(done_at) FROM authcore_migrations";
        let row = beside.fetch_one(done).await.unwrap();
        assert_eq!(row.get::<i64, _>(0), 4);
    }
}

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
async fn a_pool_that_cuts_what_is_too_long_is_refused() {
    let pool = MySqlPoolOptions::new()
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute("SET SESSION sql_mode = ''").await?;
                Ok(())
            })
        })
        .connect_lazy(&Scratch::new().await.url())
        .unwrap();
    let refused = MysqlAdapter::from_pool(pool).await.err().unwrap();
    let source = refused.source().unwrap().to_string();
    assert!(source.contains("STRICT_ALL_TABLES"), "{source}");
}
