//! This file is the only way out to the network: one request, one answer, within limits.
//!
//! No redirect is followed (a token endpoint that redirects would carry the code elsewhere), an
//! answer has at most 1 MiB, and every step has a deadline. Attacks stopped: SSRF through redirects,
//! memory exhaustion, a provider that never answers. Requests whose address comes out of an answer go
//! to public addresses only ([`PublicOnly`]).

use std::sync::Arc;

use async_trait::async_trait;
use http::{HeaderValue, header::USER_AGENT};

#[cfg(feature = "reqwest")]
mod client;
mod reach;
#[cfg(feature = "reqwest")]
mod resolver;

#[cfg(feature = "reqwest")]
pub use client::{HttpClient, HttpClientBuilder};
pub use reach::PublicOnly;

/// The most bytes that an answer may have: 1 MiB.
pub const ANSWER_LIMIT: usize = 1024 * 1024;

/// Sends one request to a provider. Implement it to go through a proxy, or to answer in a test.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends the request and reads the whole answer.
    ///
    /// Implementations follow no redirect, stop reading after [`ANSWER_LIMIT`] bytes and bound the
    /// time of the whole call. They add a `User-Agent` where the request has none, and refuse a
    /// request that is marked [`PublicOnly`] when its host has no public address.
    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError>;

    /// The `User-Agent` that the application set, if it set one. Some providers insist on it.
    fn user_agent(&self) -> Option<&str> {
        None
    }

    /// Whether a request that is marked [`PublicOnly`] may go to this host although it is not public.
    fn allows(&self, _host: &str) -> bool {
        false
    }
}

/// A transport that says who asks, in requests that do not say it themselves.
pub(crate) struct Introduced {
    pub(crate) inner: Arc<dyn Transport>,
    pub(crate) user_agent: HeaderValue,
}

#[async_trait]
impl Transport for Introduced {
    async fn send(
        &self,
        mut request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let headers = request.headers_mut();
        headers
            .entry(USER_AGENT)
            .or_insert_with(|| self.user_agent.clone());
        self.inner.send(request).await
    }

    fn user_agent(&self) -> Option<&str> {
        self.user_agent.to_str().ok()
    }

    fn allows(&self, host: &str) -> bool {
        self.inner.allows(host)
    }
}

/// Why there is no answer. It names no URL: those can carry codes and tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection could be made: name, route, port or TLS.
    #[error("no connection could be made")]
    Connect,
    /// The server's certificate was signed by an authority that this machine does not know.
    #[error(
        "the issuer of the server's certificate is unknown to this machine; add its root to the system's \
         certificates (Debian: a .crt file in /usr/local/share/ca-certificates, then \
         `update-ca-certificates`), or name a file of roots in SSL_CERT_FILE"
    )]
    UnknownIssuer,
    /// The server's certificate is not good: for another host, ended, not yet begun, or an authority's own.
    #[error(
        "the server's certificate is not good: it is for another host, has ended or not begun, or is an \
         authority's own (self-signed, CA:TRUE), which is no server's"
    )]
    Certificate,
    /// Something answers, and it does not speak TLS.
    #[error("the server does not speak TLS at this port; the URL says https, and it may be http")]
    NoTls,
    /// There was no whole answer in time.
    #[error("no answer came in time")]
    Timeout,
    /// The answer has more than [`ANSWER_LIMIT`] bytes.
    #[error("the answer has more than {ANSWER_LIMIT} bytes")]
    TooLarge,
    /// The address came out of a provider's answer, and is one of the application's own network.
    #[error("the address is not a public one")]
    NotPublic,
    /// The connection broke, or the answer is not HTTP.
    #[error("the answer could not be read")]
    Broken,
    /// The request cannot be sent: its URL or a header is not valid, or the client could not be made.
    #[error("the request could not be sent")]
    Unsendable,
}
