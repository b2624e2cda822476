//! This file holds the habits that a provider of any kind can have: other names for parameters, tokens by
//! GET or for JSON, answers in an envelope, an issuer for each tenant, endpoints at places of its own,
//! fields beside the code.

use std::collections::BTreeMap;

use http::{HeaderValue, Method, header::CONTENT_TYPE};
use serde_json::{Map, Value};

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
    /// What the code is called when it comes back.
    pub(super) code: Option<String>,
    /// Token requests carry JSON, and no form.
    pub(super) json_tokens: bool,
    /// Where the token answer has its members: one pointer for all, and one for each by its usual name.
    pub(super) token_answer: Option<(String, BTreeMap<String, String>)>,
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
        if self.json_tokens && request.endpoint == Endpoint::Token {
            let is_json = request.header(CONTENT_TYPE.as_str()) == Some("application/json");
            let texts: BTreeMap<String, String> = match is_json {
                true => serde_json::from_slice(&request.body).unwrap_or_default(),
                false => BTreeMap::new(),
            };
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            usual.body = form.extend_pairs(texts).finish().into_bytes();
            let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
            usual.headers.insert(CONTENT_TYPE, kind);
        }
        if !self.names.is_empty() {
            usual.query = self.renamed(request.query.as_bytes());
            if [Endpoint::Token, Endpoint::Revocation].contains(&request.endpoint) {
                usual.body = self.renamed(&usual.body).into_bytes();
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

    /// The token answer in the shape that this provider gives it.
    pub(super) fn shaped(&self, mut members: Map<String, Value>) -> Value {
        let Some((envelope, places)) = &self.token_answer else {
            return Value::Object(members);
        };
        let moved: Vec<_> = places
            .iter()
            .filter_map(|(usual, place)| Some((place, members.remove(usual)?)))
            .collect();
        let mut answer = Value::Object(members);
        for (place, value) in moved {
            put(&mut answer, place, value);
        }
        let names = envelope.split('/').skip(1);
        let names: Vec<_> = names.collect();
        names.iter().rev().fold(answer, |inner, name| {
            Value::Object(Map::from_iter([((*name).to_owned(), inner)]))
        })
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

/// Puts a value at a pointer, with the objects that lead to it.
fn put(answer: &mut Value, pointer: &str, value: Value) {
    let mut at = answer;
    for name in pointer.split('/').skip(1) {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[name];
    }
    *at = value;
}
