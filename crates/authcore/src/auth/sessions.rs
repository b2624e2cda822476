//! This file shows a person where they are signed in, and ends what they wish to end.
//!
//! The attack it stops: an id from a list, or a guessed one, that ends somebody else's session. Ids count
//! among the visitor's own sessions only (`a_session_of_somebody_else_is_not_ended`).

use std::cmp::Reverse;

use http::HeaderMap;

use super::{Auth, SessionUnavailable};
#[cfg(doc)]
use crate::session::UserCheck;
use crate::{
    adapter::{AdapterError, SessionId, SessionStore},
    current::{self, Current, Standing},
    model::{UserChanges, UserId},
    session::{OwnSession, SessionError},
    web::jar::Jar,
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
    /// They signed in too long ago for this: have them sign in again
    /// ([`Auth::sign_in_again_url`]).
    #[error("this needs a recent sign-in")]
    NotRecent,
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
    /// have them sign out, which also removes the cookie. Needs a recent sign-in.
    ///
    /// # Errors
    /// [`SessionsError`].
    pub async fn end_own_session(
        &self,
        headers: &HeaderMap,
        id: &SessionId,
    ) -> Result<bool, SessionsError> {
        let store = self.kept_sessions()?;
        let (user, _) = self.recent_visitor(headers).await?;
        let ended = store.delete_session_of_user(&user, id).await;
        Ok(ended.map_err(SessionError::from)?)
    }

    /// Ends all of the visitor's sessions but this one, and says how many those were. Needs a recent
    /// sign-in.
    ///
    /// # Errors
    /// [`SessionsError`].
    pub async fn end_own_other_sessions(&self, headers: &HeaderMap) -> Result<u64, SessionsError> {
        let store = self.kept_sessions()?;
        let (user, this) = self.recent_visitor(headers).await?;
        let ended = store.delete_sessions_of_user(&user, Some(&this)).await;
        Ok(ended.map_err(SessionError::from)?)
    }

    /// Ends all sessions of a user, and says how many of them were in the store: after a password was
    /// changed, or when an administrator signs somebody out everywhere. Sessions that are only in browsers
    /// end when they are renewed, or at their next read where [`UserCheck::AtEveryRead`] is set: the store
    /// notes the moment before which none is valid. Who may do that is for the caller to check.
    ///
    /// # Errors
    /// [`SessionsError::NotKept`] when the store can do neither; [`SessionsError::Unavailable`].
    pub async fn end_sessions_of(&self, user: &UserId) -> Result<u64, SessionsError> {
        let adapter = self.adapter().ok_or(SessionsError::NotKept)?;
        let changes = UserChanges {
            sessions_valid_from: Some(Some(self.cx.now())),
            ..UserChanges::default()
        };
        let noted = match adapter.update_user(user, changes).await {
            Ok(_) => true,
            // Nobody has a session of a user who does not exist.
            Err(AdapterError::NotFound { .. }) => return Ok(0),
            Err(AdapterError::Refused { .. }) => false,
            Err(error) => return Err(SessionError::from(error).into()),
        };
        match self.kept_sessions() {
            Ok(store) => {
                let ended = store.delete_sessions_of_user(user, None).await;
                Ok(ended.map_err(SessionError::from)?)
            }
            Err(_) if noted => Ok(0),
            Err(error) => Err(error),
        }
    }

    fn kept_sessions(&self) -> Result<&dyn SessionStore, SessionsError> {
        let store = self.adapter().and_then(|adapter| adapter.sessions());
        match store {
            Some(store) if self.cx.sessions.is_in_store() => Ok(store),
            _ => Err(SessionsError::NotKept),
        }
    }

    async fn visitor(&self, headers: &HeaderMap) -> Result<(UserId, SessionId), SessionsError> {
        let jar = Jar::read(&self.cx.cookies, headers);
        let current = current::read(&self.cx, &jar).await?;
        named(&current)
    }

    async fn recent_visitor(
        &self,
        headers: &HeaderMap,
    ) -> Result<(UserId, SessionId), SessionsError> {
        let jar = Jar::read(&self.cx.cookies, headers);
        let current = current::read(&self.cx, &jar).await?;
        match current::standing(&self.cx, &current).await? {
            Standing::Recent => named(&current),
            Standing::Stale => Err(SessionsError::NotRecent),
            Standing::SignedOut => Err(SessionsError::SignedOut),
        }
    }
}

fn named(current: &Current<'_>) -> Result<(UserId, SessionId), SessionsError> {
    match (current.token(), current.user_id()) {
        (Some(token), Some(user)) => Ok((user.clone(), SessionId::of_token(token))),
        _ => Err(SessionsError::SignedOut),
    }
}
