//! This file has connections killed, rows locked and tables damaged: each time a visitor must be
//! neither signed in nor signed out.

use std::{sync::Arc, time::Duration};

use authcore::{
    adapter::{Adapter, AdapterError, LastWayIn, Once, OnceStore, SessionStore, TokensThen},
    model::UserId,
};
use authcore_mysql::{MysqlAdapter, sqlx};
use sqlx::{AssertSqlSafe, Executor, Row};
use tokio::task::JoinSet;

use crate::scratch::{NOW, Scratch, account, ada, key, session};

fn is_unavailable<T>(result: &Result<T, AdapterError>) -> bool {
    matches!(result, Err(AdapterError::Unavailable(_)))
}

/// Ends all connections of a pool from the server's side, as a restart does.
async fn kill_all(adapter: &MysqlAdapter, scratch: &Scratch) {
    let pool = adapter.driver().pool();
    let mut held = Vec::new();
    for _ in 0..pool.options().get_max_connections() {
        held.push(pool.acquire().await.unwrap());
    }
    let mut ids = Vec::new();
    for connection in &mut held {
        let row = connection.fetch_one("SELECT CONNECTION_ID()").await;
        ids.push(row.unwrap().get::<u64, _>(0));
    }
    drop(held);
    let mut beside = scratch.beside().await;
    for id in ids {
        beside
            .execute(AssertSqlSafe(format!("KILL {id}")))
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn connections_that_were_killed_while_idle_are_replaced_unseen() {
    let scratch = Scratch::new().await;
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
    let scratch = Scratch::new().await;
    let adapter = scratch
        .open_with(scratch.builder().max_connections(1))
        .await;
    let pool = adapter.driver().pool();
    pool.execute("SET SESSION TRANSACTION READ ONLY")
        .await
        .unwrap();
    let refused = adapter.create_user(ada()).await;
    assert!(is_unavailable(&refused), "{refused:?}");
    adapter.create_user(ada()).await.unwrap();
}

#[tokio::test]
async fn a_connection_that_is_killed_in_the_middle_leaves_nothing_half_done() {
    let scratch = Scratch::new().await;
    let adapter = scratch.open().await;
    let mut beside = scratch.beside().await;
    // The server ends the connection between the first row and the second.
    let die = "CREATE TRIGGER die BEFORE INSERT ON authcore_accounts FOR EACH ROW \
               BEGIN DECLARE me BIGINT; SET me = CONNECTION_ID(); KILL me; END";
    beside.execute(die).await.unwrap();
    let new = account("1", Default::default());
    let created = adapter.create_user_with_account(ada(), new.clone()).await;
    assert!(is_unavailable(&created), "{created:?}");
    let row = beside
        .fetch_one("SELECT count(*) FROM authcore_users")
        .await;
    assert_eq!(row.unwrap().get::<i64, _>(0), 0);
    let drop = "DROP TRIGGER die";
    beside.execute(drop).await.unwrap();
    adapter.create_user_with_account(ada(), new).await.unwrap();
}

#[tokio::test]
async fn a_server_that_is_not_there_is_unavailable() {
    // Nothing listens on a port that was free a moment ago.
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let opened = MysqlAdapter::builder()
        .timeout(Duration::from_millis(50))
        .connect(&format!("mysql://canary:canary@127.0.0.1:{port}/canary"))
        .await;
    assert!(is_unavailable(&opened), "{:?}", opened.err());
    assert!(!format!("{:?}", opened.err()).contains("canary"));
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_unavailable() {
    // It takes the connection and never says a word.
    let silent = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = silent.local_addr().unwrap().port();
    let opened = MysqlAdapter::builder()
        .timeout(Duration::from_millis(50))
        .connect(&format!("mysql://someone@127.0.0.1:{port}/app"))
        .await;
    assert!(is_unavailable(&opened), "{:?}", opened.err());
}

#[tokio::test]
async fn a_row_that_somebody_holds_is_waited_for_only_so_long() {
    let scratch = Scratch::new().await;
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
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_corrupt_and_names_its_kind() {
    let scratch = Scratch::new().await;
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
    let scratch = Scratch::new().await;
    let adapter = scratch.open().await;
    let drop = "DROP TABLE authcore_sessions";
    scratch.beside().await.execute(drop).await.unwrap();
    let read = adapter.session("canary", NOW).await.unwrap_err();
    assert!(matches!(read, AdapterError::Failed(_)));
    assert_eq!(read.to_string(), "the store failed");
    let source = std::error::Error::source(&read).unwrap().to_string();
    assert!(source.contains("doesn't exist"), "{source}");
    assert!(!format!("{read:?}").contains("canary"));
}

#[tokio::test]
async fn a_conflict_and_a_refusal_tell_nothing_of_the_values() {
    let scratch = Scratch::new().await;
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
    let long = adapter
        .use_once(Once::Attempt, &"canary".repeat(100), NOW)
        .await;
    let long = long.unwrap_err();
    assert!(matches!(long, AdapterError::Refused { what: "attempt" }));
    assert!(!format!("{long:?} {long}").contains("canary"));
}

#[tokio::test]
async fn a_sign_in_that_is_given_up_at_any_moment_leaves_all_or_nothing() {
    let scratch = Scratch::new().await;
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
async fn a_wrong_password_or_database_fails_without_being_repeated() {
    let scratch = Scratch::new().await;
    let opened = MysqlAdapter::connect(&format!("{}_canary", scratch.url())).await;
    let failed = opened.err().unwrap();
    assert!(matches!(failed, AdapterError::Failed(_)), "{failed:?}");
    assert!(!format!("{failed:?}").contains("canary"), "{failed:?}");
}

#[tokio::test]
async fn many_that_write_to_neighbouring_rows_are_all_done() {
    let scratch = Scratch::new().await;
    let adapter = Arc::new(scratch.open().await);
    let mut users = Vec::new();
    for _ in 0..8 {
        users.push(adapter.create_user(ada()).await.unwrap().id);
    }
    let mut tasks = JoinSet::new();
    for round in 0..64 {
        let (adapter, id) = (adapter.clone(), users[round % 8].clone());
        tasks.spawn(async move {
            let new = account(&round.to_string(), Default::default());
            adapter.link_account(&id, new).await?;
            let (last, tokens) = (LastWayIn::Remove, TokensThen::Forget);
            adapter
                .unlink_account(&id, &key(&round.to_string()), last, tokens)
                .await?;
            adapter
                .create_session(&round.to_string(), session(&id))
                .await
        });
    }
    for done in tasks.join_all().await {
        done.unwrap();
    }
}
