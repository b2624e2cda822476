//! Every algorithm, with tokens and keys that OpenSSL made.

use serde_json::json;

use super::*;
use crate::oauth::keys::KeySet;

pub(crate) fn openssl() -> Value {
    serde_json::from_str(include_str!("openssl.json")).unwrap()
}

fn all() -> Vec<Algorithm> {
    Algorithm::ALL.map(|(_, algorithm)| algorithm).to_vec()
}

fn verified(token: &str, key: &Value) -> Result<Signed, Misbehaviour> {
    let keys = KeySet::read(&json!({ "keys": [key] })).unwrap();
    keys.verify(&split(token, Kind::Identity, &all())?)
}

#[test]
fn what_openssl_signed_is_verified_and_nothing_else() {
    let made = openssl();
    let mut seen = 0;
    for case in made["tokens"].as_array().unwrap() {
        let token = case["token"].as_str().unwrap();
        let key = &made["keys"][case["key"].as_str().unwrap()]["public"];
        let name = case["alg"].as_str().unwrap();
        let claims = verified(token, key)
            .unwrap_or_else(|error| panic!("{name}: {error}"))
            .claims;
        assert_eq!(claims["sub"], "7", "{name}");
        // A key may say what it is for, by either name.
        let mut own = key.clone();
        own["alg"] = name.into();
        assert!(verified(token, &own).is_ok(), "{name}");
        own["alg"] = "RS1".into();
        assert!(verified(token, &own).is_err(), "{name}");

        let (signed, signature) = token.rsplit_once('.').unwrap();
        let other = signed.replace(".eyJzdWIiOiI3In0", ".eyJzdWIiOiI4In0");
        assert_ne!(other, signed);
        let bits = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
        let mut flipped = bits.clone();
        flipped[bits.len() - 1] ^= 1;
        for (signed, signature) in [
            (other.as_str(), bits.clone()),
            (signed, flipped),
            (signed, vec![0; bits.len()]),
            (signed, bits[1..].to_vec()),
            (signed, Vec::new()),
        ] {
            let signature = BASE64_URL_SAFE_NO_PAD.encode(signature);
            let outcome = verified(&format!("{signed}.{signature}"), key);
            assert_eq!(
                outcome.unwrap_err(),
                Misbehaviour::IdTokenSignature,
                "{name}"
            );
        }
        seen += 1;
    }
    assert_eq!(seen, 11);
}

#[test]
fn an_algorithm_that_was_not_agreed_on_is_refused_by_any_name() {
    let made = openssl();
    for case in made["tokens"].as_array().unwrap() {
        let token = case["token"].as_str().unwrap();
        let own = Algorithm::named(case["alg"].as_str().unwrap()).unwrap();
        let others: Vec<_> = all().into_iter().filter(|it| *it != own).collect();
        let outcome = split(token, Kind::Identity, &others);
        assert_eq!(outcome.unwrap_err(), Misbehaviour::IdTokenAlgorithm);
    }
    assert_eq!(Algorithm::named("none"), None);
    assert_eq!(Algorithm::named("ed25519"), None);
}

#[test]
fn a_key_on_another_curve_or_none_does_not_fit() {
    let made = openssl();
    let token = |name: &str| {
        let all = made["tokens"].as_array().unwrap();
        let found = all.iter().find(|it| it["alg"] == name).unwrap();
        found["token"].as_str().unwrap().to_owned()
    };
    let mut short = made["keys"]["p521"]["public"].clone();
    short["x"] = "AA".into();
    let mut off_curve = made["keys"]["p521"]["public"].clone();
    let y = off_curve["y"].as_str().unwrap().to_owned();
    off_curve["x"] = y.into();
    let mut named = made["keys"]["p256"]["public"].clone();
    named["kid"] = "p521".into();
    for key in [&short, &off_curve, &named] {
        assert!(verified(&token("ES512"), key).is_err(), "{key}");
    }
    let mut named = made["keys"]["p521"]["public"].clone();
    named["kid"] = "p256".into();
    assert!(verified(&token("ES256"), &named).is_err());
}
