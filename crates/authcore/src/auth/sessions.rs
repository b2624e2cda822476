//! This file shows a person where they are signed in, and ends what they wish to end.
//!
//! The attack it stops: an id from a list, or a guessed one, that ends somebody else's session. Ids count
//! among the visitor's own sessions only (`a_session_of_somebody_else_is_not_ended`).

use std::cmp::Reverse;

use http::HeaderMap;

use super::{Auth, SessionUnavailable};
use crate::{
    adapter::{SessionId, SessionStore},
    current,
    model::UserId,
    session::{OwnSession, SessionError},
};

/// The most sessions of one person that are listed.
const LISTED: u32 = 1_000;

/// Why sessions are not listed or ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionsError {
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    SignedOut,
    /// Sessions are not kept in the database, or by a strategy of the application's own: they can
    /// neither be listed nor ended from elsewhere. See
    /// [`Auth::lists_sessions`].
    #[error("sessions are not in the database: set session(SessionKind::Database)")]
    NotKept,
    /// It is not known, because the store failed. Try again later.
    #[error(transparent)]
    Unavailable(#[from] SessionUnavailable),
}

impl From<SessionError> for SessionsError {
    fn from(error: SessionError) -> Self {
        Self::Unavailable(SessionUnavailable::new(error))
    }
}

/// For an account page: "Where you are signed in". Changes come from forms of the application's, which
/// guards them as all of its own.
///
/// ```
/// # use authcore::{Auth, SessionsError, adapter::SessionId};
/// # use http::HeaderMap;
/// async fn list(auth: &Auth, headers: &HeaderMap) -> Result<Vec<String>, SessionsError> {
///     let sessions = auth.own_sessions(headers).await?;
///     let line = |it: &authcore::session::OwnSession| {
///         let browser = it.stored.user_agent.as_deref().unwrap_or("a browser");
///         let this = if it.is_this { "this one" } else { it.id.as_str() };
///         format!("{browser}: {this}")
///     };
///     Ok(sessions.iter().map(line).collect())
/// }
///
/// async fn end(auth: &Auth, headers: &HeaderMap, id: String) -> Result<bool, SessionsError> {
///     auth.end_own_session(headers, &SessionId::new(id)).await
/// }
/// ```
impl Auth {
    /// Whether sessions can be listed and ended: they are in the database.
    #[must_use]
    pub fn lists_sessions(&self) -> bool {
        self.kept_sessions().is_ok()
    }

    /// The visitor's sessions that have not ended, with which of them is this browser's: this one first,
    /// then the last seen. At most 1,000.
    ///
    /// # Errors
    /// [`SessionsError`].
    pub async fn own_sessions(
        &self,
        headers: &HeaderMap,
    ) -> Result<Vec<OwnSession>, SessionsError> {
        let store = self.kept_sessions()?;
        let (user, this) = self.visitor(headers).await?;
        let listed = store.sessions_of_user(&user, self.cx.now(), LISTED).await;
        let listed = listed.map_err(SessionError::from)?;
        let mut own: Vec<_> = listed
            .into_iter()
            .map(|(id, stored)| OwnSession {
                is_this: id == this,
                id,
                stored,
            })
            .collect();
        let seen = |it: &OwnSession| it.stored.last_seen_at.or(it.stored.created_at);
        own.sort_by_key(|it| Reverse((it.is_this, seen(it))));
        Ok(own)
    }

    /// Ends one of the visitor's sessions, and says whether there was such a one. For this very one,
    /// have them sign out, which also removes the cookie.
    ///
    /// # Errors
    /// [`SessionsError`].
    pub async fn end_own_session(
        &self,
        headers: &HeaderMap,
        id: &SessionId,
    ) -> Result<bool, SessionsError> {
        let store = self.kept_sessions()?;
        let (user, _) = self.visitor(headers).await?;
        let ended = store.delete_session_of_user(&user, id).await;
        Ok(ended.map_err(SessionError::from)?)
    }

    /// Ends all of the visitor's sessions but this one, and says how many those were.
    ///
    /// # Errors
    /// [`SessionsError`].
    pub async fn end_own_other_sessions(&self, headers: &HeaderMap) -> Result<u64, SessionsError> {
        let store = self.kept_sessions()?;
        let (user, this) = self.visitor(headers).await?;
        let ended = store.delete_sessions_of_user(&user, Some(&this)).await;
        Ok(ended.map_err(SessionError::from)?)
    }

    /// Ends all sessions of a user, and says how many those were: after a password was changed, or when
    /// an administrator puts somebody out. Who may do that is for the caller to see to.
    ///
    /// # Errors
    /// [`SessionsError::NotKept`], [`SessionsError::Unavailable`].
    pub async fn end_sessions_of(&self, user: &UserId) -> Result<u64, SessionsError> {
        let store = self.kept_sessions()?;
        let ended = store.delete_sessions_of_user(user, None).await;
        Ok(ended.map_err(SessionError::from)?)
    }

    fn kept_sessions(&self) -> Result<&dyn SessionStore, SessionsError> {
        let store = self.adapter().and_then(|adapter| adapter.sessions());
        match store {
            Some(store) if self.cx.sessions.is_in_store() => Ok(store),
            _ => Err(SessionsError::NotKept),
        }
    }

    async fn visitor(&self, headers: &HeaderMap) -> Result<(UserId, SessionId), SessionsError> {
        let current = current::read(&self.cx, headers).await?;
        match (current.token, current.session) {
            (Some(token), Some(session)) => Ok((session.user.id, SessionId::of_token(&token))),
            _ => Err(SessionsError::SignedOut),
        }
    }
}
