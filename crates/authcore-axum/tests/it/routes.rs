//! The router: every path below the base path reaches the core, within the limit.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use authcore::{Auth, config::Env, hooks::NoHooks, model::ClientAddress};
use authcore_axum::{AuthRoutes, Session};
use authcore_testing::memory::MemoryAdapter;
use axum::{
    Extension, Router,
    body::Body,
    extract::{ConnectInfo, Request},
    routing::get,
};
use http::StatusCode;

use crate::door::{Browser, auth, auth_over};

fn browser() -> Browser {
    let auth = auth(NoHooks);
    let own = Router::new()
        .route("/", get(async || "home"))
        .fallback(async || (StatusCode::NOT_FOUND, "not here"));
    Browser::new(own.merge(auth.routes()).with_state(auth))
}

#[tokio::test]
async fn endpoints_are_answered_by_the_core_and_other_paths_by_the_application() {
    let mut browser = browser();
    let providers = browser.fetch("/api/auth/providers").await.json();
    assert_eq!(providers["door"]["name"], "Door");
    assert_eq!(browser.fetch("/api/auth/session").await.body, "null");
    assert_eq!(browser.visit("/").await.body, "home");
    assert_eq!(browser.visit("/elsewhere").await.body, "not here");
    assert_eq!(browser.visit("/api/authority").await.body, "not here");
}

#[tokio::test]
async fn wrong_methods_and_unknown_paths_are_answered_by_the_core() {
    let mut browser = browser();
    for (method, path) in [
        ("PUT", "/api/auth/session"),
        ("DELETE", "/api/auth/signin/door"),
        ("GET", "/api/auth"),
        ("GET", "/api/auth/"),
        ("GET", "/api/auth/nothing/here/at/all"),
    ] {
        let request = Request::builder().method(method).uri(path);
        let answer = browser.send(request, Body::empty()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{method} {path}");
        assert_eq!(answer.body, "\"Bad request.\"", "{method} {path}");
    }
}

#[tokio::test]
async fn a_body_of_more_than_the_limit_is_refused() {
    let mut browser = browser();
    let form = "application/x-www-form-urlencoded";
    let post = || Request::post("/api/auth/signin/door").header("content-type", form);
    let answer = browser
        .send(post(), vec![b'a'; Auth::BODY_LIMIT + 1].into())
        .await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.json()["code"], "body_too_large");
    let answer = browser
        .send(post(), vec![b'a'; Auth::BODY_LIMIT].into())
        .await;
    assert_eq!(answer.status, StatusCode::FOUND, "{answer:?}");
}

#[tokio::test]
async fn an_address_is_that_of_the_connection_or_of_an_outer_layer() {
    let peer: SocketAddr = ([192, 0, 2, 1], 40_000).into();
    let outer: IpAddr = [198, 51, 100, 7].into();
    for (layer, expected) in [(None, "192.0.2.1"), (Some(outer), "198.51.100.7")] {
        let adapter = Arc::new(MemoryAdapter::new());
        let auth = auth_over(adapter);
        let mut app = auth.routes().with_state(auth.clone());
        if let Some(address) = layer {
            app = app.layer(Extension(ClientAddress::new(address)));
        }
        let mut browser = Browser::new(app.layer(Extension(ConnectInfo(peer))));
        browser.sign_in().await;
        let own = auth.own_sessions(&browser.headers()).await.unwrap();
        assert_eq!(own[0].stored.address.as_deref(), Some(expected));
    }
}

/// An application at `/app` whose proxy takes that away.
fn behind(inner: Option<&str>) -> Browser {
    let builder = Auth::builder()
        .env(Env::none())
        .url("https://app.example.org/app/api/auth")
        .secret("a secret of at least 32 bytes, for this");
    let auth = match inner {
        Some(inner) => builder.inner_path(inner),
        None => builder,
    };
    let auth = auth.build().unwrap();
    let own = Router::new()
        .route("/private", get(async |_: Session| "private"))
        .fallback(async || (StatusCode::NOT_FOUND, "not here"));
    Browser::new(own.merge(auth.routes()).with_state(auth))
}

#[tokio::test]
async fn endpoints_are_where_the_proxy_passes_requests_on_to() {
    let mut browser = behind(Some("/api/auth"));
    assert_eq!(browser.fetch("/api/auth/session").await.body, "null");
    let answer = browser.fetch("/app/api/auth/session").await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::NOT_FOUND, "")
    );
    let answer = browser.visit("/private?a=1").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(
        answer.header("location"),
        "https://app.example.org/app/api/auth/signin?callbackUrl=%2Fapp%2Fprivate%3Fa%3D1"
    );
}

#[tokio::test]
async fn requests_beside_the_endpoints_are_not_found_and_other_paths_are_the_applications() {
    let mut browser = behind(None);
    assert_eq!(browser.fetch("/app/api/auth/session").await.body, "null");
    let answer = browser.fetch("/api/auth/session").await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (StatusCode::NOT_FOUND, "")
    );
    // A last segment alone is a path that an application may have.
    assert_eq!(browser.fetch("/auth/session").await.body, "not here");
    assert_eq!(browser.fetch("/session").await.body, "not here");
}
