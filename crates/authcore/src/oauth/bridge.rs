//! This file is the HTTP client that `oauth2` is given: our transport, with the answers made such
//! that `oauth2` can read them.
//!
//! It also does what `oauth2` cannot: other names for parameters, requests by GET or with JSON,
//! Basic credentials as they are (RFC 7617) for servers that do not decode them (RFC 6749, section
//! 2.3.1), headers that a provider's data adds, and remembering the answer's status and cookies.

use std::{future::Future, pin::Pin, sync::OnceLock};

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderName, HeaderValue, StatusCode, header};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use serde_json::{Value, json};
use url::Url;

use super::answer::{self, Normal};
use crate::{
    model::{JsonMap, Secret},
    provider::{
        Misbehaviour, ProviderError,
        spec::{Method, ProviderSpec, TokenBody},
    },
    transport::Transport,
};

/// One request to a token endpoint.
pub(super) struct Bridge<'a> {
    pub(super) transport: &'a dyn Transport,
    /// Headers sent in addition.
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    /// How this provider wants its requests, and how it says errors.
    pub(super) spec: &'a ProviderSpec,
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
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, ProviderError> {
        let mut request = self.shape(request)?;
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
        let (status, body) = match answer::normalise(
            status,
            headers,
            answer.body(),
            &self.spec.quirks,
            &self.spec.token_answer,
        )? {
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

impl Bridge<'_> {
    /// The request with the names, and by the method, that this provider wants.
    fn shape(&self, request: HttpRequest) -> Result<HttpRequest, ProviderError> {
        let spec = self.spec;
        let how = spec.token.as_ref();
        let name = |usual: &str| {
            let own = match usual {
                "client_id" => spec.client_id_param.as_str(),
                "client_secret" => spec.client_secret_param.as_str(),
                other => other,
            };
            how.and_then(|it| it.names.get(usual))
                .map_or(own, String::as_str)
                .to_owned()
        };
        let unusable = || ProviderError::Misconfigured("the token endpoint is no URL".into());
        let (mut parts, body) = request.into_parts();
        let pairs = url::form_urlencoded::parse(&body);
        let pairs = pairs.map(|(usual, value)| (name(&usual), value));
        if how.is_some_and(|it| it.body == TokenBody::Json) {
            let body: JsonMap = pairs.map(|(name, value)| (name, value.into())).collect();
            let kind = HeaderValue::from_static("application/json");
            parts.headers.insert(header::CONTENT_TYPE, kind);
            let body = Value::Object(body).to_string().into_bytes();
            return Ok(http::Request::from_parts(parts, body));
        }
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(pairs);
        let form = form.finish();
        if how.is_none_or(|it| it.method == Method::Post) {
            return Ok(http::Request::from_parts(parts, form.into_bytes()));
        }
        let mut url = Url::parse(&parts.uri.to_string()).map_err(|_| unusable())?;
        let query = match url.query() {
            Some(own) if !own.is_empty() => format!("{own}&{form}"),
            _ => form,
        };
        url.set_query(Some(&query));
        parts.uri = url.as_str().parse().map_err(|_| unusable())?;
        parts.method = http::Method::GET;
        parts.headers.remove(header::CONTENT_TYPE);
        Ok(http::Request::from_parts(parts, Vec::new()))
    }
}

impl<'c> AsyncHttpClient<'c> for Bridge<'_> {
    type Error = BridgeError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, BridgeError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move { self.send(request).await.map_err(BridgeError) })
    }
}

/// `Authorization: Basic` with id and secret form-encoded first (RFC 6749, section 2.3.1).
pub(super) fn basic_encoded(client_id: &str, secret: &Secret) -> Option<(HeaderName, HeaderValue)> {
    let encoded = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let (id, secret): (String, String) = (encoded(client_id), encoded(secret.expose()));
    basic_unencoded(&id, &secret.into())
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
