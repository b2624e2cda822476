//! This file plays a provider for the tests: a transport that answers as told and remembers what it
//! was asked, and keys with which tokens are signed, rightly and wrongly.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey,
    core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey},
};
use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::transport::{Transport, TransportError};

/// Made for these tests and used nowhere else.
pub(crate) const RSA_PEM: &str = include_str!("script/rsa.pem");

pub(crate) type Answer = Result<http::Response<Vec<u8>>, TransportError>;

/// A transport that answers each address as told.
#[derive(Default)]
pub(crate) struct Script {
    answers: Mutex<BTreeMap<String, Vec<Answer>>>,
    requests: Mutex<Vec<http::Request<Vec<u8>>>>,
}

impl Script {
    /// From now on this address (without its query) answers so.
    pub(crate) fn on(&self, url: &str, answer: Answer) {
        self.lock().insert(url.to_owned(), vec![answer]);
    }

    /// This address answers so, one after the other, the last one for ever.
    pub(crate) fn on_each(&self, url: &str, answers: Vec<Answer>) {
        self.lock().insert(url.to_owned(), answers);
    }

    /// What was asked, in order.
    pub(crate) fn requests(&self) -> Vec<http::Request<Vec<u8>>> {
        self.requests.lock().unwrap().clone()
    }

    /// How often this address was asked.
    pub(crate) fn count(&self, url: &str) -> usize {
        let requests = self.requests();
        requests
            .iter()
            .filter(|it| without_query(it) == url)
            .count()
    }

    /// The last request to this address.
    pub(crate) fn last(&self, url: &str) -> http::Request<Vec<u8>> {
        let mut requests = self.requests();
        requests.retain(|it| without_query(it) == url);
        requests.pop().unwrap()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Vec<Answer>>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn without_query(request: &http::Request<Vec<u8>>) -> String {
    let url = request.uri().to_string();
    url.split('?').next().unwrap_or_default().to_owned()
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: http::Request<Vec<u8>>) -> Answer {
        let url = without_query(&request);
        self.requests.lock().unwrap().push(request);
        // As on a network, others get their turn meanwhile.
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        let mut answers = self.lock();
        let Some(answers) = answers.get_mut(&url) else {
            panic!("nobody said what {url} answers");
        };
        if answers.len() > 1 {
            answers.remove(0)
        } else {
            answers[0]
                .as_ref()
                .map_or_else(|error| Err(*error), |answer| Ok(answer.clone()))
        }
    }
}

/// A JSON answer.
pub(crate) fn json(status: u16, body: &Value) -> Answer {
    text(status, "application/json; charset=UTF-8", &body.to_string())
}

/// Any answer.
pub(crate) fn text(status: u16, kind: &str, body: &str) -> Answer {
    Ok(http::Response::builder()
        .status(status)
        .header("content-type", kind)
        .body(body.as_bytes().to_vec())
        .unwrap())
}

/// The form of a request.
pub(crate) fn form(request: &http::Request<Vec<u8>>) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(request.body())
        .into_owned()
        .collect()
}

/// The query of an address.
pub(crate) fn query(url: &str) -> BTreeMap<String, String> {
    url::Url::parse(url)
        .unwrap()
        .query_pairs()
        .into_owned()
        .collect()
}

fn rsa(kid: &str) -> CoreRsaPrivateSigningKey {
    CoreRsaPrivateSigningKey::from_pem(RSA_PEM, Some(JsonWebKeyId::new(kid.into()))).unwrap()
}

/// The public RSA key as a JWK.
pub(crate) fn rsa_key(kid: &str) -> Value {
    let mut key = serde_json::to_value(rsa(kid).as_verification_key()).unwrap();
    if kid.is_empty() {
        key.as_object_mut().unwrap().remove("kid");
    }
    key
}

fn ec(seed: u8) -> SigningKey {
    SigningKey::from_slice(&[seed; 32]).unwrap()
}

/// A public EC key as a JWK.
pub(crate) fn ec_key(kid: &str) -> Value {
    let point = ec(1).verifying_key().to_sec1_point(false);
    let half = |range| BASE64_URL_SAFE_NO_PAD.encode(&point.as_bytes()[range]);
    json!({ "kty": "EC", "crv": "P-256", "kid": kid, "x": half(1..33), "y": half(33..65) })
}

fn encode(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn with(signed: String, signature: &[u8]) -> String {
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

/// A token signed with the RSA key.
pub(crate) fn rs256(header: &Value, claims: &Value) -> String {
    let signed = encode(header, claims);
    let signature = rsa("")
        .sign(
            &CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
            signed.as_bytes(),
        )
        .unwrap();
    with(signed, &signature)
}

/// A token signed with an EC key; seed 1 is that of [`ec_key`].
pub(crate) fn es256(header: &Value, claims: &Value, seed: u8) -> String {
    let signed = encode(header, claims);
    let signature: Signature = ec(seed).sign(signed.as_bytes());
    with(signed, &signature.to_bytes())
}

/// A token signed with a secret.
pub(crate) fn hs256(header: &Value, claims: &Value, secret: &[u8]) -> String {
    let signed = encode(header, claims);
    let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).unwrap();
    let signature = mac.chain_update(&signed).finalize().into_bytes();
    with(signed, &signature)
}

/// A token without a signature.
pub(crate) fn unsigned(header: &Value, claims: &Value) -> String {
    with(encode(header, claims), b"")
}
