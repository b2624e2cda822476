//! This file holds the cases in which rows are locked, connections used up and tables damaged: each
//! time a visitor must be neither signed in nor signed out, and no error tells of anybody.

use std::{error::Error, sync::Arc};

use authcore::{
    adapter::{Adapter, AdapterError, LastWayIn, Once, OnceStore, SessionStore, TokensThen},
    model::{Email, UserChanges, UserId},
};
use tokio::task::JoinSet;

use super::{
    Beside, Broken, Outcome, Scratch, Way,
    check::{corrupt, ensure, ensure_eq, failed, unavailable},
    sample::{NOW, access, account, ada, key, session},
};
use crate::Driver;

/// Whoever holds what a statement needs is waited for within the time that was set, and whoever is
/// signed in stays so meanwhile.
pub async fn a_row_that_somebody_holds_is_waited_for_only_so_long<S: Scratch>() -> Outcome {
    let scratch = S::new().await?;
    let patient = scratch.open(Way::default()).await?;
    let user = patient.create_user(ada()).await?;
    patient.create_session("token", session(&user.id)).await?;
    let adapter = again(async || scratch.open(Way::hasty(4)).await).await?;
    let beside = Beside::of(&scratch).await?;
    let mut held = beside.begin().await?;
    for hold in [
        "UPDATE {users} SET name = name",
        "UPDATE {sessions} SET expires_at = expires_at",
    ] {
        held.execute(beside.query(hold, Vec::new(), &[])).await?;
    }
    let extended = adapter.extend_session("token", NOW).await;
    unavailable(extended, "one statement")?;
    let deleted = adapter.delete_user(&user.id, TokensThen::Forget).await;
    unavailable(deleted, "a transaction")?;
    // Who waited for the writer would be told that the store is not available.
    let found = patient.session("token", NOW).await?;
    ensure!(found.is_some(), "the session is gone while somebody writes");
    held.undo().await;
    patient.delete_user(&user.id, TokensThen::Forget).await?;
    ensure_eq!(patient.user(&user.id).await?, None, "the deleted user");
    Ok(())
}

/// Does what is given a short time only, and again where a busy machine needed more.
async fn again<T>(work: impl AsyncFn() -> Result<T, AdapterError>) -> Result<T, AdapterError> {
    for _ in 0..50 {
        match work().await {
            Err(AdapterError::Unavailable(_)) => {}
            done => return done,
        }
    }
    work().await
}

/// A pool without a free connection is waited for as long as was set, and is of use again.
pub async fn a_pool_that_is_used_up_is_unavailable_until_something_comes_back<S: Scratch>()
-> Outcome {
    let scratch = S::new().await?;
    scratch.open(Way::default()).await?;
    let adapter = again(async || scratch.open(Way::hasty(1)).await).await?;
    let held = again(async || Ok(adapter.driver().begin().await?)).await?;
    let new = account("1", access("token"))?;
    let created = adapter.create_user_with_account(ada(), new.clone()).await;
    unavailable(created, "a transaction")?;
    unavailable(adapter.create_user(ada()).await, "one statement")?;
    held.undo().await;
    let patient = scratch.open(Way::default()).await?;
    ensure_eq!(
        patient.account_owner(&new.key).await?.map(|it| it.user),
        None,
        "the user"
    );
    patient.create_user_with_account(ada(), new).await?;
    // The same pool.
    again(async || adapter.create_user(ada()).await).await?;
    Ok(())
}

/// Damage is told by its kind, and signs nobody in.
pub async fn a_row_that_cannot_be_read_is_corrupt_and_names_its_kind<S: Scratch>() -> Outcome {
    let scratch = S::new().await?;
    let adapter = scratch.open(Way::default()).await?;
    let new = account("1", access("token"))?;
    let user = adapter.create_user_with_account(ada(), new).await?;
    let beside = Beside::of(&scratch).await?;
    for spoil in [
        "UPDATE {users} SET email = 'canary, not one address'",
        "UPDATE {users} SET email = NULL, extra = '{'",
    ] {
        beside.run(spoil, Vec::new()).await?;
        let read = adapter.account_owner(&key("1")?).await;
        ensure_silent(&read)?;
        corrupt(read, "user", spoil)?;
        corrupt(adapter.user(&user.id).await, "user", spoil)?;
    }
    let spoil = "UPDATE {accounts} SET kind = 'none'";
    beside.run(spoil, Vec::new()).await?;
    corrupt(adapter.accounts(&user.id).await, "account", spoil)
}

/// The log names the table; what a browser may see says nothing.
pub async fn a_missing_table_is_a_failure_and_its_display_tells_nothing<S: Scratch>() -> Outcome {
    let scratch = S::new().await?;
    let adapter = scratch.open(Way::default()).await?;
    Beside::of(&scratch)
        .await?
        .script("DROP TABLE {sessions}")
        .await?;
    let read = adapter.session("canary", NOW).await;
    ensure_silent(&read)?;
    let told = read.as_ref().err().map(ToString::to_string);
    ensure_eq!(told.as_deref(), Some("the store failed"), "what is shown");
    let told = failed(read, "a missing table")?;
    ensure!(told.contains("authcore_sessions"), "{told}");
    Ok(())
}

/// Whatever a database answers about a value, the value is in no error: neither shown, nor in its
/// `Debug`, nor in a source.
pub async fn no_error_tells_of_a_value<S: Scratch>() -> Outcome {
    let scratch = S::new().await?;
    let adapter = scratch.open(Way::default()).await?;
    let address = Email::parse("canary@example.org")?;
    let mut addressed = ada();
    addressed.email = Some(address.clone());
    addressed.email_verified = Some(NOW);
    let new = || account("canary", access("canary"));
    let user = adapter
        .create_user_with_account(addressed.clone(), new()?)
        .await?;
    adapter.create_session("canary", session(&user.id)).await?;
    let other = adapter.create_user(ada()).await?;
    let changes = UserChanges {
        email: Some(Some(address)),
        email_verified: Some(Some(NOW)),
        ..UserChanges::default()
    };
    let nobody = UserId::new("canary");
    let mut zero = ada();
    zero.name = Some("canary\0".to_owned());
    let long = "canary".repeat(100_000);
    let results = [
        adapter.create_user(addressed).await.map(drop),
        adapter
            .create_user_with_account(ada(), new()?)
            .await
            .map(drop),
        adapter.link_account(&other.id, new()?).await,
        adapter
            .link_account(&nobody, account("other", access("canary"))?)
            .await,
        adapter
            .update_user(&other.id, changes.clone())
            .await
            .map(drop),
        adapter.update_user(&nobody, changes).await.map(drop),
        adapter
            .update_tokens(&key("canaries")?, access("canary"))
            .await,
        adapter.create_session("canary", session(&user.id)).await,
        adapter.create_session("other", session(&nobody)).await,
    ];
    for (at, result) in results.into_iter().enumerate() {
        ensure!(result.is_err(), "result {at} is no error");
        ensure_silent(&result)?;
    }
    // These may be stored, where the database can; a zero byte never is.
    ensure_silent(&adapter.create_user(zero).await)?;
    ensure_silent(&adapter.use_once(Once::Attempt, &long, NOW).await)?;
    ensure_silent(&adapter.use_once(Once::Attempt, "canary\0", NOW).await)?;
    ensure_silent(&adapter.user(&UserId::new(long)).await)?;
    Ok(())
}

fn ensure_silent<T>(result: &Result<T, AdapterError>) -> Outcome {
    let Err(error) = result else {
        return Ok(());
    };
    let mut told = format!("{error} {error:?}");
    let mut source = error.source();
    while let Some(error) = source {
        told = format!("{told} {error} {error:?}");
        source = error.source();
    }
    ensure!(!told.contains("canar"), "an error tells of a value: {told}");
    Ok(())
}

/// A visitor who closes the page ends the request at whatever it awaits.
pub async fn a_sign_in_that_is_given_up_at_any_moment_leaves_all_or_nothing<S: Scratch>() -> Outcome
{
    let scratch = S::new().await?;
    let few = Way {
        connections: 2,
        ..Way::default()
    };
    let adapter = scratch.open(few).await?;
    for moment in 0..60 {
        let new = account(&moment.to_string(), access("token"))?;
        tokio::select! {
            biased;
            created = adapter.create_user_with_account(ada(), new) => { created?; }
            () = turns(moment) => {}
        }
    }
    // The connections that were left behind are of use again, and their locks are gone.
    let new = account("last", access("token"))?;
    adapter.create_user_with_account(ada(), new).await?;
    let beside = Beside::of(&scratch).await?;
    let users = beside
        .number("SELECT COUNT(*) FROM {users}", Vec::new())
        .await?;
    let owners = "SELECT COUNT(DISTINCT user_id) FROM {accounts}";
    let owners = beside.number(owners, Vec::new()).await?;
    ensure_eq!(users, owners, "users, and those who have an account");
    Ok(())
}

async fn turns(count: usize) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

/// Writers to neighbouring rows, which share the gaps that some databases lock, are all done.
pub async fn many_that_write_to_neighbouring_rows_are_all_done<S: Scratch>() -> Outcome {
    let scratch = S::new().await?;
    let adapter = Arc::new(scratch.open(Way::default()).await?);
    let mut users = Vec::new();
    for _ in 0..8 {
        users.push(adapter.create_user(ada()).await?.id);
    }
    let mut tasks = JoinSet::new();
    for (round, id) in users.iter().cycle().take(64).enumerate() {
        let (adapter, id) = (adapter.clone(), id.clone());
        tasks.spawn(async move {
            let name = round.to_string();
            adapter
                .link_account(&id, account(&name, access("token"))?)
                .await?;
            let (last, tokens) = (LastWayIn::Remove, TokensThen::Forget);
            adapter
                .unlink_account(&id, &key(&name)?, last, tokens)
                .await?;
            adapter.create_session(&name, session(&id)).await?;
            Ok::<_, Broken>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    let counts = Beside::of(&scratch).await?.counts().await?;
    // Sessions, accounts, passkeys, users, and nothing else.
    ensure_eq!(counts, [64, 0, 0, 8, 0, 0, 0, 0], "how many rows there are");
    Ok(())
}
