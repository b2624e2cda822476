//! This file is the transport that most applications use: reqwest, held to our limits.

use std::{error::Error, sync::OnceLock, time::Duration};

use async_trait::async_trait;

use super::{
    ANSWER_LIMIT, PublicOnly, Transport, TransportError,
    resolver::{NoPublicAddress, PublicResolver, is_among},
};

/// An HTTP client with limits: 5 s to connect, 10 s between two reads, 15 s in all, 1 MiB an answer,
/// no redirects, TLS with the operating system's certificates.
///
/// A request that is marked [`PublicOnly`] goes to public addresses and to the hosts that
/// [`HttpClientBuilder::allow_host`] names, which is checked after its name is resolved. Behind a proxy
/// of the environment (`HTTPS_PROXY`) it is the proxy that resolves names and must refuse them.
///
/// The client is made at the first request, so that a machine without certificates can start.
pub struct HttpClient {
    limits: HttpClientBuilder,
    client: OnceLock<Option<reqwest::Client>>,
    /// For requests that go to public addresses only; it shares no connection with the other.
    public: OnceLock<Option<reqwest::Client>>,
}

impl HttpClient {
    /// A client with limits of one's own.
    #[must_use]
    pub fn builder() -> HttpClientBuilder {
        HttpClientBuilder::default()
    }

    fn client(&self, goes: Goes) -> Result<&reqwest::Client, TransportError> {
        let client = match goes {
            Goes::Anywhere => &self.client,
            Goes::ToPublic => &self.public,
        };
        client
            .get_or_init(|| {
                let mut builder = reqwest::Client::builder()
                    .redirect(reqwest::redirect::Policy::none())
                    .connect_timeout(self.limits.connect)
                    .read_timeout(self.limits.read)
                    .timeout(self.limits.total);
                if goes == Goes::ToPublic {
                    let allowed = self.limits.allowed.clone().into();
                    builder = builder.dns_resolver(PublicResolver { allowed });
                }
                builder
                    .build()
                    .inspect_err(|error| tracing::error!(%error, "the HTTP client cannot be made"))
                    .ok()
            })
            .as_ref()
            .ok_or(TransportError::Unsendable)
    }
}

/// Where a request may go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goes {
    Anywhere,
    ToPublic,
}

/// Limits for [`HttpClient`].
#[derive(Debug, Clone)]
pub struct HttpClientBuilder {
    connect: Duration,
    read: Duration,
    total: Duration,
    user_agent: Option<String>,
    allowed: Vec<String>,
}

impl Default for HttpClientBuilder {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            read: Duration::from_secs(10),
            total: Duration::from_secs(15),
            user_agent: None,
            allowed: Vec::new(),
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

    /// Lets a request whose address comes out of a provider's answer go to this host although it is not
    /// public: a discovered endpoint on another machine of one's own network than the issuer, or a
    /// proxy that has a name. A host that is configured (an issuer, an endpoint of a provider's file) needs
    /// no mention. Default: none.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        let host: String = host.into();
        self.allowed.push(host.trim_matches(['[', ']']).to_owned());
        self
    }

    /// The client.
    #[must_use]
    pub fn build(self) -> HttpClient {
        HttpClient {
            limits: self,
            client: OnceLock::new(),
            public: OnceLock::new(),
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
        let goes = match request.extensions().get::<PublicOnly>() {
            Some(PublicOnly) => Goes::ToPublic,
            None => Goes::Anywhere,
        };
        let request =
            reqwest::Request::try_from(request).map_err(|_| TransportError::Unsendable)?;
        let host = request.url().host_str().unwrap_or_default();
        // An address that is written out is not resolved.
        if goes == Goes::ToPublic && !self.allows(host) && PublicOnly::excludes(request.url()) {
            return Err(TransportError::NotPublic);
        }
        let mut answer = self
            .client(goes)?
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

    fn allows(&self, host: &str) -> bool {
        is_among(&self.limits.allowed, host.trim_matches(['[', ']']))
    }
}

fn classify(error: &reqwest::Error) -> TransportError {
    let mut sources = std::iter::successors(error.source(), |error| Error::source(*error));
    if sources.any(|error| error.is::<NoPublicAddress>()) {
        TransportError::NotPublic
    } else if error.is_timeout() {
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

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use super::*;

    /// A server on this machine that answers with an address of its own network to go to, and how often
    /// it was reached.
    fn listener() -> (u16, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let reached = Arc::new(AtomicUsize::new(0));
        let count = reached.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                count.fetch_add(1, Ordering::SeqCst);
                let mut buffer = [0; 1024];
                let _ = stream.read(&mut buffer).unwrap();
                let answer = format!(
                    "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{port}/again\r\n\
                     content-length: 0\r\nconnection: close\r\n\r\n"
                );
                stream.write_all(answer.as_bytes()).unwrap();
            }
        });
        (port, reached)
    }

    fn request(url: &str) -> http::Request<Vec<u8>> {
        http::Request::get(url).body(Vec::new()).unwrap()
    }

    fn marked(url: &str) -> http::Request<Vec<u8>> {
        let mut request = request(url);
        request.extensions_mut().insert(PublicOnly);
        request
    }

    #[tokio::test]
    async fn a_request_for_public_addresses_does_not_reach_this_machine() {
        let (port, reached) = listener();
        let client = HttpClient::builder().build();
        for host in [
            "127.0.0.1",
            "[::ffff:127.0.0.1]",
            "2130706433",
            "0",
            "localhost",
            "localhost.",
        ] {
            let answer = client.send(marked(&format!("http://{host}:{port}/"))).await;
            assert_eq!(answer.unwrap_err(), TransportError::NotPublic, "{host}");
        }
        assert_eq!(reached.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn a_name_is_looked_at_when_it_is_resolved() {
        let resolver = PublicResolver {
            allowed: Vec::new().into(),
        };
        use reqwest::dns::Resolve;
        let found = resolver.resolve("localhost".parse().unwrap()).await;
        assert!(found.err().unwrap().is::<NoPublicAddress>());
        let resolver = PublicResolver {
            allowed: vec!["LocalHost".to_owned()].into(),
        };
        assert!(resolver.resolve("localhost".parse().unwrap()).await.is_ok());
    }

    #[tokio::test]
    async fn a_host_that_is_allowed_is_reached_and_redirects_are_not_followed() {
        let (port, reached) = listener();
        let client = HttpClient::builder().allow_host("localhost").build();
        let answer = client
            .send(marked(&format!("http://localhost:{port}/")))
            .await;
        assert_eq!(answer.unwrap().status(), 302);
        let answer = client
            .send(marked(&format!("http://127.0.0.1:{port}/")))
            .await;
        assert_eq!(answer.unwrap_err(), TransportError::NotPublic);
        let answer = client
            .send(request(&format!("http://127.0.0.1:{port}/")))
            .await;
        assert_eq!(answer.unwrap().status(), 302);
        assert_eq!(reached.load(Ordering::SeqCst), 2);
    }
}
