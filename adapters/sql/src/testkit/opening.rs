//! This file holds the cases about opening a database: ten at once, with old tables, with tables that
//! are not ours.

use std::sync::Arc;

use authcore::{
    adapter::Adapter,
    model::{Email, NewUser, TokenSet},
};
use tokio::{sync::Barrier, task::JoinSet};

use super::{
    Beside, Outcome, Scratch, Way,
    check::{ensure, ensure_eq, failed},
    sample::{NOW, account, ada, key},
};
use crate::{Dialect, Driver, Migrations, Schema, migrations};

/// How many start at once.
const MANY: usize = 10;

/// Processes that start together on an empty database all come up, and each step is done once.
pub async fn ten_that_start_at_once_migrate_once<S: Scratch>() -> Outcome {
    let scratch = Arc::new(S::new().await?);
    let barrier = Arc::new(Barrier::new(MANY));
    let mut starts = JoinSet::new();
    for _ in 0..MANY {
        let (barrier, scratch) = (barrier.clone(), scratch.clone());
        starts.spawn(async move {
            barrier.wait().await;
            let adapter = scratch.open(Way::default()).await?;
            adapter.create_user(ada()).await
        });
    }
    while let Some(started) = starts.join_next().await {
        started??;
    }
    let beside = Beside::of(&*scratch).await?;
    let done = "SELECT COUNT(done_at) FROM {migrations}";
    let adapter = scratch.open(Way::default()).await?;
    let steps = migrations(adapter.driver().dialect(), &Schema::authcore()).len();
    let done = usize::try_from(beside.number(done, Vec::new()).await?)?;
    ensure_eq!(done, steps, "the steps that are noted as done");
    Ok(())
}

/// A prefix keeps applications apart.
pub async fn two_applications_share_a_database_under_two_prefixes<S: Scratch>() -> Outcome {
    let scratch = S::new().await?;
    let first = scratch.open(Way::default()).await?;
    let shop = Way {
        schema: Schema::with_prefix("shop_")?,
        ..Way::default()
    };
    let second = scratch.open(shop).await?;
    let user = first.create_user(ada()).await?;
    ensure_eq!(second.user(&user.id).await?, None, "the other's user");
    Ok(())
}

/// What a newer version made, or another program, is refused with the mend and not changed.
pub async fn tables_of_a_newer_or_another_version_are_left_alone<S: Scratch>() -> Outcome {
    for (change, hint) in [
        (
            "INSERT INTO {migrations} VALUES (999, 'later', ?, 0)",
            "migration 999",
        ),
        (
            "UPDATE {migrations} SET digest = ? WHERE version = 1",
            "another prefix",
        ),
    ] {
        let scratch = S::new().await?;
        scratch.open(Way::default()).await?;
        let beside = Beside::of(&scratch).await?;
        beside.run(change, vec![vec![0; 32].into()]).await?;
        let told = failed(scratch.open(Way::default()).await, change)?;
        ensure!(told.contains(hint), "{told}");
    }
    Ok(())
}

/// A table of our name that we did not make is not touched. Where tables can be undone, none is made
/// beside it.
pub async fn a_table_of_somebody_elses_is_left_alone<S: Scratch>() -> Outcome {
    let scratch = S::new().await?;
    let beside = Beside::of(&scratch).await?;
    beside.make_room().await?;
    beside.script("CREATE TABLE {sessions} (id BIGINT)").await?;
    beside
        .run("INSERT INTO {sessions} VALUES (7)", Vec::new())
        .await?;
    let told = failed(scratch.open(Way::default()).await, "another's table")?;
    ensure!(told.contains("somebody else"), "{told}");
    let id = beside
        .number("SELECT id FROM {sessions}", Vec::new())
        .await?;
    ensure_eq!(id, 7, "what stood in the table");
    Ok(())
}

/// An application that keeps its own migrations takes our text over.
pub async fn tables_can_be_left_to_the_applications_own_migrations<S: Scratch>() -> Outcome {
    let scratch = S::new().await?;
    let beside = Beside::of(&scratch).await?;
    beside.make_room().await?;
    let leave = Way {
        migrations: Migrations::Leave,
        ..Way::default()
    };
    let adapter = scratch.open(leave).await?;
    failed(adapter.create_user(ada()).await, "without tables")?;
    let schema = scratch.placed(Schema::authcore());
    for step in migrations(adapter.driver().dialect(), &schema) {
        beside.script(&step.text).await?;
    }
    adapter.create_user(ada()).await?;
    Ok(())
}

/// Older tables held every address in the unique column, whoever vouched for it.
pub async fn addresses_that_nobody_vouches_for_leave_the_unique_column_of_older_tables<
    S: Scratch,
>() -> Outcome {
    let scratch = S::new().await?;
    let first = scratch.open(Way::default()).await?;
    let new = account("1", TokenSet::default())?;
    let eve = first.create_user_with_account(ada(), new).await?;
    let mut verified = ada();
    verified.email = Some(Email::parse("ada@example.com")?);
    verified.email_verified = Some(NOW);
    let verified = first.create_user(verified).await?;
    let beside = Beside::of(&scratch).await?;
    // Back to what the version before left.
    let last = match first.driver().dialect() {
        Dialect::Mysql => 10,
        Dialect::Sqlite | Dialect::Postgres => 2,
    };
    let mut undo = vec![
        "ALTER TABLE {accounts} DROP COLUMN authority".to_owned(),
        format!("DELETE FROM {{migrations}} WHERE version > {last}"),
        "UPDATE {users} SET email = 'ada@example.org' WHERE email IS NULL".to_owned(),
    ];
    for column in ["unverified_email", "disabled_at", "sessions_valid_from"] {
        undo.push(format!("ALTER TABLE {{users}} DROP COLUMN {column}"));
    }
    for statement in undo {
        beside.script(&statement).await?;
    }
    let adapter = scratch.open(Way::default()).await?;
    let found = adapter.user(&eve.id).await?;
    let addresses = found.map(|it| (it.email, it.unverified_email));
    let theirs = Email::parse("ada@example.org")?;
    ensure_eq!(addresses, Some((None, Some(theirs.clone()))), "of the one");
    let found = adapter.user(&verified.id).await?;
    ensure_eq!(found, Some(verified), "of the other");
    let owner = adapter.account_owner(&key("1")?).await?;
    ensure_eq!(owner.and_then(|it| it.authority), None, "the authority");
    // Its owner can sign in.
    let owner = NewUser {
        email: Some(theirs),
        email_verified: Some(NOW),
        ..NewUser::default()
    };
    adapter.create_user(owner).await?;
    Ok(())
}
