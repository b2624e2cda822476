//! This file is a real store that a test switches off, in part or in whole.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use authcore::{
    adapter::{
        AccountOwner, Adapter, AdapterError, LastWayIn, Lease, Once, OnceStore, RevocationStore,
        SessionId, SessionStore, StoredSession, TokenStore, TokensThen, Unlinked,
    },
    model::{
        Account, AccountKey, Email, NewAccount, NewUser, Secret, Timestamp, TokenSet, User,
        UserChanges, UserId,
    },
};
use authcore_sqlite::SqliteAdapter;
use tokio::sync::watch;

/// A real store that can be switched off.
pub(crate) struct Switch {
    store: SqliteAdapter,
    /// Nothing is answered.
    pub(crate) off: AtomicBool,
    /// Refreshed tokens are not stored.
    pub(crate) keeps_no_tokens: AtomicBool,
    /// How often a lease was asked for.
    pub(crate) leases: watch::Sender<u32>,
}

impl Switch {
    pub(crate) fn over(store: SqliteAdapter) -> Self {
        Self {
            store,
            off: AtomicBool::new(false),
            keeps_no_tokens: AtomicBool::new(false),
            leases: watch::Sender::new(0),
        }
    }

    fn on(&self) -> Result<&SqliteAdapter, AdapterError> {
        if self.off.load(Ordering::SeqCst) {
            Err(AdapterError::Unavailable("canary of a driver".into()))
        } else {
            Ok(&self.store)
        }
    }
}

#[async_trait]
impl Adapter for Switch {
    fn use_secrets(&self, secrets: &[Secret]) {
        self.store.use_secrets(secrets);
    }
    async fn create_user(&self, user: NewUser) -> Result<User, AdapterError> {
        self.on()?.create_user(user).await
    }
    async fn create_user_with_account(
        &self,
        user: NewUser,
        account: NewAccount,
    ) -> Result<User, AdapterError> {
        self.on()?.create_user_with_account(user, account).await
    }
    async fn user(&self, id: &UserId) -> Result<Option<User>, AdapterError> {
        self.on()?.user(id).await
    }
    async fn user_by_email(&self, email: &Email) -> Result<Option<User>, AdapterError> {
        self.on()?.user_by_email(email).await
    }
    async fn account_owner(&self, key: &AccountKey) -> Result<Option<AccountOwner>, AdapterError> {
        self.on()?.account_owner(key).await
    }
    async fn set_authority(&self, key: &AccountKey, authority: &str) -> Result<(), AdapterError> {
        self.on()?.set_authority(key, authority).await
    }
    async fn update_user(&self, id: &UserId, changes: UserChanges) -> Result<User, AdapterError> {
        self.on()?.update_user(id, changes).await
    }
    async fn delete_user(&self, id: &UserId, tokens: TokensThen) -> Result<(), AdapterError> {
        self.on()?.delete_user(id, tokens).await
    }
    async fn link_account(&self, user: &UserId, account: NewAccount) -> Result<(), AdapterError> {
        self.on()?.link_account(user, account).await
    }
    async fn update_tokens(&self, key: &AccountKey, tokens: TokenSet) -> Result<(), AdapterError> {
        self.on()?.update_tokens(key, tokens).await
    }
    async fn unlink_account(
        &self,
        user: &UserId,
        key: &AccountKey,
        last: LastWayIn,
        tokens: TokensThen,
    ) -> Result<Unlinked, AdapterError> {
        self.on()?.unlink_account(user, key, last, tokens).await
    }
    async fn accounts(&self, user: &UserId) -> Result<Vec<Account>, AdapterError> {
        self.on()?.accounts(user).await
    }
    fn sessions(&self) -> Option<&dyn SessionStore> {
        Some(self)
    }
    fn once(&self) -> Option<&dyn OnceStore> {
        Some(self)
    }
    fn tokens(&self) -> Option<&dyn TokenStore> {
        Some(self)
    }
    fn revocations(&self) -> Option<&dyn RevocationStore> {
        self.store.revocations()
    }
    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, AdapterError> {
        self.on()?.remove_expired(now, limit).await
    }
}

impl Switch {
    fn sessions_of_store(&self) -> Result<&dyn SessionStore, AdapterError> {
        Ok(self.on()?.sessions().unwrap())
    }
}

#[async_trait]
impl SessionStore for Switch {
    async fn create_session(
        &self,
        token: &str,
        session: StoredSession,
    ) -> Result<(), AdapterError> {
        self.sessions_of_store()?
            .create_session(token, session)
            .await
    }
    async fn session(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<(StoredSession, User)>, AdapterError> {
        self.sessions_of_store()?.session(token, now).await
    }
    async fn extend_session(&self, token: &str, expires_at: Timestamp) -> Result<(), AdapterError> {
        self.sessions_of_store()?
            .extend_session(token, expires_at)
            .await
    }
    async fn delete_session(&self, token: &str) -> Result<Option<StoredSession>, AdapterError> {
        self.sessions_of_store()?.delete_session(token).await
    }
    async fn mark_session_seen(&self, token: &str, at: Timestamp) -> Result<(), AdapterError> {
        self.sessions_of_store()?.mark_session_seen(token, at).await
    }
    async fn sessions_of_user(
        &self,
        user: &UserId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(SessionId, StoredSession)>, AdapterError> {
        self.sessions_of_store()?
            .sessions_of_user(user, now, limit)
            .await
    }
    async fn delete_session_of_user(
        &self,
        user: &UserId,
        session: &SessionId,
    ) -> Result<bool, AdapterError> {
        self.sessions_of_store()?
            .delete_session_of_user(user, session)
            .await
    }
    async fn delete_sessions_of_user(
        &self,
        user: &UserId,
        but: Option<&SessionId>,
    ) -> Result<u64, AdapterError> {
        self.sessions_of_store()?
            .delete_sessions_of_user(user, but)
            .await
    }
}

#[async_trait]
impl OnceStore for Switch {
    async fn use_once(
        &self,
        kind: Once,
        id: &str,
        expires_at: Timestamp,
    ) -> Result<bool, AdapterError> {
        self.on()?
            .once()
            .unwrap()
            .use_once(kind, id, expires_at)
            .await
    }
}

#[async_trait]
impl TokenStore for Switch {
    async fn lease_tokens(
        &self,
        key: &AccountKey,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<(Lease, TokenSet)>, AdapterError> {
        let store = self.on()?.tokens().unwrap();
        let leased = store.lease_tokens(key, now, until).await;
        self.leases.send_modify(|count| *count += 1);
        leased
    }
    async fn replace_tokens(
        &self,
        key: &AccountKey,
        lease: Lease,
        tokens: TokenSet,
    ) -> Result<bool, AdapterError> {
        if self.keeps_no_tokens.load(Ordering::SeqCst) {
            return Err(AdapterError::Unavailable("canary of a driver".into()));
        }
        let store = self.on()?.tokens().unwrap();
        store.replace_tokens(key, lease, tokens).await
    }
    async fn release_tokens(&self, key: &AccountKey, lease: Lease) -> Result<(), AdapterError> {
        self.on()?
            .tokens()
            .unwrap()
            .release_tokens(key, lease)
            .await
    }
}
