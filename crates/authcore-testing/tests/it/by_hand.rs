//! This file makes the requests of a code flow one by one, as no library would, so that each can be
//! wrong on its own.

use authcore::transport::Transport;
use authcore_testing::{
    browser::{Browser, Follow, Page},
    identity::{Client, LocalProvider, LocalProviderBuilder},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{Method, Request, Response, StatusCode};
use serde_json::Value;
use url::Url;

pub(crate) const CALLBACK: &str = "https://app.example.org/api/auth/callback/x";
/// RFC 7636, appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(crate) const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// Two clients that may use a provider, and a visitor who is `ada`.
pub(crate) async fn started(builder: LocalProviderBuilder) -> LocalProvider {
    builder
        .client(Client::new("app", "s3cret").redirect_uri(CALLBACK))
        .client(Client::new("other", "0ther").redirect_uri(CALLBACK))
        .visitor_is("ada")
        .start()
        .await
        .unwrap()
}

/// Sends a browser to the authorization endpoint and gives the answer, not followed.
pub(crate) async fn authorize(
    provider: &LocalProvider,
    endpoint: &str,
    params: &[(&str, &str)],
) -> Page {
    let url = Url::parse_with_params(endpoint, params).unwrap();
    let mut browser = Browser::new(provider.hosts());
    browser
        .visit(Method::GET, url.as_str())
        .follow(Follow::None)
        .go()
        .await
        .unwrap()
}

/// The parameters of an ordinary request, with PKCE.
pub(crate) fn ordinary() -> Vec<(&'static str, &'static str)> {
    vec![
        ("response_type", "code"),
        ("client_id", "app"),
        ("redirect_uri", CALLBACK),
        ("state", "st&te=ü"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

/// A parameter of the redirect back to the application.
pub(crate) fn back(page: &Page, name: &str) -> Option<String> {
    let url = page.location().expect("a redirect");
    assert!(url.as_str().starts_with(CALLBACK), "{url}");
    url.query_pairs()
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

/// A code for these parameters.
pub(crate) async fn code(
    provider: &LocalProvider,
    endpoint: &str,
    params: &[(&str, &str)],
) -> String {
    back(&authorize(provider, endpoint, params).await, "code").expect("a code")
}

/// The form that exchanges a code, everything right.
pub(crate) fn exchange(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("client_id", "app"),
        ("client_secret", "s3cret"),
        ("code_verifier", VERIFIER),
    ]
}

/// The same form with one field changed, or left out when the value is empty.
pub(crate) fn with<'a>(
    mut form: Vec<(&'a str, &'a str)>,
    name: &'a str,
    value: &'a str,
) -> Vec<(&'a str, &'a str)> {
    form.retain(|(known, _)| *known != name);
    if !value.is_empty() {
        form.push((name, value));
    }
    form
}

pub(crate) async fn send(provider: &LocalProvider, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
    provider.transport().send(request).await.unwrap()
}

/// Posts a form to the token endpoint.
pub(crate) async fn token(
    provider: &LocalProvider,
    endpoint: &str,
    form: &[(&str, &str)],
) -> (StatusCode, Value) {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let request = Request::post(endpoint)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.into_bytes())
        .unwrap();
    read(&send(provider, request).await)
}

/// The same, the client showing itself in the header.
pub(crate) async fn token_by_header(
    provider: &LocalProvider,
    endpoint: &str,
    form: &[(&str, &str)],
    credentials: &str,
) -> Response<Vec<u8>> {
    let form = form.iter().filter(|(n, _)| !n.starts_with("client_"));
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let header = format!("Basic {}", BASE64_STANDARD.encode(credentials));
    let request = Request::post(endpoint)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", header)
        .body(body.into_bytes())
        .unwrap();
    send(provider, request).await
}

/// Asks for the profile with an `Authorization` header, or without when it is empty.
pub(crate) async fn profile(
    provider: &LocalProvider,
    endpoint: &str,
    authorization: &str,
) -> (StatusCode, Value) {
    let mut request = Request::get(endpoint);
    if !authorization.is_empty() {
        request = request.header("authorization", authorization);
    }
    read(&send(provider, request.body(Vec::new()).unwrap()).await)
}

pub(crate) fn read(answer: &Response<Vec<u8>>) -> (StatusCode, Value) {
    let body = serde_json::from_slice(answer.body()).expect("JSON");
    (answer.status(), body)
}

pub(crate) fn bearer(tokens: &Value) -> String {
    format!("Bearer {}", tokens["access_token"].as_str().unwrap())
}
