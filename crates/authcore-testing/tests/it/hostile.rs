//! This file shows that broken answers are as broken as they say, and harm nobody but who asked.

use std::time::Duration;

use authcore::transport::{HttpClient, Transport, TransportError};
use authcore_testing::{
    hosts::Hosts,
    identity::{Endpoint, LocalProvider, LocalTransport, Mischief, Persona},
};
use http::Request;

use crate::by_hand::{send, started};

const JWKS: &str = "https://accounts.example.com/jwks";

async fn openid() -> LocalProvider {
    let builder = LocalProvider::standing_in(Persona::OpenId);
    started(builder.issuer("https://accounts.example.com")).await
}

fn ask(url: &str) -> Request<Vec<u8>> {
    Request::get(url).body(Vec::new()).unwrap()
}

#[tokio::test]
async fn every_broken_answer_is_broken_in_its_own_way() {
    let provider = openid().await;
    for mischief in Mischief::broken_answers(Endpoint::Keys) {
        provider.misbehave(mischief);
        let answer = provider.transport().send(ask(JWKS)).await;
        match mischief {
            Mischief::Huge(_) => assert_eq!(answer.unwrap_err(), TransportError::TooLarge),
            Mischief::Html(_) => {
                let answer = answer.unwrap();
                assert_eq!(answer.status(), 200);
                assert!(answer.body().starts_with(b"<!doctype html>"));
            }
            Mischief::Fails(_) => assert_eq!(answer.unwrap().status(), 500),
            Mischief::TooManyRequests(_) => assert_eq!(answer.unwrap().status(), 429),
            Mischief::Redirects(_) => {
                let answer = answer.unwrap();
                assert_eq!(answer.status(), 307);
                assert_eq!(answer.headers()["location"], "/redirected");
            }
            Mischief::ErrorWithSuccessStatus(_) => {
                let answer = answer.unwrap();
                assert_eq!(answer.status(), 200);
                assert_eq!(answer.body(), br#"{"error":"temporarily_unavailable"}"#);
            }
            Mischief::Truncated(_) => {
                let body = answer.unwrap().into_body();
                assert!(serde_json::from_slice::<serde_json::Value>(&body).is_err());
            }
            other => panic!("{other:?} is not covered"),
        }
        provider.behave();
    }
    assert_eq!(provider.count(Endpoint::Other), 0, "nobody was redirected");
    assert_eq!(send(&provider, ask(JWKS)).await.status(), 200);
}

#[tokio::test]
async fn one_endpoint_is_broken_and_the_others_are_not() {
    let provider = openid().await;
    provider.misbehave(Mischief::Fails(Endpoint::Token));
    assert_eq!(send(&provider, ask(JWKS)).await.status(), 200);
}

#[tokio::test]
async fn a_silent_provider_keeps_nothing_when_the_client_hangs_up() {
    let provider = openid().await;
    provider.misbehave(Mischief::Silent(Endpoint::Keys));
    let asking = {
        let transport = provider.transport();
        tokio::spawn(async move { transport.send(ask(JWKS)).await })
    };
    provider.until_waiting(1).await;
    asking.abort();
    provider.until_waiting(0).await;
}

#[tokio::test]
async fn a_client_with_a_deadline_gives_up_on_a_silent_provider() {
    let provider = openid().await;
    provider.misbehave(Mischief::Silent(Endpoint::Keys));
    let client = HttpClient::builder()
        .total_timeout(Duration::from_millis(50))
        .build();
    let transport = LocalTransport::with_client(provider.hosts(), client);
    let answer = transport.send(ask(JWKS)).await;
    assert_eq!(answer.unwrap_err(), TransportError::Timeout);
    provider.until_waiting(0).await;
}

#[tokio::test]
async fn the_transport_goes_nowhere_but_to_this_machine() {
    let provider = openid().await;
    for url in [
        "https://example.com/jwks",
        "http://accounts.example.com/jwks",
    ] {
        let answer = provider.transport().send(ask(url)).await;
        assert_eq!(answer.unwrap_err(), TransportError::Connect, "{url}");
    }
    let none = LocalTransport::new(Hosts::new()).send(ask(JWKS)).await;
    assert_eq!(none.unwrap_err(), TransportError::Connect);
}

#[tokio::test]
async fn a_provider_ends_with_its_last_clone() {
    let provider = openid().await;
    let (transport, url) = (LocalTransport::new(Hosts::new()), provider.url());
    let clone = provider.clone();
    drop(provider);
    let url = format!("{url}/jwks");
    assert_eq!(transport.send(ask(&url)).await.unwrap().status(), 200);
    drop(clone);
    // The listener closes a moment after the drop: ask until it has, on one's own connections.
    loop {
        let fresh = LocalTransport::new(Hosts::new());
        if fresh.send(ask(&url)).await.is_err() {
            break;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_embedded_provider_is_served_by_somebody_else() {
    let wiki = LocalProvider::standing_in(Persona::MediaWiki);
    let wiki = wiki.embedded("http://localhost:3000").unwrap();
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let address = listener.local_addr().unwrap();
    let router = wiki.router();
    let server = tokio::spawn(async move { axum::serve(listener, router).await });
    let transport = LocalTransport::new(Hosts::new());
    let url = format!("http://{address}/w/rest.php/oauth2/resource/profile");
    assert_eq!(transport.send(ask(&url)).await.unwrap().status(), 401);
    let elsewhere = format!("http://{address}/me");
    assert_eq!(transport.send(ask(&elsewhere)).await.unwrap().status(), 404);
    assert_eq!(wiki.count(Endpoint::Profile), 1);
    server.abort();
}
