//! This file keeps sessions in the adapter's store: the browser carries an opaque token, the store
//! its SHA-256.
//!
//! One query reads a session with its user. It can be ended at once. The end is moved at most once a
//! day, so that reading does not write.

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

/// Sessions in the database.
pub struct DatabaseSessions {
    max_age: Duration,
    update_age: Duration,
}

impl DatabaseSessions {
    /// Sessions of this lifetime, whose end is moved when it was last moved `update_age` ago.
    #[must_use]
    pub fn new(max_age: Duration, update_age: Duration) -> Self {
        Self {
            max_age,
            update_age,
        }
    }
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
        let found = store(cx)?.session(presented, cx.now).await?;
        Ok(found.map(|(stored, user)| {
            let moved_at = stored.expires_at.minus(self.max_age);
            let renewed_at = stored
                .created_at
                .map_or(moved_at, |made| moved_at.max(made));
            ActiveSession::new(user, renewed_at, stored.expires_at)
        }))
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
}
