//! This file takes the database away. Visitors get a 503 or a page with a code and a reference; the
//! cookie stays, and when the database is back they are signed in as before.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use authcore::{
    adapter::{
        Adapter, AdapterError, LastWayIn, Once, OnceStore, SessionId, SessionStore, StoredSession,
        TokensThen, Unlinked,
    },
    model::{
        Account, AccountKey, Email, NewAccount, NewUser, Secret, Timestamp, TokenSet, User,
        UserChanges, UserId,
    },
};
use authcore_sqlite::SqliteAdapter;
use http::Method;
use serde_json::Value;

use crate::world::{BASE, SESSION, SITE, Store, World, failure, sqlite};

/// A real store that can be switched off.
struct Switch {
    store: SqliteAdapter,
    off: AtomicBool,
}

impl Switch {
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
    async fn user_by_account(&self, key: &AccountKey) -> Result<Option<User>, AdapterError> {
        self.on()?.user_by_account(key).await
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

#[tokio::test]
async fn failclosed_a_dead_database_signs_nobody_in_or_out() {
    let switch = Arc::new(Switch {
        store: sqlite().await,
        off: AtomicBool::new(false),
    });
    let world = World::with(Store::Shared(Arc::clone(&switch) as Arc<dyn Adapter>)).await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    let cookie = browser.cookie(SITE, SESSION).unwrap();
    switch.off.store(true, Ordering::SeqCst);

    for url in [
        format!("{BASE}/session"),
        format!("{SITE}/me"),
        format!("{SITE}/private"),
    ] {
        let page = browser.fetch(&url).await.unwrap();
        assert_eq!(page.status, 503, "{url}: {}", page.source());
        assert!(
            page.source().contains("adapter_unavailable"),
            "{url}: {}",
            page.source()
        );
        assert!(!page.source().contains("canary"), "{url}");
        assert_eq!(browser.cookie(SITE, SESSION).unwrap(), cookie, "{url}");
    }
    let token = browser.csrf_token(BASE).await.unwrap();
    let url = format!("{BASE}/signout");
    let visit = browser
        .visit(Method::POST, &url)
        .form([("csrfToken", token)])
        .from_own_site();
    let page = visit.go().await.unwrap();
    assert_eq!(
        (page.status.as_u16(), failure(&page).1.as_str()),
        (503, "adapter_unavailable")
    );
    assert_eq!(
        browser.cookie(SITE, SESSION).unwrap(),
        cookie,
        "they can try again"
    );

    let mut stranger = world.browser();
    let page = stranger
        .sign_in_with(BASE, "wikimedia", "nomail")
        .await
        .unwrap();
    assert_eq!(
        (page.status.as_u16(), failure(&page).1.as_str()),
        (503, "adapter_unavailable")
    );
    assert!(page.text().contains("Reference"), "{}", page.text());
    assert!(!page.source().contains("canary"));
    assert_eq!(stranger.cookie(SITE, SESSION).unwrap(), None);

    switch.off.store(false, Ordering::SeqCst);
    assert!(
        browser.session(BASE).await.unwrap().is_object(),
        "signed in as before"
    );
    assert_eq!(stranger.session(BASE).await.unwrap(), Value::Null);
    let page = stranger
        .sign_in_with(BASE, "wikimedia", "nomail")
        .await
        .unwrap();
    assert_eq!(page.url.path(), "/", "a new attempt works");
}

#[tokio::test]
async fn failclosed_a_database_that_dies_during_a_login_leaves_no_half() {
    let switch = Arc::new(Switch {
        store: sqlite().await,
        off: AtomicBool::new(false),
    });
    let world = World::with(Store::Shared(Arc::clone(&switch) as Arc<dyn Adapter>)).await;
    let mut browser = world.browser();
    let callback = crate::world::until_callback(&mut browser, "wikimedia", "ada").await;
    switch.off.store(true, Ordering::SeqCst);
    let page = crate::world::come_back(&mut browser, &callback).await;
    assert_eq!(
        (page.status.as_u16(), failure(&page).1.as_str()),
        (503, "adapter_unavailable")
    );
    switch.off.store(false, Ordering::SeqCst);
    assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
    let page = browser
        .sign_in_with(BASE, "wikimedia", "ada")
        .await
        .unwrap();
    assert_eq!(page.url.path(), "/", "{}", page.url);
}

#[tokio::test]
async fn failclosed_a_locked_sqlite_file_is_a_503_and_no_sign_out() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("app.db").display());
    let store = SqliteAdapter::builder()
        .busy_timeout(std::time::Duration::from_millis(20))
        .connect(&url)
        .await
        .unwrap();
    let world = World::with(Store::Shared(Arc::new(store))).await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    let pool = authcore_sqlite::sqlx::SqlitePool::connect(&url)
        .await
        .unwrap();
    let lock = pool.begin_with("BEGIN EXCLUSIVE").await.unwrap();
    let mut stranger = world.browser();
    let page = stranger
        .sign_in_with(BASE, "wikimedia", "nomail")
        .await
        .unwrap();
    assert_eq!(
        (page.status.as_u16(), failure(&page).1.as_str()),
        (503, "adapter_unavailable")
    );
    lock.rollback().await.unwrap();
    assert!(browser.session(BASE).await.unwrap().is_object());
}
