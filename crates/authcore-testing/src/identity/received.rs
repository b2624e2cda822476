//! This file remembers what the provider was sent, for a test's assertions.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
};

use http::{HeaderMap, Method};

/// The most requests that are remembered; older ones are forgotten, though still counted.
pub const REMEMBERED: usize = 10_000;

/// A part of a provider that can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Endpoint {
    /// Where the browser is sent.
    Authorization,
    /// Where the code is exchanged.
    Token,
    /// Where tokens are revoked.
    Revocation,
    /// Who it is: `UserInfo`, or the provider's own.
    Profile,
    /// What completes a profile.
    FollowUp,
    /// The discovery document.
    Discovery,
    /// The keys.
    Keys,
    /// Anything else; answered with 404.
    Other,
}

/// A request as it came. `Debug` shows neither its values nor its body: those can be secrets.
#[derive(Clone)]
#[non_exhaustive]
pub struct Received {
    /// Which part was asked.
    pub endpoint: Endpoint,
    /// The method.
    pub method: Method,
    /// The `Host` header: the host that the client meant.
    pub host: String,
    /// The path.
    pub path: String,
    /// The query as it came, without the question mark; empty when there is none.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Received {
    /// A header's value, where it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// A query parameter: the first of this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        first(self.query.as_bytes(), name)
    }

    /// A field of a form body: the first of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<String> {
        first(&self.body, name)
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("endpoint", &self.endpoint)
            .field("method", &self.method)
            .field("host", &self.host)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn first(encoded: &[u8], name: &str) -> Option<String> {
    url::form_urlencoded::parse(encoded)
        .find(|(known, _)| known == name)
        .map(|(_, value)| value.into_owned())
}

#[derive(Default)]
pub(super) struct Log {
    counts: BTreeMap<Endpoint, usize>,
    latest: VecDeque<Received>,
}

impl Log {
    pub(super) fn add(&mut self, received: Received) {
        *self.counts.entry(received.endpoint).or_default() += 1;
        if self.latest.len() == REMEMBERED {
            self.latest.pop_front();
        }
        self.latest.push_back(received);
    }

    pub(super) fn count(&self, endpoint: Endpoint) -> usize {
        self.counts.get(&endpoint).copied().unwrap_or(0)
    }

    pub(super) fn all(&self) -> Vec<Received> {
        self.latest.iter().cloned().collect()
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
