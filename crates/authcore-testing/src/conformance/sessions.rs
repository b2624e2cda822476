//! This file holds the cases about sessions.

use std::sync::Arc;

use authcore::{
    adapter::{Adapter, SessionId, StoredSession, TokensThen},
    model::{Timestamp, UserChanges, UserId},
};

use super::{
    check::{Outcome, conflict, ensure, ensure_eq, not_found, sessions},
    sample::{NOW, later, named, session, whole},
};

const TOKEN: &str = "aB3-_xyzaB3-_xyzaB3-_xyzaB3-_xyzaB3-_xyz123";

pub(super) async fn a_session_is_read_with_its_user(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = sessions(&*adapter)?;
    let ada = adapter
        .create_user(whole("Ada", "ada@example.org")?)
        .await?;
    let bob = adapter.create_user(named("Bob")).await?;
    store.create_session(TOKEN, session(&ada.id)).await?;
    store.create_session("another", session(&bob.id)).await?;
    let found = store.session(TOKEN, NOW).await?;
    let found = found.map(|(found, user)| (known(found), user));
    ensure_eq!(found, Some((session(&ada.id), ada)), "the session");
    Ok(())
}

pub(super) async fn an_unknown_token_finds_no_session(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = sessions(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    store.create_session(TOKEN, session(&ada.id)).await?;
    for token in [
        String::new(),
        "another".to_owned(),
        TOKEN.to_lowercase(),
        TOKEN.to_uppercase(),
        format!("{TOKEN} "),
        format!(" {TOKEN}"),
        format!("{TOKEN}\0"),
        TOKEN.replace('a', "á"),
        TOKEN.replace('-', "_"),
        "%".to_owned(),
        "x".repeat(10_000),
    ] {
        let found = store.session(&token, NOW).await?;
        ensure!(found.is_none(), "the token {token:?} found a session");
        let deleted = store.delete_session(&token).await?;
        ensure!(deleted.is_none(), "the token {token:?} ended a session");
    }
    ensure!(
        store.session(TOKEN, NOW).await?.is_some(),
        "the session is gone"
    );
    Ok(())
}

pub(super) async fn a_session_that_has_ended_is_not_returned(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = sessions(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let end = later(500);
    let stored = StoredSession {
        expires_at: end,
        ..session(&ada.id)
    };
    store.create_session(TOKEN, stored).await?;
    let before = store.session(TOKEN, later(499)).await?;
    ensure!(
        before.is_some(),
        "one millisecond before its end, the session is gone"
    );
    let before = before.map(|(session, _)| session.expires_at);
    ensure_eq!(before, Some(end), "the end");
    for after in [end, later(501), later(1_000_000_000)] {
        let found = store.session(TOKEN, after).await?;
        ensure!(found.is_none(), "a session was returned after its end");
    }
    Ok(())
}

pub(super) async fn the_end_of_a_session_can_be_moved(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = sessions(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    store.create_session(TOKEN, session(&ada.id)).await?;
    store.create_session("another", session(&ada.id)).await?;
    for end in [later(7_200_001), later(2)] {
        store.extend_session(TOKEN, end).await?;
        let found = store.session(TOKEN, NOW).await?;
        let expected = StoredSession {
            expires_at: end,
            ..session(&ada.id)
        };
        ensure_eq!(
            found.map(|(found, _)| known(found)),
            Some(expected),
            "the session"
        );
        ensure!(
            store.session(TOKEN, end).await?.is_none(),
            "it goes on after its end"
        );
    }
    let other = store.session("another", NOW).await?;
    let other = other.map(|(found, _)| known(found));
    ensure_eq!(other, Some(session(&ada.id)), "another session");
    Ok(())
}

pub(super) async fn moving_the_end_of_no_session_is_no_error(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = sessions(&*adapter)?;
    store.extend_session(TOKEN, later(1_000)).await?;
    ensure!(
        store.session(TOKEN, NOW).await?.is_none(),
        "a session was made of nothing"
    );
    Ok(())
}

pub(super) async fn a_deleted_session_is_told_once(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = sessions(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    store.create_session(TOKEN, session(&ada.id)).await?;
    store.create_session("another", session(&ada.id)).await?;
    let deleted = store.delete_session(TOKEN).await?.map(known);
    ensure_eq!(deleted, Some(session(&ada.id)), "the deleted session");
    ensure_eq!(store.delete_session(TOKEN).await?, None, "the second time");
    ensure!(
        store.session(TOKEN, NOW).await?.is_none(),
        "the session goes on"
    );
    ensure!(
        store.session("another", NOW).await?.is_some(),
        "another session is gone"
    );
    store.extend_session(TOKEN, later(1_000_000)).await?;
    ensure!(
        store.session(TOKEN, NOW).await?.is_none(),
        "the session came back"
    );
    Ok(())
}

pub(super) async fn a_taken_token_is_a_conflict(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = sessions(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let eve = adapter.create_user(named("Eve")).await?;
    store.create_session(TOKEN, session(&ada.id)).await?;
    let taken = store.create_session(TOKEN, session(&eve.id)).await;
    conflict(taken, "session", "a second session of a token")?;
    let found = store.session(TOKEN, NOW).await?;
    ensure_eq!(
        found.map(|(_, user)| user),
        Some(ada),
        "whose session it is"
    );
    Ok(())
}

pub(super) async fn a_session_of_nobody_is_not_found(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = sessions(&*adapter)?;
    let nobody = session(&UserId::new("nobody"));
    let created = store.create_session(TOKEN, nobody).await;
    not_found(created, "user", "a session of nobody")?;
    ensure!(
        store.session(TOKEN, NOW).await?.is_none(),
        "there is a session of nobody"
    );
    Ok(())
}

pub(super) async fn deleting_a_user_takes_only_their_sessions(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = sessions(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let bob = adapter.create_user(named("Bob")).await?;
    store.create_session("ada 1", session(&ada.id)).await?;
    store.create_session("ada 2", session(&ada.id)).await?;
    store.create_session("bob", session(&bob.id)).await?;
    adapter.delete_user(&ada.id, TokensThen::Forget).await?;
    for token in ["ada 1", "ada 2"] {
        ensure!(
            store.session(token, NOW).await?.is_none(),
            "a session outlived its user"
        );
        let row = store.delete_session(token).await?;
        ensure!(row.is_none(), "the row of a session outlived its user");
    }
    ensure!(
        store.session("bob", NOW).await?.is_some(),
        "somebody else's session is gone"
    );
    Ok(())
}

pub(super) async fn a_session_shows_the_user_as_they_are_now(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = sessions(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    store.create_session(TOKEN, session(&ada.id)).await?;
    let changes = UserChanges {
        name: Some(Some("Ada L.".to_owned())),
        ..UserChanges::default()
    };
    let changed = adapter.update_user(&ada.id, changes).await?;
    let found = store.session(TOKEN, NOW).await?;
    ensure_eq!(found.map(|(_, user)| user), Some(changed), "the user");
    Ok(())
}

pub(super) async fn ended_sessions_are_removed_a_few_at_a_time(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = sessions(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let ending_at = |expires_at: Timestamp| StoredSession {
        expires_at,
        ..session(&ada.id)
    };
    for index in 0..25 {
        let token = format!("ended {index}");
        store
            .create_session(&token, ending_at(later(-1 - index)))
            .await?;
    }
    for index in 0..5 {
        let token = format!("alive {index}");
        store
            .create_session(&token, ending_at(later(1 + index)))
            .await?;
    }
    ensure_eq!(adapter.remove_expired(NOW, 0).await?, 0, "of none");
    for expected in [10, 10, 5, 0] {
        let removed = adapter.remove_expired(NOW, 10).await?;
        ensure_eq!(removed, expected, "how many were removed");
    }
    for index in 0..25 {
        let row = store.delete_session(&format!("ended {index}")).await?;
        ensure!(row.is_none(), "an ended session was left");
    }
    for index in 0..5 {
        let found = store.session(&format!("alive {index}"), NOW).await?;
        ensure!(found.is_some(), "a session that has not ended was removed");
    }
    Ok(())
}

pub(super) async fn a_users_sessions_are_listed_by_ids_that_open_nothing(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = sessions(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let bob = adapter.create_user(named("Bob")).await?;
    let ending_at = |expires_at: Timestamp| StoredSession {
        expires_at,
        ..session(&ada.id)
    };
    for (token, end) in [
        ("one", 3_000),
        ("two", 1_000),
        ("three", 2_000),
        ("ended", 0),
    ] {
        store.create_session(token, ending_at(later(end))).await?;
    }
    store.create_session("bob's", session(&bob.id)).await?;
    let listed = store.sessions_of_user(&ada.id, NOW, 100).await?;
    let expected: Vec<_> = ["one", "three", "two"]
        .into_iter()
        .map(SessionId::of_token)
        .collect();
    let ids: Vec<_> = listed.iter().map(|(id, _)| id.clone()).collect();
    ensure_eq!(ids, expected, "the ids, those that end last first");
    let ends: Vec<_> = listed.iter().map(|(_, it)| it.expires_at).collect();
    ensure_eq!(ends, [later(3_000), later(2_000), later(1_000)], "the ends");
    ensure!(
        listed.iter().all(|(_, it)| it.user_id == ada.id),
        "a session in the list is somebody else's"
    );
    let first = store.sessions_of_user(&ada.id, NOW, 2).await?;
    ensure_eq!(first[..], listed[..2], "the first two");
    for (id, _) in &listed {
        let opened = store.session(id.as_str(), NOW).await?;
        ensure!(opened.is_none(), "the id of a session opens it");
    }
    let nobody = UserId::new("nobody");
    let listed = store.sessions_of_user(&nobody, NOW, 100).await?;
    ensure_eq!(listed, [], "the sessions of nobody");
    Ok(())
}

pub(super) async fn one_session_of_a_user_is_ended(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = sessions(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let bob = adapter.create_user(named("Bob")).await?;
    for (token, user) in [("one", &ada), ("two", &ada), ("bob's", &bob)] {
        store.create_session(token, session(&user.id)).await?;
    }
    let mine = SessionId::of_token("one");
    for (user, id, when) in [
        (&bob, mine.clone(), "somebody else's"),
        (&ada, SessionId::of_token("bob's"), "somebody else's"),
        (&ada, SessionId::of_token("none"), "none"),
        (&ada, SessionId::new(mine.as_str().to_uppercase()), "none"),
        (&ada, SessionId::new("one"), "a token"),
        (&ada, SessionId::new("%"), "no id"),
    ] {
        let ended = store.delete_session_of_user(&user.id, &id).await?;
        ensure!(!ended, "a session was ended by an id that is {when}");
    }
    for token in ["one", "two", "bob's"] {
        ensure!(
            store.session(token, NOW).await?.is_some(),
            "{token} is gone"
        );
    }
    let ended = store.delete_session_of_user(&ada.id, &mine).await?;
    ensure!(ended, "one's own session was not ended");
    ensure!(
        !store.delete_session_of_user(&ada.id, &mine).await?,
        "a session was ended twice"
    );
    ensure!(store.session("one", NOW).await?.is_none(), "it goes on");
    ensure!(store.session("two", NOW).await?.is_some(), "another ended");
    Ok(())
}

pub(super) async fn all_other_sessions_of_a_user_are_ended(adapter: Arc<dyn Adapter>) -> Outcome {
    let store = sessions(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let bob = adapter.create_user(named("Bob")).await?;
    let new =
        async |token: &'static str, user: &UserId| store.create_session(token, session(user)).await;
    for token in ["one", "two", "three"] {
        new(token, &ada.id).await?;
    }
    new("bob's", &bob.id).await?;
    let this = SessionId::of_token("two");
    let ended = store.delete_sessions_of_user(&ada.id, Some(&this)).await?;
    ensure_eq!(ended, 2, "how many others ended");
    ensure!(store.session("two", NOW).await?.is_some(), "this one ended");
    ensure!(store.session("one", NOW).await?.is_none(), "one goes on");
    new("one", &ada.id).await?;
    // A session of somebody else is none of hers, and keeps none of hers.
    let theirs = SessionId::of_token("bob's");
    let ended = store
        .delete_sessions_of_user(&ada.id, Some(&theirs))
        .await?;
    ensure_eq!(ended, 2, "how many ended");
    new("one", &ada.id).await?;
    let ended = store.delete_sessions_of_user(&ada.id, None).await?;
    ensure_eq!(ended, 1, "how many ended");
    ensure!(store.session("bob's", NOW).await?.is_some(), "Bob's ended");
    let nobody = UserId::new("nobody");
    let ended = store.delete_sessions_of_user(&nobody, None).await?;
    ensure_eq!(ended, 0, "how many of nobody ended");
    Ok(())
}

/// A session that does not say when it was made is taken as made when the sample was.
fn known(session: StoredSession) -> StoredSession {
    StoredSession {
        created_at: session.created_at.or(Some(NOW)),
        ..session
    }
}
