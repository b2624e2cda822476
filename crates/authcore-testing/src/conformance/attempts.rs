//! This file holds the cases about used sign-in attempts.

use std::sync::Arc;

use authcore::adapter::Adapter;

use super::{
    check::{Outcome, attempts, ensure, ensure_eq},
    sample::{NOW, later},
};

pub(super) async fn an_attempt_is_used_once(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = attempts(&*adapter)?;
    let end = later(900_000);
    ensure!(
        store.use_attempt("one", end).await?,
        "a new attempt was refused"
    );
    ensure!(
        !store.use_attempt("one", end).await?,
        "an attempt was used twice"
    );
    ensure!(
        !store.use_attempt("one", later(1_800_000)).await?,
        "an attempt was used again with another end"
    );
    ensure!(
        store.use_attempt("two", end).await?,
        "another attempt was refused"
    );
    Ok(())
}

pub(super) async fn attempts_that_nearly_match_are_different(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = attempts(&*adapter)?;
    let end = later(900_000);
    let long = "x".repeat(255);
    for id in ["abc", "ABC", "ábc", "abc ", " abc", "ab", "%", &long] {
        ensure!(
            store.use_attempt(id, end).await?,
            "{id:?} was taken for another"
        );
    }
    for id in ["abc", "ABC", "ábc", "abc ", " abc", "ab", "%", &long] {
        ensure!(!store.use_attempt(id, end).await?, "{id:?} was used twice");
    }
    Ok(())
}

pub(super) async fn ended_attempts_are_removed_a_few_at_a_time(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = attempts(&*adapter)?;
    for index in 0..12 {
        store
            .use_attempt(&format!("ended {index}"), later(-1 - index))
            .await?;
    }
    ensure!(
        store.use_attempt("alive", later(1)).await?,
        "a new attempt was refused"
    );
    for expected in [10, 2, 0] {
        let removed = adapter.remove_expired(NOW, 10).await?;
        ensure_eq!(removed, expected, "how many were removed");
    }
    ensure!(
        !store.use_attempt("alive", later(1)).await?,
        "an attempt that has not ended was forgotten"
    );
    Ok(())
}
