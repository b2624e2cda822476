//! This file says what a store of passkeys answers (Web Authentication, Level 3).
//!
//! The attack it stops: a copied passkey. Each use must raise the counter, where a passkey has one,
//! and of two that present the same counter one is refused (section 7.2, step 22;
//! `of_many_uses_of_a_passkey_one_raises_the_counter`).

use async_trait::async_trait;

use super::{AdapterError, LastWayIn, Unlinked};
use crate::model::{JsonMap, Timestamp, UserId};

/// A passkey as stored. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq)]
pub struct Passkey {
    /// The credential id: 1 to 1023 bytes, unique among all people (section 4).
    pub credential_id: Vec<u8>,
    /// Whose it is.
    pub user_id: UserId,
    /// The public key, as the library that verifies it keeps it.
    pub public_key: Vec<u8>,
    /// The signature counter of its last use; 0 for those that have none.
    pub counter: u32,
    /// Whether it can be on several devices.
    pub reach: PasskeyReach,
    /// Whether it was backed up when it was last used.
    pub backup: PasskeyBackup,
    /// How it is reached: `internal`, `hybrid`, `usb` …
    pub transports: Vec<String>,
    /// What its owner calls it.
    pub name: Option<String>,
    /// When it was registered.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    /// What else the library that verifies it wants kept.
    pub extra: JsonMap,
}

/// Whether a passkey can be on several devices (section 6.1.3, `BE`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyReach {
    /// It never leaves its device.
    OneDevice,
    /// It may be copied by its maker to the person's other devices.
    ManyDevices,
}

/// Whether a passkey is backed up (section 6.1.3, `BS`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasskeyBackup {
    /// It is.
    Kept,
    /// It is not, and is lost with its device.
    None,
}

/// A use of a passkey, after its signature was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasskeyUse {
    /// The counter that came with it.
    pub counter: u32,
    /// Whether it is backed up now.
    pub backup: PasskeyBackup,
    /// When it was.
    pub at: Timestamp,
}

/// Where passkeys are kept.
#[async_trait]
pub trait PasskeyStore: Send + Sync {
    /// Stores a passkey.
    ///
    /// # Errors
    /// [`AdapterError::Conflict`] when the credential id is somebody's already, also this user's;
    /// [`AdapterError::NotFound`] without such a user; [`AdapterError::Refused`] when the credential id
    /// has no or more than 1023 bytes.
    async fn create_passkey(&self, passkey: Passkey) -> Result<(), AdapterError>;

    /// The passkey with this credential id. Any bytes may be asked for.
    async fn passkey(&self, credential_id: &[u8]) -> Result<Option<Passkey>, AdapterError>;

    /// The passkeys of a user, the oldest first.
    async fn passkeys(&self, user: &UserId) -> Result<Vec<Passkey>, AdapterError>;

    /// Keeps a use of a passkey, and says whether it counts: the new counter is higher than the
    /// stored one, or both are 0. Otherwise nothing is changed, and the passkey may have been copied.
    ///
    /// # Errors
    /// [`AdapterError::NotFound`] without such a passkey.
    async fn use_passkey(&self, credential_id: &[u8], it: PasskeyUse)
    -> Result<bool, AdapterError>;

    /// Calls a passkey of this user by another name.
    ///
    /// # Errors
    /// [`AdapterError::NotFound`] when the user has no such passkey.
    async fn rename_passkey(
        &self,
        user: &UserId,
        credential_id: &[u8],
        name: Option<String>,
    ) -> Result<(), AdapterError>;

    /// Takes a passkey away from its user. The last way in is kept or removed as the caller says, by
    /// the rules of [`Adapter::unlink_account`](super::Adapter::unlink_account).
    async fn delete_passkey(
        &self,
        user: &UserId,
        credential_id: &[u8],
        last: LastWayIn,
    ) -> Result<Unlinked, AdapterError>;
}
