//! This file makes the rows, in parts that are each there whole or not at all: a run that was ended is
//! gone on with by the next. Who is who follows from a number, so that nothing needs to be remembered.
//!
//! One session in ten has ended, over thirty days; the others end within thirty days from tomorrow.

use std::{
    io::{self, Write},
    time::Instant,
};

use authcore_benches::Failure;
use authcore_postgres::sqlx::{self, AssertSqlSafe, Connection, Executor, PgPool, Row};

use crate::{NOW, Plan};

/// Rows of a part.
const PART: u64 = 100_000;

/// An id as authcore makes them (UUIDv7: those made later are greater) for the number `n`.
fn user_id(n: &str) -> String {
    let hex = format!("lpad(to_hex(({n})::bigint), 12, '0')");
    let md5 = format!("md5(({n})::bigint::text)");
    format!(
        "substr({hex}, 1, 8) || '-' || substr({hex}, 9, 4) || '-7' || substr({md5}, 1, 3) \
         || '-8' || substr({md5}, 4, 3) || '-' || substr({md5}, 7, 12)"
    )
}

/// The token of a session.
pub(crate) fn token(number: u64) -> String {
    format!("session-{number}")
}

/// Whether a session had ended by [`NOW`].
pub(crate) const fn has_ended(number: u64) -> bool {
    number.is_multiple_of(10)
}

/// Makes what is missing.
pub(crate) async fn fill(plan: &Plan, pool: &PgPool) -> Result<(), Failure> {
    let began = Instant::now();
    let users = format!(
        "INSERT INTO authcore_users (id, name, email) \
         SELECT {}, 'User ' || n, 'user' || n || '@example.org' \
         FROM generate_series($1::bigint, $2::bigint) n ON CONFLICT DO NOTHING",
        user_id("n")
    );
    let last_user = format!(
        "SELECT EXISTS (SELECT FROM authcore_users WHERE id = {})",
        user_id("$1")
    );
    let mut made = parts(pool, "users", plan.users, &last_user, &users).await?;

    let (now, owners) = (NOW.millis(), plan.users);
    let sessions = |which: &str, expires: &str| {
        format!(
            "INSERT INTO authcore_sessions (token_hash, user_id, created_at, expires_at) \
             SELECT sha256(('session-' || n)::bytea), {}, {now} - (n % 2592000) * 1000, {expires} \
             FROM generate_series($1::bigint, $2::bigint) n WHERE {which} ON CONFLICT DO NOTHING",
            user_id(&format!("1 + (n * 7919) % {owners}"))
        )
    };
    let live = sessions(
        "n % 10 <> 0",
        &format!("{now} + 86400000 + (n % 2592000) * 1000"),
    );
    // The last number of a part is one of an ended session.
    let last_live = "SELECT EXISTS (SELECT FROM authcore_sessions WHERE \
                     token_hash = sha256(('session-' || ($1::bigint - 1))::bytea))";
    made += parts(pool, "live sessions", plan.sessions, last_live, &live).await?;

    let ended = sessions("n % 10 = 0", &format!("{now} - 1 - (n % 2592000) * 1000"));
    let count = sqlx::query("SELECT count(*) FROM authcore_sessions WHERE expires_at < $1")
        .bind(now)
        .fetch_one(pool)
        .await?;
    if count.get::<i64, _>(0) < i64::try_from(plan.sessions / 10)? {
        let never = "SELECT $1::bigint IS NULL";
        made += parts(pool, "ended sessions", plan.sessions, never, &ended).await?;
    }
    if made > 0 {
        println!("  vacuum and statistics");
        pool.execute("VACUUM (ANALYZE) authcore_users").await?;
        pool.execute("VACUUM (ANALYZE) authcore_sessions").await?;
        pool.execute("CHECKPOINT").await?;
    }
    let size = sqlx::query(
        "SELECT pg_size_pretty(pg_total_relation_size('authcore_sessions')), \
         pg_size_pretty(pg_total_relation_size('authcore_users')), current_setting('shared_buffers'), \
         current_setting('server_version')",
    )
    .fetch_one(pool)
    .await?;
    let text = |index: usize| size.get::<String, _>(index);
    println!(
        "{} sessions ({}) of {} users ({}); PostgreSQL {}, shared_buffers {}; {} s",
        plan.sessions,
        text(0),
        plan.users,
        text(1),
        text(3),
        text(2),
        began.elapsed().as_secs()
    );
    Ok(())
}

/// Runs a statement for each part of the numbers whose last is not there yet.
async fn parts(
    pool: &PgPool,
    what: &str,
    upto: u64,
    is_there: &str,
    insert: &str,
) -> Result<u64, Failure> {
    let mut connection = pool.acquire().await?;
    // The rows point to users that are there; asking for each takes longer than making it.
    let checked = connection
        .execute("SET session_replication_role = replica")
        .await;
    if checked.is_err() {
        println!("  (not a superuser: each session's user is looked up)");
    }
    let mut made = 0;
    let mut first = 1;
    while first <= upto {
        let last = upto.min(first + PART - 1);
        let there = sqlx::query(AssertSqlSafe(is_there.to_owned()))
            .bind(i64::try_from(last)?)
            .fetch_one(&mut *connection)
            .await?;
        if !there.get::<bool, _>(0) {
            made += sqlx::query(AssertSqlSafe(insert.to_owned()))
                .bind(i64::try_from(first)?)
                .bind(i64::try_from(last)?)
                .execute(&mut *connection)
                .await?
                .rows_affected();
            print!("\r  {what}: {last} of {upto}   ");
            io::stdout().flush()?;
        }
        first = last + 1;
    }
    if made > 0 {
        println!();
    }
    connection.detach().close().await?;
    Ok(made)
}
