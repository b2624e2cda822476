//! This file says what a store of verification tokens answers: what is sent to an address to prove
//! that it is somebody's.
//!
//! A token is an opaque text of the caller's; implementations store its SHA-256 only (the Auth.js
//! schema holds what it is given, and Auth.js gives it a hash).
//!
//! The attacks it stops: a link that is used twice at the same moment
//! (`of_many_takers_of_a_verification_one_wins`), a token for one address that proves another
//! (`a_verification_proves_its_own_address_only`).

use async_trait::async_trait;

use super::AdapterError;
use crate::model::Timestamp;

/// Where verification tokens are kept.
#[async_trait]
pub trait VerificationStore: Send + Sync {
    /// Stores a token for an identifier, such as an e-mail address. There can be several at once.
    ///
    /// # Errors
    /// [`AdapterError::Conflict`] when the identifier has this very token already;
    /// [`AdapterError::Refused`] when the store cannot keep it: too long, or, in Auth.js's tables, an
    /// identifier that begins with `authcore:`.
    async fn create_verification(
        &self,
        identifier: &str,
        token: &str,
        expires_at: Timestamp,
    ) -> Result<(), AdapterError>;

    /// Takes a token away, and says whether it proved the identifier: `true` for exactly one caller,
    /// before its end. Identifier and token both match, byte for byte. One that has ended is taken
    /// away too, and proves nothing.
    async fn take_verification(
        &self,
        identifier: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<bool, AdapterError>;

    /// Takes away all tokens of an identifier, and says how many there were.
    async fn delete_verifications(&self, identifier: &str) -> Result<u64, AdapterError>;
}
