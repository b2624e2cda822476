//! This file signs what proves to a token endpoint who the application is.
//!
//! RFC 7523, sections 2.2 and 3; RFC 7521, section 4.2; OpenID Connect Core 1.0, section 9; RFC 7515.
//!
//! The attack it stops: an assertion that was seen once is used again. Each is signed for one request,
//! has an id of its own, is for one token endpoint and ends after five minutes.

mod signer;

use std::{fmt, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
pub(crate) use signer::{Signer, jwk_id};

use crate::{model::Timestamp, provider::ProviderError, random};

/// `client_assertion_type` (RFC 7523, section 2.2).
pub(super) const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How long an assertion is good for.
const LIFE: Duration = Duration::from_secs(5 * 60);

/// Who signs, and what stays the same in every assertion.
pub(crate) struct Assertion {
    pub(crate) signer: Signer,
    pub(crate) key_id: Option<String>,
    /// `iss`; the client's id when there is none.
    pub(crate) issuer: Option<String>,
    /// `aud`; the token endpoint when there is none.
    pub(crate) audience: Option<String>,
}

impl Assertion {
    /// An assertion for one request.
    pub(super) fn make(
        &self,
        client_id: &str,
        token_url: &str,
        now: Timestamp,
    ) -> Result<String, ProviderError> {
        let mut header = json!({ "alg": self.signer.name() });
        if let Some(id) = &self.key_id {
            header["kid"] = json!(id);
        }
        let claims = json!({
            "iss": self.issuer.as_deref().unwrap_or(client_id),
            "sub": client_id,
            "aud": self.audience.as_deref().unwrap_or(token_url),
            "iat": now.seconds(),
            "exp": now.plus(LIFE).seconds(),
            "jti": random::token()?,
        });
        let encode = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let signature = self
            .signer
            .sign(&signed)
            .ok_or_else(|| ProviderError::Misconfigured("the client's key cannot sign".into()))?;
        Ok(format!(
            "{signed}.{}",
            BASE64_URL_SAFE_NO_PAD.encode(signature)
        ))
    }
}

/// `Debug` shows how, never with what.
impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assertion")
            .field("algorithm", &self.signer.name())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
