//! This file keeps sessions in the adapter's store: the browser carries an opaque token, the store
//! its SHA-256.
//!
//! One query reads a session with its user. It can be ended at once. The end is moved at most once a
//! day, and the moment at which it was last seen is written at most every five minutes, so that reading
//! hardly ever writes; when that write fails, the session is read all the same
//! (`a_store_that_cannot_say_when_a_session_was_seen_signs_nobody_out`).
//!
//! A browser's name for itself is anybody's text: control characters go, and of what is long only the
//! beginning is kept (`a_browsers_name_is_cut_and_cleaned`).

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use super::{ActiveSession, IssuedSession, Renewal, SessionContext, SessionError, SessionStrategy};
use crate::{
    adapter::{AdapterError, SessionStore, StoredSession},
    login::Admitted,
    random,
};

/// Tokens that we make have 43 characters and Auth.js's 36; nothing longer is looked up.
const LONGEST_TOKEN: usize = 255;

/// The most characters of a browser's name for itself that are kept. Those of today have 100 to 200.
const USER_AGENT: usize = 512;

/// Sessions in the database.
pub struct DatabaseSessions {
    max_age: Duration,
    update_age: Duration,
    seen_age: Duration,
}

impl DatabaseSessions {
    /// How long a session is used before it is written down again that it was: 5 minutes.
    pub const SEEN_AGE: Duration = Duration::from_secs(300);

    /// Sessions of this lifetime, whose end is moved when it was last moved `update_age` ago.
    #[must_use]
    pub fn new(max_age: Duration, update_age: Duration) -> Self {
        Self {
            max_age,
            update_age,
            seen_age: Self::SEEN_AGE,
        }
    }

    /// How long a session is used before it is written down again that it was. Default:
    /// [`DatabaseSessions::SEEN_AGE`]. With zero, every read writes.
    #[must_use]
    pub fn seen_age(mut self, age: Duration) -> Self {
        self.seen_age = age;
        self
    }

    /// Notes that a session was used, where that is due. What a person reads of it is no reason to turn
    /// them away.
    async fn see(
        &self,
        cx: &SessionContext<'_>,
        store: &dyn SessionStore,
        token: &str,
        it: &StoredSession,
    ) {
        let Some(seen) = it.last_seen_at.or(it.created_at) else {
            // The store notes no such moments.
            return;
        };
        if seen.plus(self.seen_age) > cx.now {
            return;
        }
        if let Err(error) = store.mark_session_seen(token, cx.now).await {
            let code = error.code();
            tracing::warn!(code, %error, "it could not be noted that a session was used");
        }
    }
}

/// A browser's name for itself as it is kept; `None` when nothing is left of it.
fn user_agent(sent: &str) -> Option<String> {
    let kept = sent.chars().filter(|it| !it.is_control());
    let kept: String = kept.take(USER_AGENT).collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// `build()` refuses sessions in the database without a store; this says so should a strategy be
/// used on its own.
fn store<'a>(cx: &SessionContext<'a>) -> Result<&'a dyn SessionStore, SessionError> {
    cx.adapter
        .and_then(|adapter| adapter.sessions())
        .ok_or_else(|| {
            SessionError::Adapter(AdapterError::Failed("the adapter keeps no sessions".into()))
        })
}

#[async_trait]
impl SessionStrategy for DatabaseSessions {
    async fn issue(
        &self,
        cx: &SessionContext<'_>,
        admitted: &Admitted,
    ) -> Result<Option<IssuedSession>, SessionError> {
        let token = random::token()?;
        let expires_at = cx.now.plus(self.max_age);
        let stored = StoredSession {
            created_at: Some(cx.now),
            last_seen_at: Some(cx.now),
            user_agent: cx.visitor.user_agent.as_deref().and_then(user_agent),
            address: cx.visitor.address.map(|it| it.ip().to_string()),
            ..StoredSession::new(admitted.user.id.clone(), expires_at)
        };
        store(cx)?.create_session(&token, stored).await?;
        let session = ActiveSession::new(admitted.user.clone(), cx.now, expires_at);
        Ok(Some(IssuedSession {
            token: token.into(),
            expires_at,
            session,
        }))
    }

    async fn read(
        &self,
        cx: &SessionContext<'_>,
        presented: &str,
    ) -> Result<Option<ActiveSession>, SessionError> {
        if presented.is_empty() || presented.len() > LONGEST_TOKEN {
            return Ok(None);
        }
        let store = store(cx)?;
        let Some((stored, user)) = store.session(presented, cx.now).await? else {
            return Ok(None);
        };
        self.see(cx, store, presented, &stored).await;
        let moved_at = stored.expires_at.minus(self.max_age);
        let renewed_at = stored
            .created_at
            .map_or(moved_at, |made| moved_at.max(made));
        Ok(Some(ActiveSession::new(
            user,
            renewed_at,
            stored.expires_at,
        )))
    }

    async fn renew(
        &self,
        cx: &SessionContext<'_>,
        presented: &str,
        session: &ActiveSession,
        _update: Option<&Value>,
    ) -> Result<Renewal, SessionError> {
        let last_moved = session.expires_at.minus(self.max_age);
        if last_moved.plus(self.update_age) > cx.now {
            return Ok(Renewal::Unchanged);
        }
        let expires_at = cx.now.plus(self.max_age);
        store(cx)?.extend_session(presented, expires_at).await?;
        let session = ActiveSession {
            issued_at: cx.now,
            expires_at,
            ..session.clone()
        };
        Ok(Renewal::Renewed(Box::new(IssuedSession {
            token: presented.into(),
            expires_at,
            session,
        })))
    }

    async fn revoke(
        &self,
        cx: &SessionContext<'_>,
        presented: &str,
    ) -> Result<Option<ActiveSession>, SessionError> {
        if presented.is_empty() || presented.len() > LONGEST_TOKEN {
            return Ok(None);
        }
        let store = store(cx)?;
        let session = self.read(cx, presented).await?;
        store.delete_session(presented).await?;
        Ok(session)
    }

    fn is_in_store(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browsers_name_is_cut_and_cleaned() {
        let long = "😀".repeat(600);
        for (sent, kept) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64)",
                Some("Mozilla/5.0 (X11; Linux x86_64)"),
            ),
            ("a\0b\u{1b}[2Jc\u{9b}d\r\n", Some("ab[2Jcd")),
            (&long, Some(&*"😀".repeat(512))),
            ("\u{1b}\t ", None),
            ("", None),
        ] {
            assert_eq!(user_agent(sent).as_deref(), kept, "{sent:?}");
        }
    }
}
