//! The guard: what lies behind it is not reached without a session.

use authcore::Auth;
use authcore_axum::{AuthRoutes, RequireSession, Session};
use axum::{Router, response::IntoResponse, routing::get};
use http::StatusCode;

use crate::door::{Browser, Store, auth, auth_at};

fn app(auth: Auth) -> Router {
    let members = Router::new()
        .route("/notes", get(async || "notes"))
        .route("/me", get(async |me: Session| me.user.name.unwrap()))
        .route(
            "/public",
            get(async || [("cache-control", "public, max-age=60")].into_response()),
        )
        .route_layer(RequireSession::new(&auth));
    Router::new()
        .route("/", get(async || "home"))
        .nest("/members", members)
        .merge(auth.routes())
        .with_state(auth)
}

#[tokio::test]
async fn nothing_behind_the_guard_is_reached_without_a_session() {
    let mut browser = Browser::new(app(auth(Store::default())));
    assert_eq!(browser.visit("/").await.body, "home");
    let answer = browser.visit("/members/notes?a=b").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let back = "callbackUrl=%2Fmembers%2Fnotes%3Fa%3Db";
    assert!(answer.header("location").ends_with(back), "{answer:?}");
    let answer = browser.fetch("/members/notes").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.json()["code"], "signed_out");
}

#[tokio::test]
async fn answers_behind_the_guard_are_kept_by_nobody_unless_the_application_says_so() {
    let mut browser = Browser::new(app(auth(Store::default())));
    browser.sign_in().await;
    let answer = browser.visit("/members/notes").await;
    assert_eq!(answer.body, "notes");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("vary"), "Cookie");
    let answer = browser.visit("/members/public").await;
    assert_eq!(answer.header("cache-control"), "public, max-age=60");
}

#[tokio::test]
async fn the_session_is_not_read_again_behind_the_guard() {
    let store = Store::default();
    let mut browser = Browser::new(app(auth(store.clone())));
    browser.sign_in().await;
    let before = store.reads();
    assert_eq!(browser.visit("/members/me").await.body, "Ada");
    assert_eq!(store.reads() - before, 1);
}

#[tokio::test]
async fn a_store_that_does_not_answer_closes_the_guard_without_signing_out() {
    let store = Store::default();
    let mut browser = Browser::new(app(auth(store.clone())));
    browser.sign_in().await;
    store.take_away();
    let answer = browser.visit("/members/notes").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn what_one_auth_found_says_nothing_to_another() {
    let store = Store::default();
    let (outer, inner) = (
        auth(store.clone()),
        auth_at("/other/auth", Store::default()),
    );
    let app = Router::new()
        .route("/me", get(async |_: Session| "let in"))
        .with_state(inner)
        .route_layer(RequireSession::new(&outer))
        .merge(outer.routes().with_state(outer));
    let mut browser = Browser::new(app);
    browser.sign_in().await;
    let before = store.reads();
    let answer = browser.visit("/me").await;
    assert_eq!(store.reads() - before, 1);
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let to = "https://example.org/other/auth/signin?";
    assert!(answer.header("location").starts_with(to), "{answer:?}");
}
