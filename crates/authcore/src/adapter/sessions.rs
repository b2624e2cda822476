//! This file says what a store of sessions answers.
//!
//! A token is an opaque text of the caller's; implementations store its SHA-256 only (the Auth.js
//! schema, which must hold it plain, is the one exception). What a person sees of their own sessions
//! is a [`SessionId`], which opens nothing.

use std::fmt;

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use super::AdapterError;
use crate::model::{Timestamp, User, UserId};

/// A session as stored. The token itself is never part of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSession {
    /// Whose it is.
    pub user_id: UserId,
    /// When it was made, where the store says so: Auth.js's tables do not.
    pub created_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used, to within the time that is let pass between two writes of it.
    pub last_seen_at: Option<Timestamp>,
    /// What the browser called itself when it signed in.
    pub user_agent: Option<String>,
    /// The network address that it signed in from, as the application knows it.
    pub address: Option<String>,
}

impl StoredSession {
    /// A session of which nothing else is known.
    #[must_use]
    pub fn new(user_id: UserId, expires_at: Timestamp) -> Self {
        Self {
            user_id,
            created_at: None,
            expires_at,
            last_seen_at: None,
            user_agent: None,
            address: None,
        }
    }
}

/// What a session is called in a list: the SHA-256 of its token, in hexadecimal. Whoever has it can
/// end the session, if it is their own, and cannot use it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(String);

impl SessionId {
    /// The id of the session of a token.
    #[must_use]
    pub fn of_token(token: &str) -> Self {
        Self::of_hash(&Sha256::digest(token.as_bytes()).into())
    }

    /// The id of the session of a token with this SHA-256.
    #[must_use]
    pub fn of_hash(hash: &[u8; 32]) -> Self {
        Self(hash.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// An id as it came back from a list. Any text may be given; one that is no id finds nothing.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The SHA-256 that it stands for; `None` when it is no id.
    #[must_use]
    pub fn hash(&self) -> Option<[u8; 32]> {
        let digits = self.0.as_bytes();
        if digits.len() != 64 {
            return None;
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(hash)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Only what [`SessionId::of_hash`] writes: two texts never name one session.
fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

/// Where sessions are kept.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Stores a session.
    ///
    /// # Errors
    /// [`AdapterError::NotFound`] without such a user; [`AdapterError::Conflict`] when the token is
    /// taken.
    async fn create_session(&self, token: &str, session: StoredSession)
    -> Result<(), AdapterError>;

    /// The session of this token with its user, in one query. One that has ended by `now` is not
    /// returned, whether or not its row is still there.
    async fn session(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<(StoredSession, User)>, AdapterError>;

    /// Moves the end of a session. Moving none is no error: it may have been ended meanwhile.
    async fn extend_session(&self, token: &str, expires_at: Timestamp) -> Result<(), AdapterError>;

    /// Says that a session was used at this moment; an earlier one than is known changes nothing. A
    /// store that has no place for it does nothing. The caller sees to it that this is rare.
    async fn mark_session_seen(&self, token: &str, at: Timestamp) -> Result<(), AdapterError>;

    /// Ends a session and says which it was.
    async fn delete_session(&self, token: &str) -> Result<Option<StoredSession>, AdapterError>;

    /// The sessions of a user that have not ended by `now`, at most `limit` of them, those that end
    /// last first.
    async fn sessions_of_user(
        &self,
        user: &UserId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(SessionId, StoredSession)>, AdapterError>;

    /// Ends one session of this user, and says whether there was such a one. A session of somebody
    /// else is none.
    async fn delete_session_of_user(
        &self,
        user: &UserId,
        session: &SessionId,
    ) -> Result<bool, AdapterError>;

    /// Ends all sessions of a user, or all but one, and says how many those were.
    async fn delete_sessions_of_user(
        &self,
        user: &UserId,
        but: Option<&SessionId>,
    ) -> Result<u64, AdapterError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_hash_of_its_token_and_nothing_else_is_an_id() {
        let id = SessionId::of_token("abc");
        // The example of FIPS 180-2, appendix B.1.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(id.as_str(), expected);
        assert_eq!(id.hash().map(|hash| SessionId::of_hash(&hash)), Some(id));
        for text in ["", "abc", &expected.to_uppercase(), &expected[1..]] {
            assert_eq!(SessionId::new(text).hash(), None, "{text}");
        }
        assert_eq!(SessionId::new("ä".repeat(32)).hash(), None);
    }
}
