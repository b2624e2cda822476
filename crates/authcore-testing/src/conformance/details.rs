//! This file holds the cases about what a person sees of their sessions, where a store has a place for it.

use std::sync::Arc;

use authcore::adapter::{Adapter, SessionId, StoredSession};

use super::{
    check::{Outcome, ensure_eq, refused, sessions},
    sample::{NOW, later, named, session},
};

pub(super) async fn browser_and_address_of_a_session_come_back_as_they_were(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = sessions(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    let long = "😀".repeat(512);
    let samples = [
        (None, None),
        (Some(""), Some("")),
        (Some("Mozilla/5.0 (X11; Linux x86_64)"), Some("192.0.2.7")),
        (Some("'; DROP TABLE sessions; --"), Some("2001:db8::1")),
        (Some(long.as_str()), Some("fe80::1%eth0")),
        (Some(" ends with spaces  "), None),
        (Some("<script>\u{202e}</script>"), None),
    ];
    for (number, (user_agent, address)) in samples.into_iter().enumerate() {
        let token = format!("token {number}");
        let stored = StoredSession {
            user_agent: user_agent.map(str::to_owned),
            address: address.map(str::to_owned),
            last_seen_at: Some(later(-1)),
            ..session(&ada.id)
        };
        store.create_session(&token, stored.clone()).await?;
        let found = store.session(&token, NOW).await?.map(|(found, _)| found);
        ensure_eq!(found, Some(stored.clone()), "by its token");
        let listed = store.sessions_of_user(&ada.id, NOW, 100).await?;
        let id = SessionId::of_token(&token);
        let found = listed.into_iter().find(|(it, _)| *it == id);
        ensure_eq!(found.map(|(_, it)| it), Some(stored.clone()), "listed");
        let ended = store.delete_session(&token).await?;
        ensure_eq!(ended, Some(stored), "the ended session");
    }
    let odd = StoredSession {
        user_agent: Some("a\0b".to_owned()),
        ..session(&ada.id)
    };
    refused(store.create_session("odd", odd).await, "session")
}

pub(super) async fn a_session_was_last_seen_at_its_latest_use(
    adapter: Arc<dyn Adapter>,
) -> Outcome {
    let store = sessions(&*adapter)?;
    let ada = adapter.create_user(named("Ada")).await?;
    store.create_session("token", session(&ada.id)).await?;
    store.create_session("other", session(&ada.id)).await?;
    for (at, expected) in [(500, 500), (499, 500), (500, 500), (501, 501), (-1, 501)] {
        store.mark_session_seen("token", later(at)).await?;
        let found = store.session("token", NOW).await?;
        let expected = StoredSession {
            last_seen_at: Some(later(expected)),
            ..session(&ada.id)
        };
        ensure_eq!(found.map(|(found, _)| found), Some(expected), "the session");
    }
    store.mark_session_seen("nobody's", NOW).await?;
    let other = store.session("other", NOW).await?;
    let seen = other.and_then(|(other, _)| other.last_seen_at);
    ensure_eq!(seen, None, "when another session was seen");
    Ok(())
}
