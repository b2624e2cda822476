//! This file holds the cases about values that databases like to change: times and large texts.

use authcore::{
    adapter::{Adapter, AdapterError, SessionStore, StoredSession},
    model::NewUser,
};

use super::{
    Beside, Outcome, Scratch, Sessions, Way,
    check::{ensure, ensure_eq},
    sample::{NOW, ada, later, session},
};

/// In connections far from UTC, what is stored is the number itself: read by another connection it is
/// the same moment.
pub async fn times_are_whole_numbers_of_milliseconds_in_any_time_zone<S: Scratch>() -> Outcome {
    let scratch = S::new().await?;
    let far = Way {
        sessions: Sessions::Serializable,
        ..Way::default()
    };
    let adapter = scratch.open(far).await?;
    let beside = Beside::of(&scratch).await?;
    let utc = scratch.open(Way::default()).await?;
    // Now; the hour that daylight saving skips in Europe; 1970 and a moment before it; the year 9999.
    for millis in [NOW.millis(), 1_711_846_800_001, 0, -1, 253_402_300_799_999] {
        let time = later(millis - NOW.millis());
        let new = NewUser {
            email_verified: Some(time),
            ..ada()
        };
        let user = adapter.create_user(new).await?;
        let expires_at = StoredSession {
            expires_at: time,
            ..session(&user.id)
        };
        adapter.create_session("token", expires_at).await?;
        for stored in [
            "SELECT email_verified FROM {users}",
            "SELECT expires_at FROM {sessions}",
        ] {
            let stored = beside.number(stored, Vec::new()).await?;
            ensure_eq!(stored, millis, "the column");
        }
        for reader in [&adapter, &utc] {
            let found = reader.user(&user.id).await?;
            let found = found.and_then(|user| user.email_verified);
            ensure_eq!(found, Some(time), "the time of a user");
            let found = reader
                .session("token", later(millis - NOW.millis() - 1))
                .await?;
            let found = found.map(|(session, _)| session.expires_at);
            ensure_eq!(found, Some(time), "the end of a session");
            let found = reader.session("token", time).await?;
            ensure!(found.is_none(), "a session goes on at its end");
        }
        beside.clear().await?;
    }
    Ok(())
}

/// A large profile is kept whole, or nothing of it.
pub async fn a_profile_of_ten_megabytes_is_stored_exactly_or_refused_whole<S: Scratch>() -> Outcome
{
    let scratch = S::new().await?;
    let adapter = scratch.open(Way::default()).await?;
    let beside = Beside::of(&scratch).await?;
    // Letters of one, two and four bytes, a zero, and one that turns the line round.
    let text = "aé😀\0\u{202e}א".repeat(10 * 1024 * 1024 / 13);
    let mut new = ada();
    new.extra.insert("biography".into(), text.into());
    match adapter.create_user(new.clone()).await {
        Ok(user) => {
            let found = adapter.user(&user.id).await?;
            // Not printed when it differs.
            ensure!(
                found.is_some_and(|user| user.extra == new.extra),
                "the profile was changed"
            );
        }
        Err(AdapterError::Refused { .. }) => {
            let counts = beside.counts().await?;
            ensure!(
                counts.iter().all(|count| *count == 0),
                "a part of it is left"
            );
        }
        Err(other) => return Err(other.into()),
    }
    // And the connection is of use afterwards.
    adapter.create_user(ada()).await?;
    Ok(())
}
