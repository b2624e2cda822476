//! This file measures what the `Session` extractor costs a handler: its throughput against that of a
//! handler that finds the same session by hand, and of one that does nothing. Sessions are in the cookie,
//! and, where a PostgreSQL is named, in its tables: by hand is then one `SELECT` by key.
//!
//! One server thread, one client thread, keep-alive connections over loopback. The three take turns
//! within each round, in an order that is reversed every other round, so that whatever else the
//! machine does falls on all of them; a ratio is taken round by round. Where the system tells the CPU
//! time of the server's thread, its ratio is stated too: on a busy machine it is the steadier one.
//!
//! `cargo bench -p authcore-benches --bench throughput -- postgres://user@host/database`, and with
//! `--quick` in it as a smoke run.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use authcore_benches::{
    CLAIMS_BYTES, Client, Failure, Hand, Kept, Server, Spread, Visitor, Way, application, cookie,
    median,
};

/// The least that the extractor's throughput may be, of that by hand.
const GOAL: f64 = 0.95;
/// The same where the session is in the database.
const GOAL_KEPT: f64 = 0.9;

/// The token of a session in the database, as long as those that authcore makes.
const KEPT_TOKEN: &str = "bench-mark-0123456789abcdefghijklmnopqrstuvw";

/// How long is measured.
struct Plan {
    rounds: usize,
    /// How long each way is driven in each round.
    slice: Duration,
    warm_up: Duration,
    connections: usize,
}

const WHOLE: Plan = Plan {
    rounds: 60,
    slice: Duration::from_millis(250),
    warm_up: Duration::from_secs(1),
    connections: 32,
};

const QUICK: Plan = Plan {
    rounds: 4,
    slice: Duration::from_millis(50),
    warm_up: Duration::from_millis(50),
    connections: 8,
};

/// What one way did in one round.
#[derive(Clone, Copy, Default)]
struct Turn {
    per_second: f64,
    /// Microseconds of the server's CPU for one request, where the system says.
    cpu: Option<f64>,
}

/// One round: a turn for each of [`Way::ALL`].
type Round = [Turn; Way::ALL.len()];

fn main() -> Result<(), Failure> {
    let plan = if std::env::args().any(|argument| argument == "--quick") {
        QUICK
    } else {
        WHOLE
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;

    println!("sessions in the cookie, claims of {CLAIMS_BYTES} bytes");
    let visitor = Visitor::new()?;
    let hand = Hand::Decodes(visitor.codec.clone());
    let routes = application(&visitor.auth, hand);
    let server = Server::start(async { Ok(routes) })?;
    let rounds = runtime.block_on(measure(&plan, &server, &visitor.cookie()))?;
    report(&rounds, GOAL);

    let Some(url) = std::env::args().find(|argument| argument.starts_with("postgres")) else {
        println!(
            "\nsessions in PostgreSQL: left out, no database was named; mend: \
             cargo bench -p authcore-benches --bench throughput -- postgres://user@host/database"
        );
        return Ok(());
    };
    println!("\nsessions in PostgreSQL");
    let cookie = cookie(visitor.auth.session_cookie_name(), KEPT_TOKEN);
    let connections = plan.connections;
    let server = Server::start(async move {
        let kept = Kept::sign_in(&url, KEPT_TOKEN, connections).await?;
        Ok(application(&kept.auth, Hand::Asks(kept.pool)))
    })?;
    let rounds = runtime.block_on(measure(&plan, &server, &cookie))?;
    report(&rounds, GOAL_KEPT);
    Ok(())
}

async fn measure(plan: &Plan, server: &Server, cookie: &str) -> Result<Vec<Round>, Failure> {
    let mut clients = Vec::new();
    for way in Way::ALL {
        let mut client =
            Client::connect(server.address(), way.path(), cookie, plan.connections).await?;
        client.drive(plan.warm_up).await?;
        clients.push(client);
    }
    println!(
        "{} rounds of {} ms for each handler, {} connections",
        plan.rounds,
        plan.slice.as_millis(),
        plan.connections,
    );
    let began = Instant::now();
    let mut rounds = Vec::new();
    for number in 1..=plan.rounds {
        let mut turns = Round::default();
        let mut order = [0, 1, 2];
        if number % 2 == 0 {
            order.reverse();
        }
        for index in order {
            turns[index] = turn(&mut clients[index], server, plan.slice).await?;
        }
        rounds.push(turns);
        if number % 10 == 0 || number == plan.rounds {
            println!("  round {number}, {} s", began.elapsed().as_secs());
            std::io::stdout().flush()?;
        }
    }
    Ok(rounds)
}

async fn turn(client: &mut Client, server: &Server, slice: Duration) -> Result<Turn, Failure> {
    let before = server.cpu_time().await;
    let driven = client.drive(slice).await?;
    let after = server.cpu_time().await;
    let answers = driven.answers as f64;
    let spent = before.zip(after).map(|(before, after)| after - before);
    Ok(Turn {
        per_second: answers / driven.time.as_secs_f64(),
        cpu: spent.map(|spent| spent.as_secs_f64() * 1e6 / answers),
    })
}

fn report(rounds: &[Round], goal: f64) {
    println!();
    for (index, way) in Way::ALL.into_iter().enumerate() {
        let mut speeds: Vec<f64> = rounds.iter().map(|turns| turns[index].per_second).collect();
        let mut costs: Vec<f64> = rounds.iter().filter_map(|turns| turns[index].cpu).collect();
        let speed = median(&mut speeds).unwrap_or_default();
        print!("{:<24}{speed:>9.0} requests/s", way.name());
        match median(&mut costs) {
            Some(cost) => println!("   {cost:>7.2} µs of the server's CPU each"),
            None => println!(),
        }
    }
    println!("\nthroughput, ratio of each round: median (lowest to highest)");
    let [nothing, by_hand, session] = [0, 1, 2];
    let ratio = |one: usize, other: usize| {
        let pairs = rounds
            .iter()
            .map(|turns| (turns[one].per_second, turns[other].per_second));
        Spread::of(pairs)
    };
    let cpu_ratio = |one: usize, other: usize| {
        // Throughput of a busy thread is one over its time for a request: the ratio is upside down.
        let pairs = rounds
            .iter()
            .filter_map(|turns| turns[other].cpu.zip(turns[one].cpu));
        Spread::of(pairs)
    };
    line("Session : by hand", ratio(session, by_hand));
    line("by hand : empty", ratio(by_hand, nothing));
    println!("the same by the CPU time of the server's thread");
    line("Session : by hand", cpu_ratio(session, by_hand));
    line("by hand : empty", cpu_ratio(by_hand, nothing));
    println!("goal: Session : by hand at least {goal}");
}

fn line(name: &str, spread: Option<Spread>) {
    match spread {
        Some(spread) => println!("  {name:<22}{spread}"),
        None => println!("  {name:<22}this system does not say"),
    }
}
