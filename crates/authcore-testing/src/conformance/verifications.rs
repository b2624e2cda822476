//! This file holds the cases about verification tokens.

use std::sync::Arc;

use authcore::adapter::{Adapter, AdapterError, Once};

use super::{
    check::{Outcome, conflict, ensure, ensure_eq, verifications},
    sample::{NOW, later},
};

const ADA: &str = "ada@example.org";

pub(super) async fn a_verification_is_taken_once(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = verifications(&*adapter)?;
    store.create_verification(ADA, "one", later(1_000)).await?;
    ensure!(
        store.take_verification(ADA, "one", NOW).await?,
        "a token proved nothing"
    );
    ensure!(
        !store.take_verification(ADA, "one", NOW).await?,
        "a token proved its address twice"
    );
    // It is as if it had never been there.
    store.create_verification(ADA, "one", later(1_000)).await?;
    ensure!(
        store.take_verification(ADA, "one", NOW).await?,
        "a token that came again proved nothing"
    );
    Ok(())
}

pub(super) async fn a_verification_proves_its_own_address_only(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = verifications(&*adapter)?;
    store.create_verification(ADA, "one", later(1_000)).await?;
    for (identifier, token) in [
        ("eve@example.org", "one"),
        (ADA, "two"),
        ("one", ADA),
        ("", "one"),
        (ADA, ""),
        ("%", "%"),
    ] {
        ensure!(
            !store.take_verification(identifier, token, NOW).await?,
            "{identifier:?} was proved by {token:?}"
        );
    }
    ensure!(
        store.take_verification(ADA, "one", NOW).await?,
        "another's try took the token away"
    );
    Ok(())
}

pub(super) async fn verifications_that_nearly_match_are_different(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = verifications(&*adapter)?;
    let long = "x".repeat(190);
    let texts = ["abc", "ABC", "ábc", "abc ", " abc", "ab", "%", &long];
    let mut kept = Vec::new();
    for identifier in texts {
        for token in texts {
            let made = store.create_verification(identifier, token, later(1_000));
            match made.await {
                Ok(()) => kept.push((identifier, token)),
                // To a collation they may be one: then the second is refused, and proves nothing.
                Err(AdapterError::Conflict { .. }) => {}
                Err(other) => return Err(other.into()),
            }
        }
    }
    ensure!(kept.contains(&("abc", "abc")), "a new token was refused");
    for identifier in texts {
        for token in texts {
            let taken = store.take_verification(identifier, token, NOW).await?;
            let is_kept = kept.contains(&(identifier, token));
            ensure_eq!(taken, is_kept, format!("{identifier:?} by {token:?}"));
        }
    }
    Ok(())
}

pub(super) async fn an_ended_verification_is_taken_away_and_proves_nothing(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = verifications(&*adapter)?;
    for (token, now) in [("at its end", NOW), ("long after", later(3_600_000))] {
        store.create_verification(ADA, token, NOW).await?;
        ensure!(
            !store.take_verification(ADA, token, now).await?,
            "a token that has ended proved its address: {token}"
        );
        ensure!(
            !store.take_verification(ADA, token, later(-1)).await?,
            "a token that has ended was left: {token}"
        );
    }
    Ok(())
}

pub(super) async fn an_address_can_have_several_verifications(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = verifications(&*adapter)?;
    for token in ["one", "two", "three"] {
        store.create_verification(ADA, token, later(1_000)).await?;
    }
    let again = store.create_verification(ADA, "two", later(2_000)).await;
    conflict(again, "verification", "the same token again")?;
    store
        .create_verification("bob@example.org", "two", later(1_000))
        .await?;
    for token in ["two", "one", "three"] {
        ensure!(
            store.take_verification(ADA, token, NOW).await?,
            "a token of several proved nothing: {token}"
        );
    }
    ensure!(
        store
            .take_verification("bob@example.org", "two", NOW)
            .await?,
        "the same token of another address proved nothing"
    );
    Ok(())
}

pub(super) async fn all_verifications_of_an_address_are_deleted(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = verifications(&*adapter)?;
    for token in ["one", "two"] {
        store.create_verification(ADA, token, later(1_000)).await?;
    }
    store.create_verification(ADA, "ended", later(-1)).await?;
    let others = ["ada@example.or", "ADA@example.org", "%"];
    for other in others {
        store
            .create_verification(other, &format!("of {other}"), later(1_000))
            .await?;
    }
    let deleted = store.delete_verifications(ADA).await?;
    ensure_eq!(deleted, 3, "how many were deleted");
    for token in ["one", "two"] {
        ensure!(
            !store.take_verification(ADA, token, NOW).await?,
            "a deleted token proved its address"
        );
    }
    for other in others {
        ensure!(
            store
                .take_verification(other, &format!("of {other}"), NOW)
                .await?,
            "the token of {other:?} was deleted too"
        );
    }
    ensure_eq!(store.delete_verifications(ADA).await?, 0, "the second time");
    Ok(())
}

pub(super) async fn what_is_used_once_is_no_verification(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = verifications(&*adapter)?;
    let Some(once) = adapter.once() else {
        return Ok(());
    };
    once.use_once(Once::Attempt, "id", later(1_000)).await?;
    for identifier in ["authcore:attempt", "attempt", ":attempt:", ""] {
        let taken = store.take_verification(identifier, "id", NOW).await?;
        ensure!(!taken, "an attempt was taken as proof of {identifier:?}");
    }
    // A store where both are in one table may refuse such an identifier.
    match store.delete_verifications("authcore:attempt").await {
        Ok(deleted) => ensure_eq!(deleted, 0, "how many attempts were deleted"),
        Err(AdapterError::Refused { .. }) => {}
        Err(other) => return Err(other.into()),
    }
    let made = store
        .create_verification("authcore:attempt", "other", later(1_000))
        .await;
    match made {
        Ok(()) | Err(AdapterError::Refused { .. }) => {}
        Err(other) => return Err(other.into()),
    }
    for (id, is_new) in [("id", false), ("other", true)] {
        let used = once.use_once(Once::Attempt, id, later(1_000)).await?;
        ensure_eq!(used, is_new, format!("whether the attempt {id:?} was new"));
    }
    Ok(())
}

pub(super) async fn ended_verifications_are_removed_a_few_at_a_time(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = verifications(&*adapter)?;
    for index in 0..12 {
        // The same token of many addresses: each row counts, and none takes another with it.
        let address = format!("{index}@example.org");
        store
            .create_verification(&address, "token", later(-1 - index))
            .await?;
    }
    store
        .create_verification(ADA, "token", later(1_000))
        .await?;
    for expected in [10, 2, 0] {
        let removed = adapter.remove_expired(NOW, 10).await?;
        ensure_eq!(removed, expected, "how many were removed");
    }
    ensure!(
        store.take_verification(ADA, "token", NOW).await?,
        "a token that has not ended was removed"
    );
    Ok(())
}
