//! OpenID Connect: discovery, keys, ID tokens, UserInfo.

use std::sync::Arc;

use serde_json::{Value, json};

use super::stage::*;
use crate::{
    oauth::script::{self, Script, query},
    provider::{Misbehaviour, ProviderError},
    transport::TransportError,
};

fn document() -> Value {
    json!({
        "issuer": ISSUER, "authorization_endpoint": AUTHORIZE, "token_endpoint": TOKEN,
        "userinfo_endpoint": USERINFO, "jwks_uri": KEYS,
    })
}

fn signed_by(kid: &str) -> Value {
    let token = script::rs256(&json!({ "alg": "RS256", "kid": kid }), &claims());
    tokens(Some(&token))
}

fn keys(kids: &[&str]) -> Value {
    let keys: Vec<_> = kids.iter().map(|kid| script::rsa_key(kid)).collect();
    json!({ "keys": keys })
}

fn seconds_later(seconds: u64) -> crate::model::Timestamp {
    now().plus(std::time::Duration::from_secs(seconds))
}

#[tokio::test]
async fn an_id_token_becomes_somebody() {
    let (script, provider) = (all_is_well(), provider(OIDC));
    let mut complete = claims();
    complete["email"] = "ada@example.org".into();
    complete["email_verified"] = true.into();
    let token = script::rs256(&json!({ "alg": "RS256", "kid": "k1" }), &complete);
    script.on(TOKEN, script::json(200, &tokens(Some(&token))));
    let (url, _) = start(&provider, &script).await.unwrap();
    assert!(url.starts_with(AUTHORIZE));
    let query = query(&url);
    assert_eq!(query["nonce"], attempt().nonce());
    assert_eq!(query["scope"], "openid profile email");
    let proof = login(&provider, &script).await.unwrap();
    assert_eq!(proof.subject.as_str(), "7");
    assert_eq!(proof.profile.name.as_deref(), Some("Ada"));
    assert_eq!(script.count(USERINFO), 0);
    assert_eq!(script.count(DISCOVERY), 1);
}

#[tokio::test]
async fn fifty_visitors_need_one_document_and_one_set_of_keys() {
    let (script, provider) = (Arc::new(all_is_well()), Arc::new(provider(OIDC)));
    let mut visitors = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (script, provider) = (script.clone(), provider.clone());
        visitors.spawn(async move {
            start(&provider, &script).await?;
            login(&provider, &script).await
        });
    }
    while let Some(outcome) = visitors.join_next().await {
        assert!(outcome.unwrap().is_ok());
    }
    assert_eq!(script.count(DISCOVERY), 1);
    assert_eq!(script.count(KEYS), 1);
    assert_eq!(script.count(TOKEN), 50);
}

#[tokio::test]
async fn an_unknown_key_is_looked_for_once_in_the_cool_down() {
    let (script, provider) = (all_is_well(), provider(OIDC));
    login(&provider, &script).await.unwrap();
    script.on(TOKEN, script::json(200, &signed_by("k2")));
    script.on(KEYS, script::json(200, &keys(&["k1", "k2"])));
    let outcome = finish_at(&provider, &script, &[("code", "c")], seconds_later(1)).await;
    assert!(outcome.is_ok(), "a new key is found at once: {outcome:?}");
    assert_eq!(script.count(KEYS), 2);

    script.on(TOKEN, script::json(200, &signed_by("k3")));
    for second in 2..31 {
        let outcome = finish_at(&provider, &script, &[("code", "c")], seconds_later(second)).await;
        assert_eq!(outcome, Err(Misbehaviour::IdTokenKey.into()));
    }
    assert_eq!(
        script.count(KEYS),
        2,
        "an invented key does not flood the issuer"
    );
    script.on(KEYS, script::json(200, &keys(&["k3"])));
    let outcome = finish_at(&provider, &script, &[("code", "c")], seconds_later(31)).await;
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(script.count(KEYS), 3);
}

#[tokio::test]
async fn another_key_under_the_same_id_is_looked_for_once_in_the_cool_down() {
    let (script, provider) = (all_is_well(), provider(OIDC));
    let mut old = script::rsa_key("k1");
    let modulus = old["n"].as_str().unwrap().to_owned();
    old["n"] = format!("z{}", &modulus[1..]).into();
    script.on(KEYS, script::json(200, &json!({ "keys": [old.clone()] })));
    let wrong = Err(Misbehaviour::IdTokenSignature.into());
    assert_eq!(login(&provider, &script).await, wrong);
    assert_eq!(script.count(KEYS), 2, "once more, which was of no use");
    // The provider has restarted; garbage does not make us ask more often.
    script.on(KEYS, script::json(200, &keys(&["k1"])));
    for second in 1..30 {
        let outcome = finish_at(&provider, &script, &[("code", "c")], seconds_later(second)).await;
        assert_eq!(outcome, wrong);
    }
    assert_eq!(script.count(KEYS), 2);
    let outcome = finish_at(&provider, &script, &[("code", "c")], seconds_later(30)).await;
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(script.count(KEYS), 3);
    // A wrong signature is that also while the keys cannot be had.
    let forged = format!("{}AAAA", &id_token()[..id_token().len() - 4]);
    script.on(TOKEN, script::json(200, &tokens(Some(&forged))));
    script.on(KEYS, Err(TransportError::Connect));
    let outcome = finish_at(&provider, &script, &[("code", "c")], seconds_later(90)).await;
    assert_eq!(outcome, wrong);
}

#[tokio::test]
async fn a_token_without_a_key_id_outlives_a_change_of_keys() {
    let (script, provider) = (all_is_well(), provider(OIDC));
    let mut old = script::rsa_key("old");
    let modulus = old["n"].as_str().unwrap().to_owned();
    old["n"] = format!("z{}", &modulus[1..]).into();
    script.on(KEYS, script::json(200, &json!({ "keys": [old] })));
    let token = script::rs256(&json!({ "alg": "RS256" }), &claims());
    script.on(TOKEN, script::json(200, &tokens(Some(&token))));
    let outcome = login(&provider, &script).await;
    assert_eq!(outcome, Err(Misbehaviour::IdTokenSignature.into()));
    script.on(KEYS, script::json(200, &keys(&["new"])));
    let outcome = finish_at(&provider, &script, &[("code", "c")], seconds_later(30)).await;
    assert!(outcome.is_ok(), "{outcome:?}");
}

#[tokio::test]
async fn a_login_goes_on_while_documents_cannot_be_had() {
    let (script, provider) = (all_is_well(), provider(OIDC));
    login(&provider, &script).await.unwrap();
    script.on(DISCOVERY, Err(TransportError::Timeout));
    script.on(KEYS, script::text(503, "text/html", "<html>"));
    let later = seconds_later(7200);
    let mut claims = claims();
    claims["iat"] = later.seconds().into();
    claims["exp"] = (later.seconds() + 300).into();
    let token = script::rs256(&json!({ "alg": "RS256", "kid": "k1" }), &claims);
    script.on(TOKEN, script::json(200, &tokens(Some(&token))));
    let outcome = finish_at(&provider, &script, &[("code", "c")], later).await;
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(script.count(DISCOVERY), 2);
}

#[tokio::test]
async fn a_provider_that_is_down_or_odd_is_named() {
    let discovery = ProviderError::from(Misbehaviour::Discovery);
    for (answer, error) in [
        (Err(TransportError::Connect), TransportError::Connect.into()),
        (Err(TransportError::Timeout), TransportError::Timeout.into()),
        (
            Err(TransportError::TooLarge),
            TransportError::TooLarge.into(),
        ),
        (script::text(200, "text/html", "<html>"), discovery.clone()),
        (script::text(200, "application/json", ""), discovery.clone()),
        (script::json(200, &json!([])), discovery.clone()),
        (script::json(200, &json!({ "issuer": ISSUER })), discovery),
        (
            script::text(302, "", ""),
            ProviderError::Unavailable { status: 302 },
        ),
        (
            script::text(500, "", ""),
            ProviderError::Unavailable { status: 500 },
        ),
        (
            script::json(200, &json!({ "issuer": "https://evil.example.com" })),
            Misbehaviour::DiscoveryIssuer.into(),
        ),
        (
            script::json(
                200,
                &json!({ "issuer": ISSUER, "token_endpoint": "http://x.example.org" }),
            ),
            Misbehaviour::DiscoveryInsecure.into(),
        ),
    ] {
        let script = all_is_well();
        script.on(DISCOVERY, answer);
        assert_eq!(start(&provider(OIDC), &script).await, Err(error.clone()));
        assert_eq!(login(&provider(OIDC), &script).await, Err(error));
        assert_eq!(script.count(TOKEN), 0, "the code stays here");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_had_are_named() {
    for (answer, error) in [
        (Err(TransportError::Connect), TransportError::Connect.into()),
        (
            script::text(200, "text/html", "<html>"),
            Misbehaviour::KeySet.into(),
        ),
        (script::json(200, &json!({})), Misbehaviour::KeySet.into()),
        (
            script::json(404, &json!({})),
            ProviderError::Unavailable { status: 404 },
        ),
    ] {
        let script = all_is_well();
        script.on(KEYS, answer);
        assert_eq!(login(&provider(OIDC), &script).await, Err(error));
    }
}

#[tokio::test]
async fn openid_connect_without_an_id_token_is_refused() {
    let script = all_is_well();
    script.on(TOKEN, script::json(200, &tokens(None)));
    let outcome = login(&provider(OIDC), &script).await;
    assert_eq!(outcome, Err(Misbehaviour::IdTokenMissing.into()));
}

#[tokio::test]
async fn a_token_of_another_attempt_ends_the_login() {
    let script = all_is_well();
    let mut claims = claims();
    claims["nonce"] = "another".into();
    let token = script::rs256(&json!({ "alg": "RS256", "kid": "k1" }), &claims);
    script.on(TOKEN, script::json(200, &tokens(Some(&token))));
    let outcome = login(&provider(OIDC), &script).await;
    assert_eq!(outcome, Err(Misbehaviour::IdTokenNonce.into()));
}

fn from_userinfo() -> String {
    format!("{OIDC}\n[id_token]\nprofile_from = \"userinfo\"")
}

#[tokio::test]
async fn userinfo_is_laid_over_the_id_token() {
    let script = all_is_well();
    script.on(
        USERINFO,
        script::json(200, &json!({ "sub": "7", "name": "Ada L." })),
    );
    let proof = login(&provider(&from_userinfo()), &script).await.unwrap();
    assert_eq!(proof.profile.name.as_deref(), Some("Ada L."));
    assert_eq!(proof.profile.raw["iss"], ISSUER);
}

#[tokio::test]
async fn userinfo_about_somebody_else_is_refused() {
    for answer in [
        json!({ "sub": "8", "name": "Eve" }),
        json!({ "sub": "", "name": "Eve" }),
        json!({ "sub": ["7"] }),
    ] {
        let script = all_is_well();
        script.on(USERINFO, script::json(200, &answer));
        let outcome = login(&provider(&from_userinfo()), &script).await;
        assert_eq!(
            outcome,
            Err(Misbehaviour::ProfileSubject.into()),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn endpoints_of_the_data_need_no_discovery() {
    let toml = r#"
        id = "acme"
        name = "Acme"
        protocol = "oidc"
        issuer = "https://id.example.org"
        authorization = "https://id.example.org/authorize"
        token = "https://id.example.org/token"
        jwks = "https://id.example.org/keys"
    "#;
    let (script, provider) = (all_is_well(), provider(toml));
    start(&provider, &script).await.unwrap();
    login(&provider, &script).await.unwrap();
    assert_eq!(script.count(DISCOVERY), 0);
}

#[tokio::test]
async fn userinfo_is_discovered_where_the_data_does_not_have_it() {
    let toml = format!(
        "authorization = \"{AUTHORIZE}\"\ntoken = \"{TOKEN}\"\njwks = \"{KEYS}\"\n{}",
        from_userinfo()
    );
    let script = all_is_well();
    login(&provider(&toml), &script).await.unwrap();
    assert_eq!(script.count(DISCOVERY), 1);
    assert_eq!(script.count(USERINFO), 1);
}

#[tokio::test]
async fn building_asks_nobody_anything() {
    let script = Script::default();
    let _provider = provider(OIDC);
    assert!(script.requests().is_empty());
}

#[tokio::test]
async fn a_promise_of_iss_is_held() {
    let script = all_is_well();
    let mut promising = document();
    promising["authorization_response_iss_parameter_supported"] = true.into();
    script.on(DISCOVERY, script::json(200, &promising));
    let missing = Err(Misbehaviour::IssuerMissing.into());
    assert_eq!(login(&provider(OIDC), &script).await, missing);
    let denial = [("error", "access_denied")];
    assert_eq!(finish(&provider(OIDC), &script, &denial).await, missing);
    let answer = [("code", "c"), ("iss", ISSUER)];
    assert!(finish(&provider(OIDC), &script, &answer).await.is_ok());
}
