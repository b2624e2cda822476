//! This file holds a provider's data together with everything that the application filled in.
//!
//! The attack it stops: a request that can be listened to. What may be sent over plain HTTP is said
//! in one place, [`protection`].

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
};

use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderName, HeaderValue};
use serde_json::Value;
use sha2::Sha256;
use url::{Host, Url};

use super::{
    access_token::AccessTokenRule,
    assertion::Assertion,
    callback::repeated,
    jws::Algorithm,
    reach::Reach,
    tenant::{Issuer, TenantRule},
};
use crate::{
    model::{Params, Secret, TokenSet},
    provider::{
        Misbehaviour, ProviderError,
        spec::{Endpoint, IssRule, Method, ProfileSource, Protocol, ProviderSpec, Template},
    },
};

/// How places of the answer to the browser begin.
const CALLBACK: &str = "callback.";

/// A provider as this application is registered there.
pub(crate) struct Registration {
    pub(crate) spec: ProviderSpec,
    pub(crate) client_id: String,
    pub(crate) client_secret: Option<Secret>,
    pub(crate) issuer: Option<String>,
    pub(crate) variables: BTreeMap<String, String>,
    pub(crate) scopes: Vec<String>,
    /// Parameters that the application adds to the authorization request.
    pub(crate) params: BTreeMap<String, String>,
    /// The algorithms that an ID token may be signed with, known before one is seen.
    pub(crate) algorithms: Vec<Algorithm>,
    /// Which tenants are let in, where each has an issuer of its own.
    pub(crate) tenant: Option<TenantRule>,
    /// What an access token must say, where the profile is read from it.
    pub(crate) access_token: Option<AccessTokenRule>,
    /// What is signed for token requests, where the client has a key.
    pub(crate) assertion: Option<Assertion>,
    /// The hosts that the operator named.
    pub(crate) reach: Reach,
}

impl Registration {
    /// What a name in a template stands for.
    pub(crate) fn lookup(&self, name: &str) -> Option<String> {
        match name {
            "client_id" => Some(self.client_id.clone()),
            "issuer" => self
                .issuer
                .clone()
                .or_else(|| self.variables.get(name).cloned()),
            _ => self.variables.get(name).cloned(),
        }
    }

    /// The same, with the members of the token answer as `token.<name>`.
    pub(crate) fn lookup_with(&self, name: &str, tokens: Option<&TokenSet>) -> Option<String> {
        match (name.strip_prefix("token."), tokens) {
            (Some(member), Some(tokens)) => token_member(tokens, member),
            _ => self.lookup(name),
        }
    }

    /// The same for a parameter of a query: also what is made of the access token and the secret.
    pub(crate) fn lookup_in_query(&self, name: &str, tokens: Option<&TokenSet>) -> Option<String> {
        match name.strip_prefix("builtin.") {
            Some("appsecret_proof") => {
                let token = tokens?.access_token.as_ref()?;
                Some(appsecret_proof(token, self.client_secret.as_ref()?))
            }
            Some(_) => None,
            None => self.lookup_with(name, tokens),
        }
    }

    /// The same for a header or a body, which nobody on the way reads: also the client's secret.
    pub(crate) fn lookup_inside(&self, name: &str, tokens: Option<&TokenSet>) -> Option<String> {
        match name {
            "client_secret" => Some(self.client_secret.as_ref()?.expose().to_owned()),
            _ => self.lookup_in_query(name, tokens),
        }
    }

    /// The same for the parameters of an endpoint, which are a query or a body.
    pub(crate) fn lookup_in_params(
        &self,
        method: Method,
        name: &str,
        tokens: Option<&TokenSet>,
    ) -> Option<String> {
        match method {
            Method::Get => self.lookup_in_query(name, tokens),
            Method::Post => self.lookup_inside(name, tokens),
        }
    }

    /// A URL, filled in.
    pub(crate) fn url(&self, template: &Template, tokens: Option<&TokenSet>) -> Option<String> {
        template.fill(&|name| self.lookup_with(name, tokens))
    }

    /// Whom documents and ID tokens must come from.
    pub(crate) fn issuer(&self) -> Option<Issuer<'_>> {
        match &self.tenant {
            Some(rule) => Some(Issuer::Tenant(rule)),
            None => self.issuer.as_deref().map(Issuer::Exactly),
        }
    }

    /// What the provider's data adds to the request that trades a code; `answer` came back with the
    /// browser.
    pub(crate) fn code_params(
        &self,
        answer: &Params,
    ) -> Result<Vec<(String, String)>, Misbehaviour> {
        let Some(endpoint) = &self.spec.token else {
            return Ok(Vec::new());
        };
        let repeated = |place: &str| Some(repeated(answer, place.strip_prefix(CALLBACK)?));
        let mut places = endpoint.params.values().flat_map(Template::placeholders);
        places.try_for_each(|place| repeated(place).unwrap_or(Ok("")).map(drop))?;
        Ok(params(endpoint, &|place| match repeated(place) {
            Some(value) => value.ok().map(str::to_owned),
            None => self.lookup_in_params(endpoint.method, place, None),
        }))
    }

    /// What the provider's data adds to the request that trades a refresh token; `None` when that
    /// cannot be made, because it repeats what came back with a browser.
    pub(crate) fn refresh_params(&self) -> Option<Vec<(String, String)>> {
        let Some(endpoint) = &self.spec.token else {
            return Some(Vec::new());
        };
        let mut places = endpoint.params.values().flat_map(Template::placeholders);
        let repeats = places.any(|place| place.starts_with(CALLBACK));
        (!repeats).then(|| {
            params(endpoint, &|name| {
                self.lookup_in_params(endpoint.method, name, None)
            })
        })
    }

    /// Whether anything that every login needs must be discovered.
    pub(crate) fn is_discovered(&self) -> bool {
        let spec = &self.spec;
        let is_open = |endpoint: &Option<Endpoint>| fixed(endpoint).is_none();
        is_open(&spec.authorization)
            || is_open(&spec.token)
            || (spec.protocol == Protocol::Oidc && spec.jwks.is_none())
            || (spec.id_token.profile_from == ProfileSource::UserInfo && is_open(&spec.userinfo))
    }

    /// Whether answers must say whose they are, whatever discovery promises.
    pub(crate) fn iss_is_required(&self) -> bool {
        self.spec.checks.iss == IssRule::Required
    }
}

/// The address of an endpoint, where the provider's data has it.
pub(crate) fn fixed(endpoint: &Option<Endpoint>) -> Option<&Template> {
    endpoint.as_ref()?.url.as_ref()
}

/// The parameters of an endpoint, filled in; one that cannot be filled in is left out.
pub(crate) fn params(
    endpoint: &Endpoint,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Vec<(String, String)> {
    endpoint
        .params
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), value.fill(lookup)?)))
        .collect()
}

/// The headers of an endpoint, filled in; one that cannot be filled in is left out.
pub(crate) fn headers(
    endpoint: &Endpoint,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<(HeaderName, HeaderValue)>, ProviderError> {
    let unusable =
        |name: &str| ProviderError::Misconfigured(format!("the header `{name}` is not valid"));
    endpoint
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name, value.fill(lookup)?)))
        .map(|(name, value)| {
            let mut value = HeaderValue::from_str(&value).map_err(|_| unusable(name))?;
            // What fills it in can be a key or the secret.
            value.set_sensitive(true);
            let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| unusable(name))?;
            Ok((key, value))
        })
        .collect()
}

/// Variables can be secrets (an API key in a header), so none is shown.
impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration")
            .field("id", &self.spec.id)
            .field("client_id", &self.client_id)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// HMAC-SHA256 of an access token with the client's secret, in hexadecimal: shows a server that who has
/// the token also has the secret.
fn appsecret_proof(token: &Secret, secret: &Secret) -> String {
    let bytes = match Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()) {
        Ok(mac) => mac.chain_update(token.expose()).finalize().into_bytes(),
        Err(_) => unreachable!("HMAC takes a key of any length (RFC 2104, section 2)"),
    };
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn token_member(tokens: &TokenSet, member: &str) -> Option<String> {
    match member {
        "access_token" => tokens.access_token.as_ref().map(|t| t.expose().to_owned()),
        "id_token" => tokens.id_token.as_ref().map(|t| t.expose().to_owned()),
        "scope" => tokens.scope.clone(),
        _ => match tokens.extra.get(member)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        },
    }
}

/// Whether a request may go to this URL: over TLS, or to this very machine.
///
/// RFC 9700, section 2.6, with the exception for loopback of RFC 8252, section 8.3.
pub(crate) fn protection(url: &Url) -> Protection {
    let is_plain = !url.username().is_empty() || url.password().is_some();
    match (url.scheme(), url.host()) {
        _ if is_plain => Protection::None,
        ("https", Some(_)) => Protection::Tls,
        ("http", Some(Host::Ipv4(address))) if address.is_loopback() => Protection::Loopback,
        ("http", Some(Host::Ipv6(address))) if address.is_loopback() => Protection::Loopback,
        ("http", Some(Host::Domain(name)))
            if name == "localhost" || name.ends_with(".localhost") =>
        {
            Protection::Loopback
        }
        _ => Protection::None,
    }
}

/// How a request to a URL is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protection {
    /// By TLS.
    Tls,
    /// By never leaving the machine.
    Loopback,
    /// By nothing.
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_of_the_secret_is_the_hmac_that_openssl_makes() {
        // printf access | openssl dgst -sha256 -hmac secret
        assert_eq!(
            appsecret_proof(&"access".into(), &"secret".into()),
            "f789f13e161fc2bfae511164ea0bcbb742cbd3339c88e8c34865b3e5e2e51e08"
        );
    }

    #[test]
    fn only_tls_and_loopback_protect_a_request() {
        for (url, protection_there) in [
            ("https://example.org/token", Protection::Tls),
            ("http://127.0.0.1:9/token", Protection::Loopback),
            ("http://127.8.8.8/token", Protection::Loopback),
            ("http://[::1]:9/token", Protection::Loopback),
            ("http://localhost/token", Protection::Loopback),
            ("http://id.localhost/token", Protection::Loopback),
            ("http://example.org/token", Protection::None),
            ("http://localhost.example.org/", Protection::None),
            ("http://10.0.0.1/token", Protection::None),
            ("https://user:secret@example.org/", Protection::None),
            ("file:///etc/passwd", Protection::None),
        ] {
            assert_eq!(
                protection(&Url::parse(url).unwrap()),
                protection_there,
                "{url}"
            );
        }
    }
}
