//! Connecting an account, and whatever else changes how somebody signs in: a request of its own, from a
//! session that signed in recently.

use std::{sync::Arc, time::Duration};

use authcore::{
    AccountsError, Auth, SessionsError,
    adapter::{Adapter, SessionId},
    config::SessionKind,
    model::UserId,
};
use authcore_testing::browser::{Browser, Follow};
use http::{HeaderMap, Method};
use serde_json::Value;

use crate::world::{
    BASE, SESSION, SITE, Store, World, come_back, failure, sqlite, until_connected,
};

const KINDS: [fn() -> SessionKind; 2] = [|| SessionKind::Jwt, || SessionKind::Database];
const OLD: Duration = Duration::from_secs(20 * 60);

struct Stage {
    world: World,
    adapter: Arc<dyn Adapter>,
}

async fn stage(kind: SessionKind) -> Stage {
    let adapter: Arc<dyn Adapter> = Arc::new(sqlite().await);
    let world = World::new(Store::Shared(Arc::clone(&adapter)), |builder| {
        builder.session(kind)
    })
    .await;
    Stage { world, adapter }
}

async fn user(browser: &mut Browser) -> UserId {
    let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
    UserId::new(me.json().unwrap()["user"]["id"].as_str().unwrap())
}

fn headers(browser: &Browser) -> HeaderMap {
    let session = browser.cookie(SITE, SESSION).unwrap().unwrap();
    let cookie = format!("{SESSION}={session}").parse().unwrap();
    [(http::header::COOKIE, cookie)].into_iter().collect()
}

async fn count(stage: &Stage, user: &UserId) -> usize {
    stage.adapter.accounts(user).await.unwrap().len()
}

#[tokio::test]
async fn a_sign_in_connects_nothing_to_who_is_signed_in() {
    for kind in KINDS {
        let stage = stage(kind()).await;
        let mut browser = stage.world.signed_in("wikimedia", "nomail").await;
        let first = user(&mut browser).await;
        let page = browser.sign_in_with(BASE, "oidc", "nomail").await.unwrap();
        assert_eq!(page.url.path(), "/", "{}", page.url);
        assert_ne!(user(&mut browser).await, first);
        assert_eq!(count(&stage, &first).await, 1);
    }
}

#[tokio::test]
async fn the_dangerous_setting_connects_as_authjs_does() {
    let adapter: Arc<dyn Adapter> = Arc::new(sqlite().await);
    let world = World::new(Store::Shared(Arc::clone(&adapter)), |builder| {
        builder.dangerously_connect_accounts_at_sign_in()
    })
    .await;
    let mut browser = world.signed_in("wikimedia", "nomail").await;
    let first = user(&mut browser).await;
    browser.sign_in_with(BASE, "oidc", "nomail").await.unwrap();
    assert_eq!(user(&mut browser).await, first);
    assert_eq!(adapter.accounts(&first).await.unwrap().len(), 2);
}

#[tokio::test]
async fn connecting_asks_an_old_session_to_sign_in_again() {
    for kind in KINDS {
        let stage = stage(kind()).await;
        let mut browser = stage.world.signed_in("wikimedia", "nomail").await;
        let first = user(&mut browser).await;
        stage.world.clock.advance(OLD);
        let page = browser.press_connect(BASE, "oidc").await.unwrap();
        assert_eq!(page.url.path(), "/api/auth/signin");
        assert!(page.text().contains("Sign in again"), "{}", page.text());
        assert!(
            page.form_to("/signin/oidc").is_err(),
            "only with what they have can they show that it is them"
        );
        // The form of before is no way around it.
        let token = browser.csrf_token(BASE).await.unwrap();
        let visit = browser.visit(Method::POST, &format!("{BASE}/connect/oidc"));
        let fields = [("csrfToken", token.as_str())];
        let answer = visit
            .form(fields)
            .from_own_site()
            .follow(Follow::None)
            .go()
            .await
            .unwrap();
        assert_eq!(answer.location().unwrap().path(), "/api/auth/signin");

        let form = page.form_to("/signin/wikimedia").unwrap();
        let page = browser.submit(&form).await.unwrap();
        let page = browser.choose(page, "nomail").await.unwrap();
        assert_eq!(page.url.path(), "/api/auth/connect", "{}", page.url);
        let form = page.form_to("/connect/oidc").unwrap();
        let page = browser.submit(&form).await.unwrap();
        let page = browser.choose(page, "nomail").await.unwrap();
        assert_eq!(page.url.as_str(), "https://app.example.org/");
        assert_eq!(user(&mut browser).await, first);
        assert_eq!(count(&stage, &first).await, 2);
    }
}

#[tokio::test]
async fn who_signs_in_again_is_the_same_user_or_nobody() {
    for kind in KINDS {
        let stage = stage(kind()).await;
        for other in ["ada", "umlaut"] {
            let known = other == "ada";
            if known {
                stage.world.signed_in("wikimedia", other).await;
            }
            let mut browser = stage.world.signed_in("wikimedia", "nomail").await;
            let first = user(&mut browser).await;
            stage.world.clock.advance(OLD);
            let page = browser.press_connect(BASE, "oidc").await.unwrap();
            let form = page.form_to("/signin/wikimedia").unwrap();
            let page = browser.submit(&form).await.unwrap();
            let page = browser.choose(page, other).await.unwrap();
            assert_eq!(failure(&page).1, "attempt_step_up", "{}", page.url);
            assert_eq!(user(&mut browser).await, first, "nobody was signed out");
            let found = stage.adapter.accounts(&first).await.unwrap();
            assert_eq!(found.len(), 1, "nothing was connected");
        }
    }
}

#[tokio::test]
async fn a_visitor_who_is_not_signed_in_signs_in_and_comes_back() {
    let stage = stage(SessionKind::Database).await;
    let mut browser = stage.world.browser();
    let page = browser
        .get(&format!("{BASE}/connect?callbackUrl=/me"))
        .await
        .unwrap();
    assert_eq!(page.url.path(), "/api/auth/signin");
    assert_eq!(page.query("purpose"), None);
    let form = page.form_to("/signin/wikimedia").unwrap();
    let page = browser.submit(&form).await.unwrap();
    let page = browser.choose(page, "ada").await.unwrap();
    assert_eq!(page.url.path(), "/api/auth/connect");
    let form = page.form_to("/connect/oidc").unwrap();
    let page = browser.submit(&form).await.unwrap();
    let page = browser.choose(page, "nomail").await.unwrap();
    assert_eq!(page.url.path(), "/me");
}

#[tokio::test]
async fn a_link_connects_nothing() {
    let stage = stage(SessionKind::Database).await;
    let mut browser = stage.world.signed_in("wikimedia", "nomail").await;
    let before = stage.world.op.requests().len();
    for path in [
        "/connect",
        "/connect/oidc",
        "/connect/oidc?callbackUrl=https://evil.example",
    ] {
        let visit = browser.visit(Method::GET, &format!("{BASE}{path}"));
        let page = visit.from_page("https://evil.example/").go().await.unwrap();
        assert_eq!(page.status, 200, "{path}");
        assert!(!page.source().contains("evil"), "{path}");
    }
    for (origin, token) in [
        ("https://evil.example", true),
        ("https://app.example.org", false),
    ] {
        let given = browser.csrf_token(BASE).await.unwrap();
        let fields = [("csrfToken", if token { given.as_str() } else { "wrong" })];
        let visit = browser.visit(Method::POST, &format!("{BASE}/connect/oidc"));
        let page = visit
            .form(fields)
            .from_page(format!("{origin}/"))
            .go()
            .await
            .unwrap();
        assert_eq!(failure(&page).0, "MissingCSRF", "{origin}");
    }
    assert_eq!(stage.world.op.requests().len(), before);
    let missing = browser
        .get(&format!("{BASE}/connect/no-such"))
        .await
        .unwrap();
    assert_eq!(failure(&missing).1, "unknown_provider");
}

#[tokio::test]
async fn nothing_is_connected_once_the_session_has_ended() {
    for kind in KINDS {
        let stage = stage(kind()).await;
        let mut browser = stage.world.signed_in("wikimedia", "nomail").await;
        let id = user(&mut browser).await;
        let callback = until_connected(&mut browser, "oidc", "nomail").await;
        stage.world.clock.advance(Duration::from_secs(1));
        let now = authcore::clock::Clock::now(&stage.world.clock);
        let ended = authcore::model::UserChanges {
            sessions_valid_from: Some(Some(now)),
            ..Default::default()
        };
        match stage.world.auth.lists_sessions() {
            true => {
                let store = stage.adapter.sessions().unwrap();
                store.delete_sessions_of_user(&id, None).await.unwrap();
            }
            false => drop(stage.adapter.update_user(&id, ended).await.unwrap()),
        }
        let page = come_back(&mut browser, &callback).await;
        assert_eq!(failure(&page).1, "attempt_visitor", "{}", page.url);
        assert_eq!(count(&stage, &id).await, 1);
    }
}

#[tokio::test]
async fn disconnecting_and_ending_and_deleting_need_a_recent_sign_in() {
    let stage = stage(SessionKind::Database).await;
    let auth: &Auth = &stage.world.auth;
    let mut browser = stage.world.signed_in("wikimedia", "nomail").await;
    browser.connect_with(BASE, "oidc", "nomail").await.unwrap();
    let id = user(&mut browser).await;
    let own = auth.own_accounts(&headers(&browser)).await.unwrap();
    stage.world.clock.advance(OLD);
    let asked = headers(&browser);
    let refused = auth.unlink_own_account(&asked, &own[0].key).await;
    assert_eq!(refused, Err(AccountsError::NotRecent));
    assert_eq!(
        auth.delete_own_user(&asked).await,
        Err(AccountsError::NotRecent)
    );
    let session = SessionId::new("0".repeat(64));
    for refused in [
        auth.end_own_session(&asked, &session).await.map(|_| 0),
        auth.end_own_other_sessions(&asked).await,
    ] {
        assert!(matches!(refused, Err(SessionsError::NotRecent)));
    }
    assert_eq!(
        auth.own_accounts(&asked).await.unwrap().len(),
        2,
        "reading goes on"
    );

    let page = browser.get(&auth.sign_in_again_url("/me")).await.unwrap();
    let form = page.form_to("/signin/wikimedia").unwrap();
    let page = browser.submit(&form).await.unwrap();
    let page = browser.choose(page, "nomail").await.unwrap();
    assert_eq!(page.url.path(), "/me");
    let asked = headers(&browser);
    assert_eq!(auth.end_own_other_sessions(&asked).await.unwrap(), 0);
    auth.delete_own_user(&asked).await.unwrap();
    assert!(stage.adapter.user(&id).await.unwrap().is_none());
    assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
}
