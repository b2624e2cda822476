//! This file puts PgBouncer in transaction mode before the server, with fewer connections to it than
//! there are people who ask: each message of a visitor may reach another connection of the server's.

use std::sync::Arc;

use authcore::adapter::{Adapter, Once, OnceStore, SessionStore, TokensThen};
use authcore_postgres::{PostgresAdapter, PostgresBuilder, sqlx::Executor};
use authcore_sql::testkit::sample::{NOW, SECRET, account, ada, key, session};
use tokio::task::JoinSet;

use crate::scratch::Scratch;

/// PgBouncer, as somebody writes it down who has read the book.
pub(crate) fn url() -> String {
    let url = std::env::var("AUTHCORE_PGBOUNCER_URL").expect(
        "AUTHCORE_PGBOUNCER_URL names no PgBouncer: run `cargo xtask test`, which starts one",
    );
    format!("{url}?statement-cache-capacity=0")
}

fn builder(scratch: &Scratch) -> PostgresBuilder {
    PostgresAdapter::builder()
        .schema(scratch.schema())
        .secrets([SECRET])
        .max_connections(16)
}

mod conformance {
    //! What holds of the adapter holds behind PgBouncer as well.

    use authcore_testing::{adapter_conformance, conformance::keeping};

    use super::{builder, url};
    use crate::scratch::Scratch;

    adapter_conformance!(async {
        let scratch = Scratch::new();
        let builder = builder(&scratch).max_connections(4);
        keeping(builder.connect(&url()).await.unwrap(), scratch)
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_at_once_behind_a_pooler_get_their_own_answers() {
    const PEOPLE: usize = 24;
    let scratch = Scratch::new();
    let adapter = Arc::new(builder(&scratch).connect(&url()).await.unwrap());
    let mut asking = JoinSet::new();
    for number in 0..PEOPLE {
        let adapter = Arc::clone(&adapter);
        asking.spawn(async move {
            let (subject, token) = (format!("s{number}"), format!("t{number}"));
            let new = account(&subject, Default::default()).unwrap();
            let user = adapter.create_user_with_account(ada(), new).await.unwrap();
            adapter
                .create_session(&token, session(&user.id))
                .await
                .unwrap();
            // Questions of one shape and different texts, so that a mix-up would find a row.
            for turn in 0..20 {
                let (_, found) = adapter.session(&token, NOW).await.unwrap().unwrap();
                assert_eq!(found.id, user.id);
                let found = adapter.user(&user.id).await.unwrap().unwrap();
                assert_eq!(found.id, user.id);
                let found = adapter
                    .account_owner(&key(&subject).unwrap())
                    .await
                    .unwrap()
                    .map(|it| it.user);
                assert_eq!(found.unwrap().id, user.id);
                let attempt = format!("a{}", number * 100 + turn);
                assert!(
                    adapter
                        .use_once(Once::Attempt, &attempt, NOW)
                        .await
                        .unwrap()
                );
                adapter
                    .extend_session(&token, session(&user.id).expires_at)
                    .await
                    .unwrap();
            }
            if number % 2 == 0 {
                adapter
                    .delete_user(&user.id, TokensThen::Forget)
                    .await
                    .unwrap();
            }
            (number, user.id)
        });
    }
    for (number, id) in asking.join_all().await {
        let found = adapter.user(&id).await.unwrap();
        assert_eq!(found.is_some(), number % 2 == 1, "{number}");
    }
}

#[tokio::test]
async fn nothing_is_left_prepared_at_a_connection_that_others_have_next() {
    let scratch = Scratch::new();
    let adapter = builder(&scratch).connect(&url()).await.unwrap();
    let user = adapter.create_user(ada()).await.unwrap();
    for _ in 0..8 {
        assert!(adapter.user(&user.id).await.unwrap().is_some());
    }
    let pool = adapter.driver().pool();
    // Each time perhaps at another of the server's connections.
    for _ in 0..8 {
        let left = "DO $$ BEGIN IF EXISTS (SELECT FROM pg_prepared_statements) THEN \
                    RAISE 'something is left prepared'; END IF; END $$";
        pool.execute(left).await.unwrap();
    }
}

#[tokio::test]
async fn a_statement_that_fails_gives_the_connection_back_clean() {
    let scratch = Scratch::new();
    let adapter = builder(&scratch)
        .max_connections(1)
        .connect(&url())
        .await
        .unwrap();
    let user = adapter.create_user(ada()).await.unwrap();
    for _ in 0..3 {
        adapter.use_once(Once::Attempt, "one", NOW).await.unwrap();
        assert!(!adapter.use_once(Once::Attempt, "one", NOW).await.unwrap());
        assert!(adapter.user(&user.id).await.unwrap().is_some());
        adapter
            .remove_expired(session(&user.id).expires_at, 10)
            .await
            .unwrap();
    }
}
