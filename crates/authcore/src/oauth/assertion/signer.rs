//! Reads private keys and signs with them.
//!
//! RFC 7518, section 3.1; RFC 8037. Keys come as PEM (PKCS #8 of RFC 5208, PKCS #1 of RFC 8017, SEC 1 of
//! RFC 5915) or as a JWK (RFC 7517; RFC 7518, section 6). An RSA key has at least 2048 bits (RFC 7518,
//! section 3.3).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use hmac::{Hmac, KeyInit, Mac};
use openidconnect::{
    PrivateSigningKey,
    core::{CoreJwsSigningAlgorithm as Jws, CoreRsaPrivateSigningKey},
};
use p256::ecdsa::signature::Signer as _;
use rsa::{
    BigUint, RsaPrivateKey,
    pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey, LineEnding},
    pkcs8::DecodePrivateKey as _,
    traits::PublicKeyParts,
};
use serde_json::Value;
use sha2::{Sha256, Sha384, Sha512};

use crate::{model::Secret, provider::spec::AssertionAlgorithm};

/// The least bits of an RSA key.
const LEAST_BITS: usize = 2048;

/// A key that signs, by one algorithm.
pub(crate) struct Signer {
    algorithm: AssertionAlgorithm,
    key: Key,
}

enum Key {
    Rsa(Box<CoreRsaPrivateSigningKey>),
    P256(Box<p256::ecdsa::SigningKey>),
    P384(Box<p384::ecdsa::SigningKey>),
    P521(Box<p521::ecdsa::SigningKey>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
    Secret(Secret),
}

impl Signer {
    /// Signs with the client's secret.
    pub(crate) fn secret(algorithm: AssertionAlgorithm, secret: Secret) -> Self {
        let key = Key::Secret(secret);
        Self { algorithm, key }
    }

    /// Reads a key; `None` when it is none of this kind.
    ///
    /// In a variable of the environment a line break is often written as `\n`.
    pub(crate) fn read(algorithm: AssertionAlgorithm, text: &str) -> Option<Self> {
        let key = match text.trim().starts_with('{') {
            true => from_jwk(algorithm, &serde_json::from_str(text.trim()).ok()?)?,
            false => from_pem(algorithm, text.replace("\\n", "\n").trim())?,
        };
        Some(Self { algorithm, key })
    }

    /// How it signs, as a token's header says it.
    pub(super) fn name(&self) -> &'static str {
        self.algorithm.name()
    }

    pub(super) fn sign(&self, text: &str) -> Option<Vec<u8>> {
        let bytes = text.as_bytes();
        match &self.key {
            Key::Rsa(key) => key.sign(&rsa_algorithm(self.algorithm)?, bytes).ok(),
            Key::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(bytes);
                Some(signature.to_bytes().to_vec())
            }
            Key::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(bytes);
                Some(signature.to_bytes().to_vec())
            }
            Key::P521(key) => {
                let signature: p521::ecdsa::Signature = key.sign(bytes);
                Some(signature.to_bytes().to_vec())
            }
            Key::Ed25519(key) => Some(key.sign(bytes).to_vec()),
            Key::Secret(secret) => match self.algorithm {
                AssertionAlgorithm::Hs384 => mac::<Hmac<Sha384>>(secret, bytes),
                AssertionAlgorithm::Hs512 => mac::<Hmac<Sha512>>(secret, bytes),
                _ => mac::<Hmac<Sha256>>(secret, bytes),
            },
        }
    }
}

/// What a JWK calls itself (`kid`).
pub(crate) fn jwk_id(text: &str) -> Option<String> {
    let key: Value = serde_json::from_str(text.trim()).ok()?;
    Some(key.get("kid")?.as_str()?.to_owned())
}

fn mac<M: Mac + KeyInit>(secret: &Secret, text: &[u8]) -> Option<Vec<u8>> {
    let mac = <M as KeyInit>::new_from_slice(secret.expose().as_bytes()).ok()?;
    Some(mac.chain_update(text).finalize().into_bytes().to_vec())
}

fn rsa_algorithm(algorithm: AssertionAlgorithm) -> Option<Jws> {
    Some(match algorithm {
        AssertionAlgorithm::Rs256 => Jws::RsaSsaPkcs1V15Sha256,
        AssertionAlgorithm::Rs384 => Jws::RsaSsaPkcs1V15Sha384,
        AssertionAlgorithm::Rs512 => Jws::RsaSsaPkcs1V15Sha512,
        AssertionAlgorithm::Ps256 => Jws::RsaSsaPssSha256,
        AssertionAlgorithm::Ps384 => Jws::RsaSsaPssSha384,
        AssertionAlgorithm::Ps512 => Jws::RsaSsaPssSha512,
        _ => return None,
    })
}

fn from_pem(algorithm: AssertionAlgorithm, pem: &str) -> Option<Key> {
    match algorithm {
        AssertionAlgorithm::Es256 => p256::SecretKey::from_pkcs8_pem(pem)
            .or_else(|_| p256::SecretKey::from_sec1_pem(pem))
            .ok()
            .map(p256_key),
        AssertionAlgorithm::Es384 => p384::SecretKey::from_pkcs8_pem(pem)
            .or_else(|_| p384::SecretKey::from_sec1_pem(pem))
            .ok()
            .map(p384_key),
        AssertionAlgorithm::Es512 => p521::SecretKey::from_pkcs8_pem(pem)
            .or_else(|_| p521::SecretKey::from_sec1_pem(pem))
            .ok()
            .map(p521_key),
        AssertionAlgorithm::EdDsa => {
            let key = ed25519_dalek::SigningKey::from_pkcs8_pem(pem).ok()?;
            Some(Key::Ed25519(Box::new(key)))
        }
        _ => {
            rsa_algorithm(algorithm)?;
            let key = RsaPrivateKey::from_pkcs8_pem(pem).ok();
            rsa_key(&key.or_else(|| RsaPrivateKey::from_pkcs1_pem(pem).ok())?)
        }
    }
}

fn from_jwk(algorithm: AssertionAlgorithm, jwk: &Value) -> Option<Key> {
    let text = |name: &str| jwk.get(name)?.as_str();
    let bytes = |name: &str| {
        let text = text(name)?.trim_end_matches('=');
        BASE64_URL_SAFE_NO_PAD.decode(text).ok()
    };
    let is_another = text("alg").is_some_and(|alg| {
        alg != algorithm.name() && !(alg == "Ed25519" && algorithm == AssertionAlgorithm::EdDsa)
    });
    if is_another || text("use").is_some_and(|usage| usage != "sig") {
        return None;
    }
    match (algorithm, text("kty")?, text("crv")) {
        (AssertionAlgorithm::Es256, "EC", Some("P-256")) => {
            let key = p256::SecretKey::from_slice(&bytes("d")?).ok()?;
            Some(p256_key(key))
        }
        (AssertionAlgorithm::Es384, "EC", Some("P-384")) => {
            let key = p384::SecretKey::from_slice(&bytes("d")?).ok()?;
            Some(p384_key(key))
        }
        (AssertionAlgorithm::Es512, "EC", Some("P-521")) => {
            let key = p521::SecretKey::from_slice(&bytes("d")?).ok()?;
            Some(p521_key(key))
        }
        (AssertionAlgorithm::EdDsa, "OKP", Some("Ed25519")) => {
            let seed: [u8; 32] = bytes("d")?.try_into().ok()?;
            let key = ed25519_dalek::SigningKey::from_bytes(&seed);
            Some(Key::Ed25519(Box::new(key)))
        }
        (_, "RSA", None) => {
            rsa_algorithm(algorithm)?;
            let number = |name: &str| Some(BigUint::from_bytes_be(&bytes(name)?));
            // Without the primes, they are worked out.
            let primes = [number("p"), number("q")].into_iter().flatten().collect();
            let (n, e, d) = (number("n")?, number("e")?, number("d")?);
            rsa_key(&RsaPrivateKey::from_components(n, e, d, primes).ok()?)
        }
        _ => None,
    }
}

fn p256_key(key: p256::SecretKey) -> Key {
    Key::P256(Box::new(key.into()))
}

fn p384_key(key: p384::SecretKey) -> Key {
    Key::P384(Box::new(key.into()))
}

fn p521_key(key: p521::SecretKey) -> Key {
    Key::P521(Box::new(key.into()))
}

/// The key as `openidconnect` reads it.
fn rsa_key(key: &RsaPrivateKey) -> Option<Key> {
    if key.n().bits() < LEAST_BITS || key.validate().is_err() {
        return None;
    }
    let pem = key.to_pkcs1_pem(LineEnding::LF).ok()?;
    let key = CoreRsaPrivateSigningKey::from_pem(&pem, None).ok()?;
    Some(Key::Rsa(Box::new(key)))
}
