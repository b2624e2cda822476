//! The router: every path below the base path reaches the core, within the limit.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use authcore::{Auth, hooks::NoHooks, model::ClientAddress};
use authcore_axum::AuthRoutes;
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
