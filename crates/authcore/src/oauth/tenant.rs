//! This file knows whose an ID token is where every tenant of a provider has an issuer of its own.
//!
//! OpenID Connect Core 1.0, section 3.1.3.7, asks for the issuer that discovery named; a document for
//! all tenants names a template, `https://…/{tenantid}/v2.0`.
//!
//! The attack it stops: a token of a tenant that nobody let in, or one that says another tenant than
//! its issuer. `tid` must be a UUID, so that it cannot add to the address; `iss` must be the template
//! filled with it; a key that belongs to one tenant signs for that one only.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{model::JsonMap, provider::Misbehaviour};

/// What documents write where the tenant stands.
const PLACE: &str = "{tenantid}";

/// Whom an ID token, or a document, must come from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Issuer<'a> {
    /// This one.
    Exactly(&'a str),
    /// The one of its tenant.
    Tenant(&'a TenantRule),
}

/// Which tenants are let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TenantRule {
    /// The issuer of a tenant, before and after the tenant.
    before: String,
    after: String,
    /// The issuer as the application set it, without a slash at the end.
    configured: String,
    /// Empty: all.
    tenants: Vec<String>,
    /// Not these, whatever is said otherwise.
    refused: Vec<String>,
}

impl Issuer<'_> {
    /// Whether a discovery document, or an answer to the browser, may say this.
    pub(crate) fn may_say(&self, issuer: &str) -> bool {
        match self {
            Self::Exactly(own) => *own == issuer,
            Self::Tenant(rule) => rule.may_say(issuer),
        }
    }

    /// Whether claims are this issuer's. `document` is how the discovery document calls it, `key`
    /// the issuer that the signing key is said to belong to.
    pub(crate) fn check(
        &self,
        claims: &JsonMap,
        document: Option<&str>,
        key: Option<&str>,
    ) -> Result<(), Misbehaviour> {
        let iss = claims.get("iss").and_then(Value::as_str);
        match (self, iss) {
            (Self::Exactly(own), Some(iss)) if *own == iss => Ok(()),
            (Self::Tenant(rule), Some(iss)) => rule.check(claims, iss, document, key),
            _ => Err(Misbehaviour::IdTokenIssuer),
        }
    }
}

impl TenantRule {
    /// A rule of a template whose other places are filled in; `None` when a tenant that is let in is
    /// no UUID.
    ///
    /// `except` are the tenants that a word in the tenant's place leaves out.
    pub(crate) fn new(
        template: &str,
        configured: &str,
        tenants: &str,
        except: &BTreeMap<String, Vec<String>>,
    ) -> Option<Self> {
        let (before, after) = template.split_once(PLACE)?;
        let tenants: Vec<String> = tenants
            .split([',', ' ', '\n', '\t'])
            .filter(|tenant| !tenant.is_empty())
            .map(str::to_ascii_lowercase)
            .collect();
        if !tenants.iter().all(|tenant| is_uuid(tenant)) {
            return None;
        }
        let mut rule = Self {
            before: before.to_owned(),
            after: after.to_owned(),
            configured: configured.trim_end_matches('/').to_owned(),
            tenants,
            refused: Vec::new(),
        };
        let word = rule.tenant_of(&rule.configured).unwrap_or_default();
        let refused = except
            .iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(word));
        rule.refused = refused.map(|(_, all)| all.clone()).unwrap_or_default();
        Some(rule)
    }

    /// What stands in the tenant's place.
    fn tenant_of<'i>(&self, issuer: &'i str) -> Option<&'i str> {
        issuer
            .strip_prefix(self.before.as_str())?
            .strip_suffix(self.after.as_str())
    }

    fn may_say(&self, issuer: &str) -> bool {
        if issuer == self.configured {
            return true;
        }
        let Some(said) = self.tenant_of(issuer) else {
            return false;
        };
        match self.tenant_of(&self.configured) {
            // The application chose one tenant by its id.
            Some(own) if is_uuid(own) => said.eq_ignore_ascii_case(own),
            // By a domain, or a group of tenants.
            Some(_) => said == PLACE || is_uuid(said),
            None => false,
        }
    }

    fn check(
        &self,
        claims: &JsonMap,
        iss: &str,
        document: Option<&str>,
        key: Option<&str>,
    ) -> Result<(), Misbehaviour> {
        let tenant = claims
            .get("tid")
            .and_then(Value::as_str)
            .filter(|tenant| is_uuid(tenant))
            .ok_or(Misbehaviour::IdTokenTenant)?;
        if self.tenant_of(iss) != Some(tenant) {
            return Err(Misbehaviour::IdTokenIssuer);
        }
        let named = [Some(self.configured.as_str()), document]
            .into_iter()
            .flatten()
            .filter_map(|issuer| self.tenant_of(issuer))
            .filter(|tenant| is_uuid(tenant));
        let is_let_in = self.tenants.is_empty() || self.tenants.iter().any(|own| own == tenant);
        if !is_let_in
            || self.refused.iter().any(|other| other == tenant)
            || named
                .into_iter()
                .any(|one| !one.eq_ignore_ascii_case(tenant))
        {
            return Err(Misbehaviour::IdTokenTenant);
        }
        match key.map(|key| self.tenant_of(key)) {
            None => Ok(()),
            Some(Some(owner)) if owner == PLACE || owner == tenant => Ok(()),
            Some(_) => Err(Misbehaviour::IdTokenKey),
        }
    }
}

/// A UUID as RFC 9562, section 4, writes it, in lower case.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
        })
}

#[cfg(test)]
mod tests;
