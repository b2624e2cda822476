//! This file takes the database away. Visitors get a 503 or a page with a code and a reference; the
//! cookie stays, and when the database is back they are signed in as before.

use std::sync::{Arc, atomic::Ordering};

use authcore::adapter::Adapter;
use authcore_sqlite::SqliteAdapter;
use http::Method;
use serde_json::Value;

use crate::{
    switch::Switch,
    world::{BASE, SESSION, SITE, Store, World, failure, sqlite},
};

#[tokio::test]
async fn failclosed_a_dead_database_signs_nobody_in_or_out() {
    let switch = Arc::new(Switch::over(sqlite().await));
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
    let switch = Arc::new(Switch::over(sqlite().await));
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
