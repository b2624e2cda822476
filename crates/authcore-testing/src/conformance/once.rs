//! This file holds the cases about what is used once.

use std::sync::Arc;

use authcore::adapter::{Adapter, Once};

use super::{
    check::{Outcome, ensure, ensure_eq, once},
    sample::{NOW, later},
};

pub(super) async fn an_attempt_is_used_once(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = once(&*adapter)?;
    let end = later(900_000);
    ensure!(
        store.use_once(Once::Attempt, "one", end).await?,
        "a new attempt was refused"
    );
    ensure!(
        !store.use_once(Once::Attempt, "one", end).await?,
        "an attempt was used twice"
    );
    ensure!(
        !store
            .use_once(Once::Attempt, "one", later(1_800_000))
            .await?,
        "an attempt was used again with another end"
    );
    ensure!(
        store.use_once(Once::Attempt, "two", end).await?,
        "another attempt was refused"
    );
    Ok(())
}

pub(super) async fn attempts_that_nearly_match_are_different(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = once(&*adapter)?;
    let end = later(900_000);
    let long = "x".repeat(255);
    for id in ["abc", "ABC", "ábc", "abc ", " abc", "ab", "%", &long] {
        ensure!(
            store.use_once(Once::Attempt, id, end).await?,
            "{id:?} was taken for another"
        );
    }
    for id in ["abc", "ABC", "ábc", "abc ", " abc", "ab", "%", &long] {
        ensure!(
            !store.use_once(Once::Attempt, id, end).await?,
            "{id:?} was used twice"
        );
    }
    Ok(())
}

pub(super) async fn ended_attempts_are_removed_a_few_at_a_time(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = once(&*adapter)?;
    for index in 0..12 {
        store
            .use_once(Once::Attempt, &format!("ended {index}"), later(-1 - index))
            .await?;
    }
    ensure!(
        store.use_once(Once::Attempt, "alive", later(1)).await?,
        "a new attempt was refused"
    );
    for expected in [10, 2, 0] {
        let removed = adapter.remove_expired(NOW, 10).await?;
        ensure_eq!(removed, expected, "how many were removed");
    }
    ensure!(
        !store.use_once(Once::Attempt, "alive", later(1)).await?,
        "an attempt that has not ended was forgotten"
    );
    Ok(())
}

pub(super) async fn ids_of_different_kinds_never_meet(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = once(&*adapter)?;
    let end = later(900_000);
    let ids = [
        "one",
        ":attempt:one",
        "attempt:one",
        ":logout_token:one",
        "::",
        "",
    ];
    for kind in Once::ALL {
        for id in ids {
            ensure!(
                store.use_once(*kind, id, end).await?,
                "{id:?} of {kind:?} was taken for another"
            );
        }
    }
    for kind in Once::ALL {
        for id in ids {
            ensure!(
                !store.use_once(*kind, id, end).await?,
                "{id:?} of {kind:?} was used twice"
            );
        }
    }
    Ok(())
}
