//! This file holds the cases in which a server is gone, silent or read-only, or ends connections: it is
//! not available for now, and nothing it was told is half done.

use std::{net::TcpListener, sync::Arc, time::Duration};

use authcore::adapter::{Adapter, Once, OnceStore, SessionStore};

use super::{
    Broken, Outcome, Server, Way,
    check::{ensure, ensure_eq, failed, unavailable},
    ending::{Beforehand, End},
    operations::{IN_PARTS, OPERATIONS, Stage, operate},
    sample::{NOW, access, account, ada, session},
};
use crate::{Driver, SqlAdapter};

/// How long a connection is waited for where none will come.
const HASTE: Duration = Duration::from_millis(50);

/// A restart of the server is not noticed by anyone who asks after it.
pub async fn connections_that_were_killed_while_idle_are_replaced_unseen<S: Server>() -> Outcome {
    let scratch = S::new().await?;
    let adapter = scratch.open(Way::default()).await?;
    let user = adapter.create_user(ada()).await?;
    adapter.create_session("token", session(&user.id)).await?;
    scratch.sever().await?;
    let found = adapter.session("token", NOW).await?;
    ensure!(found.is_some(), "the session is gone with the connection");
    scratch.sever().await?;
    ensure!(
        adapter.use_once(Once::Attempt, "one", NOW).await?,
        "a new attempt"
    );
    scratch.sever().await?;
    let new = account("1", access("token"))?;
    adapter.create_user_with_account(ada(), new).await?;
    Ok(())
}

/// The server ends the connections before each statement. A write is not sent twice: it is done whole,
/// or the store is unavailable and nothing is done.
pub async fn a_connection_that_is_killed_before_any_statement_leaves_all_or_nothing<S: Server>()
-> Outcome {
    let stage = Arc::new(Stage::<S>::new().await?);
    let severed = Arc::clone(&stage);
    let sever: Beforehand = Arc::new(move || {
        let stage = Arc::clone(&severed);
        Box::pin(async move { stage.scratch.sever().await })
    });
    let mut times = 0;
    for name in OPERATIONS {
        let expected = stage.expected(name).await?;
        for statement in 0.. {
            let people = stage.people().await?;
            let (adapter, count) = stage.ending(statement, End::Meanwhile(sever.clone()))?;
            let done = operate(name, &adapter, &people).await;
            let facts = stage.facts(&people).await?;
            let place = format!("{name}, killed before its statement {statement}");
            if done.is_ok() {
                ensure_eq!(facts, expected.whole, "{place}");
            } else {
                times += 1;
                unavailable(done, &place)?;
                let half = facts != expected.before && !IN_PARTS.contains(name);
                ensure!(!half, "{place}: half is stored: {facts:?}");
                operate(name, &stage.sound, &people).await?;
                let facts = stage.facts(&people).await?;
                ensure_eq!(facts, expected.whole, "{place}, done again");
            }
            if !count.is_reached() {
                break;
            }
        }
    }
    ensure!(times > 5, "only {times} statements noticed");
    Ok(())
}

/// A connection to what was the primary is closed, so that the next may lead to the new one.
pub async fn a_primary_that_became_a_replica_is_left_for_another<S: Server>() -> Outcome {
    let scratch = S::new().await?;
    let one = Way {
        connections: 1,
        ..Way::default()
    };
    let adapter = scratch.open(one).await?;
    let mut open = adapter.driver().begin().await?;
    open.script(S::READ_ONLY).await?;
    open.commit().await?;
    unavailable(adapter.create_user(ada()).await, "the first write")?;
    adapter.create_user(ada()).await?;
    Ok(())
}

/// Nothing listens. The error repeats neither user, password nor database.
pub async fn a_server_that_is_not_there_is_unavailable<S: Server>() -> Outcome {
    // A port that was free a moment ago.
    let free = TcpListener::bind(("127.0.0.1", 0))?;
    let port = free.local_addr()?.port();
    drop(free);
    let opened = S::open_url(&canaries::<S>(port), HASTE).await;
    ensure_silent(&opened)?;
    unavailable(opened, "nothing listens")
}

/// It takes the connection and never says a word.
pub async fn a_server_that_does_not_answer_is_unavailable<S: Server>() -> Outcome {
    let silent = TcpListener::bind(("127.0.0.1", 0))?;
    let port = silent.local_addr()?.port();
    let opened = S::open_url(&canaries::<S>(port), HASTE).await;
    ensure_silent(&opened)?;
    unavailable(opened, "nobody answers")
}

/// Waiting does not mend it, and its name may be a person's.
pub async fn a_database_that_is_not_there_fails_without_being_named<S: Server>() -> Outcome {
    let url = format!("{}/canary", S::server());
    let opened = S::open_url(&url, Duration::from_secs(10)).await;
    ensure_silent(&opened)?;
    failed(opened, "no such database").map(drop)
}

fn canaries<S: Server>(port: u16) -> String {
    let scheme = S::SCHEME;
    format!("{scheme}://canary:canary@127.0.0.1:{port}/canary")
}

fn ensure_silent<D, E: std::error::Error>(opened: &Result<SqlAdapter<D>, E>) -> Outcome {
    let told = opened.as_ref().err().map(|error| format!("{error:?}"));
    match told {
        Some(told) if told.contains("canary") => Err(Broken::new(told)),
        _ => Ok(()),
    }
}
