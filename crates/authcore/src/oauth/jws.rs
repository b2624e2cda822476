//! This file takes a signed token apart and checks its signature.
//!
//! RFC 7515 (JWS), sections 4.1, 5.2 and 7.1; RFC 7518, section 3; RFC 8725 (JWT best practices),
//! sections 3.1 and 3.11.
//!
//! The attacks it stops: `alg: none`; an RSA public key used as an HMAC secret; another kind of
//! token in an ID token's place; extensions that change what is signed.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use openidconnect::{
    JsonWebKey,
    core::{CoreJsonWebKey, CoreJsonWebKeyType, CoreJwsSigningAlgorithm},
};
use p521::ecdsa::signature::Verifier as _;
use serde_json::Value;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::id_token::Expected;
use crate::{
    model::{JsonMap, Secret},
    provider::Misbehaviour,
};

/// How a token can be signed. There is no `none`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
    Ps256,
    Ps384,
    Ps512,
    Es256,
    Es384,
    Es512,
    EdDsa,
    Hs256,
    Hs384,
    Hs512,
}

impl Algorithm {
    const ALL: [(&'static str, Self); 13] = [
        ("RS256", Self::Rs256),
        ("RS384", Self::Rs384),
        ("RS512", Self::Rs512),
        ("PS256", Self::Ps256),
        ("PS384", Self::Ps384),
        ("PS512", Self::Ps512),
        ("ES256", Self::Es256),
        ("ES384", Self::Es384),
        ("ES512", Self::Es512),
        ("EdDSA", Self::EdDsa),
        ("HS256", Self::Hs256),
        ("HS384", Self::Hs384),
        ("HS512", Self::Hs512),
    ];

    /// The algorithm of this name (RFC 7518, section 3.1; RFC 8037, section 3.1; RFC 9864, section 2.2,
    /// for another name of the one curve that `EdDSA` is used with).
    pub(crate) fn named(name: &str) -> Option<Self> {
        if name == "Ed25519" {
            return Some(Self::EdDsa);
        }
        Self::ALL
            .into_iter()
            .find_map(|(known, algorithm)| (known == name).then_some(algorithm))
    }

    /// Every name there is, for error texts.
    pub(crate) fn names() -> String {
        Self::ALL.map(|(name, _)| name).join(", ")
    }

    /// What `openidconnect` calls it, if the key is public.
    pub(super) fn jws(self) -> Option<CoreJwsSigningAlgorithm> {
        Some(match self {
            Self::Rs256 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            Self::Rs384 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
            Self::Rs512 => CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
            Self::Ps256 => CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            Self::Ps384 => CoreJwsSigningAlgorithm::RsaSsaPssSha384,
            Self::Ps512 => CoreJwsSigningAlgorithm::RsaSsaPssSha512,
            Self::Es256 => CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            Self::Es384 => CoreJwsSigningAlgorithm::EcdsaP384Sha384,
            Self::Es512 => CoreJwsSigningAlgorithm::EcdsaP521Sha512,
            Self::EdDsa => CoreJwsSigningAlgorithm::EdDsa,
            Self::Hs256 | Self::Hs384 | Self::Hs512 => return None,
        })
    }

    /// The kind of key that it needs, if the key is public.
    pub(super) fn key_type(self) -> Option<&'static CoreJsonWebKeyType> {
        match self {
            Self::Rs256 | Self::Rs384 | Self::Rs512 | Self::Ps256 | Self::Ps384 | Self::Ps512 => {
                Some(&CoreJsonWebKeyType::RSA)
            }
            Self::Es256 | Self::Es384 | Self::Es512 => Some(&CoreJsonWebKeyType::EllipticCurve),
            Self::EdDsa => Some(&CoreJsonWebKeyType::OctetKeyPair),
            Self::Hs256 | Self::Hs384 | Self::Hs512 => None,
        }
    }

    /// The left half of a text's hash in base64url: `at_hash` and `c_hash` (OpenID Connect Core
    /// 1.0, section 3.1.3.6).
    pub(super) fn half_hash(self, text: &str) -> String {
        let hash = match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 | Self::Hs256 => {
                Sha256::digest(text).as_slice().to_vec()
            }
            Self::Rs384 | Self::Ps384 | Self::Es384 | Self::Hs384 => {
                Sha384::digest(text).as_slice().to_vec()
            }
            Self::Rs512 | Self::Ps512 | Self::Es512 | Self::EdDsa | Self::Hs512 => {
                Sha512::digest(text).as_slice().to_vec()
            }
        };
        BASE64_URL_SAFE_NO_PAD.encode(&hash[..hash.len() / 2])
    }
}

/// A token taken apart, its signature not yet checked.
#[derive(Debug)]
pub(crate) struct Unverified<'t> {
    /// How it is signed: one of the algorithms that were allowed.
    pub(super) algorithm: Algorithm,
    /// Which key it names.
    pub(super) kid: Option<String>,
    signed: &'t str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

/// Claims whose signature was checked. Only the methods of [`Unverified`] make one.
#[derive(Debug)]
pub(crate) struct Signed {
    pub(super) claims: JsonMap,
    pub(super) algorithm: Algorithm,
    /// The issuer that the key is said to belong to.
    pub(super) key_issuer: Option<String>,
}

impl Signed {
    /// The claims of a profile that came as a token: this issuer's, and for this client (OpenID
    /// Connect Core 1.0, section 5.3.2). Whose profile it is, is compared later.
    ///
    /// `iss` and `aud` may be missing (they are only recommended) where a checked ID token says who
    /// it is about; what is there must be right.
    pub(crate) fn profile_claims(
        self,
        expected: &Expected<'_>,
        document: Option<&str>,
        vouched: Vouched,
    ) -> Result<JsonMap, Misbehaviour> {
        let client_id = expected.client_id;
        let may_lack =
            |name: &str| vouched == Vouched::ByTheIdToken && !self.claims.contains_key(name);
        if !may_lack("iss") {
            expected
                .issuer
                .check(&self.claims, document, self.key_issuer.as_deref())
                .map_err(|_| Misbehaviour::ProfileSigned)?;
        }
        let is_ours = match self.claims.get("aud") {
            None => may_lack("aud"),
            Some(Value::String(audience)) => audience == client_id,
            Some(Value::Array(list)) => list.iter().any(|one| one.as_str() == Some(client_id)),
            _ => false,
        };
        // An ID token has these, and says less of a person than it claims to.
        let is_profile = !self.claims.contains_key("nonce") && !self.claims.contains_key("at_hash");
        let ended = self.claims.get("exp").is_some_and(|exp| {
            let latest = expected.now.minus(expected.tolerance).seconds();
            exp.as_f64().is_none_or(|exp| exp <= latest as f64)
        });
        match is_ours && is_profile && !ended {
            true => Ok(self.claims),
            false => Err(Misbehaviour::ProfileSigned),
        }
    }
}

/// What ties a signed profile to this sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vouched {
    /// Its own `iss` and `aud`.
    ByItself,
    /// A checked ID token, whose `sub` it must have.
    ByTheIdToken,
}

/// What a token is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An ID token, or a profile.
    Identity,
    /// An access token, which may say so (`at+jwt`; RFC 9068, section 2.1).
    Access,
}

/// Takes a token apart. `allowed` is fixed before anything of the token is read.
pub(crate) fn split<'t>(
    token: &'t str,
    kind: Kind,
    allowed: &[Algorithm],
) -> Result<Unverified<'t>, Misbehaviour> {
    let parts: Vec<&str> = token.split('.').collect();
    let (header, payload, signature) = match parts[..] {
        [header, payload, signature] => (header, payload, signature),
        [_, _, _, _, _] => return Err(Misbehaviour::IdTokenEncrypted),
        _ => return Err(Misbehaviour::IdTokenMalformed),
    };
    let malformed = |_| Misbehaviour::IdTokenMalformed;
    let decode = |part: &str| BASE64_URL_SAFE_NO_PAD.decode(part).map_err(malformed);
    let signed = token
        .get(..header.len() + 1 + payload.len())
        .ok_or(Misbehaviour::IdTokenMalformed)?;
    let header: JsonMap =
        serde_json::from_slice(&decode(header)?).map_err(|_| Misbehaviour::IdTokenMalformed)?;
    let algorithm = header
        .get("alg")
        .and_then(Value::as_str)
        .and_then(Algorithm::named)
        .filter(|algorithm| allowed.contains(algorithm))
        .ok_or(Misbehaviour::IdTokenAlgorithm)?;
    if header.contains_key("crit") {
        return Err(Misbehaviour::IdTokenCritical);
    }
    match header.get("typ") {
        None => {}
        Some(Value::String(typ)) if !is_another_kind(typ, kind) => {}
        Some(_) => return Err(Misbehaviour::IdTokenType),
    }
    let kid = match header.get("kid") {
        None | Some(Value::Null) => None,
        Some(Value::String(kid)) => Some(kid.clone()),
        Some(_) => return Err(Misbehaviour::IdTokenMalformed),
    };
    Ok(Unverified {
        algorithm,
        kid,
        signed,
        payload: decode(payload)?,
        signature: decode(signature)?,
    })
}

/// Kinds of tokens that an issuer signs with the same keys (RFC 8725, section 3.11).
fn is_another_kind(typ: &str, kind: Kind) -> bool {
    let typ = typ.to_ascii_lowercase();
    let typ = typ.strip_prefix("application/").unwrap_or(&typ);
    if typ == "at+jwt" {
        return kind != Kind::Access;
    }
    matches!(
        typ,
        "logout+jwt"
            | "secevent+jwt"
            | "dpop+jwt"
            | "oauth-authz-req+jwt"
            | "token-introspection+jwt"
            | "client-authentication+jwt"
            | "kb+jwt"
    )
}

impl Unverified<'_> {
    /// Whether whoever can check the signature can make one too.
    pub(crate) fn is_symmetric(&self) -> bool {
        matches!(
            self.algorithm,
            Algorithm::Hs256 | Algorithm::Hs384 | Algorithm::Hs512
        )
    }

    /// The claims, if this public key has signed them.
    pub(super) fn verify(&self, key: &CoreJsonWebKey) -> Result<Signed, Misbehaviour> {
        let algorithm = self.algorithm.jws().ok_or(Misbehaviour::IdTokenAlgorithm)?;
        key.verify_signature(&algorithm, self.signed.as_bytes(), &self.signature)
            .map_err(|_| Misbehaviour::IdTokenSignature)?;
        self.signed_claims()
    }

    /// The claims, if this key on P-521 has signed them.
    pub(super) fn verify_p521(
        &self,
        key: &p521::ecdsa::VerifyingKey,
    ) -> Result<Signed, Misbehaviour> {
        let wrong = |_| Misbehaviour::IdTokenSignature;
        let signature = p521::ecdsa::Signature::from_slice(&self.signature).map_err(wrong)?;
        key.verify(self.signed.as_bytes(), &signature)
            .map_err(wrong)?;
        self.signed_claims()
    }

    /// The claims, if this secret has signed them.
    pub(crate) fn verify_with_secret(&self, secret: &Secret) -> Result<Signed, Misbehaviour> {
        fn check<M: Mac + KeyInit>(
            secret: &Secret,
            signed: &str,
            signature: &[u8],
        ) -> Result<(), Misbehaviour> {
            <M as KeyInit>::new_from_slice(secret.expose().as_bytes())
                .map_err(|_| Misbehaviour::IdTokenKey)?
                .chain_update(signed)
                .verify_slice(signature)
                .map_err(|_| Misbehaviour::IdTokenSignature)
        }
        let (signed, signature) = (self.signed, &self.signature);
        match self.algorithm {
            Algorithm::Hs256 => check::<Hmac<Sha256>>(secret, signed, signature)?,
            Algorithm::Hs384 => check::<Hmac<Sha384>>(secret, signed, signature)?,
            Algorithm::Hs512 => check::<Hmac<Sha512>>(secret, signed, signature)?,
            _ => return Err(Misbehaviour::IdTokenAlgorithm),
        }
        self.signed_claims()
    }

    fn signed_claims(&self) -> Result<Signed, Misbehaviour> {
        Ok(Signed {
            claims: serde_json::from_slice(&self.payload)
                .map_err(|_| Misbehaviour::IdTokenMalformed)?,
            algorithm: self.algorithm,
            key_issuer: None,
        })
    }
}

#[cfg(test)]
pub(super) mod tests;
