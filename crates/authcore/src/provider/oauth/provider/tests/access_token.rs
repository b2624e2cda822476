//! A provider whose access token says who somebody is, and tokens that seem to.

use serde_json::{Value, json};

use super::stage::*;
use crate::{
    model::Subject,
    oauth::script::{self, Script},
    provider::{Misbehaviour, Proof, Provider, ProviderError, Refresh},
    transport::TransportError,
};

const SIGNED: &str = r#"
    id = "acme"
    name = "Acme"
    protocol = "oauth2"
    authorization = "https://id.example.org/authorize"
    token = "https://id.example.org/token"
    jwks = "https://id.example.org/keys"
    [access_token]
    issuers = ["https://id.example.org", "id.example.org"]
    audiences = ["{client_id}", "Everybody"]
    [profile]
    subject = { pointer = "/sub", after = "USER:" }
    name = "/name"
"#;

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": ["client id", "Everybody"], "azp": "client id", "sub": "USER:7",
        "name": "Ada", "iat": 1_800_000_000, "exp": 1_800_001_200,
    })
}

fn header() -> Value {
    json!({ "alg": "RS256", "kid": "k1", "typ": "JWT" })
}

fn gives(token: &str) -> Script {
    let script = all_is_well();
    let answer = json!({ "access_token": token, "token_type": "Bearer", "expires_in": 1199 });
    script.on(TOKEN, script::json(200, &answer));
    script
}

async fn with_token(token: &str) -> Result<Proof, ProviderError> {
    login(&provider(SIGNED), &gives(token)).await
}

#[tokio::test]
async fn an_access_token_says_who_it_is() {
    for (name, value) in [
        ("name", json!("Ada")),
        ("iss", json!("id.example.org")),
        ("azp", Value::Null),
        ("nbf", json!(1_800_000_000)),
    ] {
        let mut claims = claims();
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value,
        }
        let script = gives(&script::rs256(&header(), &claims));
        let proof = login(&provider(SIGNED), &script).await.unwrap();
        assert_eq!(proof.subject.as_str(), "7");
        assert_eq!(proof.profile.name.as_deref(), Some("Ada"));
        assert_eq!((script.count(USERINFO), script.count(KEYS)), (0, 1));
    }
    let named = json!({ "alg": "RS256", "kid": "k1", "typ": "at+jwt" });
    assert!(with_token(&script::rs256(&named, &claims())).await.is_ok());
}

#[tokio::test]
async fn an_access_token_of_anybody_else_is_refused() {
    for (name, value) in [
        ("iss", json!("https://evil.example.com")),
        ("iss", json!("https://id.example.org/")),
        ("iss", json!(["https://id.example.org"])),
        ("iss", Value::Null),
        ("aud", json!(["Everybody"])),
        ("aud", json!(["another", "Everybody"])),
        ("aud", json!("client id")),
        ("aud", json!(["client id"])),
        ("aud", Value::Null),
        ("azp", json!("another")),
        ("azp", json!(7)),
        ("client_id", json!("another")),
        ("exp", json!(1_799_999_000)),
        ("exp", json!("never")),
        ("exp", Value::Null),
        ("nbf", json!(1_800_000_900)),
        ("nbf", json!("now")),
        ("iat", json!(1_800_000_900)),
    ] {
        let mut claims = claims();
        claims[name] = value.clone();
        let outcome = with_token(&script::rs256(&header(), &claims)).await;
        let refused = Misbehaviour::AccessTokenClaims;
        assert_eq!(outcome, Err(refused.into()), "{name} {value}");
    }
    let mut nobody = claims();
    nobody["sub"] = json!("CORPORATION:7");
    let outcome = with_token(&script::rs256(&header(), &nobody)).await;
    assert_eq!(outcome, Err(Misbehaviour::SubjectMissing.into()));
}

#[tokio::test]
async fn an_access_token_that_the_issuer_did_not_sign_is_refused() {
    let good = script::rs256(&header(), &claims());
    let unfit = json!({ "alg": "RS256", "kid": "k1", "typ": "logout+jwt" });
    let critical = json!({ "alg": "RS256", "kid": "k1", "crit": ["b64"] });
    for token in [
        "opaque".to_owned(),
        String::from("a.b.c"),
        good.replace("ey", "eyX"),
        format!("{}A", &good[..good.len() - 3]),
        script::unsigned(&json!({ "alg": "none" }), &claims()),
        script::hs256(&json!({ "alg": "HS256" }), &claims(), b"secret/+"),
        script::es256(&json!({ "alg": "ES256", "kid": "k1" }), &claims(), 1),
        script::rs256(&json!({ "alg": "RS256", "kid": "k2" }), &claims()),
        script::rs256(&unfit, &claims()),
        script::rs256(&critical, &claims()),
    ] {
        let outcome = with_token(&token).await;
        let refused = Misbehaviour::AccessTokenSignature;
        assert_eq!(outcome, Err(refused.into()), "{token}");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_had_are_nobodys_forgery() {
    let token = script::rs256(&header(), &claims());
    for (keys, outcome) in [
        (script::json(200, &json!({})), Misbehaviour::KeySet.into()),
        (
            Err(TransportError::Timeout),
            ProviderError::Unreachable(TransportError::Timeout),
        ),
    ] {
        let script = gives(&token);
        script.on(KEYS, keys);
        assert_eq!(login(&provider(SIGNED), &script).await, Err(outcome));
    }
}

#[tokio::test]
async fn a_refreshed_access_token_is_of_the_same_person() {
    let (old, ada) = ("refresh".into(), Subject::new("7").unwrap());
    for (sub, outcome) in [
        ("USER:7", None),
        ("USER:8", Some(Misbehaviour::ProfileSubject)),
        ("7", Some(Misbehaviour::ProfileSubject)),
    ] {
        let mut claims = claims();
        claims["sub"] = json!(sub);
        let script = gives(&script::rs256(&header(), &claims));
        let provider = provider(SIGNED);
        let request = Refresh::new(&old, Some(&ada), &script, now());
        let found = provider.refresh(&request).await;
        assert_eq!(found.err(), outcome.map(Into::into), "{sub}");
    }
    let forged = gives("opaque");
    let request = Refresh::new(&old, Some(&ada), &forged, now());
    let found = provider(SIGNED).refresh(&request).await;
    let refused = Misbehaviour::AccessTokenSignature;
    assert_eq!(found.err(), Some(refused.into()));
}
