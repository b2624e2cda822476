//! This file signs what proves to a token endpoint who the application is.
//!
//! RFC 7523, sections 2.2 and 3; RFC 7521, section 4.2; OpenID Connect Core 1.0, section 9; RFC 7515.
//!
//! The attack it stops: an assertion that was seen once is used again. Each is signed for one request,
//! has an id of its own, is for one token endpoint and ends after five minutes.

use std::{fmt, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use openidconnect::{
    PrivateSigningKey,
    core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey},
};
use p256::{
    ecdsa::{Signature, SigningKey, signature::Signer as _},
    pkcs8::DecodePrivateKey,
};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    model::{Secret, Timestamp},
    provider::{ProviderError, spec::AssertionAlgorithm},
    random,
};

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

/// A key that signs.
pub(crate) enum Signer {
    Es256(Box<SigningKey>),
    Rs256(Box<CoreRsaPrivateSigningKey>),
    Hs256(Secret),
}

impl Signer {
    /// Reads a key; `None` when it is none of this kind.
    ///
    /// In a variable of the environment a line break is often written as `\n`.
    pub(crate) fn read(algorithm: AssertionAlgorithm, pem: &str) -> Option<Self> {
        let pem = pem.replace("\\n", "\n");
        let pem = pem.trim();
        match algorithm {
            AssertionAlgorithm::Es256 => {
                let key = p256::SecretKey::from_pkcs8_pem(pem)
                    .or_else(|_| p256::SecretKey::from_sec1_pem(pem))
                    .ok()?;
                Some(Self::Es256(Box::new(SigningKey::from(&key))))
            }
            AssertionAlgorithm::Rs256 => {
                let key = CoreRsaPrivateSigningKey::from_pem(pem, None).ok()?;
                Some(Self::Rs256(Box::new(key)))
            }
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Es256(_) => "ES256",
            Self::Rs256(_) => "RS256",
            Self::Hs256(_) => "HS256",
        }
    }

    fn sign(&self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Es256(key) => {
                let signature: Signature = key.sign(text.as_bytes());
                Some(signature.to_bytes().to_vec())
            }
            Self::Rs256(key) => key
                .sign(
                    &CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                    text.as_bytes(),
                )
                .ok(),
            Self::Hs256(secret) => {
                let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.expose().as_bytes());
                let mac = mac.ok()?.chain_update(text);
                Some(mac.finalize().into_bytes().to_vec())
            }
        }
    }
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
