//! This file asks PostgreSQL how it would run each statement: none may need to read a whole table.

use authcore::adapter::{Adapter, SessionStore};
use authcore_postgres::{Schema, sqlx};
use authcore_sql::testkit::sample::{NOW, access, account, ada, session};
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::scratch::Scratch;

/// The plans that are left when reading whole tables and sorting are dear, which they are once there
/// are many rows; an empty table is read whole otherwise.
async fn plans(scratch: &Scratch, schema: Schema) -> Vec<(&'static str, String)> {
    let builder = scratch.bare().schema(scratch.inside(schema));
    let adapter = scratch.open_with(builder).await;
    let mut beside = scratch.beside().await;
    for setting in [
        "SET enable_seqscan = off",
        "SET enable_sort = off",
        "SET plan_cache_mode = force_generic_plan",
    ] {
        beside.execute(setting).await.unwrap();
    }
    let mut plans = Vec::new();
    for (name, sql) in adapter.statements() {
        let prepare = format!("PREPARE {name}_plan AS {sql}");
        beside.execute(AssertSqlSafe(prepare)).await.unwrap();
        let count = "SELECT cardinality(parameter_types) FROM pg_prepared_statements \
                     WHERE name = $1";
        let row = sqlx::query(count)
            .bind(format!("{name}_plan"))
            .fetch_one(&mut beside)
            .await
            .unwrap();
        let values = vec!["NULL"; usize::try_from(row.get::<i32, _>(0)).unwrap()].join(", ");
        let explain = format!("EXPLAIN EXECUTE {name}_plan ({values})");
        let rows = sqlx::raw_sql(AssertSqlSafe(explain))
            .fetch_all(&mut beside)
            .await
            .unwrap();
        let lines: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
        plans.push((name, lines.join("\n")));
    }
    plans
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    // Only our own tables have sealed columns to go through.
    for (schema, count) in [
        (Schema::authcore(), 29),
        (Schema::authjs(), 26),
        (Schema::authjs_drizzle(), 26),
    ] {
        let plans = plans(&Scratch::new(), schema).await;
        assert_eq!(plans.len(), count);
        for (name, plan) in plans {
            assert!(
                !plan.contains("Seq Scan"),
                "{name} reads a whole table:\n{plan}"
            );
            assert!(!plan.contains("Sort"), "{name} sorts:\n{plan}");
            let inserts = name.starts_with("create_") || name == "use_once";
            assert!(inserts || plan.contains("Index"), "{name}:\n{plan}");
        }
    }
}

#[tokio::test]
async fn a_session_is_found_by_its_key() {
    let plans = plans(&Scratch::new(), Schema::authcore()).await;
    let (_, plan) = plans.iter().find(|(name, _)| *name == "session").unwrap();
    assert!(plan.contains("authcore_sessions_pkey"), "{plan}");
    assert!(plan.contains("authcore_users_pkey"), "{plan}");
    assert_eq!(plan.matches("Index Scan").count(), 2, "{plan}");
}

#[tokio::test]
async fn a_check_of_a_session_is_one_query() {
    let scratch = Scratch::new();
    let adapter = scratch
        .open_with(scratch.builder().max_connections(1))
        .await;
    let new = account("1", access("token")).unwrap();
    let user = adapter.create_user_with_account(ada(), new).await.unwrap();
    adapter
        .create_session("token", session(&user.id))
        .await
        .unwrap();
    let seen = async || {
        // The connection's own last statement and how often each of its statements ran.
        let rows = sqlx::query(
            "SELECT (generic_plans + custom_plans)::bigint FROM \
             pg_prepared_statements WHERE statement LIKE 'SELECT \"authcore_sessions\"%'",
        )
        .fetch_all(adapter.driver().pool())
        .await
        .unwrap();
        rows.iter().map(|row| row.get::<i64, _>(0)).sum::<i64>()
    };
    let before = seen().await;
    for _ in 0..3 {
        assert!(adapter.session("token", NOW).await.unwrap().is_some());
    }
    assert_eq!(seen().await - before, 3);
}
