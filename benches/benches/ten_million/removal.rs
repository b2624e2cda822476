//! This file removes what has ended, in batches of several sizes, while visitors read and renew their
//! sessions at a steady pace; and says how long a visitor waited with and without that.
//!
//! The visitors come at a pace of their own, a tenth of what the machine could do: were they to ask as
//! fast as they are answered, any other work would slow them, and the figure would say so of the
//! processor instead of locks.

use std::{
    io::{self, Write},
    sync::Arc,
    time::{Duration, Instant},
};

use authcore::{
    adapter::{Adapter, SessionStore},
    model::Timestamp,
};
use authcore_benches::Failure;
use authcore_postgres::PostgresAdapter;
use tokio::{sync::watch, task::JoinSet, time};

use crate::{NOW, Plan, lookups::Draw, rows};

/// How many rows are removed at a time.
const BATCHES: [u32; 4] = [100, 1_000, 10_000, 50_000];
const VISITORS: u64 = 8;
/// Between two questions of a visitor.
const PACE: Duration = Duration::from_millis(10);

/// How long each question took, in milliseconds.
#[derive(Default)]
struct Waits {
    reads: Vec<f64>,
    renewals: Vec<f64>,
}

pub(crate) async fn measure(plan: &Plan, adapter: &Arc<PostgresAdapter>) -> Result<(), Failure> {
    let each = plan.sessions / 10 / BATCHES.len() as u64;
    println!(
        "\nremoval of {} ended sessions beside {VISITORS} visitors who ask every {} ms, one question \
         in ten a renewal",
        plan.sessions / 10,
        PACE.as_millis()
    );
    println!("milliseconds a visitor waited, half of them (p50) and 99 of 100 (p99) at most:");
    println!("                  rows/s   longest batch   read p50    p99   renewal p50    p99");
    for limit in BATCHES {
        if u64::from(limit) > each {
            println!("  {limit} at a time: left out, only {each} rows are there for it");
            continue;
        }
        let quiet = beside(plan, adapter, time::sleep(plan.slice * 20)).await?.1;
        row("nothing removed", None, &quiet);
        let (removed, waits) = beside(plan, adapter, remove(adapter, limit, each)).await?;
        let removed = removed?;
        row(&format!("{limit} at a time"), Some(removed), &waits);
    }
    Ok(())
}

struct Removed {
    per_second: f64,
    longest: Duration,
}

async fn remove(adapter: &PostgresAdapter, limit: u32, upto: u64) -> Result<Removed, Failure> {
    let began = Instant::now();
    let (mut removed, mut longest) = (0, Duration::ZERO);
    while removed < upto {
        let batch = Instant::now();
        let count = adapter.remove_expired(NOW, limit).await?;
        longest = longest.max(batch.elapsed());
        removed += count;
        if count == 0 {
            break;
        }
        print!("\r  {removed} of {upto} removed   \r");
        io::stdout().flush()?;
    }
    Ok(Removed {
        per_second: removed as f64 / began.elapsed().as_secs_f64(),
        longest,
    })
}

/// Does something while the visitors come, and says what they met.
async fn beside<T>(
    plan: &Plan,
    adapter: &Arc<PostgresAdapter>,
    work: impl Future<Output = T>,
) -> Result<(T, Waits), Failure> {
    let (end, ends) = watch::channel(false);
    let mut visitors = JoinSet::new();
    for number in 0..VISITORS {
        let draw = Draw::new(plan.sessions, number + 1);
        visitors.spawn(visit(Arc::clone(adapter), draw, ends.clone()));
    }
    let done = work.await;
    end.send_replace(true);
    let mut waits = Waits::default();
    while let Some(met) = visitors.join_next().await {
        let mut met = met??;
        waits.reads.append(&mut met.reads);
        waits.renewals.append(&mut met.renewals);
    }
    Ok((done, waits))
}

async fn visit(
    adapter: Arc<PostgresAdapter>,
    draw: Draw,
    ends: watch::Receiver<bool>,
) -> Result<Waits, Failure> {
    let mut waits = Waits::default();
    let mut pace = time::interval(PACE);
    // Whoever had to wait does not ask twice as often afterwards.
    pace.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    let mut turn = 0_u64;
    while !*ends.borrow() {
        pace.tick().await;
        turn += 1;
        let token = rows::token(draw.number());
        let began = Instant::now();
        let waited = || began.elapsed().as_secs_f64() * 1e3;
        if turn.is_multiple_of(10) {
            let later = Timestamp::from_millis(NOW.millis() + 86_400_000);
            adapter.extend_session(&token, later).await?;
            waits.renewals.push(waited());
        } else {
            let found = adapter.session(&token, NOW).await?;
            waits.reads.push(waited());
            if found.is_none() {
                return Err(format!("{token} was removed, though it had not ended").into());
            }
        }
    }
    Ok(waits)
}

fn row(what: &str, removed: Option<Removed>, waits: &Waits) {
    match removed {
        Some(removed) => print!(
            "  {what:<16}{:>7.0}{:>13.0} ms",
            removed.per_second,
            removed.longest.as_secs_f64() * 1e3
        ),
        None => print!("  {what:<16}{:>7}{:>16}", "", ""),
    }
    let at = |waits: &[f64], share: f64| {
        let mut sorted = waits.to_vec();
        sorted.sort_by(f64::total_cmp);
        let index = (sorted.len() as f64 * share) as usize;
        sorted
            .get(index.min(sorted.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default()
    };
    println!(
        "{:>11.2}{:>7.2}{:>14.2}{:>7.2}",
        at(&waits.reads, 0.5),
        at(&waits.reads, 0.99),
        at(&waits.renewals, 0.5),
        at(&waits.renewals, 0.99)
    );
}
