//! This file holds the cases in which a process ends between any two statements, and in which the
//! database gives a transaction up for another: what is several statements is done whole or not at
//! all, the same can be done again, and no lock is left.

use std::{collections::BTreeSet, sync::Arc};

use authcore::adapter::{Adapter, AdapterError};

use super::{
    Beside, Outcome, Scratch, Way,
    check::{ensure, ensure_eq, unavailable},
    ending::{End, Ending},
    operations::{IN_PARTS, OPERATIONS, Stage, UNKNOWN_TO_RETRIES, operate},
    sample::{NOW, ada},
};
use crate::{Driver, Migrations, Schema, dialect::TableChanges, migrate, migrations};

/// The process ends before each statement, and after each whose answer it did not hear. Then
/// everything is there or nothing, and doing it again does it.
pub async fn an_end_between_any_two_statements_leaves_all_or_nothing<S: Scratch>() -> Outcome {
    let stage = Stage::<S>::new().await?;
    for name in OPERATIONS {
        let expected = stage.expected(name).await?;
        for (moment, end) in [("before", End::Before), ("after", End::After)] {
            for statement in 0.. {
                let people = stage.people().await?;
                let (adapter, count) = stage.ending(statement, end.clone())?;
                let done = operate(name, &adapter, &people).await;
                if !count.is_reached() {
                    done?;
                    // Nothing ends before it begins.
                    ensure!(statement > 0, "{name} ran no statement");
                    break;
                }
                let place = format!("{name}, {moment} its statement {statement}");
                unavailable(done, &place)?;
                let facts = stage.facts(&people).await?;
                ensure!(
                    facts == expected.before
                        || (facts == expected.whole && moment == "after")
                        || IN_PARTS.contains(name),
                    "{place}: half is stored: {facts:?}"
                );
                let was_done = facts == expected.whole;
                match operate(name, &stage.sound, &people).await {
                    Err(AdapterError::Conflict { .. }) if was_done => {}
                    again => again?,
                }
                if !(was_done && UNKNOWN_TO_RETRIES.contains(name)) {
                    let facts = stage.facts(&people).await?;
                    ensure_eq!(facts, expected.whole, "{place}, done again");
                }
            }
        }
    }
    Ok(())
}

/// The process ends before each statement of the migrations of an empty database, and after each whose
/// answer it did not hear. The next start finishes them.
pub async fn an_end_in_the_middle_of_migrations_is_made_good_by_the_next_start<S: Scratch>()
-> Outcome {
    for end in [End::Before, End::After] {
        for statement in 0.. {
            let scratch = S::new().await?;
            let leave = Way {
                migrations: Migrations::Leave,
                ..Way::default()
            };
            let sound = Arc::new(scratch.open(leave).await?);
            let schema = scratch.placed(Schema::authcore());
            let (driver, count) = Ending::after(statement, end.clone(), &sound);
            let done = migrate(&driver, &schema, NOW).await;
            if !count.is_reached() {
                ensure!(done? > 0, "an empty database was migrated already");
                ensure!(statement > 3, "migrations are {statement} statements");
                break;
            }
            unavailable(done.map_err(AdapterError::from), "a migration that ended")?;
            let dialect = sound.driver().dialect();
            let users = sound.create_user(ada()).await;
            if matches!(end, End::Before) && dialect.table_changes() == TableChanges::InTransaction
            {
                ensure!(users.is_err(), "a half-done migration left tables");
            }
            let adapter = scratch.open(Way::default()).await?;
            adapter.create_user(ada()).await?;
            let beside = Beside::of(&scratch).await?;
            let noted = "SELECT COUNT(done_at) FROM {migrations}";
            let noted = usize::try_from(beside.number(noted, Vec::new()).await?)?;
            let steps = migrations(dialect, &schema).len();
            ensure_eq!(noted, steps, "steps noted as done, after {statement}");
        }
    }
    Ok(())
}

/// Whichever statement finds that the transaction was given up, the whole is done again from its
/// beginning.
pub async fn what_was_given_up_for_another_is_done_again_whole<S: Scratch>() -> Outcome {
    let stage = Stage::<S>::new().await?;
    for name in OPERATIONS {
        let expected = stage.expected(name).await?;
        for statement in 0.. {
            let people = stage.people().await?;
            let (adapter, count) = stage.ending(statement, End::Lost)?;
            operate(name, &adapter, &people).await?;
            let facts = stage.facts(&people).await?;
            ensure_eq!(facts, expected.whole, "{name}, given up at {statement}");
            if !count.is_reached() {
                break;
            }
        }
    }
    // Reading is no different.
    let people = stage.people().await?;
    let (adapter, _) = stage.ending(0, End::Lost)?;
    let found = adapter.user(&people.ada).await?;
    ensure!(found.is_some(), "a user that is there was not found");
    Ok(())
}

/// Not for ever: then the store is not available, and nothing is half done.
pub async fn what_is_given_up_again_and_again_is_unavailable_in_the_end<S: Scratch>() -> Outcome {
    let stage = Stage::<S>::new().await?;
    let mut places = BTreeSet::new();
    for name in OPERATIONS {
        let expected = stage.expected(name).await?;
        for statement in 0..3 {
            let people = stage.people().await?;
            let (adapter, count) = stage.ending(statement, End::AlwaysLost)?;
            let done = operate(name, &adapter, &people).await;
            if !count.is_reached() {
                break;
            }
            places.insert((name, statement));
            unavailable(done, name)?;
            let facts = stage.facts(&people).await?;
            ensure!(
                facts == expected.before || IN_PARTS.contains(name),
                "{name}: half is stored: {facts:?}"
            );
        }
    }
    ensure!(places.len() >= OPERATIONS.len(), "an operation never ended");
    Ok(())
}
