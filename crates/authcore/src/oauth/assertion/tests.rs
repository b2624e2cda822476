//! What is signed, read with the public key, and keys that are none.

use p256::{
    ecdsa::signature::Verifier,
    pkcs8::{EncodePrivateKey, LineEnding},
};

use hmac::{Hmac, KeyInit, Mac};
use p256::ecdsa::{Signature, SigningKey};
use sha2::Sha256;

use super::*;
use crate::{
    oauth::{
        jws::{Algorithm, Kind, split, tests::openssl},
        keys::KeySet,
        script::RSA_PEM,
    },
    provider::spec::AssertionAlgorithm,
};

#[test]
fn a_key_is_read_in_every_form_that_openssl_writes() {
    let made = openssl();
    let mut read = 0;
    for (name, algorithm) in AssertionAlgorithm::ALL {
        if algorithm.is_symmetric() {
            continue;
        }
        let kind = match name {
            "ES256" => "p256",
            "ES384" => "p384",
            "ES512" => "p521",
            "EdDSA" => "ed25519",
            _ => "rsa",
        };
        let key = &made["keys"][kind];
        let mut without_primes = key["jwk"].clone();
        for part in ["p", "q", "dp", "dq", "qi"] {
            without_primes.as_object_mut().unwrap().remove(part);
        }
        let mut forms = vec![key["jwk"].to_string(), without_primes.to_string()];
        for form in ["pkcs8", "pkcs1", "sec1"] {
            forms.extend(key[form].as_str().map(str::to_owned));
        }
        for form in forms {
            let signer = Signer::read(algorithm, &form).unwrap_or_else(|| panic!("{name}: {form}"));
            let mut one = assertion(signer);
            one.key_id = None;
            let token = one.make("client", "https://example.org", now()).unwrap();
            let keys = KeySet::read(&json!({ "keys": [key["public"]] })).unwrap();
            let own = Algorithm::named(name).unwrap();
            let unverified = split(&token, Kind::Identity, &[own]).unwrap();
            assert!(keys.verify(&unverified).is_ok(), "{name}: {form}");
            read += 1;
        }
        // Another kind of key, another algorithm of the JWK's own, a public key.
        let other = if kind == "rsa" { "p256" } else { "rsa" };
        let mut named = key["jwk"].clone();
        named["alg"] = "HS256".into();
        for form in [
            made["keys"][other]["pkcs8"].as_str().unwrap(),
            &made["keys"][other]["jwk"].to_string(),
            &named.to_string(),
            &key["public"].to_string(),
            made["short"].as_str().unwrap(),
            "{}",
        ] {
            assert!(Signer::read(algorithm, form).is_none(), "{name}: {form}");
        }
    }
    assert_eq!(read, 6 * 4 + 3 * 4 + 3);
}

#[test]
fn a_jwk_says_what_it_is_called() {
    assert_eq!(jwk_id("{\"kid\": \"K\"}").as_deref(), Some("K"));
    assert_eq!(jwk_id("{}"), None);
    assert_eq!(jwk_id(&pem()), None);
}

fn ec() -> p256::SecretKey {
    p256::SecretKey::from_slice(&[7; 32]).unwrap()
}

fn pem() -> String {
    ec().to_pkcs8_pem(LineEnding::LF).unwrap().to_string()
}

fn assertion(signer: Signer) -> Assertion {
    Assertion {
        signer,
        key_id: Some("KEY1".into()),
        issuer: Some("TEAM1".into()),
        audience: None,
    }
}

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

fn parts(token: &str) -> (Value, Value, Vec<u8>) {
    let parts: Vec<_> = token
        .split('.')
        .map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap())
        .collect();
    let read = |part: &[u8]| serde_json::from_slice(part).unwrap();
    (read(&parts[0]), read(&parts[1]), parts[2].clone())
}

#[test]
fn an_assertion_is_for_one_endpoint_and_five_minutes() {
    let signer = Signer::read(AssertionAlgorithm::Es256, &pem()).unwrap();
    let token = assertion(signer)
        .make("client", "https://example.org/token", now())
        .unwrap();
    let (header, mut claims, signature) = parts(&token);
    assert_eq!(header, json!({ "alg": "ES256", "kid": "KEY1" }));
    let id = claims.as_object_mut().unwrap().remove("jti").unwrap();
    assert_eq!(id.as_str().unwrap().len(), 43);
    assert_eq!(
        claims,
        json!({
            "iss": "TEAM1", "sub": "client", "aud": "https://example.org/token",
            "iat": 1_800_000_000, "exp": 1_800_000_300,
        })
    );
    let signed = token.rsplit_once('.').unwrap().0;
    let key = SigningKey::from(&ec());
    let signature = Signature::from_slice(&signature).unwrap();
    assert!(
        key.verifying_key()
            .verify(signed.as_bytes(), &signature)
            .is_ok()
    );
}

#[test]
fn no_two_assertions_are_the_same() {
    let signer = Signer::read(AssertionAlgorithm::Es256, &pem()).unwrap();
    let assertion = assertion(signer);
    let make = || {
        assertion
            .make("client", "https://example.org/token", now())
            .unwrap()
    };
    assert_ne!(make(), make());
}

#[test]
fn without_more_the_client_speaks_for_itself() {
    let assertion = Assertion {
        signer: Signer::secret(AssertionAlgorithm::Hs256, "secret".into()),
        key_id: None,
        issuer: None,
        audience: Some("https://aud.example.org".into()),
    };
    let token = assertion
        .make("client", "https://example.org/token", now())
        .unwrap();
    let (header, claims, signature) = parts(&token);
    assert_eq!(header, json!({ "alg": "HS256" }));
    assert_eq!(claims["iss"], "client");
    assert_eq!(claims["aud"], "https://aud.example.org");
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(b"secret").unwrap();
    let signed = token.rsplit_once('.').unwrap().0;
    assert!(mac.chain_update(signed).verify_slice(&signature).is_ok());
}

#[test]
fn keys_are_read_as_people_set_them() {
    for pem in [
        pem(),
        pem().replace('\n', "\\n"),
        format!("\n  {}\n", pem()),
    ] {
        assert!(Signer::read(AssertionAlgorithm::Es256, &pem).is_some());
    }
    let rsa = Signer::read(AssertionAlgorithm::Rs256, RSA_PEM).unwrap();
    let token = assertion(rsa)
        .make("client", "https://example.org", now())
        .unwrap();
    assert_eq!(parts(&token).2.len(), 256);
}

#[test]
fn what_is_no_key_is_refused() {
    let public = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQ==\n-----END PUBLIC KEY-----";
    for pem in ["", "secret", RSA_PEM, public] {
        assert!(Signer::read(AssertionAlgorithm::Es256, pem).is_none());
    }
    assert!(Signer::read(AssertionAlgorithm::Rs256, &pem()).is_none());
}

#[test]
fn no_key_is_shown() {
    let signer = Signer::read(AssertionAlgorithm::Es256, &pem()).unwrap();
    let shown = format!("{:?}", assertion(signer));
    assert_eq!(shown, "Assertion { algorithm: \"ES256\", .. }");
}
