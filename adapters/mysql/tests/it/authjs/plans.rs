//! This file asks the server how it would run each statement on Auth.js's tables: comparing bytes as well
//! must not make it read a whole table.

use authcore::adapter::{Adapter, Once, OnceStore, SessionStore};
use authcore_mysql::sqlx;
use authcore_sql::testkit::sample::{NOW, access, account, ada, session};
use sqlx::{AssertSqlSafe, Row, mysql::MySqlRow};

use super::Tables;
use crate::scratch::Scratch;

/// How each statement finds its rows: the table, the kind of access, the key.
async fn plans(tables: Tables) -> Vec<(&'static str, Vec<[String; 3]>)> {
    let scratch = Scratch::new().await;
    let adapter = tables.open(&scratch).await;
    let mut id = String::new();
    for number in 0..40 {
        let mut new = account(&number.to_string(), access("token")).unwrap();
        new.authority = Some("https://wiki.example.org".to_owned());
        let user = adapter.create_user_with_account(ada(), new).await.unwrap();
        let token = number.to_string();
        adapter
            .create_session(&token, session(&user.id))
            .await
            .unwrap();
        adapter.use_once(Once::Attempt, &token, NOW).await.unwrap();
        id = user.id.as_str().to_owned();
    }
    let mut beside = scratch.beside().await;
    let mut plans = Vec::new();
    for (name, sql) in adapter.statements() {
        // Prisma has no index by the end of a row: whoever removes ended ones adds it to the models.
        if name.starts_with("create_")
            || name.starts_with("keep_")
            || name == "use_once"
            || name.starts_with("expire_")
        {
            continue;
        }
        let places = sql.matches('?').count();
        let values = (0..places).map(|place| match name {
            "user_by_account" | "update_tokens" | "delete_account" if places - place > 2 => "wiki",
            "user_by_account" | "update_tokens" | "delete_account" => "7",
            "session" | "session_alone" | "delete_session" => "7",
            "extend_session" if places - place <= 2 => "7",
            "extend_session" => "1",
            "update_user" if places - place > 2 => "1",
            _ => id.as_str(),
        });
        // With parameters, as the driver sends them: their kind decides whether an index is of use.
        let explain = AssertSqlSafe(format!("EXPLAIN FORMAT=TRADITIONAL {sql}"));
        let explain = values.fold(sqlx::query(explain), |query, value| {
            query.bind(value.to_owned())
        });
        let rows = explain.fetch_all(&mut beside).await.unwrap();
        let text = |row: &MySqlRow, column: &str| {
            let bytes: Option<Vec<u8>> = row.get_unchecked(column);
            String::from_utf8(bytes.unwrap_or_default()).unwrap()
        };
        let steps = rows
            .iter()
            .filter(|row| text(row, "select_type") != "INSERT")
            .map(|row| [text(row, "table"), text(row, "type"), text(row, "key")])
            .collect();
        plans.push((name, steps));
    }
    plans
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index_of_auth_js() {
    for tables in [Tables::Ours, Tables::Drizzle, Tables::Prisma] {
        let plans = plans(tables).await;
        assert!(plans.len() >= 14, "{}", plans.len());
        for (name, steps) in plans {
            for [table, kind, key] in &steps {
                assert!(
                    table.is_empty() || (kind != "ALL" && kind != "index" && !key.is_empty()),
                    "{tables:?}: {name} reads a whole table: {steps:?}"
                );
            }
            if name == "session" {
                let kinds: Vec<_> = steps.iter().map(|[_, kind, _]| kind.as_str()).collect();
                // The third is the table of ours beside the users; there is none beside Prisma's.
                let expected = match tables {
                    Tables::Prisma => 2,
                    _ => 3,
                };
                assert_eq!(kinds, vec!["const"; expected], "{tables:?}: {steps:?}");
            }
        }
    }
}
