//! This file holds the adapter to what any driver and any server's driver is held to, and to what is
//! PostgreSQL's own.

use authcore::adapter::{Adapter, AdapterError, SessionStore};
use authcore_postgres::{Schema, sqlx};
use authcore_sql::testkit::sample::{NOW, ada, later, session};
use sqlx::Executor;

use crate::scratch::Scratch;

authcore_sql::driver_suite!(Scratch);
authcore_sql::server_suite!(Scratch);

#[tokio::test]
async fn who_removes_what_has_ended_passes_by_rows_that_somebody_holds() {
    let scratch = Scratch::new();
    let adapter = scratch.open().await;
    let user = adapter.create_user(ada()).await.unwrap();
    let session = session(&user.id);
    adapter.create_session("token", session).await.unwrap();
    let mut beside = scratch.beside().await;
    beside.execute("BEGIN").await.unwrap();
    let hold = "SELECT * FROM authcore_sessions FOR UPDATE";
    beside.execute(hold).await.unwrap();
    // Who waited would be told in the end that the store is not available.
    assert_eq!(adapter.remove_expired(later(10_000), 10).await.unwrap(), 0);
    beside.execute("ROLLBACK").await.unwrap();
    assert_eq!(adapter.remove_expired(later(10_000), 10).await.unwrap(), 1);
}

#[tokio::test]
async fn a_text_with_a_zero_byte_is_refused() {
    let scratch = Scratch::new();
    let adapter = scratch.open().await;
    let mut zero = ada();
    zero.name = Some("a\0b".to_owned());
    let refused = adapter.create_user(zero).await;
    assert!(matches!(
        refused,
        Err(AdapterError::Refused { what: "user" })
    ));
    assert_eq!(adapter.session("a\0b", NOW).await.unwrap(), None);
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
