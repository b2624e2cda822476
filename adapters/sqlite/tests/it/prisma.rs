//! This file reads times in Prisma's tables in each of the forms in which they stand there.

use authcore::adapter::{Adapter, SessionStore};
use authcore_sqlite::{PrismaModels, Schema, SqliteAdapter, sqlx};
use sqlx::{Executor, Row};

use authcore_sql::testkit::sample::{NOW, ada, session};

use crate::scratch::Scratch;

async fn open(scratch: &Scratch) -> SqliteAdapter {
    let tables = include_str!("../../../sql/tests/tables/prisma_sqlite.sql");
    let mut beside = scratch.beside_made().await;
    sqlx::raw_sql(tables).execute(&mut beside).await.unwrap();
    let schema = Schema::authjs_prisma(PrismaModels::IdsAndDates);
    let builder = SqliteAdapter::builder().schema(schema);
    scratch.open_with(builder).await
}

#[tokio::test]
async fn numbers_of_older_prismas_and_texts_of_newer_ones_are_the_same_moment() {
    let scratch = Scratch::new();
    let adapter = open(&scratch).await;
    let user = adapter.create_user(ada()).await.unwrap();
    adapter
        .create_session("s", session(&user.id))
        .await
        .unwrap();
    let mut beside = scratch.beside().await;
    let row = beside.fetch_one("SELECT expires FROM Session").await;
    // As Prisma 7 writes it.
    let written: String = row.unwrap().get(0);
    assert_eq!(written, "2023-11-14T22:13:21.123+00:00");
    for stored in [
        "1700000001123",
        "'2023-11-14T22:13:21.123+00:00'",
        "'2023-11-14T22:13:21.123Z'",
        "'2023-11-14 22:13:21.123'",
        "'2023-11-15T03:58:21.123+05:45'",
    ] {
        let update = format!("UPDATE Session SET expires = {stored}");
        let update = sqlx::AssertSqlSafe(update);
        beside.execute(update).await.unwrap();
        let found = adapter.session("s", NOW).await.unwrap();
        let (found, _) = found.unwrap_or_else(|| panic!("{stored} has ended"));
        assert_eq!(found.expires_at.millis(), NOW.millis() + 1_000, "{stored}");
        let after = adapter.session("s", found.expires_at).await.unwrap();
        assert_eq!(after, None, "{stored}");
    }
}

#[tokio::test]
async fn a_time_that_nobody_can_read_is_the_end_of_a_session() {
    let scratch = Scratch::new();
    let adapter = open(&scratch).await;
    let user = adapter.create_user(ada()).await.unwrap();
    adapter
        .create_session("s", session(&user.id))
        .await
        .unwrap();
    let mut beside = scratch.beside().await;
    for stored in ["'tomorrow'", "''", "x'00'"] {
        let update = format!("UPDATE Session SET expires = {stored}");
        let update = sqlx::AssertSqlSafe(update);
        beside.execute(update).await.unwrap();
        assert_eq!(adapter.session("s", NOW).await.unwrap(), None, "{stored}");
    }
}
