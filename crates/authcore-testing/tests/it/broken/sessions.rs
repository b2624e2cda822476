//! This file breaks the stores of sessions and of what is used once.

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, Once, OnceStore, SessionId, SessionStore, StoredSession},
    model::{Timestamp, User, UserId},
};

use super::{BrokenAdapter, Fault};

#[async_trait]
impl SessionStore for BrokenAdapter {
    async fn create_session(
        &self,
        token: &str,
        mut session: StoredSession,
    ) -> Result<(), AdapterError> {
        if self.fault == Fault::CutsUserAgents {
            let cut = |text: String| text.chars().take(255).collect();
            session.user_agent = session.user_agent.map(cut);
        }
        self.sound.create_session(self.token(token), session).await
    }

    async fn session(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<(StoredSession, User)>, AdapterError> {
        self.asked.lock().unwrap().push("session");
        let now = match self.fault {
            Fault::ReturnsEnded => Timestamp::from_millis(i64::MIN),
            _ => now,
        };
        let mut found = self.sound.session(self.token(token), now).await?;
        if let Some((_, user)) = &mut found
            && self.fault == Fault::ForgetsValidFrom
        {
            user.sessions_valid_from = None;
        }
        Ok(found)
    }

    async fn extend_session(&self, token: &str, expires_at: Timestamp) -> Result<(), AdapterError> {
        self.sound
            .extend_session(self.token(token), expires_at)
            .await
    }

    async fn delete_session(&self, token: &str) -> Result<Option<StoredSession>, AdapterError> {
        self.sound.delete_session(self.token(token)).await
    }

    async fn mark_session_seen(&self, token: &str, at: Timestamp) -> Result<(), AdapterError> {
        self.asked.lock().unwrap().push("mark_session_seen");
        if self.fault == Fault::CannotSee {
            return Err(AdapterError::Unavailable("it is read-only".into()));
        }
        if self.fault == Fault::SeesBackwards
            && let Some(mut session) = self.sound.delete_session(token).await?
        {
            session.last_seen_at = Some(at);
            return self.sound.create_session(token, session).await;
        }
        self.sound.mark_session_seen(token, at).await
    }

    async fn sessions_of_user(
        &self,
        user: &UserId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(SessionId, StoredSession)>, AdapterError> {
        self.sound.sessions_of_user(user, now, limit).await
    }

    async fn delete_session_of_user(
        &self,
        user: &UserId,
        session: &SessionId,
    ) -> Result<bool, AdapterError> {
        self.sound.delete_session_of_user(user, session).await
    }

    async fn delete_sessions_of_user(
        &self,
        user: &UserId,
        but: Option<&SessionId>,
    ) -> Result<u64, AdapterError> {
        let but = match self.fault {
            Fault::EndsThisOneToo => None,
            _ => but,
        };
        self.sound.delete_sessions_of_user(user, but).await
    }
}

#[async_trait]
impl OnceStore for BrokenAdapter {
    async fn use_once(
        &self,
        kind: Once,
        id: &str,
        expires_at: Timestamp,
    ) -> Result<bool, AdapterError> {
        let kind = match self.fault {
            Fault::IgnoresKind => Once::Attempt,
            _ => kind,
        };
        if self.fault != Fault::AsksThenMarks {
            return self.sound.use_once(kind, id, expires_at).await;
        }
        if self.used.lock().unwrap().contains(id) {
            return Ok(false);
        }
        self.let_others_go_first().await;
        self.used.lock().unwrap().insert(id.to_owned());
        Ok(true)
    }
}
