//! This file finds an issuer's endpoints in its discovery document.
//!
//! OpenID Connect Discovery 1.0, sections 4.2 and 4.3; RFC 8414; RFC 9207, section 3. Documents are
//! read leniently: what is not needed may be missing or odd.
//!
//! The attacks it stops: a document that speaks for another issuer (compared byte for byte), and
//! one that sends codes and tokens over plain HTTP, or to this very machine when the issuer itself
//! is not on it.

use serde_json::Value;
use url::Url;

use super::{
    cache::Loaded,
    document,
    registration::{Protection, protection},
    tenant::Issuer,
};
use crate::{
    provider::{Misbehaviour, ProviderError},
    transport::Transport,
};

/// An issuer's endpoints.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Metadata {
    /// How the document calls the issuer.
    pub(crate) issuer: String,
    pub(crate) authorization: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) revocation: Option<String>,
    pub(crate) userinfo: Option<String>,
    pub(crate) jwks: Option<String>,
    /// Whether every answer says whose it is.
    pub(crate) promises_iss: bool,
    /// How clients can prove who they are at the token endpoint; empty where it does not say.
    pub(crate) client_auth: Vec<String>,
    /// How a code can be tied to its attempt (PKCE).
    pub(crate) pkce: Vec<String>,
    /// How answers can come back.
    pub(crate) response_modes: Vec<String>,
    /// How ID tokens are signed.
    pub(crate) algorithms: Vec<String>,
}

/// Where the document of an issuer is, unless the provider's data says otherwise.
pub(crate) fn well_known(issuer: &str) -> String {
    format!(
        "{}/.well-known/openid-configuration",
        issuer.strip_suffix('/').unwrap_or(issuer)
    )
}

/// Fetches the document.
pub(crate) async fn fetch(
    url: &str,
    issuer: Issuer<'_>,
    transport: &dyn Transport,
) -> Result<Loaded<Metadata>, ProviderError> {
    let document = document::fetch(url, transport, Misbehaviour::Discovery).await?;
    let here = Url::parse(url).map_or(Protection::None, |url| protection(&url));
    Ok(Loaded {
        value: read(&document.value, issuer, here)?,
        lifetime: document.lifetime,
    })
}

/// Reads a document that came over `here`.
fn read(document: &Value, issuer: Issuer<'_>, here: Protection) -> Result<Metadata, Misbehaviour> {
    if !document.is_object() {
        return Err(Misbehaviour::Discovery);
    }
    let own = document.get("issuer").and_then(Value::as_str);
    let said = own.unwrap_or_default();
    let own = own.filter(|own| issuer.may_say(own)).ok_or_else(|| {
        tell_issuer(issuer, said);
        Misbehaviour::DiscoveryIssuer
    })?;
    let endpoint = |name: &str| -> Result<Option<String>, Misbehaviour> {
        let Some(text) = document.get(name).and_then(Value::as_str) else {
            return Ok(None);
        };
        let url = Url::parse(text).map_err(|_| Misbehaviour::Discovery)?;
        match (protection(&url), here) {
            (Protection::Tls, _) | (Protection::Loopback, Protection::Loopback) => {
                Ok(Some(text.to_owned()))
            }
            _ => Err(Misbehaviour::DiscoveryInsecure),
        }
    };
    let list = |name: &str| -> Vec<String> {
        let items = document.get(name).and_then(Value::as_array);
        let items = items.into_iter().flatten().filter_map(Value::as_str);
        items.map(str::to_owned).collect()
    };
    Ok(Metadata {
        issuer: own.to_owned(),
        authorization: endpoint("authorization_endpoint")?,
        token: endpoint("token_endpoint")?,
        revocation: endpoint("revocation_endpoint")?,
        userinfo: endpoint("userinfo_endpoint")?,
        jwks: endpoint("jwks_uri")?,
        promises_iss: document.get("authorization_response_iss_parameter_supported")
            == Some(&Value::Bool(true)),
        client_auth: list("token_endpoint_auth_methods_supported"),
        pkce: list("code_challenge_methods_supported"),
        response_modes: list("response_modes_supported"),
        algorithms: list("id_token_signing_alg_values_supported"),
    })
}

/// Logs the two issuers, and in what they differ where that is easily overlooked.
fn tell_issuer(issuer: Issuer<'_>, said: &str) {
    let Issuer::Exactly(configured) = issuer else {
        return;
    };
    let said: String = said.chars().take(256).collect();
    let differ = differ(configured, &said).unwrap_or("they must be the same to the letter");
    tracing::warn!(
        code = Misbehaviour::DiscoveryIssuer.code(),
        configured,
        said = ?said,
        "the issuer is configured as {configured:?}, and its discovery document says {said:?}: {differ}"
    );
}

/// In what two issuers differ that are nearly the same.
fn differ(configured: &str, said: &str) -> Option<&'static str> {
    let plain = |issuer: &str| {
        let (_, rest) = issuer.split_once("://")?;
        Some(rest.trim_end_matches('/').to_ascii_lowercase())
    };
    if said.strip_suffix('/') == Some(configured) {
        return Some("the slash at the end is missing in the configuration");
    }
    if configured.strip_suffix('/') == Some(said) {
        return Some("the slash at the end is too much in the configuration");
    }
    let scheme = |issuer: &str| {
        issuer
            .split_once("://")
            .map(|(scheme, _)| scheme.to_owned())
    };
    if plain(configured)? != plain(said)? {
        return None;
    }
    Some(match scheme(configured) == scheme(said) {
        true => "they differ in upper and lower case, or in slashes",
        false => "one is http and the other https",
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://id.example.org";

    #[test]
    fn issuers_that_are_nearly_the_same_are_told_apart() {
        for (configured, said, told) in [
            (ISSUER, "https://id.example.org/", Some("missing")),
            ("https://id.example.org/", ISSUER, Some("too much")),
            ("http://id.example.org", ISSUER, Some("http")),
            ("https://ID.example.org", ISSUER, Some("case")),
            ("https://other.example.org", ISSUER, None),
            (ISSUER, "", None),
        ] {
            let differ = differ(configured, said);
            assert_eq!(differ.is_some(), told.is_some(), "{configured} {said}");
            assert!(
                differ
                    .unwrap_or_default()
                    .contains(told.unwrap_or_default())
            );
        }
    }

    #[test]
    fn a_document_with_the_least_there_can_be_is_read() {
        let document = json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://id.example.org/authorize",
            "token_endpoint": "https://id.example.org/token",
            "op_policy_uri": "",
            "userinfo_endpoint": null,
        });
        let metadata = read(&document, Issuer::Exactly(ISSUER), Protection::Tls).unwrap();
        assert_eq!(metadata.token.unwrap(), "https://id.example.org/token");
        assert_eq!(metadata.userinfo, None);
        assert!(!metadata.promises_iss);
    }

    #[test]
    fn a_document_of_another_issuer_is_refused() {
        for other in [
            json!("https://id.example.org/"),
            json!("https://ID.example.org"),
            json!("https://evil.example.com"),
            json!(null),
            json!(7),
        ] {
            assert_eq!(
                read(
                    &json!({ "issuer": other }),
                    Issuer::Exactly(ISSUER),
                    Protection::Tls
                ),
                Err(Misbehaviour::DiscoveryIssuer),
            );
        }
        assert_eq!(
            read(&json!([]), Issuer::Exactly(ISSUER), Protection::Tls),
            Err(Misbehaviour::Discovery)
        );
    }

    #[test]
    fn an_endpoint_without_protection_is_refused() {
        for url in [
            "http://id.example.org/token",
            "http://127.0.0.1/token",
            "ftp://id.example.org/token",
        ] {
            let document = json!({ "issuer": ISSUER, "token_endpoint": url });
            assert_eq!(
                read(&document, Issuer::Exactly(ISSUER), Protection::Tls),
                Err(Misbehaviour::DiscoveryInsecure),
                "{url}"
            );
        }
    }

    #[test]
    fn an_issuer_on_this_machine_may_name_endpoints_on_it() {
        let issuer = "http://127.0.0.1:4000";
        let document = json!({ "issuer": issuer, "token_endpoint": "http://localhost:4000/token" });
        assert!(read(&document, Issuer::Exactly(issuer), Protection::Loopback).is_ok());
    }

    #[test]
    fn the_document_is_below_the_issuer() {
        assert_eq!(
            well_known("https://id.example.org/realms/a/"),
            "https://id.example.org/realms/a/.well-known/openid-configuration"
        );
    }
}
