//! This file measures PostgreSQL with ten million sessions of two million users in it: what a look-up
//! costs beside the same question asked by hand, and what the removal of a million that have ended does
//! to those who look up meanwhile.
//!
//! ```text
//! rows.rs      the rows, made once and found again by the next run
//! lookups.rs   the adapter, the same by hand and a bare select, in turns
//! removal.rs   removal in batches beside visitors that read and renew
//! ```
//!
//! `cargo bench -p authcore-benches --bench ten_million -- postgres://user@host/authcore_ten_million`,
//! with a database of its own of about 4 GB; with `--quick` in it a hundredth of the rows, as a smoke
//! run. Without a database it says so and measures nothing.

mod lookups;
mod removal;
mod rows;

use std::{sync::Arc, time::Duration};

use authcore::model::Timestamp;
use authcore_benches::Failure;
use authcore_postgres::{
    PostgresAdapter,
    sqlx::{PgPool, postgres::PgPoolOptions},
};

/// The moment of all look-ups: what has ended by then does not depend on when the bench is run.
const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

/// How many look-ups are made at once when there are many.
const AT_ONCE: usize = 32;

/// How much there is, and how long is measured.
struct Plan {
    users: u64,
    sessions: u64,
    rounds: usize,
    /// Look-ups of each way in each round, one at a time.
    alone: usize,
    /// How long each way is driven in each round, many at a time, and how long visitors are watched.
    slice: Duration,
}

const WHOLE: Plan = Plan {
    users: 2_000_000,
    sessions: 10_000_000,
    rounds: 40,
    alone: 500,
    slice: Duration::from_millis(500),
};

const QUICK: Plan = Plan {
    users: 20_000,
    sessions: 100_000,
    rounds: 4,
    alone: 50,
    slice: Duration::from_millis(50),
};

fn main() -> Result<(), Failure> {
    let given = |what: &str| std::env::args().any(|argument| argument == what);
    let Some(url) = std::env::args().find(|argument| argument.starts_with("postgres")) else {
        println!(
            "ten_million: left out, no database was named; mend: \
             cargo bench -p authcore-benches --bench ten_million -- postgres://user@host/database"
        );
        return Ok(());
    };
    let plan = if given("--quick") { QUICK } else { WHOLE };
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(measure(&plan, &url, given("--only-lookups")))
}

async fn measure(plan: &Plan, url: &str, only_lookups: bool) -> Result<(), Failure> {
    // As the adapter makes its own pool, with a connection for each who asks.
    let pool: PgPool = PgPoolOptions::new()
        .max_connections(AT_ONCE as u32)
        .min_connections(AT_ONCE as u32)
        .test_before_acquire(false)
        .connect(url)
        .await?;
    let adapter = Arc::new(PostgresAdapter::from_pool(pool.clone()).await?);
    rows::fill(plan, &pool).await?;
    lookups::measure(plan, &adapter, &pool).await?;
    if !only_lookups {
        removal::measure(plan, &adapter).await?;
    }
    Ok(())
}
