//! This file maps origins such as `https://app.example.org` to servers on this machine, so that real
//! URLs are used unchanged and nothing leaves the machine.
//!
//! Connections are plain HTTP whatever the scheme says: what is tested is what a program does with
//! an `https` URL, not TLS. The request keeps its `Host`.

use std::{collections::BTreeMap, fmt, net::SocketAddr};

use authcore::transport::PublicOnly;
use http::{Uri, header::HOST};
use url::{Host, Url};

/// Which server on this machine stands for which origin.
///
/// Loopback origins (`localhost`, `127.0.0.0/8`, `[::1]`) with `http` need no entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosts {
    servers: BTreeMap<Origin, SocketAddr>,
}

impl Hosts {
    /// No origin but the loopback's own.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends what is meant for this origin to this server.
    ///
    /// # Errors
    /// [`NotAnOrigin`] when the text is not an `http` or `https` URL. A path is ignored.
    pub fn map(mut self, origin: &str, server: SocketAddr) -> Result<Self, NotAnOrigin> {
        let origin = Url::parse(origin)
            .ok()
            .and_then(|url| Origin::of(&url))
            .ok_or(NotAnOrigin)?;
        self.servers.insert(origin, server);
        Ok(self)
    }

    /// These and those.
    #[must_use]
    pub fn and(mut self, others: &Self) -> Self {
        self.servers.extend(others.servers.clone());
        self
    }

    /// The server for a URL, or nothing when it is not on this machine.
    #[must_use]
    pub fn server(&self, url: &Url) -> Option<Server> {
        let origin = Origin::of(url)?;
        let mapped = self.servers.get(&origin).map(ToString::to_string);
        let authority = match mapped {
            Some(authority) => authority,
            None if origin.scheme == "http" && is_loopback(url) => {
                format!("{}:{}", origin.host, origin.port)
            }
            None => return None,
        };
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        Some(Server {
            url: format!("http://{authority}{path}"),
            host: match url.port() {
                Some(port) => format!("{}:{port}", origin.host),
                None => origin.host,
            },
        })
    }

    /// Turns a request for a real URL into one for the server that stands for it, keeping `Host`.
    /// Gives nothing when the URL is not on this machine.
    ///
    /// An origin with an entry is as public as the one that it stands for: a request for it is marked
    /// [`PublicOnly`] no longer. A request for the machine itself stays as it is.
    #[must_use]
    pub fn redirect<B>(&self, mut request: http::Request<B>) -> Option<http::Request<B>> {
        let url = Url::parse(&request.uri().to_string()).ok()?;
        let server = self.server(&url)?;
        if Origin::of(&url).is_some_and(|origin| self.servers.contains_key(&origin)) {
            request.extensions_mut().remove::<PublicOnly>();
        }
        *request.uri_mut() = server.url.parse::<Uri>().ok()?;
        request
            .headers_mut()
            .insert(HOST, server.host.parse().ok()?);
        Some(request)
    }
}

/// Where a request really goes.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Server {
    /// The URL on this machine.
    pub url: String,
    /// The `Host` header that it must carry.
    pub host: String,
}

/// The text is not an `http` or `https` URL with a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an http or https origin")]
pub struct NotAnOrigin;

/// Scheme, host and port (RFC 6454, section 4).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Origin {
    pub(crate) scheme: &'static str,
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Origin {
    pub(crate) fn of(url: &Url) -> Option<Self> {
        Some(Self {
            scheme: match url.scheme() {
                "http" => "http",
                "https" => "https",
                _ => return None,
            },
            host: url.host_str()?.to_owned(),
            port: url.port_or_known_default()?,
        })
    }
}

/// As in the `Origin` header: no port where it is the scheme's own.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        match (self.scheme, self.port) {
            ("http", 80) | ("https", 443) => Ok(()),
            (_, port) => write!(f, ":{port}"),
        }
    }
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_mapped_origin_keeps_its_host_path_and_query() {
        let hosts = Hosts::new()
            .map("https://app.example.org", ([127, 0, 0, 1], 4000).into())
            .unwrap();
        let server = hosts.server(&url("https://app.example.org/a?b=c")).unwrap();
        assert_eq!(server.url, "http://127.0.0.1:4000/a?b=c");
        assert_eq!(server.host, "app.example.org");
    }

    #[test]
    fn scheme_and_port_belong_to_the_origin() {
        let hosts = Hosts::new()
            .map("https://app.example.org", ([127, 0, 0, 1], 4000).into())
            .unwrap();
        for other in ["http://app.example.org/", "https://app.example.org:8443/"] {
            assert_eq!(hosts.server(&url(other)), None, "{other}");
        }
    }

    #[test]
    fn nothing_leaves_this_machine() {
        let hosts = Hosts::new();
        assert_eq!(hosts.server(&url("https://example.org/")), None);
        assert_eq!(hosts.server(&url("http://192.0.2.1/")), None);
        assert!(hosts.server(&url("http://127.0.0.1:9/")).is_some());
        assert!(hosts.server(&url("http://localhost:9/x")).is_some());
    }
}
