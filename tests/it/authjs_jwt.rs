//! This file holds our session tokens against Auth.js's own code, in both directions.

use std::time::Duration;

use authcore::{
    clock::{Clock, SystemClock},
    model::{JsonMap, Secret, Timestamp},
    session::JwtCodec,
};
use serde_json::{Value, json};

use crate::peers::Peer;

const HTTP: &str = "authjs.session-token";
const HTTPS: &str = "__Secure-authjs.session-token";
const SECRET: &str = "the secret of these tests, 32 bytes or more";
const OLD_SECRET: &str = "the secret before it, of the same length...";
const HOUR: Duration = Duration::from_secs(3600);

fn codec(secrets: &[&str], cookie: &str) -> JwtCodec {
    let secrets: Vec<Secret> = secrets.iter().map(|secret| Secret::new(*secret)).collect();
    JwtCodec::new(&secrets, cookie)
}

fn now() -> Timestamp {
    SystemClock.now()
}

fn ada() -> JsonMap {
    let claims = json!({
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "picture": null,
        "sub": "user-1",
        "roles": ["reader", { "of": "Ünïcödé ✓" }],
    });
    match claims {
        Value::Object(claims) => claims,
        _ => JsonMap::new(),
    }
}

/// Claims without those that the codec sets itself.
fn own(mut claims: JsonMap) -> JsonMap {
    for name in ["iat", "exp", "jti"] {
        assert!(claims.shift_remove(name).is_some(), "{name} is missing");
    }
    claims
}

async fn auth_js() -> Peer {
    Peer::start("jwt.mjs", &[]).await
}

async fn seal(peer: &mut Peer, secret: Value, cookie: &str, claims: &JsonMap) -> String {
    let answer = peer
        .ask(&json!({ "op": "encode", "secret": secret, "salt": cookie, "claims": claims, "maxAge": 3600 }))
        .await;
    answer["token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

async fn open(peer: &mut Peer, secret: Value, cookie: &str, token: &str) -> Value {
    peer.ask(&json!({ "op": "decode", "secret": secret, "salt": cookie, "token": token })).await
}

#[tokio::test]
async fn auth_js_opens_what_we_seal() {
    let mut peer = auth_js().await;
    for cookie in [HTTP, HTTPS] {
        let token = codec(&[SECRET], cookie).encode(ada(), now(), HOUR).unwrap();
        let answer = open(&mut peer, SECRET.into(), cookie, &token).await;
        let claims = answer["claims"].as_object().unwrap_or_else(|| panic!("{answer}"));
        assert_eq!(own(claims.clone()), ada());
    }
}

#[tokio::test]
async fn we_open_what_auth_js_seals() {
    let mut peer = auth_js().await;
    for cookie in [HTTP, HTTPS] {
        let token = seal(&mut peer, SECRET.into(), cookie, &ada()).await;
        let claims = codec(&[SECRET], cookie).decode(&token, now()).unwrap();
        assert_eq!(own(claims), ada());
    }
}

#[tokio::test]
async fn a_token_of_one_cookie_opens_in_no_other_on_either_side() {
    let mut peer = auth_js().await;
    let theirs = seal(&mut peer, SECRET.into(), HTTP, &ada()).await;
    assert_eq!(codec(&[SECRET], HTTPS).decode(&theirs, now()), None);
    let ours = codec(&[SECRET], HTTP).encode(ada(), now(), HOUR).unwrap();
    let answer = open(&mut peer, SECRET.into(), HTTPS, &ours).await;
    assert!(answer["error"].is_string(), "{answer}");
}

#[tokio::test]
async fn a_secret_can_be_rotated_on_either_side() {
    let mut peer = auth_js().await;
    let both = json!([SECRET, OLD_SECRET]);
    let before = seal(&mut peer, OLD_SECRET.into(), HTTP, &ada()).await;
    assert!(codec(&[SECRET, OLD_SECRET], HTTP).decode(&before, now()).is_some());
    assert_eq!(codec(&[SECRET], HTTP).decode(&before, now()), None);

    let ours_before = codec(&[OLD_SECRET], HTTP).encode(ada(), now(), HOUR).unwrap();
    let answer = open(&mut peer, both.clone(), HTTP, &ours_before).await;
    assert_eq!(answer["claims"]["sub"], "user-1", "{answer}");

    // The first of several secrets seals, here as there.
    let ours_after = codec(&[SECRET, OLD_SECRET], HTTP).encode(ada(), now(), HOUR).unwrap();
    let answer = open(&mut peer, SECRET.into(), HTTP, &ours_after).await;
    assert_eq!(answer["claims"]["sub"], "user-1", "{answer}");
    let theirs_after = seal(&mut peer, both, HTTP, &ada()).await;
    assert!(codec(&[SECRET], HTTP).decode(&theirs_after, now()).is_some());
}

#[tokio::test]
async fn both_sides_end_a_token_at_the_same_second() {
    let mut peer = auth_js().await;
    // 20 s and 10 s ago, on either side of the tolerance of 15 s.
    for (ago, alive) in [(20, false), (10, true)] {
        let then = Timestamp::from_seconds(now().seconds() - ago - 60);
        let token = codec(&[SECRET], HTTP).encode(ada(), then, Duration::from_secs(60)).unwrap();
        let answer = open(&mut peer, SECRET.into(), HTTP, &token).await;
        assert_eq!(answer["claims"].is_object(), alive, "{ago} s ago: {answer}");
        assert_eq!(codec(&[SECRET], HTTP).decode(&token, now()).is_some(), alive, "{ago} s ago");
    }
}

#[tokio::test]
async fn an_altered_token_opens_on_neither_side() {
    let mut peer = auth_js().await;
    let token = seal(&mut peer, SECRET.into(), HTTP, &ada()).await;
    let (rest, tag) = token.rsplit_once('.').unwrap();
    let other = if tag.starts_with('A') { "B" } else { "A" };
    let altered = format!("{rest}.{other}{}", &tag[1..]);
    let answer = open(&mut peer, SECRET.into(), HTTP, &altered).await;
    assert!(answer["error"].is_string(), "{answer}");
    assert_eq!(codec(&[SECRET], HTTP).decode(&altered, now()), None);
}

#[tokio::test]
async fn claims_of_many_kilobytes_open_on_both_sides() {
    let mut peer = auth_js().await;
    let mut claims = ada();
    claims.insert("about".into(), "long ".repeat(2000).into());
    let ours = codec(&[SECRET], HTTP).encode(claims.clone(), now(), HOUR).unwrap();
    assert!(ours.len() > 3 * 3936, "it takes several cookies");
    let answer = open(&mut peer, SECRET.into(), HTTP, &ours).await;
    assert_eq!(answer["claims"]["about"], claims["about"]);
    let theirs = seal(&mut peer, SECRET.into(), HTTP, &claims).await;
    assert_eq!(own(codec(&[SECRET], HTTP).decode(&theirs, now()).unwrap()), claims);
}
