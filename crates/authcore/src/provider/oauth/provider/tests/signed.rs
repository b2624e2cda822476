//! What is signed: by the application for the token endpoint, by the issuer in a profile's place, and
//! by tenants.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::stage::*;
use crate::{
    config::{Env, ProviderSetting},
    oauth::script::{self, Script, form},
    provider::{Misbehaviour, OAuth, Proof, ProviderError},
};

const SIGNED: &str = r#"
    id = "acme"
    name = "Acme"
    protocol = "oidc"
    issuer = "https://id.example.org"
    client_auth = "signed_secret"
    client_assertion = { key = "{private_key}", key_id = "{key_id}", issuer = "{team_id}", audience = "https://id.example.org" }
    [variables]
    private_key = { description = "The key" }
    key_id = { description = "Its id" }
    team_id = { description = "The team" }
"#;

fn pem() -> String {
    use p256::pkcs8::{EncodePrivateKey, LineEnding};
    let key = p256::SecretKey::from_slice(&[7; 32]).unwrap();
    key.to_pkcs8_pem(LineEnding::LF).unwrap().to_string()
}

fn claims_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

fn with_key(toml: &str) -> OAuth {
    OAuth::from_toml(toml)
        .client_id("client id")
        .variable("private_key", pem())
        .variable("key_id", "KEY1")
        .variable("team_id", "TEAM1")
}

fn problems(settings: OAuth) -> Vec<&'static str> {
    let env = Env::none();
    let setting = ProviderSetting::new(&env, None);
    let problems = settings.build(&setting).unwrap_err();
    problems.iter().map(|problem| problem.code).collect()
}

#[tokio::test]
async fn a_secret_is_signed_for_each_request() {
    let script = all_is_well();
    login(&build(with_key(SIGNED)), &script).await.unwrap();
    let form = form(&script.last(TOKEN));
    assert_eq!(form["client_id"], "client id");
    let claims = claims_of(&form["client_secret"]);
    assert_eq!(claims["iss"], "TEAM1");
    assert_eq!(claims["sub"], "client id");
    assert_eq!(claims["aud"], ISSUER);
    assert_eq!(claims["exp"], 1_800_000_300);
}

#[tokio::test]
async fn a_secret_that_was_signed_beforehand_needs_no_key() {
    let script = all_is_well();
    login(&provider(SIGNED), &script).await.unwrap();
    assert_eq!(form(&script.last(TOKEN))["client_secret"], "secret/+");
}

#[tokio::test]
async fn an_assertion_stands_in_for_the_secret() {
    for (auth, key) in [
        ("private_key_jwt", "key = \"{private_key}\""),
        ("client_secret_jwt", ""),
    ] {
        let toml = SIGNED.replace("signed_secret", auth).replace(
            "key = \"{private_key}\", key_id = \"{key_id}\", issuer = \"{team_id}\", audience = \"https://id.example.org\"",
            key,
        );
        let script = all_is_well();
        let settings = with_key(&toml).client_secret("secret/+");
        login(&build(settings), &script).await.unwrap();
        let form = form(&script.last(TOKEN));
        assert!(!form.contains_key("client_secret"), "{auth}");
        assert_eq!(
            form["client_assertion_type"],
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
        let claims = claims_of(&form["client_assertion"]);
        assert_eq!(
            (&claims["iss"], &claims["aud"]),
            (&json!("client id"), &json!(TOKEN))
        );
    }
}

#[test]
fn a_key_that_is_missing_or_none_is_told_at_start_up() {
    let bare = OAuth::from_toml(SIGNED).client_id("client id");
    assert_eq!(problems(bare), ["variable_missing"; 3]);
    let broken = with_key(SIGNED).variable("private_key", "secret");
    assert_eq!(problems(broken), ["client_key_invalid"]);
}

/// The profile comes as this token.
async fn with_profile(profile: &str) -> Result<Proof, ProviderError> {
    let toml = with(OIDC, "id_token = { profile_from = \"userinfo\" }");
    let script = all_is_well();
    script.on(USERINFO, script::text(200, "application/jwt", profile));
    login(&provider(&toml), &script).await
}

fn signed(claims: &Value) -> String {
    script::rs256(&json!({ "alg": "RS256", "kid": "k1" }), claims)
}

#[tokio::test]
async fn a_signed_profile_is_read() {
    let claims = json!({ "iss": ISSUER, "aud": ["client id"], "sub": "7", "name": "Signed" });
    let proof = with_profile(&signed(&claims)).await.unwrap();
    assert_eq!(proof.profile.name.as_deref(), Some("Signed"));
}

#[tokio::test]
async fn a_signed_profile_may_leave_out_whose_it_is_where_the_id_token_says_it() {
    for claims in [
        json!({ "sub": "7", "name": "Signed" }),
        json!({ "iss": ISSUER, "sub": "7", "name": "Signed" }),
        json!({ "aud": "client id", "sub": "7", "name": "Signed" }),
    ] {
        let proof = with_profile(&signed(&claims)).await.unwrap();
        assert_eq!(proof.profile.name.as_deref(), Some("Signed"), "{claims}");
    }
    let other = json!({ "sub": "8", "name": "Signed" });
    let outcome = with_profile(&signed(&other)).await;
    assert_eq!(outcome, Err(Misbehaviour::ProfileSubject.into()));
    // Of OAuth 2 without an ID token, nothing else ties it to this sign-in.
    let toml = format!("issuer = \"{ISSUER}\"\njwks = \"{KEYS}\"\n{OAUTH2}");
    let script = all_is_well();
    script.on(TOKEN, script::json(200, &tokens(None)));
    let token = signed(&json!({ "id": "7" }));
    script.on(USERINFO, script::text(200, "application/jwt", &token));
    let outcome = login(&provider(&toml), &script).await;
    assert_eq!(outcome, Err(Misbehaviour::ProfileSigned.into()));
}

#[tokio::test]
async fn a_signed_profile_of_anybody_else_is_refused() {
    let right = json!({ "iss": ISSUER, "aud": "client id", "sub": "7", "name": "Signed" });
    let but = |name: &str, value: Value| {
        let mut claims = right.clone();
        claims[name] = value;
        claims
    };
    let key = json!({ "alg": "RS256", "kid": "k1" });
    for (token, what) in [
        (
            signed(&but("iss", json!("https://evil.example.com"))),
            Misbehaviour::ProfileSigned,
        ),
        (
            signed(&but("iss", Value::Null)),
            Misbehaviour::ProfileSigned,
        ),
        (
            signed(&but("aud", json!("another"))),
            Misbehaviour::ProfileSigned,
        ),
        (
            signed(&but("aud", Value::Null)),
            Misbehaviour::ProfileSigned,
        ),
        (
            signed(&but("exp", json!(1_799_999_000))),
            Misbehaviour::ProfileSigned,
        ),
        (
            signed(&but("exp", json!("never"))),
            Misbehaviour::ProfileSigned,
        ),
        (
            signed(&but("nonce", json!("n"))),
            Misbehaviour::ProfileSigned,
        ),
        (
            signed(&but("sub", json!("8"))),
            Misbehaviour::ProfileSubject,
        ),
        (
            script::unsigned(&json!({ "alg": "none" }), &right),
            Misbehaviour::IdTokenAlgorithm,
        ),
        (
            script::hs256(&json!({ "alg": "HS256" }), &right, b"secret/+"),
            Misbehaviour::IdTokenAlgorithm,
        ),
        (
            script::es256(&json!({ "alg": "ES256", "kid": "k1" }), &right, 1),
            Misbehaviour::IdTokenKey,
        ),
        (
            script::rs256(
                &json!({ "alg": "RS256", "kid": "k1", "typ": "at+jwt" }),
                &right,
            ),
            Misbehaviour::IdTokenType,
        ),
        (
            script::rs256(&key, &right).replace("ey", "eyX"),
            Misbehaviour::IdTokenMalformed,
        ),
    ] {
        assert_eq!(
            with_profile(&token).await.unwrap_err(),
            what.into(),
            "{token}"
        );
    }
}

const TENANTS: &str = r#"
    id = "acme"
    name = "Acme"
    protocol = "oidc"
    issuer = "https://id.example.org/{tenant}/v2.0"
    [id_token.issuer]
    builtin = "tenant"
    template = "https://id.example.org/{tenantid}/v2.0"
    tenants = "{tenants}"
    [variables]
    tenant = { description = "The tenant", default = "common" }
    tenants = { description = "Those who are let in", default = "" }
"#;
const ADA: &str = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
const BOB: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

fn issuer_of(tenant: &str) -> String {
    format!("https://id.example.org/{tenant}/v2.0")
}

/// A provider of many tenants; the token says this tenant and this issuer.
fn tenants(tid: &str, iss: &str) -> Script {
    let script = all_is_well();
    let document = json!({
        "issuer": issuer_of("{tenantid}"), "authorization_endpoint": AUTHORIZE,
        "token_endpoint": TOKEN, "jwks_uri": KEYS,
    });
    let well_known = "https://id.example.org/common/v2.0/.well-known/openid-configuration";
    script.on(well_known, script::json(200, &document));
    let mut claims = claims();
    claims["iss"] = json!(iss);
    claims["tid"] = json!(tid);
    script.on(TOKEN, script::json(200, &tokens(Some(&signed(&claims)))));
    script
}

#[tokio::test]
async fn a_tenant_is_let_in() {
    let provider = provider(TENANTS);
    let script = tenants(ADA, &issuer_of(ADA));
    let proof = login(&provider, &script).await.unwrap();
    assert_eq!(proof.subject.as_str(), "7");
    let own = issuer_of("common");
    assert!(
        finish(&provider, &script, &[("code", "c"), ("iss", &own)])
            .await
            .is_ok()
    );
    let evil = [("code", "c"), ("iss", "https://evil.example.com")];
    let outcome = finish(&provider, &script, &evil).await.unwrap_err();
    assert_eq!(outcome, Misbehaviour::IssuerMismatch.into());
}

#[tokio::test]
async fn a_tenant_that_nobody_let_in_stays_out() {
    let some = build(settings(TENANTS).variable("tenants", BOB));
    let outcome = login(&some, &tenants(ADA, &issuer_of(ADA))).await;
    assert_eq!(outcome.unwrap_err(), Misbehaviour::IdTokenTenant.into());
    for (tid, iss, what) in [
        (ADA, issuer_of(BOB), Misbehaviour::IdTokenIssuer),
        (
            "x/../evil",
            issuer_of("x/../evil"),
            Misbehaviour::IdTokenTenant,
        ),
    ] {
        let outcome = login(&provider(TENANTS), &tenants(tid, &iss)).await;
        assert_eq!(outcome.unwrap_err(), what.into());
    }
    assert_eq!(
        problems(settings(TENANTS).variable("tenants", "example.org")),
        ["tenant_invalid"]
    );
}

#[tokio::test]
async fn a_key_of_another_tenant_signs_nothing() {
    let script = tenants(ADA, &issuer_of(ADA));
    let mut key = script::rsa_key("k1");
    for (owner, is_let_in) in [(issuer_of(BOB), false), (issuer_of("{tenantid}"), true)] {
        key["issuer"] = json!(owner);
        script.on(KEYS, script::json(200, &json!({ "keys": [key] })));
        let outcome = login(&provider(TENANTS), &script).await;
        assert_eq!(outcome.is_ok(), is_let_in, "{owner}: {outcome:?}");
    }
}

#[tokio::test]
async fn fixed_endpoints_need_no_discovery() {
    let toml = with(
        OIDC,
        "authorization = \"https://id.example.org/authorize\"\n\
         token = \"https://id.example.org/token\"\njwks = \"https://id.example.org/keys\"",
    );
    let script = all_is_well();
    login(&provider(&toml), &script).await.unwrap();
    assert_eq!(script.count(DISCOVERY), 0);
}
