//! This file holds the habits that a provider of any kind can have: other names for the client's
//! credentials, tokens by GET, an issuer for each tenant, endpoints at places of its own, fields
//! beside the code.

use std::collections::BTreeMap;

use http::{HeaderValue, Method, header::CONTENT_TYPE};

use super::{Endpoint, Received, script::Place};

/// What one provider does otherwise than others.
#[derive(Debug, Clone, Default)]
pub(super) struct Habits {
    /// Names of parameters, each with the usual one.
    pub(super) names: BTreeMap<String, String>,
    /// Endpoints that are not below the issuer.
    pub(super) places: Vec<(Place, Endpoint)>,
    /// The issuer of a tenant, with `{tenantid}`.
    pub(super) tenant_issuer: Option<String>,
    /// Fields that come back beside the code.
    pub(super) fields: Vec<(String, String)>,
}

impl Habits {
    /// The endpoint at a place of its own.
    pub(super) fn endpoint(&self, host: &str, path: &str) -> Option<Endpoint> {
        self.places
            .iter()
            .find(|(place, _)| place.is_at(host, path))
            .map(|(_, endpoint)| *endpoint)
    }

    /// The request as others would have made it.
    pub(super) fn usual(&self, request: &Received) -> Received {
        let mut usual = request.clone();
        if !self.names.is_empty() {
            usual.query = self.renamed(request.query.as_bytes());
            if [Endpoint::Token, Endpoint::Revocation].contains(&request.endpoint) {
                usual.body = self.renamed(&request.body).into_bytes();
            }
        }
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        if request.endpoint == Endpoint::Token && request.method == Method::GET {
            usual.method = Method::POST;
            usual.body = std::mem::take(&mut usual.query).into_bytes();
            usual.headers.insert(CONTENT_TYPE, form);
        }
        usual
    }

    fn renamed(&self, encoded: &[u8]) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in url::form_urlencoded::parse(encoded) {
            let usual = self.names.get(name.as_ref());
            form.append_pair(usual.map_or(name.as_ref(), String::as_str), &value);
        }
        form.finish()
    }
}
