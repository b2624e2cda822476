//! This file checks what an ID token says, once its signature is right.
//!
//! OpenID Connect Core 1.0, sections 2, 3.1.3.6 and 3.1.3.7; RFC 7519, section 4.1.
//!
//! The attacks it stops: a token of another issuer, for another application, of another attempt
//! (replay), of another access token (substitution), or of another time. Whoever holds a
//! [`CheckedIdToken`] knows that all of this was checked; nothing else can make one.

use std::time::Duration;

use serde_json::Value;
use subtle::ConstantTimeEq;

use super::{
    jws::{Algorithm, Signed},
    tenant::Issuer,
};
use crate::{
    model::{JsonMap, Timestamp},
    provider::Misbehaviour,
};

/// An ID token that is older was not made for this login.
const LONGEST_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// What an ID token must say.
pub(crate) struct Expected<'a> {
    pub(crate) issuer: Issuer<'a>,
    /// How the discovery document calls the issuer.
    pub(crate) document: Option<&'a str>,
    pub(crate) client_id: &'a str,
    pub(crate) nonce: Nonce,
    /// The tokens and the code that it came with.
    pub(crate) access_token: Option<&'a str>,
    pub(crate) code: Option<&'a str>,
    /// How long ago, in seconds, the visitor may have proved who they are, if we asked.
    pub(crate) max_age: Option<u64>,
    pub(crate) now: Timestamp,
    /// How far clocks may be apart.
    pub(crate) tolerance: Duration,
}

/// What the token's `nonce` must be.
pub(crate) enum Nonce {
    /// This one.
    Sent(String),
    /// None was sent, so none proves anything.
    NotSent,
}

/// The claims of an ID token that passed every check.
#[derive(Debug)]
pub(crate) struct CheckedIdToken {
    claims: JsonMap,
    subject: String,
}

impl CheckedIdToken {
    /// Checks the claims.
    pub(crate) fn check(signed: Signed, expected: &Expected<'_>) -> Result<Self, Misbehaviour> {
        let Signed {
            claims,
            algorithm,
            key_issuer,
        } = signed;
        let (issuer, document) = (expected.issuer, expected.document);
        issuer.check(&claims, document, key_issuer.as_deref())?;
        audience(&claims, expected.client_id)?;
        times(&claims, expected)?;
        if let Nonce::Sent(nonce) = &expected.nonce
            && !equals(&claims, "nonce", nonce)
        {
            return Err(Misbehaviour::IdTokenNonce);
        }
        half_hash(&claims, "at_hash", algorithm, expected.access_token)
            .map_err(|()| Misbehaviour::IdTokenAccessTokenHash)?;
        half_hash(&claims, "c_hash", algorithm, expected.code)
            .map_err(|()| Misbehaviour::IdTokenCodeHash)?;
        let subject = subject(&claims).ok_or(Misbehaviour::IdTokenSubject)?;
        Ok(Self { claims, subject })
    }

    /// What the token says.
    pub(crate) fn claims(&self) -> &JsonMap {
        &self.claims
    }

    /// Whom it means.
    pub(crate) fn subject(&self) -> &str {
        &self.subject
    }
}

/// `sub` of a claim set. Some issuers send a number.
pub(super) fn subject(claims: &JsonMap) -> Option<String> {
    let subject = match claims.get("sub")? {
        Value::String(subject) => subject.clone(),
        Value::Number(subject) if subject.is_u64() => subject.to_string(),
        _ => return None,
    };
    crate::model::Subject::new(subject).ok().map(String::from)
}

/// We must be meant; whoever else is meant beside us, the token must have been made for us.
fn audience(claims: &JsonMap, client_id: &str) -> Result<(), Misbehaviour> {
    let audiences: Vec<&str> = match claims.get("aud") {
        Some(Value::String(audience)) => vec![audience],
        Some(Value::Array(list)) => list
            .iter()
            .map(Value::as_str)
            .collect::<Option<_>>()
            .ok_or(Misbehaviour::IdTokenAudience)?,
        _ => return Err(Misbehaviour::IdTokenAudience),
    };
    if !audiences.contains(&client_id) {
        return Err(Misbehaviour::IdTokenAudience);
    }
    let has_others = audiences.iter().any(|audience| *audience != client_id);
    match claims.get("azp") {
        Some(Value::String(party)) if party == client_id => Ok(()),
        None | Some(Value::Null) if !has_others => Ok(()),
        _ => Err(Misbehaviour::IdTokenParty),
    }
}

fn times(claims: &JsonMap, expected: &Expected<'_>) -> Result<(), Misbehaviour> {
    let (now, tolerance) = (expected.now, expected.tolerance);
    let exp = moment(claims, "exp").ok_or(Misbehaviour::IdTokenExpired)?;
    if now >= exp.plus(tolerance) {
        return Err(Misbehaviour::IdTokenExpired);
    }
    if claims.contains_key("nbf") {
        let nbf = moment(claims, "nbf").ok_or(Misbehaviour::IdTokenEarly)?;
        if now.plus(tolerance) < nbf {
            return Err(Misbehaviour::IdTokenEarly);
        }
    }
    let iat = moment(claims, "iat").ok_or(Misbehaviour::IdTokenIssuedAt)?;
    if now.plus(tolerance) < iat || now.since(iat) > LONGEST_AGE {
        return Err(Misbehaviour::IdTokenIssuedAt);
    }
    if let Some(max_age) = expected.max_age {
        let auth_time = moment(claims, "auth_time").ok_or(Misbehaviour::IdTokenAuthTime)?;
        let latest = auth_time.plus(Duration::from_secs(max_age)).plus(tolerance);
        if now > latest {
            return Err(Misbehaviour::IdTokenAuthTime);
        }
    }
    Ok(())
}

/// A `NumericDate` (RFC 7519, section 2), which may have a fraction.
#[allow(clippy::cast_possible_truncation)] // `as` saturates.
pub(super) fn moment(claims: &JsonMap, name: &str) -> Option<Timestamp> {
    let seconds = claims.get(name)?.as_f64().filter(|s| s.is_finite())?;
    Some(Timestamp::from_millis((seconds * 1000.0) as i64))
}

fn half_hash(
    claims: &JsonMap,
    name: &str,
    algorithm: Algorithm,
    of: Option<&str>,
) -> Result<(), ()> {
    match (claims.get(name), of) {
        (Some(_), Some(of)) if !equals(claims, name, &algorithm.half_hash(of)) => Err(()),
        _ => Ok(()),
    }
}

fn equals(claims: &JsonMap, name: &str, value: &str) -> bool {
    claims
        .get(name)
        .and_then(Value::as_str)
        .is_some_and(|claim| claim.as_bytes().ct_eq(value.as_bytes()).into())
}

#[cfg(test)]
mod tests;
