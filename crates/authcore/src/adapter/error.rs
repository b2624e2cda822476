//! This file says what a store can answer instead of a row. No text of a driver is in it: those
//! quote values, and values are people's.

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AdapterError {
    /// Something unique is taken: an account, an e-mail address, a token.
    #[error("the {what} is already taken")]
    Conflict {
        /// What is taken: `account`, `email`, `session`.
        what: &'static str,
    },
    /// What should be changed is not there.
    #[error("there is no such {what}")]
    NotFound {
        /// What is missing: `user`, `account`.
        what: &'static str,
    },
    /// The store cannot be reached, is locked, or took too long. The same call may succeed later.
    #[error("the store is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A row cannot be read as what it should be, or a value cannot be opened with any secret.
    #[error("the store holds a {what} that cannot be read")]
    Corrupt {
        /// What could not be read: `user`, `account`, `token`.
        what: &'static str,
    },
    /// A value cannot be stored as it is: too long, or of characters that the store does not take.
    #[error("the {what} cannot be stored")]
    Refused {
        /// What was refused.
        what: &'static str,
    },
    /// Any other failure of the store, most often a mistake in a statement or a missing table.
    #[error("the store failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl AdapterError {
    /// The stable code of this failure, as in logs and in the book.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Conflict { .. } => "adapter_conflict",
            Self::NotFound { .. } => "adapter_not_found",
            Self::Unavailable(_) => "adapter_unavailable",
            Self::Corrupt { .. } => "adapter_corrupt",
            Self::Refused { .. } => "adapter_refused",
            Self::Failed(_) => "adapter_failed",
        }
    }
}
