//! This file holds an issuer's public keys and chooses those that can have signed a token.
//!
//! RFC 7517; OpenID Connect Core 1.0, section 10.1.
//!
//! The attacks it stops: a symmetric key in a public key set (with which anybody could sign), an
//! encryption key used for signatures, an RSA key below 2048 bits (RFC 7518, section 3.3), and a
//! set so large that trying its keys is work.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use openidconnect::{
    JsonWebKey, JsonWebKeyAlgorithm, JsonWebKeyUse,
    core::{CoreJsonWebKey, CoreJsonWebKeyType},
};
use serde_json::Value;

use super::{
    cache::Loaded,
    document,
    jws::{Algorithm, Signed, Unverified},
};
use crate::{
    provider::{Misbehaviour, ProviderError},
    transport::Transport,
};

/// Not more keys of a set are looked at.
const MOST: usize = 64;
/// The bytes of a modulus of 2048 bits.
const LEAST_MODULUS: usize = 256;

/// An issuer's keys.
#[derive(Debug)]
pub(crate) struct KeySet(Vec<Key>);

#[derive(Debug)]
struct Key {
    key: CoreJsonWebKey,
    /// The key once more, where it is on P-521, with which `openidconnect` does not calculate.
    p521: Option<p521::ecdsa::VerifyingKey>,
    /// The issuer that it signs for, where a set is shared by several.
    issuer: Option<String>,
}

/// Fetches the key set.
pub(crate) async fn fetch(
    url: &str,
    transport: &dyn Transport,
) -> Result<Loaded<KeySet>, ProviderError> {
    let document = document::fetch(url, transport, Misbehaviour::KeySet).await?;
    Ok(Loaded {
        value: KeySet::read(&document.value)?,
        lifetime: document.lifetime,
    })
}

impl KeySet {
    /// Reads a key set. Keys that are not understood are left out.
    pub(crate) fn read(document: &Value) -> Result<Self, Misbehaviour> {
        let keys = document
            .get("keys")
            .and_then(Value::as_array)
            .ok_or(Misbehaviour::KeySet)?;
        Ok(Self(
            keys.iter()
                .take(MOST)
                .filter(|key| !is_short(key))
                .filter_map(|key| {
                    let issuer = key.get("issuer").and_then(Value::as_str).map(str::to_owned);
                    let p521 = p521_key(key);
                    let mut key = key.clone();
                    // RFC 9864, section 2.2.
                    if key.get("alg").is_some_and(|alg| alg == "Ed25519") {
                        key["alg"] = "EdDSA".into();
                    }
                    let key = serde_json::from_value::<CoreJsonWebKey>(key).ok()?;
                    Some(Key { key, p521, issuer })
                })
                .filter(|it| *it.key.key_type() != CoreJsonWebKeyType::Symmetric)
                .filter(|it| it.key.key_use().is_none_or(JsonWebKeyUse::allows_signature))
                .collect(),
        ))
    }

    /// The claims, if one of the keys has signed them.
    pub(crate) fn verify(&self, token: &Unverified<'_>) -> Result<Signed, Misbehaviour> {
        let mut outcome = Err(Misbehaviour::IdTokenKey);
        for key in self.candidates(token.kid.as_deref(), token.algorithm) {
            let verified = match (token.algorithm, &key.p521) {
                (Algorithm::Es512, Some(key)) => token.verify_p521(key),
                (Algorithm::Es512, None) => Err(Misbehaviour::IdTokenSignature),
                _ => token.verify(&key.key),
            };
            outcome = verified.map(|mut signed| {
                signed.key_issuer.clone_from(&key.issuer);
                signed
            });
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    /// The keys that can have signed with this algorithm: those of this id, or all when the token
    /// names none.
    fn candidates(&self, kid: Option<&str>, algorithm: Algorithm) -> impl Iterator<Item = &Key> {
        self.0.iter().filter(move |it| {
            let key = &it.key;
            let named = kid.is_none_or(|kid| key.key_id().is_some_and(|id| id.as_str() == kid));
            let made_for_it = match key.signing_alg() {
                JsonWebKeyAlgorithm::Unspecified => true,
                JsonWebKeyAlgorithm::Algorithm(own) => Some(own) == algorithm.jws().as_ref(),
                JsonWebKeyAlgorithm::Unsupported => false,
            };
            named && made_for_it && algorithm.key_type() == Some(key.key_type())
        })
    }
}

/// A public key on P-521 (RFC 7518, section 6.2.1).
fn p521_key(key: &Value) -> Option<p521::ecdsa::VerifyingKey> {
    const COORDINATE: usize = 66;
    if key.get("crv")?.as_str()? != "P-521" {
        return None;
    }
    let coordinate = |name: &str| {
        let text = key.get(name)?.as_str()?.trim_end_matches('=');
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == COORDINATE).then_some(bytes)
    };
    // Uncompressed (SEC 1, section 2.3.3).
    let point = [vec![4], coordinate("x")?, coordinate("y")?].concat();
    p521::ecdsa::VerifyingKey::from_sec1_bytes(&point).ok()
}

fn is_short(key: &Value) -> bool {
    let modulus = key.get("n").and_then(Value::as_str);
    modulus.is_some_and(|n| {
        BASE64_URL_SAFE_NO_PAD
            .decode(n.trim_end_matches('='))
            .is_ok_and(|n| n.iter().skip_while(|byte| **byte == 0).count() < LEAST_MODULUS)
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::oauth::script;

    #[test]
    fn keys_that_cannot_sign_are_left_out() {
        let mut encryption = script::rsa_key("enc");
        encryption["use"] = json!("enc");
        let set = json!({ "keys": [
            encryption,
            { "kty": "oct", "kid": "sym", "k": "c2VjcmV0" },
            { "kty": "RSA", "kid": "short", "n": "u1SU1LfVLPHCozMxH2Mo", "e": "AQAB" },
            { "kty": "OKP", "crv": "Ed448", "kid": "odd", "x": "AA", "alg": "Ed448" },
            { "kty": "unheard-of" },
            "nonsense",
            script::rsa_key("good"),
        ]});
        let set = KeySet::read(&set).unwrap();
        let is_secret = |it: &Key| *it.key.key_type() == CoreJsonWebKeyType::Symmetric;
        assert!(!set.0.iter().any(is_secret));
        let all: Vec<_> = set
            .candidates(None, Algorithm::Rs256)
            .map(|it| it.key.key_id().unwrap().as_str())
            .collect();
        assert_eq!(all, ["good"]);
    }

    #[test]
    fn a_key_is_chosen_by_its_id_and_kind() {
        let set = json!({ "keys": [
            script::rsa_key("a"), script::rsa_key("b"), script::ec_key("a"),
        ]});
        let set = KeySet::read(&set).unwrap();
        assert_eq!(set.candidates(Some("a"), Algorithm::Rs256).count(), 1);
        assert_eq!(set.candidates(Some("a"), Algorithm::Es256).count(), 1);
        assert_eq!(set.candidates(Some("c"), Algorithm::Rs256).count(), 0);
        assert_eq!(set.candidates(None, Algorithm::Rs256).count(), 2);
    }

    #[test]
    fn what_is_no_key_set_is_refused() {
        for document in [json!([]), json!({}), json!({ "keys": {} }), json!("<html>")] {
            assert_eq!(KeySet::read(&document).unwrap_err(), Misbehaviour::KeySet);
        }
    }
}
