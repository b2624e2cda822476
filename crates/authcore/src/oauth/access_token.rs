//! This file checks what an access token says, where a provider has no other profile than that.
//!
//! RFC 9068 (JWT access tokens), section 4; RFC 8725, section 3. Its signature is checked in `jws.rs`
//! with the keys of `keys.rs`.
//!
//! The attack it stops: a token that the same issuer gave to another application (token substitution).
//! `aud` must name all that the provider's data lists, this application among them; where the token
//! says who asked for it (`azp`, `client_id`), that must be this application
//! (`an_access_token_of_anybody_else_is_refused`).

use std::time::Duration;

use serde_json::Value;

use super::{id_token::moment, jws::Signed};
use crate::{
    model::{JsonMap, Timestamp},
    provider::Misbehaviour,
};

/// What an access token must say, filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccessTokenRule {
    /// What `iss` can be.
    pub(crate) issuers: Vec<String>,
    /// What `aud` must name, all of it.
    pub(crate) audiences: Vec<String>,
}

impl AccessTokenRule {
    /// The claims, if they are for this application and of now.
    pub(crate) fn claims(
        &self,
        signed: Signed,
        client_id: &str,
        now: Timestamp,
        tolerance: Duration,
    ) -> Result<JsonMap, Misbehaviour> {
        let claims = signed.claims;
        let is_fine = self.is_issued(&claims)
            && self.is_meant(&claims)
            && ["azp", "client_id"]
                .iter()
                .all(|name| claims.get(*name).is_none_or(|party| party == client_id))
            && is_of_now(&claims, now, tolerance);
        match is_fine {
            true => Ok(claims),
            false => Err(Misbehaviour::AccessTokenClaims),
        }
    }

    fn is_issued(&self, claims: &JsonMap) -> bool {
        let iss = claims.get("iss").and_then(Value::as_str);
        iss.is_some_and(|iss| self.issuers.iter().any(|own| own == iss))
    }

    fn is_meant(&self, claims: &JsonMap) -> bool {
        let names = |wanted: &String| match claims.get("aud") {
            Some(Value::String(audience)) => audience == wanted,
            Some(Value::Array(list)) => list.iter().any(|one| one.as_str() == Some(wanted)),
            _ => false,
        };
        self.audiences.iter().all(names)
    }
}

/// An end must be there; what else is said of time must fit.
fn is_of_now(claims: &JsonMap, now: Timestamp, tolerance: Duration) -> bool {
    let has_begun = |name: &str| match (claims.get(name), moment(claims, name)) {
        (None, _) => true,
        (Some(_), Some(begin)) => begin <= now.plus(tolerance),
        (Some(_), None) => false,
    };
    let ends_later = moment(claims, "exp").is_some_and(|exp| now < exp.plus(tolerance));
    ends_later && has_begun("nbf") && has_begun("iat")
}
