//! This file is the HTTP client that `oauth2` is given: our transport, with the answers made such
//! that `oauth2` can read them.
//!
//! It also does what `oauth2` cannot: Basic credentials as they are (RFC 7617) for servers that do
//! not decode them (RFC 6749, section 2.3.1), headers that a provider's data adds, and remembering
//! the answer's status and cookies.

use std::{future::Future, pin::Pin, sync::OnceLock};

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderName, HeaderValue, StatusCode, header};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use serde_json::json;

use super::answer::{self, Normal};
use crate::{
    model::Secret,
    provider::{Misbehaviour, ProviderError},
    transport::Transport,
};

/// One request to a token endpoint.
pub(super) struct Bridge<'a> {
    pub(super) transport: &'a dyn Transport,
    /// Headers sent in addition.
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    /// Where this provider puts an error's code.
    pub(super) error_pointers: &'a [String],
    /// What was seen of the answer.
    pub(super) seen: OnceLock<Seen>,
}

/// What `oauth2` does not pass on of an answer.
pub(super) struct Seen {
    pub(super) status: StatusCode,
    /// `name=value` of each cookie.
    pub(super) cookies: Vec<String>,
}

/// A failure that is already named.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(super) struct BridgeError(pub(super) ProviderError);

impl Bridge<'_> {
    async fn send(&self, mut request: HttpRequest) -> Result<HttpResponse, ProviderError> {
        for (name, value) in &self.headers {
            request.headers_mut().insert(name, value.clone());
        }
        let answer = self.transport.send(request).await?;
        let (status, headers) = (answer.status(), answer.headers());
        let cookies = headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|cookie| cookie.to_str().ok()?.split(';').next())
            .map(|pair| pair.trim().to_owned())
            .filter(|pair| pair.split_once('=').is_some_and(|(_, v)| !v.is_empty()))
            .collect();
        // One bridge carries one request, so the cell is empty; were it not, the first stays.
        let _ = self.seen.set(Seen { status, cookies });
        let (status, body) =
            match answer::normalise(status, headers, answer.body(), self.error_pointers)? {
                Normal::Tokens(tokens) => (StatusCode::OK, tokens),
                Normal::Refused(code) => (StatusCode::BAD_REQUEST, json!({ "error": code })),
            };
        http::Response::builder()
            .status(status)
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.to_string().into_bytes())
            .map_err(|_| Misbehaviour::TokenAnswer.into())
    }
}

impl<'c> AsyncHttpClient<'c> for Bridge<'_> {
    type Error = BridgeError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, BridgeError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move { self.send(request).await.map_err(BridgeError) })
    }
}

/// `Authorization: Basic` with id and secret as they are.
pub(super) fn basic_unencoded(
    client_id: &str,
    secret: &Secret,
) -> Option<(HeaderName, HeaderValue)> {
    let credentials = BASE64_STANDARD.encode(format!("{client_id}:{}", secret.expose()));
    let mut value = HeaderValue::from_str(&format!("Basic {credentials}")).ok()?;
    value.set_sensitive(true);
    Some((header::AUTHORIZATION, value))
}
