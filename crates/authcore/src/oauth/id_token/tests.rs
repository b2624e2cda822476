//! ID tokens as they should be, as odd servers make them, and as attackers do.

use serde_json::json;

use super::*;
use crate::oauth::{
    jws::{self, Algorithm, Kind},
    keys::KeySet,
    script,
};

const ISSUER: &str = "https://id.example.org";
const CLIENT: &str = "client";
const NOW: i64 = 1_800_000_000;
const ALLOWED: [Algorithm; 3] = [Algorithm::Rs256, Algorithm::Es256, Algorithm::EdDsa];

fn claims() -> Value {
    json!({
        "iss": ISSUER, "aud": CLIENT, "sub": "248289761001", "nonce": "the-nonce",
        "iat": NOW, "exp": NOW + 300,
    })
}

/// The claims with one of them changed; `null` takes it out.
fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    let members = claims.as_object_mut().unwrap();
    match value {
        Value::Null => members.remove(name),
        value => members.insert(name.into(), value),
    };
    claims
}

fn header() -> Value {
    json!({ "alg": "RS256", "kid": "k1" })
}

fn expected() -> Expected<'static> {
    Expected {
        issuer: Issuer::Exactly(ISSUER),
        document: None,
        client_id: CLIENT,
        nonce: Nonce::Sent("the-nonce".into()),
        access_token: Some("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
        code: Some("the-code"),
        max_age: None,
        now: Timestamp::from_seconds(NOW + 10),
        tolerance: Duration::from_secs(60),
    }
}

fn check(token: &str) -> Result<CheckedIdToken, Misbehaviour> {
    check_for(token, &expected())
}

fn check_for(token: &str, expected: &Expected<'_>) -> Result<CheckedIdToken, Misbehaviour> {
    let keys = json!({ "keys": [script::rsa_key("k1"), script::ec_key("e1")] });
    let unverified = jws::split(token, Kind::Identity, &ALLOWED)?;
    let signed = KeySet::read(&keys)?.verify(&unverified)?;
    CheckedIdToken::check(signed, expected)
}

fn refusal(token: &str) -> Misbehaviour {
    check(token).map(|_| ()).expect_err("it was accepted")
}

fn refusal_of(claims: &Value) -> Misbehaviour {
    refusal(&script::rs256(&header(), claims))
}

fn accepted(claims: &Value) -> CheckedIdToken {
    check(&script::rs256(&header(), claims)).unwrap()
}

#[test]
fn a_right_token_is_accepted() {
    assert_eq!(accepted(&claims()).subject(), "248289761001");
    let header = json!({ "alg": "ES256", "kid": "e1", "typ": "JWT" });
    assert!(check(&script::es256(&header, &claims(), 1)).is_ok());
}

#[test]
fn a_token_without_a_signature_is_refused() {
    for alg in ["none", "None", "NONE", ""] {
        let token = script::unsigned(&json!({ "alg": alg }), &claims());
        assert_eq!(refusal(&token), Misbehaviour::IdTokenAlgorithm, "{alg}");
    }
    let token = script::unsigned(&header(), &claims());
    assert_eq!(refusal(&token), Misbehaviour::IdTokenSignature);
}

#[test]
fn a_public_key_is_no_secret_to_sign_with() {
    let key = script::rsa_key("k1");
    let header = json!({ "alg": "HS256", "kid": "k1" });
    for secret in [
        key.to_string(),
        key["n"].as_str().unwrap().to_owned(),
        script::RSA_PEM.to_owned(),
        String::new(),
    ] {
        let token = script::hs256(&header, &claims(), secret.as_bytes());
        assert_eq!(refusal(&token), Misbehaviour::IdTokenAlgorithm);
    }
}

#[test]
fn a_secret_signs_only_where_the_data_says_so() {
    let header = json!({ "alg": "HS256" });
    let token = script::hs256(&header, &claims(), b"the-client-secret");
    let unverified = jws::split(&token, Kind::Identity, &[Algorithm::Hs256]).unwrap();
    assert!(unverified.is_symmetric());
    assert!(
        unverified
            .verify_with_secret(&"the-client-secret".into())
            .is_ok()
    );
    assert_eq!(
        unverified
            .verify_with_secret(&"another".into())
            .unwrap_err(),
        Misbehaviour::IdTokenSignature
    );
    // A signature of another length must not upset the check either.
    let short = format!("{}.AAAA", token.rsplit_once('.').unwrap().0);
    let unverified = jws::split(&short, Kind::Identity, &[Algorithm::Hs256]).unwrap();
    assert!(
        unverified
            .verify_with_secret(&"the-client-secret".into())
            .is_err()
    );
}

#[test]
fn a_key_of_somebody_else_is_refused() {
    let header = json!({ "alg": "ES256", "kid": "e1" });
    let token = script::es256(&header, &claims(), 2);
    assert_eq!(refusal(&token), Misbehaviour::IdTokenSignature);
}

#[test]
fn a_key_in_the_tokens_own_header_is_not_looked_at() {
    let header = json!({
        "alg": "RS256", "kid": "evil", "jwk": script::rsa_key("evil"),
        "jku": "https://evil.example.com/keys", "x5u": "https://evil.example.com/cert",
    });
    let token = script::rs256(&header, &claims());
    assert_eq!(refusal(&token), Misbehaviour::IdTokenKey);
}

#[test]
fn a_key_of_one_kind_does_not_serve_for_another() {
    let header = json!({ "alg": "ES256", "kid": "k1" });
    let token = script::es256(&header, &claims(), 1);
    assert_eq!(refusal(&token), Misbehaviour::IdTokenKey);
}

#[test]
fn a_changed_token_is_refused() {
    let token = script::rs256(&header(), &claims());
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (head, _) = signed.split_once('.').unwrap();
    let other = script::rs256(&header(), &with("sub", json!("somebody-else")));
    let payload = other.split('.').nth(1).unwrap();
    let swapped = format!("{head}.{payload}.{signature}");
    assert_eq!(refusal(&swapped), Misbehaviour::IdTokenSignature);
    let mut bytes = signature.as_bytes().to_vec();
    bytes[7] = if bytes[7] == b'A' { b'B' } else { b'A' };
    let flipped = format!("{signed}.{}", String::from_utf8(bytes).unwrap());
    assert_eq!(refusal(&flipped), Misbehaviour::IdTokenSignature);
}

#[test]
fn what_is_no_token_is_refused() {
    for token in [
        "", ".", "..", "a.b", "a.b.c", "a.b.c.d", "e30.e30.", "é.é.é", "\0.\0.\0",
    ] {
        let outcome = check(token).map(|_| ());
        assert!(
            matches!(
                outcome,
                Err(Misbehaviour::IdTokenMalformed | Misbehaviour::IdTokenAlgorithm)
            ),
            "{token:?}: {outcome:?}"
        );
    }
    assert_eq!(refusal("a.b.c.d.e"), Misbehaviour::IdTokenEncrypted);
    let token = script::rs256(&header(), &json!(["not", "an", "object"]));
    assert_eq!(refusal(&token), Misbehaviour::IdTokenMalformed);
    let padded = format!("{}=", script::rs256(&header(), &claims()));
    assert_eq!(refusal(&padded), Misbehaviour::IdTokenMalformed);
}

#[test]
fn a_token_that_needs_an_extension_is_refused() {
    for crit in [json!(["b64"]), json!(["exp"]), json!([]), json!(null)] {
        let mut header = header();
        header["crit"] = crit;
        let token = script::rs256(&header, &claims());
        assert_eq!(refusal(&token), Misbehaviour::IdTokenCritical);
    }
}

#[test]
fn another_kind_of_token_is_refused() {
    for kind in [
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "logout+jwt",
        "dpop+jwt",
    ] {
        let mut header = header();
        header["typ"] = kind.into();
        let token = script::rs256(&header, &claims());
        assert_eq!(refusal(&token), Misbehaviour::IdTokenType, "{kind}");
    }
    for kind in ["JWT", "jwt", "id_token+jwt", "JOSE"] {
        let mut header = header();
        header["typ"] = kind.into();
        assert!(check(&script::rs256(&header, &claims())).is_ok(), "{kind}");
    }
}

#[test]
fn another_issuer_is_refused() {
    for iss in [
        json!("https://evil.example.com"),
        json!("https://id.example.org/"),
        json!(null),
        json!([ISSUER]),
    ] {
        assert_eq!(refusal_of(&with("iss", iss)), Misbehaviour::IdTokenIssuer);
    }
}

#[test]
fn a_token_for_another_application_is_refused() {
    for aud in [
        json!("other"),
        json!("Client"),
        json!(["other"]),
        json!([]),
        json!(null),
        json!([CLIENT, 7]),
        json!({ CLIENT: true }),
    ] {
        let what = refusal_of(&with("aud", aud.clone()));
        assert_eq!(what, Misbehaviour::IdTokenAudience, "{aud}");
    }
}

#[test]
fn several_audiences_need_us_as_the_party() {
    let mut several = with("aud", json!([CLIENT, "other"]));
    assert_eq!(refusal_of(&several), Misbehaviour::IdTokenParty);
    several["azp"] = "other".into();
    assert_eq!(refusal_of(&several), Misbehaviour::IdTokenParty);
    several["azp"] = CLIENT.into();
    accepted(&several);
    accepted(&with("aud", json!([CLIENT])));
    accepted(&with("azp", json!(CLIENT)));
    assert_eq!(
        refusal_of(&with("azp", json!("other"))),
        Misbehaviour::IdTokenParty
    );
    assert_eq!(
        refusal_of(&with("azp", json!(7))),
        Misbehaviour::IdTokenParty
    );
}

#[test]
fn a_token_of_another_time_is_refused() {
    let now = NOW + 10;
    for (claim, value, what) in [
        ("exp", json!(now - 60), Misbehaviour::IdTokenExpired),
        ("exp", json!(null), Misbehaviour::IdTokenExpired),
        ("exp", json!("tomorrow"), Misbehaviour::IdTokenExpired),
        ("nbf", json!(now + 61), Misbehaviour::IdTokenEarly),
        ("nbf", json!("now"), Misbehaviour::IdTokenEarly),
        ("iat", json!(now + 61), Misbehaviour::IdTokenIssuedAt),
        ("iat", json!(now - 86_401), Misbehaviour::IdTokenIssuedAt),
        ("iat", json!(null), Misbehaviour::IdTokenIssuedAt),
        ("iat", json!("now"), Misbehaviour::IdTokenIssuedAt),
    ] {
        assert_eq!(
            refusal_of(&with(claim, value.clone())),
            what,
            "{claim}: {value}"
        );
    }
}

#[test]
fn clocks_may_be_a_minute_apart() {
    let now = NOW + 10;
    for (claim, value) in [
        ("exp", json!(now - 59)),
        ("nbf", json!(now + 60)),
        ("iat", json!(now + 60)),
        ("iat", json!(1_799_999_999.485_104)),
        ("exp", json!(1_800_000_100.5)),
    ] {
        accepted(&with(claim, value));
    }
}

#[test]
fn a_token_of_another_attempt_is_refused() {
    for nonce in [json!("another"), json!(""), json!(null), json!(7)] {
        assert_eq!(
            refusal_of(&with("nonce", nonce)),
            Misbehaviour::IdTokenNonce
        );
    }
    let token = script::rs256(&header(), &with("nonce", json!(null)));
    let expected = Expected {
        nonce: Nonce::NotSent,
        ..expected()
    };
    assert!(check_for(&token, &expected).is_ok());
}

#[test]
fn a_token_beside_another_access_token_or_code_is_refused() {
    // OpenID Connect Core 1.0, appendix A.3, gives this pair.
    accepted(&with("at_hash", json!("77QmUPtjPfzWtF2AnpK9RQ")));
    for hash in [json!("77QmUPtjPfzWtF2AnpK9RA"), json!(""), json!(7)] {
        let what = refusal_of(&with("at_hash", hash));
        assert_eq!(what, Misbehaviour::IdTokenAccessTokenHash);
    }
    accepted(&with(
        "c_hash",
        json!(Algorithm::Rs256.half_hash("the-code")),
    ));
    let what = refusal_of(&with(
        "c_hash",
        json!(Algorithm::Rs256.half_hash("another")),
    ));
    assert_eq!(what, Misbehaviour::IdTokenCodeHash);
}

#[test]
fn a_token_about_nobody_is_refused() {
    for sub in [
        json!(null),
        json!(""),
        json!("a\u{0}b"),
        json!("x".repeat(256)),
        json!(["a"]),
        json!(1.5),
        json!(-1),
        json!(true),
    ] {
        let what = refusal_of(&with("sub", sub.clone()));
        assert_eq!(what, Misbehaviour::IdTokenSubject, "{sub}");
    }
    assert_eq!(accepted(&with("sub", json!(42))).subject(), "42");
}

#[test]
fn a_proof_that_is_older_than_asked_for_is_refused() {
    let expected = || Expected {
        max_age: Some(300),
        ..expected()
    };
    let check = |auth_time: Value| {
        let token = script::rs256(&header(), &with("auth_time", auth_time));
        check_for(&token, &expected()).map(|_| ())
    };
    assert_eq!(check(json!(NOW - 300)), Ok(()));
    assert_eq!(check(json!(NOW - 400)), Err(Misbehaviour::IdTokenAuthTime));
    assert_eq!(check(json!(null)), Err(Misbehaviour::IdTokenAuthTime));
}

#[test]
fn claims_of_odd_kinds_that_nobody_needs_do_no_harm() {
    let mut odd = claims();
    odd["locale"] = json!({ "country": "US" });
    odd["picture"] = json!({ "data": {} });
    odd["address"] = json!("somewhere");
    odd["email_verified"] = json!("true");
    odd["updated_at"] = json!("2026-11-24T08:00:00Z");
    assert_eq!(accepted(&odd).claims()["locale"]["country"], "US");
}

#[test]
fn without_a_key_id_the_keys_that_fit_are_tried() {
    let token = script::rs256(&json!({ "alg": "RS256" }), &claims());
    let verify = |keys: Value| {
        let unverified = jws::split(&token, Kind::Identity, &ALLOWED).unwrap();
        let keys = KeySet::read(&json!({ "keys": keys })).unwrap();
        keys.verify(&unverified).map(|_| ())
    };
    let mut other = script::rsa_key("other");
    // Another modulus of the same length.
    let modulus = other["n"].as_str().unwrap().to_owned();
    other["n"] = format!("z{}", &modulus[1..]).into();
    assert_eq!(verify(json!([script::rsa_key("")])), Ok(()));
    assert_eq!(verify(json!([other, script::rsa_key("k1")])), Ok(()));
    assert_eq!(verify(json!([other])), Err(Misbehaviour::IdTokenSignature));
    assert_eq!(
        verify(json!([script::ec_key("e1")])),
        Err(Misbehaviour::IdTokenKey)
    );
    assert_eq!(verify(json!([])), Err(Misbehaviour::IdTokenKey));
}
