//! Resolves names for requests that go to public addresses only.
//!
//! The check is made on what a connection is made to, so that a name which resolves to another address
//! a moment later gets no further (DNS rebinding).

use std::{io, net::ToSocketAddrs, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::PublicOnly;

/// The operating system's resolver, without the addresses that are not public.
pub(super) struct PublicResolver {
    /// Names that may resolve to any address.
    pub(super) allowed: Arc<[String]>,
}

/// A name has no public address.
#[derive(Debug, thiserror::Error)]
#[error("the name has no public address")]
pub(super) struct NoPublicAddress;

impl Resolve for PublicResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let is_allowed = is_among(&self.allowed, name.as_str());
        Box::pin(async move {
            let found = tokio::task::spawn_blocking(move || {
                let found = (name.as_str(), 0).to_socket_addrs()?;
                Ok::<Vec<_>, io::Error>(found.collect())
            });
            let mut found = found.await??;
            let was_found = !found.is_empty();
            found.retain(|address| is_allowed || PublicOnly::is_public(address.ip()));
            match found.is_empty() && was_found {
                true => Err(NoPublicAddress.into()),
                false => Ok(Box::new(found.into_iter()) as Addrs),
            }
        })
    }
}

/// Whether a host is among the names, whatever its case and with or without the root's dot.
pub(super) fn is_among(names: &[String], host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    names.iter().any(|name| name.eq_ignore_ascii_case(host))
}
