//! This file asks SQLite how it would run each statement: none may read a whole table.

use authcore_sqlite::{Schema, SqliteAdapter, sqlx};
use sqlx::{AssertSqlSafe, Row};

use crate::scratch::Scratch;

async fn plans(schema: Schema) -> Vec<(&'static str, Vec<String>)> {
    let scratch = Scratch::new();
    let adapter = scratch
        .open_with(SqliteAdapter::builder().schema(schema))
        .await;
    let mut beside = scratch.beside().await;
    let mut plans = Vec::new();
    for (name, sql) in adapter.statements() {
        let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")))
            .fetch_all(&mut beside)
            .await
            .unwrap();
        plans.push((name, rows.iter().map(|row| row.get("detail")).collect()));
    }
    plans
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    // Only our own tables have sealed columns to go through.
    for (schema, count) in [(Schema::authcore(), 29), (Schema::authjs(), 26)] {
        let plans = plans(schema).await;
        assert_eq!(plans.len(), count);
        for (name, plan) in plans {
            for step in &plan {
                assert!(
                    !step.starts_with("SCAN") && !step.contains("TEMP B-TREE"),
                    "{name} reads a whole table: {plan:?}"
                );
            }
            let inserts = name.starts_with("create_") || name == "use_once";
            assert!(
                inserts
                    || plan
                        .iter()
                        .any(|step| step.contains("INDEX") || step.contains("PRIMARY KEY")),
                "{name}: {plan:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_session_is_found_by_its_key_in_one_query() {
    let plans = plans(Schema::authcore()).await;
    let (_, plan) = plans.iter().find(|(name, _)| *name == "session").unwrap();
    assert_eq!(plan.len(), 2, "{plan:?}");
    assert!(plan[0].contains("PRIMARY KEY (token_hash=?)"), "{plan:?}");
}
