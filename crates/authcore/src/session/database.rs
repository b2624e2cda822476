//! Sessions in the adapter's store: the browser carries an opaque token, the store its SHA-256.
//!
//! One query reads a session with its user, so that one who was disabled, or signed out everywhere, is
//! seen at once. The end is moved at most once a day, and never past 90 days after the sign-in; the moment
//! at which the session was last seen is written at most every five minutes, so that reading hardly ever
//! writes; when that write fails, the session is read all the same
//! (`a_store_that_cannot_say_when_a_session_was_seen_signs_nobody_out`).
//!
//! Auth.js's tables do not say when a session began. Our tokens do: the moment stands in front of their
//! random part. A token is only believed when the store has it, so nobody can choose that moment.
//!
//! A browser's name for itself is anybody's text: control characters go, and of what is long only the
//! beginning is kept (`a_browsers_name_is_cut_and_cleaned`).

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use super::{
    ActiveSession, IssuedSession, Renewal, SessionAge, SessionContext, SessionError,
    SessionStrategy, may_go_on,
};
use crate::{
    adapter::{AdapterError, SessionStore, StoredSession},
    login::Admitted,
    model::Timestamp,
    random,
};

/// Tokens that we make have 55 characters and Auth.js's 36; nothing longer is looked up.
const LONGEST_TOKEN: usize = 255;

/// The most characters of a browser's name for itself that are kept. Those of today have 100 to 200.
const USER_AGENT: usize = 512;

/// Sessions in the database.
pub struct DatabaseSessions {
    age: SessionAge,
    seen_age: Duration,
}

impl DatabaseSessions {
    /// How long a session is used before it is written down again that it was: 5 minutes.
    pub const SEEN_AGE: Duration = Duration::from_secs(300);

    /// Sessions of this lifetime.
    #[must_use]
    pub fn new(age: SessionAge) -> Self {
        Self {
            age,
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

    /// When the end was last moved: it is then as far away as a lifetime, or as the last moment allows.
    fn moved_at(&self, it: &StoredSession, signed_in_at: Option<Timestamp>) -> Timestamp {
        let moved_at = it.expires_at.minus(self.age.max());
        signed_in_at.map_or(moved_at, |at| moved_at.max(at))
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

/// A new token: the moment in milliseconds, a dot, and 256 random bits. Milliseconds have 13 digits until
/// the year 2286; in hexadecimal they take 11.
fn token(now: Timestamp) -> Result<String, SessionError> {
    Ok(format!("{:x}.{}", now.millis().max(0), random::token()?))
}

/// When a session began, by its own token, if that is one of ours.
fn begun(token: &str) -> Option<Timestamp> {
    let (millis, rest) = token.split_once('.')?;
    let millis = i64::from_str_radix(millis, 16).ok()?;
    (rest.len() == 43).then(|| Timestamp::from_millis(millis))
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
        let token = token(cx.now)?;
        let expires_at = self.age.end(cx.now, Some(cx.now));
        let stored = StoredSession {
            created_at: Some(cx.now),
            last_seen_at: Some(cx.now),
            user_agent: cx.visitor.user_agent.as_deref().and_then(user_agent),
            address: cx.visitor.address.map(|it| it.ip().to_string()),
            ..StoredSession::new(admitted.user.id.clone(), expires_at)
        };
        store(cx)?.create_session(&token, stored).await?;
        let session = ActiveSession {
            signed_in_at: Some(cx.now),
            ..ActiveSession::new(admitted.user.clone(), cx.now, expires_at)
        };
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
        let signed_in_at = stored.created_at.or_else(|| begun(presented));
        if self.age.is_over(cx.now, signed_in_at) || !may_go_on(&user, signed_in_at) {
            return Ok(None);
        }
        self.see(cx, store, presented, &stored).await;
        let moved_at = self.moved_at(&stored, signed_in_at);
        Ok(Some(ActiveSession {
            signed_in_at,
            ..ActiveSession::new(user, moved_at, stored.expires_at)
        }))
    }

    async fn renew(
        &self,
        cx: &SessionContext<'_>,
        presented: &str,
        session: &ActiveSession,
        _update: Option<&Value>,
    ) -> Result<Renewal, SessionError> {
        let moved_at = session.expires_at.minus(self.age.max());
        if moved_at.plus(self.age.update()) > cx.now {
            return Ok(Renewal::Unchanged);
        }
        let expires_at = self.age.end(cx.now, session.signed_in_at);
        if expires_at <= session.expires_at {
            return Ok(Renewal::Unchanged);
        }
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
