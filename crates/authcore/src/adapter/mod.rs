//! This folder says where users live: the trait that a database implements, and what it answers.
//!
//! The trait is object-safe and small. What must happen whole or not at all is one method
//! ([`Adapter::create_user_with_account`]), so that a store can make it one transaction. What a store
//! may lack is declared: it returns the optional store, and `build()` names what is missing.
//! Every contract below is held to by the conformance suite of `authcore-testing`.

mod error;

use async_trait::async_trait;

pub use error::AdapterError;

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

    /// The user with exactly this address.
    async fn user_by_email(&self, email: &Email) -> Result<Option<User>, AdapterError>;

    /// The user who owns this account. Provider and subject both match, byte for byte.
    async fn user_by_account(&self, key: &AccountKey) -> Result<Option<User>, AdapterError>;

    /// Changes the named fields of a user and returns the whole user.
    ///
    /// # Errors
    /// [`AdapterError::NotFound`] without such a user; [`AdapterError::Conflict`] when another user
    /// has the new address.
    async fn update_user(&self, id: &UserId, changes: UserChanges) -> Result<User, AdapterError>;

    /// Removes a user with their accounts and sessions. Removing nobody is no error.
    async fn delete_user(&self, id: &UserId) -> Result<(), AdapterError>;

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

    /// Takes an account away from its user. Removing none is no error.
    async fn unlink_account(&self, key: &AccountKey) -> Result<(), AdapterError>;

    /// The accounts of a user, in no particular order.
    async fn accounts(&self, user: &UserId) -> Result<Vec<Account>, AdapterError>;

    /// Where sessions are kept, if this store keeps any. Needed for sessions in the database.
    fn sessions(&self) -> Option<&dyn SessionStore> {
        None
    }

    /// Where used sign-in attempts are kept, if this store keeps any. Needed when several processes
    /// serve one application, so that an attempt used at one is used at all.
    fn attempts(&self) -> Option<&dyn AttemptStore> {
        None
    }

    /// Removes at most `limit` rows of each kind that ended before `now`, and says how many.
    /// Meant to be called again and again by the application's own schedule, until it returns 0.
    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, AdapterError>;
}

/// A session as stored. The token itself is never part of it: stores keep its SHA-256.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredSession {
    /// Whose it is.
    pub user_id: UserId,
    /// When it was made, where the store says so: Auth.js's tables do not.
    pub created_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Where sessions are kept. A token is an opaque text of the caller's; implementations store its
/// SHA-256 only (the Auth.js schema, which must hold it plain, is the one exception).
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

    /// Ends a session and says which it was.
    async fn delete_session(&self, token: &str) -> Result<Option<StoredSession>, AdapterError>;
}

/// Where used sign-in attempts are kept until they would have ended anyway.
#[async_trait]
pub trait AttemptStore: Send + Sync {
    /// Marks an attempt as used. `true` for exactly one caller, however many ask at once.
    async fn use_attempt(&self, id: &str, expires_at: Timestamp) -> Result<bool, AdapterError>;
}
