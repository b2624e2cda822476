//! This file holds the cases about opening a database: ten at once, with old tables, with tables that
//! are not ours.

use std::sync::Arc;

use authcore::adapter::Adapter;
use tokio::{sync::Barrier, task::JoinSet};

use super::{
    Beside, Outcome, Scratch, Way,
    check::{ensure, ensure_eq, failed},
    sample::ada,
};
use crate::{Driver, Migrations, Schema, migrations};

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
