//! This file holds the cases in which a real server gives a transaction up for another: a deadlock, a
//! serialization failure, a lock that nobody releases. Each ends as done or as `Unavailable`, and
//! never half done.

use std::sync::Arc;

use authcore::adapter::{Adapter, AdapterError, SessionStore, TokensThen};
use tokio::{
    sync::{Barrier, Notify},
    task::JoinSet,
};

use super::{
    Beside, Broken, Outcome, Server, Sessions, Way,
    check::{ensure, ensure_eq, unavailable},
    ending::{Beforehand, End},
    operations::{Stage, operate},
    sample::{NOW, access, account, ada, session},
};

/// How many are in each other's way.
const MANY: usize = 16;

/// Two that lock the same rows in opposite order: ours is given up, and done again when the other has
/// ended.
pub async fn a_deadlock_is_done_again_whole<S: Server>() -> Outcome {
    let stage = Stage::<S>::new().await?;
    let expected = stage.expected("delete_user").await?;
    let people = Arc::new(stage.people().await?);
    let beside = &stage.beside;
    let mut other = beside.begin().await?;
    if !S::STUBBORN.is_empty() {
        other.script(S::STUBBORN).await?;
    }
    // It locks the user, and has written more than ours.
    let rename = "UPDATE {users} SET name = name";
    other.execute(beside.query(rename, Vec::new(), &[])).await?;
    for number in 0..50 {
        let add = "INSERT INTO {attempts} (id, expires_at) VALUES (?, 0)";
        let id = format!("rival {number}").into();
        other.execute(beside.query(add, vec![id], &[])).await?;
    }
    // Ours has deleted sessions and accounts, and is about to ask for the user.
    let reached = Arc::new(Notify::new());
    let signal = Arc::clone(&reached);
    let about: Beforehand = Arc::new(move || {
        signal.notify_one();
        Box::pin(async { Ok(()) })
    });
    let (adapter, count) = stage.ending(3, End::Meanwhile(about))?;
    let deleting = tokio::spawn({
        let people = Arc::clone(&people);
        async move { operate("delete_user", &adapter, &people).await }
    });
    reached.notified().await;
    // The other asks for the sessions: now each waits for what the other holds.
    let sessions = "UPDATE {sessions} SET expires_at = expires_at";
    other
        .execute(beside.query(sessions, Vec::new(), &[]))
        .await?;
    other.undo().await;
    deleting.await??;
    ensure!(count.lost() > 0, "there was no deadlock");
    let facts = stage.facts(&people).await?;
    ensure_eq!(facts, expected.whole, "after the deadlock");
    Ok(())
}

/// Somebody holds a row and stays: the server gives our statement up, which ends the whole.
pub async fn a_lock_that_the_server_waits_for_no_longer_is_unavailable<S: Server>() -> Outcome {
    let stage = Stage::<S>::new().await?;
    let expected = stage.expected("delete_user").await?;
    let people = stage.people().await?;
    let impatient = Way {
        sessions: Sessions::Impatient,
        ..Way::default()
    };
    let adapter = stage.scratch.open(impatient).await?;
    let mut other = stage.beside.begin().await?;
    let rename = "UPDATE {users} SET name = name";
    let hold = stage.beside.query(rename, Vec::new(), &[]);
    other.execute(hold).await?;
    let deleted = adapter.delete_user(&people.ada, TokensThen::Forget).await;
    let told = match &deleted {
        Err(AdapterError::Unavailable(source)) => source.to_string(),
        _ => String::new(),
    };
    unavailable(deleted, "while somebody holds the row")?;
    ensure!(told.contains("gave the statement up"), "{told}");
    let facts = stage.facts(&people).await?;
    ensure_eq!(facts, expected.before, "while somebody holds the row");
    ensure!(people.has_account(&stage.sound).await?, "no account");
    other.undo().await;
    adapter.delete_user(&people.ada, TokensThen::Forget).await?;
    let facts = stage.facts(&people).await?;
    ensure_eq!(facts, expected.whole, "afterwards");
    Ok(())
}

/// Serializable transactions that make and remove the same few people at once, half of them in the
/// opposite order.
pub async fn of_many_in_each_others_way_none_is_half_done<S: Server>() -> Outcome {
    let scratch = S::new().await?;
    let way = Way {
        sessions: Sessions::Serializable,
        connections: 8,
        ..Way::default()
    };
    let adapter = Arc::new(scratch.open(way).await?);
    let barrier = Arc::new(Barrier::new(MANY));
    let mut tasks = JoinSet::new();
    for task in 0..MANY {
        let (adapter, barrier) = (adapter.clone(), barrier.clone());
        tasks.spawn(async move {
            barrier.wait().await;
            let mut subjects = ["a", "b", "c", "d"];
            if task % 2 == 1 {
                subjects.reverse();
            }
            for subject in subjects {
                let new = account(subject, access("token"))?;
                let created = adapter.create_user_with_account(ada(), new.clone()).await;
                let owner = match allowed(created)? {
                    Some(user) => Some(user),
                    None => allowed(adapter.account_owner(&new.key).await)?
                        .flatten()
                        .map(|it| it.user),
                };
                let Some(owner) = owner else { continue };
                let more = account(&format!("{subject} {task}"), access("token"))?;
                allowed(adapter.link_account(&owner.id, more).await)?;
                let token = format!("{subject} {task}");
                allowed(adapter.create_session(&token, session(&owner.id)).await)?;
                if task % 3 != 0 {
                    allowed(adapter.delete_session(&token).await)?;
                    allowed(adapter.delete_user(&owner.id, TokensThen::Forget).await)?;
                }
            }
            Ok::<_, Broken>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    // Everybody was made with an account, and goes with all that is theirs.
    let beside = Beside::of(&scratch).await?;
    for lost in [
        "SELECT COUNT(*) FROM {users} WHERE id NOT IN (SELECT user_id FROM {accounts})",
        "SELECT COUNT(*) FROM {accounts} WHERE user_id NOT IN (SELECT id FROM {users})",
        "SELECT COUNT(*) FROM {sessions} WHERE user_id NOT IN (SELECT id FROM {users})",
    ] {
        ensure_eq!(beside.number(lost, Vec::new()).await?, 0, "{lost}");
    }
    // And no lock is left.
    adapter.remove_expired(NOW, 10).await?;
    adapter.create_user(ada()).await?;
    Ok(())
}

/// What a rival may be told: somebody was first, somebody is gone, or not now.
fn allowed<T>(result: Result<T, AdapterError>) -> Result<Option<T>, Broken> {
    match result {
        Ok(done) => Ok(Some(done)),
        Err(
            AdapterError::Conflict { .. }
            | AdapterError::NotFound { .. }
            | AdapterError::Unavailable(_),
        ) => Ok(None),
        Err(other) => Err(other.into()),
    }
}
