//! This folder says where users live: the trait that a database implements, and what it answers.
//!
//! The trait is object-safe and small. What must happen whole or not at all is one method
//! ([`Adapter::create_user_with_account`]), so that a store can make it one transaction. What a store
//! may lack is declared: it returns the optional store, and `build()` names what is missing.
//! Every contract below is held to by the conformance suite of `authcore-testing`.
//!
//! ```text
//! mod.rs            users and their accounts; which of the optional stores there are
//! sessions.rs       who is signed in, where, since when
//! once.rs           what is used once: sign-in attempts, logout tokens
//! verifications.rs  what was sent to an address to prove that it is somebody's
//! passkeys.rs       passkeys and their counters
//! tokens.rs         one process at a time renews the tokens of an account
//! revocations.rs    tokens that are to be revoked at their provider
//! limits.rs         how often something was tried
//! directory.rs      pages of users
//! store.rs          the optional stores by name, and who needs which
//! ```

mod directory;
mod error;
mod limits;
mod once;
mod passkeys;
mod revocations;
mod sessions;
mod store;
mod tokens;
mod verifications;

use async_trait::async_trait;

pub use directory::{UserDirectory, UserQuery};
pub use error::AdapterError;
pub use limits::{Hits, LimitStore};
pub use once::{Once, OnceStore};
pub use passkeys::{Passkey, PasskeyBackup, PasskeyReach, PasskeyStore, PasskeyUse};
pub use revocations::{Revocation, RevocationStore};
pub use sessions::{SessionId, SessionStore, StoredSession};
pub use store::{Store, Stores};
pub use tokens::{Lease, TokenStore};
pub use verifications::VerificationStore;

use crate::model::{
    Account, AccountKey, Email, NewAccount, NewUser, Secret, Timestamp, TokenSet, User,
    UserChanges, UserId,
};

/// Where users and their accounts live.
#[async_trait]
pub trait Adapter: Send + Sync {
    /// Takes the application's secrets: what a store encrypts, it encrypts under a key derived from
    /// the first, and opens with any. `build()` calls this once, before anything else. An adapter
    /// that was given secrets of its own keeps those.
    fn use_secrets(&self, secrets: &[Secret]) {
        let _ = secrets;
    }

    /// Stores a user who has no account yet (one who signs in by e-mail) and gives them an id.
    ///
    /// # Errors
    /// [`AdapterError::Conflict`] when another user has the e-mail address.
    async fn create_user(&self, user: NewUser) -> Result<User, AdapterError>;

    /// Stores a user and their first account: both, or neither.
    ///
    /// # Errors
    /// [`AdapterError::Conflict`] when another user has the e-mail address or the account.
    async fn create_user_with_account(
        &self,
        user: NewUser,
        account: NewAccount,
    ) -> Result<User, AdapterError>;

    /// The user with this id. Any text may be asked for; one that is no id of this store finds nobody.
    async fn user(&self, id: &UserId) -> Result<Option<User>, AdapterError>;

    /// The user with exactly this verified address. An [unverified](User::unverified_email) one finds nobody.
    async fn user_by_email(&self, email: &Email) -> Result<Option<User>, AdapterError>;

    /// The user who owns this account, and the authority that is stored with it, in one query. Provider
    /// and subject both match, byte for byte. The account's tokens stay closed.
    async fn account_owner(&self, key: &AccountKey) -> Result<Option<AccountOwner>, AdapterError>;

    /// Says who gave out the subject of an account that is stored: once for an account that was stored
    /// without an authority, and when an operator confirms that a provider moved. The text is kept as it
    /// is, in place of the one before.
    ///
    /// # Errors
    /// [`AdapterError::NotFound`] without such an account; [`AdapterError::Refused`] when this store has
    /// no place for it.
    async fn set_authority(&self, key: &AccountKey, authority: &str) -> Result<(), AdapterError>;

    /// Changes the named fields of a user and returns the whole user.
    ///
    /// # Errors
    /// [`AdapterError::NotFound`] without such a user; [`AdapterError::Conflict`] when another user
    /// has the new address.
    async fn update_user(&self, id: &UserId, changes: UserChanges) -> Result<User, AdapterError>;

    /// Removes a user with everything that is theirs. Removing nobody is no error.
    ///
    /// # Errors
    /// [`AdapterError::Refused`] when tokens are to be revoked and this store puts none aside.
    async fn delete_user(&self, id: &UserId, tokens: TokensThen) -> Result<(), AdapterError>;

    /// Gives an existing user another account.
    ///
    /// # Errors
    /// [`AdapterError::Conflict`] when the account is somebody's already, also this user's;
    /// [`AdapterError::NotFound`] without such a user.
    async fn link_account(&self, user: &UserId, account: NewAccount) -> Result<(), AdapterError>;

    /// Replaces the tokens of an account by those of a later sign-in.
    ///
    /// # Errors
    /// [`AdapterError::NotFound`] without such an account.
    async fn update_tokens(&self, key: &AccountKey, tokens: TokenSet) -> Result<(), AdapterError>;

    /// Takes an account away from its user.
    ///
    /// Whether it is the last way in is found out in the same write: of two that take away the last
    /// two accounts at the same moment, one is refused. Ways in are accounts and passkeys. Accounts of the
    /// kind `webauthn` are what passkeys are known by: a user who has passkeys has no further way in by
    /// them. Whether an address counts as a way in is for the caller to know, who then says
    /// [`LastWayIn::Remove`].
    ///
    /// # Errors
    /// [`AdapterError::Refused`] when tokens are to be revoked and this store puts none aside.
    async fn unlink_account(
        &self,
        user: &UserId,
        key: &AccountKey,
        last: LastWayIn,
        tokens: TokensThen,
    ) -> Result<Unlinked, AdapterError>;

    /// The accounts of a user, in no particular order.
    async fn accounts(&self, user: &UserId) -> Result<Vec<Account>, AdapterError>;

    /// Where sessions are kept, if this store keeps any. Needed for sessions in the database.
    fn sessions(&self) -> Option<&dyn SessionStore> {
        None
    }

    /// Where it is kept what was used once, if this store keeps that. Needed when several processes
    /// serve one application, so that an attempt used at one is used at all.
    fn once(&self) -> Option<&dyn OnceStore> {
        None
    }

    /// Where verification tokens are kept, if this store keeps any.
    fn verifications(&self) -> Option<&dyn VerificationStore> {
        None
    }

    /// Where passkeys are kept, if this store keeps any.
    fn passkeys(&self) -> Option<&dyn PasskeyStore> {
        None
    }

    /// Where one process at a time renews tokens, if this store can see to that.
    fn tokens(&self) -> Option<&dyn TokenStore> {
        None
    }

    /// Where tokens wait for their revocation, if this store puts any aside.
    fn revocations(&self) -> Option<&dyn RevocationStore> {
        None
    }

    /// Where tries are counted, if this store counts.
    fn limits(&self) -> Option<&dyn LimitStore> {
        None
    }

    /// Where users are listed, if this store lists them.
    fn directory(&self) -> Option<&dyn UserDirectory> {
        None
    }

    /// Removes at most `limit` rows of each kind that ended before `now`, and says how many.
    /// Meant to be called again and again by the application's own schedule, until it returns 0.
    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, AdapterError>;
}

/// Whose an account is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AccountOwner {
    /// The user.
    pub user: User,
    /// Who gave out the account's subject; `None` when that was not noted.
    pub authority: Option<String>,
}

impl AccountOwner {
    /// The owner of an account of this authority, for a store of one's own.
    #[must_use]
    pub fn new(user: User, authority: Option<String>) -> Self {
        Self { user, authority }
    }
}

/// What is done about the last way in of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastWayIn {
    /// It stays: without it they could never sign in again.
    Keep,
    /// It goes as any other: there is another way that the store does not know of.
    Remove,
}

/// What becomes of the tokens of an account that goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokensThen {
    /// They are forgotten.
    Forget,
    /// They are put aside in the same write, to be revoked at their provider.
    Revoke,
}

/// What came of taking a way in away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unlinked {
    /// It is gone.
    Done,
    /// The user has no such one.
    NotTheirs,
    /// It is their last, and stays.
    LastWayIn,
}
