//! This file holds the cases about counts of tries.

use std::{sync::Arc, time::Duration};

use authcore::adapter::{Adapter, Hits};

use super::{
    check::{Outcome, ensure_eq, limits},
    sample::{NOW, later},
};

const WHILE: Duration = Duration::from_secs(60);

pub(super) async fn tries_are_counted_by_their_key(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = limits(&*adapter)?;
    let long = "x".repeat(10_240);
    let keys = [
        "sign-in:ada",
        "sign-in:ADA",
        "sign-in:áda",
        "sign-in:ada ",
        "",
        "%",
        &long,
    ];
    for count in 1..=3 {
        for key in keys {
            let expected = Hits {
                count,
                ends_at: later(60_000),
            };
            let hits = store.hit(key, WHILE, NOW).await?;
            ensure_eq!(hits, expected, format!("{:.20?}", key));
        }
    }
    Ok(())
}

pub(super) async fn a_count_begins_anew_at_the_end_of_its_while(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = limits(&*adapter)?;
    // The while lasts as long as its first try said, whatever later ones say.
    for (after, within, count, ends_at) in [
        (0, 60, 1, 60_000),
        (1, 3_600, 2, 60_000),
        (59_999, 1, 3, 60_000),
        (60_000, 10, 1, 70_000),
        (69_999, 10, 2, 70_000),
        (500_000, 10, 1, 510_000),
        // Of another process whose clock is behind.
        (400_000, 10, 2, 510_000),
    ] {
        let within = Duration::from_secs(within);
        let hits = store.hit("key", within, later(after)).await?;
        let expected = Hits {
            count,
            ends_at: later(ends_at),
        };
        ensure_eq!(hits, expected, format!("{after} ms later"));
    }
    Ok(())
}

pub(super) async fn what_was_counted_can_be_forgotten(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = limits(&*adapter)?;
    for key in ["one", "one", "two"] {
        store.hit(key, WHILE, NOW).await?;
    }
    store.forget_hits("one").await?;
    store.forget_hits("never counted").await?;
    for (key, count) in [("one", 1), ("two", 2)] {
        let hits = store.hit(key, WHILE, later(1)).await?;
        ensure_eq!(hits.count, count, format!("the count of {key:?}"));
    }
    Ok(())
}

pub(super) async fn a_while_without_end_is_counted_too(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = limits(&*adapter)?;
    for count in 1..=2 {
        let hits = store.hit("key", Duration::MAX, NOW).await?;
        ensure_eq!(hits.count, count, "the count");
    }
    ensure_eq!(adapter.remove_expired(NOW, 10).await?, 0, "what has ended");
    Ok(())
}

pub(super) async fn ended_counts_are_removed_a_few_at_a_time(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = limits(&*adapter)?;
    for index in 0..12 {
        let within = Duration::from_secs(1);
        let begun = later(-10_000 - index);
        store.hit(&format!("ended {index}"), within, begun).await?;
    }
    store.hit("going on", WHILE, NOW).await?;
    for expected in [10, 2, 0] {
        let removed = adapter.remove_expired(NOW, 10).await?;
        ensure_eq!(removed, expected, "how many were removed");
    }
    let hits = store.hit("going on", WHILE, NOW).await?;
    ensure_eq!(hits.count, 2, "the count that goes on");
    Ok(())
}
