//! This file holds a session that is alive: who it is, what it carries, and until when.

use super::{JsonMap, Timestamp, User};

/// A session that is alive.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ActiveSession {
    /// Who it is.
    pub user: User,
    /// The claims of a JWT session; empty for a session in the database.
    pub claims: JsonMap,
    /// When it was made or last renewed.
    pub issued_at: Timestamp,
    /// When it expires, unless it is renewed before.
    pub expires_at: Timestamp,
    /// When the visitor signed in; a renewal does not change it. `None` when that is not known: Auth.js
    /// notes it neither in its tables nor in its tokens.
    pub signed_in_at: Option<Timestamp>,
    /// What names this sign-in across renewals, where the strategy knows such a name. It opens nothing.
    pub id: Option<String>,
    /// Whether the claims are no longer those that the browser carries.
    pub claims_changed: bool,
}

impl ActiveSession {
    /// A session that is alive, for a strategy of one's own.
    #[must_use]
    pub fn new(user: User, issued_at: Timestamp, expires_at: Timestamp) -> Self {
        Self {
            user,
            claims: JsonMap::new(),
            issued_at,
            expires_at,
            signed_in_at: None,
            id: None,
            claims_changed: false,
        }
    }
}
