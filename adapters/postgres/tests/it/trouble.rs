//! This file has connections killed, rows locked and tables damaged: each time a visitor must be
//! neither signed in nor signed out.

use std::time::Duration;

use authcore::{
    adapter::{Adapter, AdapterError, Once, OnceStore, SessionStore, TokensThen},
    model::UserId,
};
use authcore_postgres::{PostgresAdapter, Schema, sqlx};
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::scratch::{NOW, Scratch, account, ada, key, session, url};

fn is_unavailable<T>(result: &Result<T, AdapterError>) -> bool {
    matches!(result, Err(AdapterError::Unavailable(_)))
}

/// Ends all connections of a pool from the server's side, as a restart does.
async fn kill_all(adapter: &PostgresAdapter, scratch: &Scratch) {
    let pool = adapter.driver().pool();
    let mut held = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        held.push(pool.acquire().await.unwrap());
    }
    let mut pids = Vec::new();
    for connection in &mut held {
        let row = connection.fetch_one("SELECT pg_backend_pid()").await;
        pids.push(row.unwrap().get::<i32, _>(0));
    }
    drop(held);
    let mut beside = scratch.beside().await;
    for pid in pids {
        let kill = format!("SELECT pg_terminate_backend({pid}, 5000)");
        let row = beside.fetch_one(AssertSqlSafe(kill)).await.unwrap();
        assert!(row.get::<bool, _>(0));
    }
}

#[tokio::test]
async fn connections_that_were_killed_while_idle_are_replaced_unseen() {
    let scratch = Scratch::new();
    let adapter = scratch.open().await;
    let user = adapter.create_user(ada()).await.unwrap();
    adapter
        .create_session("token", session(&user.id))
        .await
        .unwrap();
    kill_all(&adapter, &scratch).await;
    assert!(adapter.session("token", NOW).await.unwrap().is_some());
    kill_all(&adapter, &scratch).await;
    assert!(adapter.use_once(Once::Attempt, "one", NOW).await.unwrap());
    kill_all(&adapter, &scratch).await;
    let new = account("1", Default::default());
    adapter.create_user_with_account(ada(), new).await.unwrap();
}

#[tokio::test]
async fn a_primary_that_became_a_replica_is_left_for_another() {
    let scratch = Scratch::new();
    let adapter = scratch
        .open_with(scratch.builder().max_connections(1))
        .await;
    let pool = adapter.driver().pool();
    pool.execute("SET default_transaction_read_only = on")
        .await
        .unwrap();
    let refused = adapter.create_user(ada()).await;
    assert!(is_unavailable(&refused), "{refused:?}");
    adapter.create_user(ada()).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_is_killed_in_the_middle_leaves_nothing_half_done() {
    let scratch = Scratch::new();
    let adapter = scratch.open().await;
    let mut beside = scratch.beside().await;
    // The server ends the connection between the first row and the second.
    for statement in [
        "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END $$",
        "CREATE TRIGGER die BEFORE INSERT ON authcore_accounts \
         FOR EACH ROW EXECUTE FUNCTION die()",
    ] {
        beside.execute(AssertSqlSafe(statement)).await.unwrap();
    }
    let set_path = format!(
        "ALTER FUNCTION die() SET search_path TO \"{}\"",
        scratch.name
    );
    beside.execute(AssertSqlSafe(set_path)).await.unwrap();
    let new = account("1", Default::default());
    let created = adapter.create_user_with_account(ada(), new.clone()).await;
    assert!(is_unavailable(&created), "{created:?}");
    let row = beside
        .fetch_one("SELECT count(*) FROM authcore_users")
        .await;
    assert_eq!(row.unwrap().get::<i64, _>(0), 0);
    let drop = "DROP TRIGGER die ON authcore_accounts";
    beside.execute(drop).await.unwrap();
    adapter.create_user_with_account(ada(), new).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    // Nothing listens on a port that was free a moment ago.
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let opened = PostgresAdapter::builder()
        .timeout(Duration::from_millis(50))
        .connect(&format!("postgres://canary:canary@127.0.0.1:{port}/canary"))
        .await;
    assert!(is_unavailable(&opened), "{:?}", opened.err());
    assert!(!format!("{:?}", opened.err()).contains("canary"));
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_unavailable() {
    // It takes the connection and never says a word.
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = silent.local_addr().unwrap().port();
    let opened = PostgresAdapter::builder()
        .timeout(Duration::from_millis(50))
        .connect(&format!("postgres://someone@127.0.0.1:{port}/app"))
        .await;
    assert!(is_unavailable(&opened), "{:?}", opened.err());
}

#[tokio::test]
async fn a_row_that_somebody_holds_is_waited_for_only_so_long() {
    let scratch = Scratch::new();
    let hasty = scratch.builder().timeout(Duration::from_millis(100));
    let adapter = scratch.open_with(hasty).await;
    let user = adapter.create_user(ada()).await.unwrap();
    adapter
        .create_session("token", session(&user.id))
        .await
        .unwrap();
    let mut beside = scratch.beside().await;
    beside.execute("BEGIN").await.unwrap();
    beside
        .execute("SELECT * FROM authcore_users FOR UPDATE")
        .await
        .unwrap();
    beside
        .execute("SELECT * FROM authcore_sessions FOR UPDATE")
        .await
        .unwrap();
    let extended = adapter.extend_session("token", NOW).await;
    assert!(is_unavailable(&extended), "{extended:?}");
    let deleted = adapter.delete_user(&user.id, TokensThen::Forget).await;
    assert!(is_unavailable(&deleted), "{deleted:?}");
    // Whoever is signed in stays so meanwhile.
    assert!(adapter.session("token", NOW).await.unwrap().is_some());
    // And who removes what has ended passes by.
    let later = authcore::model::Timestamp::from_millis(NOW.millis() + 10_000);
    assert_eq!(adapter.remove_expired(later, 10).await.unwrap(), 0);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_corrupt_and_names_its_kind() {
    let scratch = Scratch::new();
    let adapter = scratch.open().await;
    let new = account("1", Default::default());
    let user = adapter.create_user_with_account(ada(), new).await.unwrap();
    let mut beside = scratch.beside().await;
    let spoil = "UPDATE authcore_users SET email = 'canary, not one address'";
    beside.execute(spoil).await.unwrap();
    let read = adapter.user_by_account(&key("1")).await.unwrap_err();
    assert!(matches!(read, AdapterError::Corrupt { what: "user" }));
    assert!(!format!("{read:?} {read}").contains("canary"));
    let spoil = "UPDATE authcore_accounts SET kind = 'none'";
    beside.execute(spoil).await.unwrap();
    let read = adapter.accounts(&user.id).await.unwrap_err();
    assert!(matches!(read, AdapterError::Corrupt { what: "account" }));
}

#[tokio::test]
async fn a_missing_table_is_a_failure_and_its_display_tells_nothing() {
    let scratch = Scratch::new();
    let adapter = scratch.open().await;
    let drop = "DROP TABLE authcore_sessions";
    scratch.beside().await.execute(drop).await.unwrap();
    let read = adapter.session("canary", NOW).await.unwrap_err();
    assert!(matches!(read, AdapterError::Failed(_)));
    assert_eq!(read.to_string(), "the store failed");
    let source = std::error::Error::source(&read).unwrap().to_string();
    assert!(source.contains("does not exist"), "{source}");
    assert!(!format!("{read:?}").contains("canary"));
}

#[tokio::test]
async fn a_conflict_and_a_refusal_tell_nothing_of_the_values() {
    let scratch = Scratch::new();
    let adapter = scratch.open().await;
    let user = adapter.create_user(ada()).await.unwrap();
    adapter
        .create_session("canary", session(&user.id))
        .await
        .unwrap();
    let taken = adapter
        .create_session("canary", session(&user.id))
        .await
        .unwrap_err();
    assert!(!format!("{taken:?} {taken}").contains("canary"));
    let nobody = session(&UserId::new("canary"));
    let nobody = adapter.create_session("other", nobody).await.unwrap_err();
    assert!(!format!("{nobody:?} {nobody}").contains("canary"));
    let mut zero = ada();
    zero.name = Some("canary\0".to_owned());
    let zero = adapter.create_user(zero).await.unwrap_err();
    assert!(matches!(zero, AdapterError::Refused { what: "user" }));
    assert!(!format!("{zero:?} {zero}").contains("canary"));
}

#[tokio::test]
async fn a_sign_in_that_is_given_up_at_any_moment_leaves_all_or_nothing() {
    let scratch = Scratch::new();
    let adapter = scratch
        .open_with(scratch.builder().max_connections(2))
        .await;
    for moment in 0..40 {
        let new = account(&moment.to_string(), Default::default());
        tokio::select! {
            biased;
            created = adapter.create_user_with_account(ada(), new) => { created.unwrap(); }
            () = turns(moment) => {}
        }
    }
    let new = account("last", Default::default());
    adapter.create_user_with_account(ada(), new).await.unwrap();
    let counts = "SELECT (SELECT count(*) FROM authcore_users), \
                  (SELECT count(DISTINCT user_id) FROM authcore_accounts)";
    let row = scratch.beside().await.fetch_one(counts).await.unwrap();
    let (users, owners): (i64, i64) = (row.get(0), row.get(1));
    assert_eq!(users, owners);
}

async fn turns(count: usize) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_users_own_fields_are_refused_where_there_is_no_column_for_them() {
    let scratch = Scratch::new();
    let schema = scratch.inside(Schema::authjs());
    let adapter = scratch.open_with(scratch.bare().schema(schema)).await;
    let mut new = ada();
    new.extra.insert("role".into(), "admin".into());
    assert!(matches!(
        adapter.create_user(new).await,
        Err(AdapterError::Refused { what: "user" })
    ));
}

#[tokio::test]
async fn a_wrong_password_or_database_fails_without_being_repeated() {
    let base = url();
    let (server, _) = base.rsplit_once('/').unwrap();
    let opened = PostgresAdapter::connect(&format!("{server}/canary")).await;
    let failed = opened.err().unwrap();
    assert!(matches!(failed, AdapterError::Failed(_)), "{failed:?}");
    assert!(!format!("{failed:?}").contains("canary"), "{failed:?}");
}
