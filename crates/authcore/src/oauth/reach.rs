//! Knows which hosts the operator configured, and marks every other request so that it goes to public
//! addresses only.
//!
//! RFC 9700, section 4.13; OWASP's sheet on server-side request forgery. Configured is what stands in the
//! provider's file or in the settings: the issuer, and the endpoints whose host does not depend on an
//! answer. A discovered endpoint on one of these hosts counts as configured.
//!
//! The attacks it stops: a profile whose link sends the access token to a service on this machine, and a
//! discovery document that makes the application ask a server of its own network
//! (`a_follow_up_never_takes_the_token_to_this_machine`).

use std::collections::BTreeSet;

use async_trait::async_trait;
use url::Url;

use super::registration::{Registration, fixed};
use crate::{
    provider::spec::Template,
    transport::{PublicOnly, Transport, TransportError},
};

/// Where the operator lets requests go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    /// With the port.
    origins: BTreeSet<(String, u16)>,
}

impl Reach {
    /// What a registration names.
    pub(crate) fn of(registration: &Registration) -> Self {
        let spec = &registration.spec;
        let follow_ups = spec
            .follow_ups
            .iter()
            .filter_map(|it| it.endpoint.url.as_ref());
        let refresh = spec.token.iter().filter_map(|it| it.refresh_url.as_ref());
        let templates = [
            &spec.authorization,
            &spec.token,
            &spec.revocation,
            &spec.userinfo,
        ]
        .into_iter()
        .filter_map(fixed)
        .chain(refresh)
        .chain(&spec.jwks)
        .chain(&spec.discovery)
        .chain(follow_ups);
        let issuer = registration.issuer.as_deref().and_then(origin);
        Self {
            origins: templates
                .filter_map(|template| settled(registration, template))
                .chain(issuer)
                .collect(),
        }
    }

    /// Whether the operator named this host and port.
    pub(crate) fn names(&self, url: &Url) -> bool {
        origin(url.as_str()).is_some_and(|origin| self.origins.contains(&origin))
    }

    /// Whether the operator named this host.
    fn names_host(&self, url: &Url) -> bool {
        let host = url.host_str();
        host.is_some_and(|host| self.origins.iter().any(|(own, _)| own == host))
    }
}

/// The host and the port of a template, where no answer decides them.
fn settled(registration: &Registration, template: &Template) -> Option<(String, u16)> {
    let with = |word: &str| {
        let lookup = |name: &str| registration.lookup(name).or_else(|| Some(word.to_owned()));
        origin(&template.fill(&lookup)?)
    };
    let (one, other) = (with("x"), with("y"));
    one.filter(|one| other.as_ref() == Some(one))
}

fn origin(address: &str) -> Option<(String, u16)> {
    let url = Url::parse(address).ok()?;
    Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
}

/// The way to the network for one registration.
pub(crate) struct Outgoing<'a> {
    pub(crate) inner: &'a dyn Transport,
    pub(crate) reach: &'a Reach,
}

#[async_trait]
impl Transport for Outgoing<'_> {
    async fn send(
        &self,
        mut request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let url = Url::parse(&request.uri().to_string());
        let url = url.map_err(|_| TransportError::Unsendable)?;
        if !self.reach.names_host(&url) {
            request.extensions_mut().insert(PublicOnly);
        }
        // What can be seen without resolving a name, whatever the transport does.
        let is_marked = request.extensions().get::<PublicOnly>().is_some();
        let host = url.host_str().unwrap_or_default();
        if is_marked && PublicOnly::excludes(&url) && !self.inner.allows(host) {
            return Err(TransportError::NotPublic);
        }
        self.inner.send(request).await
    }

    fn user_agent(&self) -> Option<&str> {
        self.inner.user_agent()
    }

    fn allows(&self, host: &str) -> bool {
        self.inner.allows(host)
    }
}
