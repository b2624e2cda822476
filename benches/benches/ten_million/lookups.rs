//! This file asks who is signed in, in three ways that take turns: through the adapter, the same
//! question written by hand, and a bare select of the session alone. Each look-up draws its own key,
//! so that none is warmed by another.

use std::{
    hint::black_box,
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use authcore::adapter::SessionStore;
use authcore_benches::{Failure, SESSION_BY_HAND, SessionRow, Spread, median};
use authcore_postgres::{
    PostgresAdapter,
    sqlx::{self, PgPool},
};
use sha2::{Digest, Sha256};
use tokio::task::JoinSet;

use crate::{AT_ONCE, NOW, Plan, rows};

/// The most that a look-up may take, as a multiple of one by hand.
const GOAL: f64 = 1.1;

/// No user, no check of the end.
const BARE: &str = "SELECT user_id, created_at, expires_at FROM authcore_sessions \
                    WHERE token_hash = $1";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Adapter,
    ByHand,
    Bare,
}

const WAYS: [Way; 3] = [Way::Adapter, Way::ByHand, Way::Bare];

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Adapter => "adapter",
            Self::ByHand => "by hand",
            Self::Bare => "bare",
        }
    }
}

/// One round: microseconds of a look-up in each of [`WAYS`].
type Round = [f64; 3];

/// The numbers of sessions that have not ended, in no order: the same ones in each run.
pub(crate) struct Draw {
    state: AtomicU64,
    upto: u64,
}

impl Draw {
    pub(crate) fn new(upto: u64, seed: u64) -> Self {
        Self {
            state: AtomicU64::new(seed),
            upto,
        }
    }

    /// SplitMix64.
    pub(crate) fn number(&self) -> u64 {
        loop {
            let step = 0x9e37_79b9_7f4a_7c15;
            let mut mixed = self.state.fetch_add(step, Ordering::Relaxed);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let number = 1 + (mixed ^ (mixed >> 31)) % self.upto;
            if !rows::has_ended(number) {
                return number;
            }
        }
    }
}

#[derive(Clone)]
struct Asker {
    adapter: Arc<PostgresAdapter>,
    pool: PgPool,
    draw: Arc<Draw>,
}

impl Asker {
    async fn ask(&self, way: Way) -> Result<(), Failure> {
        let token = rows::token(self.draw.number());
        let hash = || Sha256::digest(token.as_bytes()).to_vec();
        let found = match way {
            Way::Adapter => black_box(self.adapter.session(&token, NOW).await?).is_some(),
            Way::ByHand => {
                let row: Option<SessionRow> = sqlx::query_as(SESSION_BY_HAND)
                    .bind(hash())
                    .bind(NOW.millis())
                    .fetch_optional(&self.pool)
                    .await?;
                black_box(row).is_some()
            }
            Way::Bare => {
                let row: Option<(String, Option<i64>, i64)> = sqlx::query_as(BARE)
                    .bind(hash())
                    .fetch_optional(&self.pool)
                    .await?;
                black_box(row).is_some()
            }
        };
        if found {
            Ok(())
        } else {
            Err(format!("{way:?} did not find {token}").into())
        }
    }

    async fn asks_until(self, way: Way, end: Instant) -> Result<u64, Failure> {
        let mut count = 0;
        while Instant::now() < end {
            self.ask(way).await?;
            count += 1;
        }
        Ok(count)
    }
}

pub(crate) async fn measure(
    plan: &Plan,
    adapter: &Arc<PostgresAdapter>,
    pool: &PgPool,
) -> Result<(), Failure> {
    let seed = u64::from(std::process::id());
    let asker = Asker {
        adapter: Arc::clone(adapter),
        pool: pool.clone(),
        draw: Arc::new(Draw::new(plan.sessions, seed << 32)),
    };
    println!("\nlook-ups of random sessions, {} rounds", plan.rounds);
    // The first ones find little in memory after a start of the server, and say what that costs.
    let mut cold = Vec::new();
    for number in 0..plan.rounds {
        cold.push(alone(&asker, plan.alone / 10, number).await?);
    }
    report("the first ones, one at a time", &cold);
    let mut rounds = Vec::new();
    for number in 0..plan.rounds {
        rounds.push(alone(&asker, plan.alone, number).await?);
        progress(number, plan)?;
    }
    report("one at a time", &rounds);
    let mut rounds = Vec::new();
    for number in 0..plan.rounds {
        rounds.push(together(&asker, plan.slice, number).await?);
        progress(number, plan)?;
    }
    report(&format!("{AT_ONCE} at a time"), &rounds);
    Ok(())
}

fn progress(number: usize, plan: &Plan) -> Result<(), Failure> {
    print!("\r  round {} of {}   \r", number + 1, plan.rounds);
    Ok(io::stdout().flush()?)
}

/// The median of so many look-ups of each way. The ways change after each look-up, so that whatever
/// else the machine does falls on all of them.
async fn alone(asker: &Asker, count: usize, number: usize) -> Result<Round, Failure> {
    let mut times: [Vec<f64>; 3] = Default::default();
    for turn in 0..count {
        for index in order(number + turn) {
            let began = Instant::now();
            asker.ask(WAYS[index]).await?;
            times[index].push(began.elapsed().as_secs_f64() * 1e6);
        }
    }
    Ok(times.map(|mut times| median(&mut times).unwrap_or_default()))
}

/// The mean time of a look-up while so many are made at once.
async fn together(asker: &Asker, slice: Duration, number: usize) -> Result<Round, Failure> {
    let mut round = Round::default();
    for index in order(number) {
        let began = Instant::now();
        let mut asking = JoinSet::new();
        for _ in 0..AT_ONCE {
            asking.spawn(asker.clone().asks_until(WAYS[index], began + slice));
        }
        let mut count = 0;
        while let Some(asked) = asking.join_next().await {
            count += asked??;
        }
        round[index] = began.elapsed().as_secs_f64() * 1e6 * AT_ONCE as f64 / count as f64;
    }
    Ok(round)
}

fn order(number: usize) -> [usize; 3] {
    [
        [0, 1, 2],
        [2, 1, 0],
        [1, 2, 0],
        [0, 2, 1],
        [2, 0, 1],
        [1, 0, 2],
    ][number % 6]
}

fn report(what: &str, rounds: &[Round]) {
    println!("{what}: microseconds, median of the rounds");
    for (index, way) in WAYS.into_iter().enumerate() {
        let mut times: Vec<f64> = rounds.iter().map(|round| round[index]).collect();
        println!(
            "  {:<9}{:>9.1}",
            way.name(),
            median(&mut times).unwrap_or_default()
        );
    }
    for (name, other) in [("by hand", 1), ("bare", 2)] {
        if let Some(spread) = Spread::of(rounds.iter().map(|round| (round[0], round[other]))) {
            println!("  adapter : {name:<8}{spread}");
        }
    }
    println!("  goal: adapter : by hand at most {GOAL}");
}
