//! What is signed, read with the public key, and keys that are none.

use p256::{
    ecdsa::signature::Verifier,
    pkcs8::{EncodePrivateKey, LineEnding},
};

use super::*;
use crate::oauth::script::RSA_PEM;

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
        signer: Signer::Hs256("secret".into()),
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
