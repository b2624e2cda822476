//! How long a session lives, who renews it, and what ends it before.

use std::{sync::Arc, time::Duration};

use authcore::{
    adapter::Adapter,
    config::SessionKind,
    model::{UserChanges, UserId},
    session::UserCheck,
};
use authcore_testing::browser::{Browser, Follow};
use http::Method;
use serde_json::Value;

use crate::world::{BASE, SESSION, SITE, Store, World, sqlite};

const DAY: Duration = Duration::from_secs(86_400);
const KINDS: [fn() -> SessionKind; 2] = [|| SessionKind::Jwt, || SessionKind::Database];

async fn user(browser: &mut Browser) -> UserId {
    let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
    UserId::new(me.json().unwrap()["user"]["id"].as_str().unwrap())
}

/// Asks for a page of the application's and says whether the answer set the session's cookie.
async fn visit(browser: &mut Browser, path: &str) -> bool {
    let visit = browser.visit(Method::GET, &format!("{SITE}{path}"));
    let page = visit.follow(Follow::None).go().await.unwrap();
    page.headers
        .get_all("set-cookie")
        .iter()
        .any(|line| line.to_str().unwrap().starts_with(SESSION))
}

#[tokio::test]
async fn a_session_ends_ninety_days_after_the_sign_in_however_active_it_is() {
    for kind in KINDS {
        let world = World::new(Store::Sqlite, |builder| builder.session(kind())).await;
        let mut browser = world.signed_in("wikimedia", "ada").await;
        for day in 1..=89 {
            world.clock.advance(DAY);
            let session = browser.session(BASE).await.unwrap();
            assert!(session.is_object(), "day {day}");
        }
        world.clock.advance(DAY);
        assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
        let mut browser = world.signed_in("wikimedia", "ada").await;
        assert!(browser.session(BASE).await.unwrap().is_object());
    }
}

#[tokio::test]
async fn an_unlimited_lifetime_is_asked_for_by_its_name() {
    for kind in KINDS {
        let world = World::new(Store::Sqlite, |builder| {
            builder.session(kind()).unlimited_session_lifetime()
        })
        .await;
        let mut browser = world.signed_in("wikimedia", "ada").await;
        for _ in 0..12 {
            world.clock.advance(20 * DAY);
            assert!(browser.session(BASE).await.unwrap().is_object());
        }
    }
}

#[tokio::test]
async fn a_site_that_uses_extractors_only_keeps_its_visitors() {
    for kind in KINDS {
        let world = World::new(Store::Sqlite, |builder| builder.session(kind())).await;
        for path in ["/me", "/private"] {
            let mut browser = world.signed_in("wikimedia", "ada").await;
            assert!(!visit(&mut browser, path).await, "{path}: it is fresh");
            world.clock.advance(DAY);
            assert!(visit(&mut browser, path).await, "{path}");
            assert!(!visit(&mut browser, path).await, "{path}: once a day");
            for _ in 0..3 {
                world.clock.advance(25 * DAY);
                visit(&mut browser, path).await;
            }
            assert!(browser.session(BASE).await.unwrap().is_object(), "{path}");
        }
    }
}

#[tokio::test]
async fn a_short_lifetime_slides_too() {
    for kind in KINDS {
        let world = World::new(Store::Sqlite, |builder| {
            builder
                .session(kind())
                .session_max_age(Duration::from_secs(30 * 60))
        })
        .await;
        let mut browser = world.signed_in("wikimedia", "ada").await;
        for _ in 0..6 {
            world.clock.advance(Duration::from_secs(20 * 60));
            assert!(browser.session(BASE).await.unwrap().is_object());
        }
        world.clock.advance(Duration::from_secs(31 * 60));
        assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
    }
}

#[tokio::test]
async fn an_answer_under_way_does_not_undo_a_sign_out() {
    for kind in KINDS {
        let world = World::new(Store::Sqlite, |builder| builder.session(kind())).await;
        let mut browser = world.signed_in("wikimedia", "ada").await;
        world.clock.advance(2 * DAY);
        // The renewed session is on its way while another tab signs out.
        let mut under_way = browser.thief();
        let renewed = under_way.session(BASE).await.unwrap();
        assert!(renewed.is_object());
        let late = under_way.cookie(SITE, SESSION).unwrap().unwrap();
        browser.sign_out(BASE).await.unwrap();
        let line = format!("{SESSION}={late}; Path=/; Secure; HttpOnly; SameSite=Lax");
        browser.set_cookie(SITE, &line).unwrap();
        assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
        let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
        assert_eq!(me.json().unwrap(), Value::Null);
        // Nobody is locked out by it.
        let page = browser
            .sign_in_with(BASE, "wikimedia", "ada")
            .await
            .unwrap();
        assert_eq!(page.url.path(), "/");
        assert!(browser.session(BASE).await.unwrap().is_object());
    }
}

#[tokio::test]
async fn a_users_sessions_end_everywhere() {
    for (kind, check, at_once) in [
        (SessionKind::Database, UserCheck::AtRenewal, true),
        (SessionKind::Jwt, UserCheck::AtRenewal, false),
        (SessionKind::Jwt, UserCheck::AtEveryRead, true),
    ] {
        let adapter: Arc<dyn Adapter> =
            Arc::new(authcore_testing::memory::MemoryAdapter::default());
        let world = World::new(Store::Shared(Arc::clone(&adapter)), |builder| {
            builder.session(kind).check_user(check)
        })
        .await;
        let mut browser = world.signed_in("wikimedia", "ada").await;
        let id = user(&mut browser).await;
        world.clock.advance(Duration::from_secs(60));
        world.auth.end_sessions_of(&id).await.unwrap();
        assert_eq!(browser.session(BASE).await.unwrap().is_null(), at_once);
        world.clock.advance(DAY);
        assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
        let mut browser = world.signed_in("wikimedia", "ada").await;
        assert!(browser.session(BASE).await.unwrap().is_object());

        // So it is with somebody who is disabled.
        let disabled = UserChanges {
            disabled_at: Some(Some(authcore::clock::Clock::now(&world.clock))),
            ..UserChanges::default()
        };
        adapter.update_user(&id, disabled).await.unwrap();
        assert_eq!(browser.session(BASE).await.unwrap().is_null(), at_once);
        world.clock.advance(DAY);
        assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
    }
}

#[tokio::test]
async fn who_was_deleted_can_sign_in_again() {
    for kind in KINDS {
        let adapter = Arc::new(sqlite().await);
        let world = World::new(Store::Shared(adapter.clone()), |builder| {
            builder.session(kind())
        })
        .await;
        let mut browser = world.signed_in("wikimedia", "ada").await;
        let id = user(&mut browser).await;
        assert!(world.auth.delete_user(&id).await.unwrap());
        let page = browser
            .sign_in_with(BASE, "wikimedia", "ada")
            .await
            .unwrap();
        assert_eq!(page.url.path(), "/", "{} {}", page.url, page.text());
        assert_ne!(user(&mut browser).await, id);
        assert!(browser.session(BASE).await.unwrap().is_object());
    }
}

#[tokio::test]
async fn a_session_is_renewed_at_most_once_in_its_update_age() {
    let world = World::new(Store::Sqlite, |builder| builder.session(SessionKind::Jwt)).await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    let mut renewed = 0;
    for _ in 0..48 {
        world.clock.advance(Duration::from_secs(3600));
        renewed += usize::from(visit(&mut browser, "/api/auth/session").await);
    }
    assert_eq!(renewed, 2);
}
