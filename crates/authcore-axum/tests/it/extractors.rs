//! The extractors: who is signed in, who is not, and when nobody knows.

use authcore::{Auth, hooks::NoHooks};
use authcore_axum::{AuthRoutes, Session};
use axum::{Router, routing::get};
use http::StatusCode;
use serde::Deserialize;
use url::Url;

use crate::door::{Browser, ORIGIN, Store, auth};

#[derive(Deserialize)]
struct Member {
    name: String,
    role: String,
}

#[derive(Deserialize)]
struct Payer {
    #[serde(rename = "plan")]
    _plan: String,
}

async fn session(session: Session) -> String {
    serde_json::to_string(&session).unwrap()
}

async fn perhaps(session: Option<Session>) -> String {
    session.map_or("nobody".into(), |session| session.user.name.unwrap())
}

async fn member(session: Session<Member>) -> String {
    format!("{} is {}", session.user.name, session.user.role)
}

async fn payer(_: Session<Payer>) {}

async fn twice(a: Session, b: Session<Member>, c: Option<Session>) -> String {
    format!("{:?} {} {}", a.user.name, b.user.role, c.is_some())
}

fn app(auth: Auth) -> Router {
    let nested = Router::new().route("/session", get(session));
    Router::new()
        .route("/session", get(session).post(session))
        .route("/perhaps", get(perhaps))
        .route("/member", get(member))
        .route("/payer", get(payer))
        .route("/twice", get(twice))
        .nest("/inner", nested)
        .merge(auth.routes())
        .with_state(auth)
}

fn browser() -> Browser {
    Browser::new(app(auth(NoHooks)))
}

#[tokio::test]
async fn a_session_is_written_as_the_front_end_expects_it() {
    let mut browser = browser();
    browser.sign_in().await;
    let session = browser.fetch("/session").await.json();
    assert_eq!(session["user"]["name"], "Ada");
    assert_eq!(session["user"]["email"], serde_json::Value::Null);
    assert!(!session["user"]["id"].as_str().unwrap().is_empty());
    assert!(session["expires"].as_str().unwrap().ends_with('Z'));
    let names: Vec<_> = session["user"].as_object().unwrap().keys().collect();
    assert_eq!(names.len(), 5, "{names:?}");
    assert_eq!(session["user"]["email_verified"], false);
}

#[tokio::test]
async fn a_browser_without_a_session_goes_to_sign_in_and_comes_back_to_the_same_page() {
    let mut browser = browser();
    for path in ["/session?page=2&sort=up", "/inner/session?x=1"] {
        let answer = browser.visit(path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header("cache-control"), "no-store");
        let to = Url::parse(answer.header("location")).unwrap();
        assert_eq!(to.origin().ascii_serialization(), ORIGIN);
        assert_eq!(to.path(), "/api/auth/signin");
        let (name, value) = to.query_pairs().next().unwrap();
        assert_eq!((&*name, &*value), ("callbackUrl", path));
    }
}

#[tokio::test]
async fn a_program_without_a_session_is_told_so() {
    let mut browser = browser();
    let answer = browser.fetch("/session").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.json()["code"], "signed_out");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("vary"), "Cookie");
    let post = http::Request::post("/session").header("accept", "text/html");
    let answer = browser.send(post, axum::body::Body::empty()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_optional_session_lets_everybody_in() {
    let mut browser = browser();
    assert_eq!(browser.visit("/perhaps").await.body, "nobody");
    browser.sign_in().await;
    assert_eq!(browser.visit("/perhaps").await.body, "Ada");
}

#[tokio::test]
async fn the_applications_own_type_is_made_of_user_and_claims() {
    let mut browser = Browser::new(app(auth(Store::default())));
    browser.sign_in().await;
    assert_eq!(browser.visit("/member").await.body, "Ada is admin");
}

#[tokio::test]
async fn a_session_that_lacks_what_the_type_needs_is_the_applications_mistake() {
    let mut browser = browser();
    browser.sign_in().await;
    let answer = browser.visit("/payer").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.json()["code"], "session_unmapped");
    assert!(!answer.body.contains("plan"), "{}", answer.body);
}

#[tokio::test]
async fn a_store_that_does_not_answer_signs_nobody_out() {
    let store = Store::default();
    let mut browser = Browser::new(app(auth(store.clone())));
    browser.sign_in().await;
    store.take_away();
    for path in ["/session", "/perhaps", "/member"] {
        let answer = browser.visit(path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(answer.json()["code"], "hook_failed");
        let reference = answer.json()["ref"].as_str().unwrap().to_owned();
        assert_eq!(reference.len(), 16, "{reference}");
        assert!(!answer.headers.contains_key("set-cookie"));
    }
}

#[tokio::test]
async fn a_request_reads_its_session_once() {
    let store = Store::default();
    let mut browser = Browser::new(app(auth(store.clone())));
    browser.sign_in().await;
    let before = store.reads();
    let answer = browser.visit("/twice").await;
    assert_eq!(answer.body, "Some(\"Ada\") admin true");
    assert_eq!(store.reads() - before, 1);
}
