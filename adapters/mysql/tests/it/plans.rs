//! This file asks the server how it would run each statement: none may read a whole table.

use authcore::adapter::{Adapter, Once, OnceStore, SessionStore};
use authcore_mysql::{MysqlAdapter, sqlx};
use authcore_sql::testkit::sample::{NOW, access, account, ada, session};
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::scratch::Scratch;

/// Enough rows that reading all of them is dearer than looking one up.
async fn fill(adapter: &MysqlAdapter) {
    for number in 0..40 {
        let new = account(&number.to_string(), access("token")).unwrap();
        let user = adapter.create_user_with_account(ada(), new).await.unwrap();
        let token = number.to_string();
        adapter
            .create_session(&token, session(&user.id))
            .await
            .unwrap();
        adapter.use_once(Once::Attempt, &token, NOW).await.unwrap();
    }
}

/// How each statement finds its rows: the table, the kind of access, the key.
async fn plans(scratch: &Scratch) -> Vec<(&'static str, Vec<[String; 3]>)> {
    let adapter = scratch.open().await;
    fill(&adapter).await;
    let mut beside = scratch.beside().await;
    // A row that exists, so that the server looks it up while it explains.
    let sample =
        "SELECT CONCAT('x''', HEX(token_hash), ''''), user_id FROM authcore_sessions LIMIT 1";
    let row = beside.fetch_one(sample).await.unwrap();
    let (hash, id): (Vec<u8>, Vec<u8>) = (row.get_unchecked(0), row.get_unchecked(1));
    let hash = String::from_utf8(hash).unwrap();
    let id = format!("'{}'", String::from_utf8(id).unwrap());
    let mut plans = Vec::new();
    for (name, sql) in adapter.statements() {
        if name.starts_with("create_") || name == "use_once" {
            continue;
        }
        let value = match name {
            "session" | "session_alone" | "extend_session" | "delete_session" => hash.as_str(),
            name if name.starts_with("expire_") => "1",
            "user_by_account" | "update_tokens" | "delete_account" => "'7'",
            _ => id.as_str(),
        };
        let sql = match name {
            // Far along in the table, as it is most of the time.
            "page_of_sealed" => ["'wiki'", "'wiki'", "'9'", "100"]
                .iter()
                .fold(sql.to_owned(), |sql, value| sql.replacen('?', value, 1)),
            _ => sql.replace('?', value),
        };
        let explain = format!("EXPLAIN {sql}");
        let rows = beside.fetch_all(AssertSqlSafe(explain)).await.unwrap();
        let text = |row: &sqlx::mysql::MySqlRow, column: &str| {
            let bytes: Option<Vec<u8>> = row.get_unchecked(column);
            String::from_utf8(bytes.unwrap_or_default()).unwrap()
        };
        let steps = rows
            .iter()
            .map(|row| [text(row, "table"), text(row, "type"), text(row, "key")])
            .collect();
        plans.push((name, steps));
    }
    plans
}

#[tokio::test]
async fn every_statement_finds_its_rows_by_an_index() {
    let plans = plans(&Scratch::new().await).await;
    assert_eq!(plans.len(), 18);
    for (name, steps) in plans {
        for [table, kind, key] in &steps {
            // Without a table the server saw from a key alone that there is no such row.
            assert!(
                table.is_empty() || (kind != "ALL" && kind != "index" && !key.is_empty()),
                "{name} reads a whole table: {steps:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_session_is_found_by_its_key() {
    let plans = plans(&Scratch::new().await).await;
    let (_, steps) = plans.iter().find(|(name, _)| *name == "session").unwrap();
    assert_eq!(steps.len(), 2, "{steps:?}");
    for [_, kind, key] in steps {
        assert_eq!(
            (kind.as_str(), key.as_str()),
            ("const", "PRIMARY"),
            "{steps:?}"
        );
    }
}

#[tokio::test]
async fn a_check_of_a_session_is_one_query() {
    let scratch = Scratch::new().await;
    let one = scratch.builder().max_connections(1);
    let adapter = one.connect(&scratch.url()).await.unwrap();
    fill(&adapter).await;
    let asked = async || {
        let status =
            "SHOW SESSION STATUS WHERE Variable_name IN ('Com_select', 'Com_stmt_execute')";
        let rows = sqlx::raw_sql(status)
            .fetch_all(adapter.driver().pool())
            .await
            .unwrap();
        let numbers = rows.iter().map(|row| {
            let bytes: Vec<u8> = row.get_unchecked("Value");
            String::from_utf8(bytes).unwrap().parse::<u64>().unwrap()
        });
        numbers.sum::<u64>()
    };
    assert!(adapter.session("7", NOW).await.unwrap().is_some());
    let before = asked().await;
    for _ in 0..3 {
        assert!(adapter.session("7", NOW).await.unwrap().is_some());
    }
    // Each is counted as a select and as the execution of a prepared statement.
    assert_eq!(asked().await - before, 6);
}
