//! This file holds what a person sees of their own sessions, and why they may see none.

use crate::adapter::{SessionId, StoredSession};

/// One of a visitor's sessions, for a page that shows where they are signed in.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct OwnSession {
    /// What it is called. It opens nothing, and can stand in a form.
    pub id: SessionId,
    /// Whether it is the one of this very browser.
    pub is_this: bool,
    /// When it was made and last seen, and from where, as far as the store says so.
    pub stored: StoredSession,
}
