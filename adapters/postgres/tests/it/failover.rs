//! This file ends the server's side of connections for as long as visitors ask, as a failover does: each
//! question is answered truly or not at all, and what was answered with "done" is done.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use authcore::adapter::{Adapter, AdapterError, Once, OnceStore, SessionStore};
use authcore_postgres::{PostgresAdapter, sqlx};
use authcore_sql::testkit::sample::{NOW, account, ada, key, session};
use sqlx::Row;
use tokio::{sync::watch, task::JoinSet};

use crate::scratch::{Scratch, url};

const VISITORS: usize = 8;
const TURNS: usize = 60;
/// So many questions are asked between two blows.
const BETWEEN: usize = 50;

/// What came of the questions of all visitors.
struct Counts {
    answered: AtomicUsize,
    unavailable: AtomicUsize,
    asked: watch::Sender<usize>,
}

impl Counts {
    /// The answer, or nothing when there was none; any other failure is a fault.
    fn answer<T>(&self, answer: Result<T, AdapterError>) -> Option<T> {
        self.asked.send_modify(|count| *count += 1);
        match answer {
            Ok(answer) => {
                self.answered.fetch_add(1, Ordering::Relaxed);
                Some(answer)
            }
            Err(AdapterError::Unavailable(_)) => {
                self.unavailable.fetch_add(1, Ordering::Relaxed);
                None
            }
            Err(other) => panic!("{other:?}"),
        }
    }
}

/// Ends, as long as somebody asks, every connection that names itself so.
async fn kill(mut asked: watch::Receiver<usize>, scratch: Scratch, name: String) -> usize {
    let mut beside = scratch.beside().await;
    let mut killed = 0;
    let mut next = BETWEEN;
    while asked.wait_for(|count| *count >= next).await.is_ok() {
        next += BETWEEN;
        let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                    WHERE application_name = $1";
        let row = sqlx::query(kill).bind(&name).fetch_one(&mut beside).await;
        killed += usize::try_from(row.unwrap().get::<i64, _>(0)).unwrap();
    }
    killed
}

async fn visit(adapter: Arc<PostgresAdapter>, counts: Arc<Counts>, visitor: usize) {
    for turn in 0..TURNS {
        let name = format!("{visitor}-{turn}");
        let new = account(&name, Default::default()).unwrap();
        let created = adapter.create_user_with_account(ada(), new).await;
        let Some(user) = counts.answer(created) else {
            continue;
        };
        // What was said to be done is done.
        if let Some(found) = counts.answer(adapter.account_owner(&key(&name).unwrap()).await) {
            assert_eq!(found.unwrap().user.id, user.id);
        }
        let created = adapter.create_session(&name, session(&user.id)).await;
        let was_created = counts.answer(created).is_some();
        if let Some(found) = counts.answer(adapter.session(&name, NOW).await) {
            assert!(found.is_some() || !was_created);
            assert!(found.is_none_or(|(_, found)| found.id == user.id));
        }
        let first = counts.answer(adapter.use_once(Once::Attempt, &name, NOW).await);
        let second = counts.answer(adapter.use_once(Once::Attempt, &name, NOW).await);
        // Never used twice, whatever became of the first word.
        assert_ne!((first, second), (Some(true), Some(true)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_are_ended_under_load_cost_answers_and_never_truth() {
    let scratch = Scratch::new();
    let name = format!("failover {}", scratch.name);
    let builder = scratch.builder().schema(scratch.schema());
    let url = format!("{}?application_name={}", url(), name.replace(' ', "%20"));
    let adapter = Arc::new(builder.connect(&url).await.unwrap());
    let (asked, asking) = watch::channel(0);
    let counts = Arc::new(Counts {
        answered: AtomicUsize::new(0),
        unavailable: AtomicUsize::new(0),
        asked,
    });
    let killing = tokio::spawn(kill(asking, scratch.clone(), name));
    let mut visitors = JoinSet::new();
    for visitor in 0..VISITORS {
        visitors.spawn(visit(adapter.clone(), counts.clone(), visitor));
    }
    visitors.join_all().await;
    let answered = counts.answered.load(Ordering::Relaxed);
    let unavailable = counts.unavailable.load(Ordering::Relaxed);
    drop(counts);
    let killed = killing.await.unwrap();
    println!("{killed} connections ended: {answered} answers, {unavailable} times none");
    assert!(killed > 0 && answered > 0);

    // Whole or not at all.
    let orphans = "SELECT (SELECT count(*) FROM authcore_users u WHERE NOT EXISTS \
                   (SELECT FROM authcore_accounts a WHERE a.user_id = u.id))";
    let mut beside = scratch.beside().await;
    let row = sqlx::query(orphans).fetch_one(&mut beside).await.unwrap();
    assert_eq!(row.get::<i64, _>(0), 0);
    // And afterwards nothing of it is left in the pool.
    for _ in 0..8 {
        adapter.create_user(ada()).await.unwrap();
    }
}
