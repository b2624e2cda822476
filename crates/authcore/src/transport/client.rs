//! This file is the transport that most applications use: reqwest, held to our limits.

use std::{sync::OnceLock, time::Duration};

use async_trait::async_trait;

use super::{ANSWER_LIMIT, Transport, TransportError};

/// An HTTP client with limits: 5 s to connect, 10 s between two reads, 15 s in all, 1 MiB an answer,
/// no redirects, TLS with the operating system's certificates.
///
/// The client is made at the first request, so that a machine without certificates can start.
pub struct HttpClient {
    limits: HttpClientBuilder,
    client: OnceLock<Option<reqwest::Client>>,
}

impl HttpClient {
    /// A client with limits of one's own.
    #[must_use]
    pub fn builder() -> HttpClientBuilder {
        HttpClientBuilder::default()
    }

    fn client(&self) -> Result<&reqwest::Client, TransportError> {
        self.client
            .get_or_init(|| {
                reqwest::Client::builder()
                    .redirect(reqwest::redirect::Policy::none())
                    .connect_timeout(self.limits.connect)
                    .read_timeout(self.limits.read)
                    .timeout(self.limits.total)
                    .build()
                    .inspect_err(|error| tracing::error!(%error, "the HTTP client cannot be made"))
                    .ok()
            })
            .as_ref()
            .ok_or(TransportError::Unsendable)
    }
}

/// Limits for [`HttpClient`].
#[derive(Debug, Clone)]
pub struct HttpClientBuilder {
    connect: Duration,
    read: Duration,
    total: Duration,
    user_agent: Option<String>,
}

impl Default for HttpClientBuilder {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(10),
            total: Duration::from_secs(15),
            user_agent: None,
        }
    }
}

impl HttpClientBuilder {
    /// The longest wait for a connection. Default: 5 s.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect = limit;
        self
    }

    /// The longest wait between two parts of an answer. Default: 10 s.
    #[must_use]
    pub fn read_timeout(mut self, limit: Duration) -> Self {
        self.read = limit;
        self
    }

    /// The longest a whole request may take. Default: 15 s.
    #[must_use]
    pub fn total_timeout(mut self, limit: Duration) -> Self {
        self.total = limit;
        self
    }

    /// Who is asking: the application's name, version and a way to reach its operator.
    /// Default: `authcore/<version>`, which providers such as Wikimedia do not accept.
    #[must_use]
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = Some(user_agent.into());
        self
    }

    /// The client.
    #[must_use]
    pub fn build(self) -> HttpClient {
        HttpClient {
            limits: self,
            client: OnceLock::new(),
        }
    }
}

#[async_trait]
impl Transport for HttpClient {
    async fn send(
        &self,
        mut request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        if !request.headers().contains_key(http::header::USER_AGENT) {
            let agent = self
                .limits
                .user_agent
                .as_deref()
                .unwrap_or(concat!("authcore/", env!("CARGO_PKG_VERSION")));
            let agent = agent.parse().map_err(|_| TransportError::Unsendable)?;
            request
                .headers_mut()
                .insert(http::header::USER_AGENT, agent);
        }
        let request =
            reqwest::Request::try_from(request).map_err(|_| TransportError::Unsendable)?;
        let mut answer = self
            .client()?
            .execute(request)
            .await
            .map_err(|e| classify(&e))?;
        let mut response = http::Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            *headers = std::mem::take(answer.headers_mut());
        }
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|e| classify(&e))? {
            if body.len() + part.len() > ANSWER_LIMIT {
                return Err(TransportError::TooLarge);
            }
            body.extend_from_slice(&part);
        }
        response.body(body).map_err(|_| TransportError::Broken)
    }

    fn user_agent(&self) -> Option<&str> {
        self.limits.user_agent.as_deref()
    }
}

fn classify(error: &reqwest::Error) -> TransportError {
    if error.is_timeout() {
        TransportError::Timeout
    } else if error.is_connect() {
        tls_failure(error).unwrap_or(TransportError::Connect)
    } else if error.is_builder() {
        TransportError::Unsendable
    } else {
        TransportError::Broken
    }
}

/// Why TLS failed, if it did. Its reasons are in the errors that this one came from; an `io::Error` holds
/// one without naming it as its source.
fn tls_failure(error: &reqwest::Error) -> Option<TransportError> {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        let held = error.downcast_ref::<std::io::Error>();
        let held = held.and_then(std::io::Error::get_ref);
        let tls = error
            .downcast_ref::<rustls::Error>()
            .or_else(|| held?.downcast_ref());
        match tls {
            // Signed by an authority of a known name with another key is unknown too.
            Some(rustls::Error::InvalidCertificate(
                rustls::CertificateError::UnknownIssuer | rustls::CertificateError::BadSignature,
            )) => return Some(TransportError::UnknownIssuer),
            Some(rustls::Error::InvalidCertificate(_)) => {
                return Some(TransportError::Certificate);
            }
            Some(rustls::Error::InvalidMessage(_)) => return Some(TransportError::NoTls),
            _ => {}
        }
        cause = match held {
            Some(held) => Some(held),
            None => error.source(),
        };
    }
    None
}
