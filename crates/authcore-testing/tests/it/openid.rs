//! This file holds the OpenID provider to the specification, and its mischief to its name.

use std::collections::BTreeSet;

use authcore_testing::{
    browser::Browser,
    identity::{
        Algorithm, Endpoint, IssInAnswer, LocalProvider, LocalProviderBuilder, Mischief, Persona,
    },
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{Method, StatusCode};
use p256::ecdsa::signature::Verifier as _;
use rsa::{BigUint, RsaPublicKey, pkcs1v15, signature::Verifier as _};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::by_hand::{
    CHALLENGE, authorize, back, bearer, code, exchange, ordinary, profile, started, token,
    token_by_header, with,
};

const ISSUER: &str = "https://accounts.example.com/realms/one";
const AUTHORIZE: &str = "https://accounts.example.com/realms/one/authorize";
const TOKEN: &str = "https://accounts.example.com/realms/one/token";
const USERINFO: &str = "https://accounts.example.com/realms/one/userinfo";

fn openid() -> LocalProviderBuilder {
    LocalProvider::standing_in(Persona::OpenId).issuer(ISSUER)
}

fn asking() -> Vec<(&'static str, &'static str)> {
    let mut params = ordinary();
    params.extend([("scope", "openid profile email"), ("nonce", "n-1")]);
    params
}

async fn tokens(provider: &LocalProvider) -> Value {
    let code = code(provider, AUTHORIZE, &asking()).await;
    let (status, tokens) = token(provider, TOKEN, &exchange(&code)).await;
    assert_eq!(status, StatusCode::OK);
    tokens
}

/// Header and claims of a token, not verified.
fn opened(tokens: &Value) -> (Value, Value) {
    let token = tokens["id_token"].as_str().expect("an ID token");
    let mut parts = token
        .split('.')
        .map(|part| serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()));
    (
        parts.next().unwrap().unwrap(),
        parts.next().unwrap().unwrap(),
    )
}

/// Whether one of the published keys, chosen by id, verifies the token.
async fn verifies(provider: &LocalProvider, tokens: &Value) -> bool {
    let (_, keys) = profile(provider, &format!("{ISSUER}/jwks"), "").await;
    let (header, _) = opened(tokens);
    let keys = keys["keys"].as_array().unwrap().clone();
    let Some(key) = keys.into_iter().find(|key| key["kid"] == header["kid"]) else {
        return false;
    };
    let (text, signature) = tokens["id_token"]
        .as_str()
        .unwrap()
        .rsplit_once('.')
        .unwrap();
    let bytes = |text: &Value| {
        BASE64_URL_SAFE_NO_PAD
            .decode(text.as_str().unwrap())
            .unwrap()
    };
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    match header["alg"].as_str() {
        Some("RS256") => {
            let number = |name: &str| BigUint::from_bytes_be(&bytes(&key[name]));
            let key = RsaPublicKey::new(number("n"), number("e")).unwrap();
            let key = pkcs1v15::VerifyingKey::<rsa::sha2::Sha256>::new(key);
            let signature = pkcs1v15::Signature::try_from(signature.as_slice());
            signature.is_ok_and(|signature| key.verify(text.as_bytes(), &signature).is_ok())
        }
        Some("ES256") => {
            let mut point = vec![4];
            point.extend(bytes(&key["x"]));
            point.extend(bytes(&key["y"]));
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).unwrap();
            let signature = p256::ecdsa::Signature::from_slice(&signature).unwrap();
            key.verify(text.as_bytes(), &signature).is_ok()
        }
        _ => false,
    }
}

#[tokio::test]
async fn a_login_follows_the_discovery_document() {
    let provider = started(openid()).await;
    let (_, document) = profile(
        &provider,
        &format!("{ISSUER}/.well-known/openid-configuration"),
        "",
    )
    .await;
    assert_eq!(document["issuer"], ISSUER);
    assert_eq!(document["authorization_endpoint"], AUTHORIZE);
    assert_eq!(document["token_endpoint"], TOKEN);
    assert_eq!(document["userinfo_endpoint"], USERINFO);

    let page = authorize(&provider, AUTHORIZE, &asking()).await;
    assert_eq!(back(&page, "iss").as_deref(), Some(ISSUER));
    assert_eq!(back(&page, "state").as_deref(), Some("st&te=ü"));
    let code = back(&page, "code").unwrap();
    let (_, tokens) = token(&provider, TOKEN, &exchange(&code)).await;
    assert!(verifies(&provider, &tokens).await);
    let (_, claims) = opened(&tokens);
    assert_eq!(claims["iss"], ISSUER);
    assert_eq!(claims["aud"], "app");
    assert_eq!(claims["nonce"], "n-1");
    assert_eq!(claims["email"], "ada@example.org");
    assert_eq!(claims["email_verified"], true);
    let access = tokens["access_token"].as_str().unwrap();
    let half = BASE64_URL_SAFE_NO_PAD.encode(&Sha256::digest(access)[..16]);
    assert_eq!(claims["at_hash"], json!(half));

    let (status, who) = profile(&provider, USERINFO, &bearer(&tokens)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(who["sub"], claims["sub"]);
    let (status, _) = profile(&provider, USERINFO, "Bearer garbage").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(provider.count(Endpoint::Discovery), 1);
    assert_eq!(provider.count(Endpoint::Keys), 1);
}

#[tokio::test]
async fn it_signs_on_p256_too() {
    let provider = started(openid().signing(Algorithm::Es256)).await;
    let tokens = tokens(&provider).await;
    assert_eq!(opened(&tokens).0["alg"], "ES256");
    assert!(verifies(&provider, &tokens).await);
}

#[tokio::test]
async fn its_own_address_is_its_issuer_when_it_has_no_other() {
    let provider = started(LocalProvider::standing_in(Persona::OpenId)).await;
    assert_eq!(provider.issuer(), provider.url());
    let endpoint = format!("{}/authorize", provider.url());
    let page = authorize(&provider, &endpoint, &asking()).await;
    assert_eq!(back(&page, "iss"), Some(provider.url()));
}

#[tokio::test]
async fn an_issuer_that_ends_with_a_slash_keeps_it() {
    let issuer = format!("{ISSUER}/");
    let provider = started(LocalProvider::standing_in(Persona::OpenId).issuer(&issuer)).await;
    let document = format!("{ISSUER}/.well-known/openid-configuration");
    let (_, document) = profile(&provider, &document, "").await;
    assert_eq!(document["issuer"], issuer);
    assert_eq!(document["authorization_endpoint"], AUTHORIZE);
    let tokens = tokens(&provider).await;
    assert_eq!(opened(&tokens).1["iss"], issuer);
}

#[tokio::test]
async fn without_openid_there_is_no_id_token() {
    let provider = started(openid()).await;
    let params = with(asking(), "scope", "profile");
    let code = code(&provider, AUTHORIZE, &params).await;
    let (_, tokens) = token(&provider, TOKEN, &exchange(&code)).await;
    assert_eq!(tokens.get("id_token"), None);
}

#[tokio::test]
async fn after_a_rotation_old_tokens_do_not_verify_and_new_ones_do() {
    let provider = started(openid()).await;
    let old = tokens(&provider).await;
    provider.rotate_keys().unwrap();
    assert!(!verifies(&provider, &old).await);
    let new = tokens(&provider).await;
    assert_ne!(opened(&old).0["kid"], opened(&new).0["kid"]);
    assert!(verifies(&provider, &new).await);
}

#[tokio::test]
async fn only_s256_is_taken() {
    let provider = started(openid()).await;
    for method in ["plain", ""] {
        let params = with(asking(), "code_challenge_method", method);
        let page = authorize(&provider, AUTHORIZE, &params).await;
        assert_eq!(back(&page, "error").as_deref(), Some("invalid_request"));
        assert!(back(&page, "state").is_some());
    }
}

#[tokio::test]
async fn wrong_verifiers_reused_codes_and_double_credentials_are_refused() {
    let provider = started(openid()).await;
    let first = code(&provider, AUTHORIZE, &asking()).await;
    let form = exchange(&first);
    let wrong = with(form.clone(), "code_verifier", CHALLENGE);
    let (_, body) = token(&provider, TOKEN, &wrong).await;
    assert_eq!(body, json!({"error": "invalid_grant"}));
    let mut twice = form.clone();
    twice.push(("code", "another"));
    let (_, body) = token(&provider, TOKEN, &twice).await;
    assert_eq!(body, json!({"error": "invalid_request"}));
    let (_, tokens) = token(&provider, TOKEN, &form).await;
    let (status, _) = token(&provider, TOKEN, &form).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, _) = profile(&provider, USERINFO, &bearer(&tokens)).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "its tokens end too");
}

#[tokio::test]
async fn credentials_in_the_header_are_form_encoded() {
    use authcore_testing::identity::Client;
    let provider = started(openid()).await;
    provider.register(Client::new("app", "a:b%/+").redirect_uri(crate::by_hand::CALLBACK));
    let code = code(&provider, AUTHORIZE, &asking()).await;
    let form = exchange(&code);
    let plain = token_by_header(&provider, TOKEN, &form, "app:a:b%/+").await;
    assert_eq!(plain.status(), StatusCode::UNAUTHORIZED);
    let encoded = token_by_header(&provider, TOKEN, &form, "app:a%3Ab%25%2F%2B").await;
    assert_eq!(encoded.status(), StatusCode::OK);
}

#[tokio::test]
async fn refusal_and_silence_come_back_with_state_and_issuer() {
    let provider = started(openid()).await;
    provider.visitor_refuses();
    let page = authorize(&provider, AUTHORIZE, &asking()).await;
    assert_eq!(back(&page, "error").as_deref(), Some("access_denied"));
    assert_eq!(back(&page, "iss").as_deref(), Some(ISSUER));
    assert!(back(&page, "state").is_some());
    provider.visitor_chooses();
    let page = authorize(&provider, AUTHORIZE, &with(asking(), "prompt", "none")).await;
    assert_eq!(back(&page, "error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn an_answer_can_come_as_a_form() {
    let provider = started(openid()).await;
    let params = with(asking(), "response_mode", "form_post");
    let page = authorize(&provider, AUTHORIZE, &params).await;
    let form = page.form_with_button("Continue").unwrap();
    assert_eq!(form.method, Method::POST);
    assert_eq!(form.field("state"), Some("st&te=ü"));
    assert!(form.field("code").is_some());
}

#[tokio::test]
async fn a_visitor_chooses_on_a_page_that_loads_nothing() {
    let provider = started(openid()).await;
    provider.visitor_chooses();
    let mut browser = Browser::new(provider.hosts());
    let url = Url::parse_with_params(AUTHORIZE, asking()).unwrap();
    let page = browser.get(url.as_str()).await.unwrap();
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(!page.source().contains("http://"), "nothing from elsewhere");
    for button in ["ada", "nomail", "Cancel"] {
        assert!(page.form_with_button(button).is_ok(), "{button}");
    }
    let form = page.form_with_button("nomail").unwrap();
    let answer = browser
        .submission(&form)
        .follow(authcore_testing::browser::Follow::None)
        .go()
        .await
        .unwrap();
    let code = back(&answer, "code").unwrap();
    let (_, tokens) = token(&provider, TOKEN, &exchange(&code)).await;
    assert_eq!(opened(&tokens).1["name"], "No Mail");
}

#[tokio::test]
async fn mischief_in_the_answer_to_the_browser_is_what_it_says() {
    let provider = started(openid()).await;
    let normal = authorize(&provider, AUTHORIZE, &asking()).await;
    for (mischief, name) in [
        (Mischief::WrongState, "state"),
        (Mischief::NoState, "state"),
        (Mischief::WrongIss, "iss"),
        (Mischief::NoIss, "iss"),
    ] {
        provider.misbehave(mischief);
        let page = authorize(&provider, AUTHORIZE, &asking()).await;
        assert_ne!(back(&page, name), back(&normal, name), "{mischief:?}");
        let missing = matches!(mischief, Mischief::NoState | Mischief::NoIss);
        assert_eq!(back(&page, name).is_none(), missing, "{mischief:?}");
        provider.behave();
    }
    provider.misbehave(Mischief::RepeatedCode);
    let page = authorize(&provider, AUTHORIZE, &asking()).await;
    let url = page.location().unwrap();
    let codes: BTreeSet<_> = url.query_pairs().filter(|(n, _)| n == "code").collect();
    assert_eq!(codes.len(), 2);
}

#[tokio::test]
async fn without_iss_discovery_does_not_promise_it() {
    let provider = started(openid().iss_in_answer(IssInAnswer::Omitted)).await;
    let page = authorize(&provider, AUTHORIZE, &asking()).await;
    assert_eq!(back(&page, "iss"), None);
    let url = format!("{ISSUER}/.well-known/openid-configuration");
    let (_, document) = profile(&provider, &url, "").await;
    let promise = "authorization_response_iss_parameter_supported";
    assert_eq!(document[promise], false);
}

#[tokio::test]
async fn a_forged_token_does_not_verify() {
    let provider = started(openid()).await;
    for (mischief, alg) in [
        (Mischief::IdTokenUnsigned, "none"),
        (Mischief::IdTokenSignedWithPublicKey, "HS256"),
        (Mischief::IdTokenSignedWithClientSecret, "HS256"),
        (Mischief::IdTokenWrongKey, "RS256"),
        (Mischief::IdTokenTampered, "RS256"),
    ] {
        provider.misbehave(mischief);
        let tokens = tokens(&provider).await;
        assert_eq!(opened(&tokens).0["alg"], alg, "{mischief:?}");
        assert!(!verifies(&provider, &tokens).await, "{mischief:?}");
        provider.behave();
    }
}

#[tokio::test]
async fn a_well_signed_lie_differs_in_what_its_name_says() {
    let provider = started(openid()).await;
    let honest = opened(&tokens(&provider).await).1;
    for (mischief, claim) in [
        (Mischief::IdTokenWrongAudience, "aud"),
        (Mischief::IdTokenForeignAuthorizedParty, "azp"),
        (Mischief::IdTokenWithoutAudience, "aud"),
        (Mischief::IdTokenWrongIssuer, "iss"),
        (Mischief::IdTokenWithoutIssuer, "iss"),
        (Mischief::IdTokenWithoutExpiry, "exp"),
        (Mischief::IdTokenWithoutIssuedAt, "iat"),
        (Mischief::IdTokenFromTheFuture, "nbf"),
        (Mischief::IdTokenWithoutNonce, "nonce"),
        (Mischief::IdTokenWrongNonce, "nonce"),
        (Mischief::NoSubject, "sub"),
        (Mischief::EmptySubject, "sub"),
        (Mischief::NumericSubject, "sub"),
    ] {
        provider.misbehave(mischief);
        let tokens = tokens(&provider).await;
        let (_, claims) = opened(&tokens);
        assert_ne!(claims.get(claim), honest.get(claim), "{mischief:?}");
        assert!(verifies(&provider, &tokens).await, "{mischief:?}");
        provider.behave();
    }
    provider.misbehave(Mischief::IdTokenExpired);
    let claims = opened(&tokens(&provider).await).1;
    assert!(claims["exp"].as_i64() < honest["iat"].as_i64());
    provider.behave();
    provider.misbehave(Mischief::IdTokenWrongAccessTokenHash);
    let tokens = tokens(&provider).await;
    let half = &Sha256::digest(tokens["access_token"].as_str().unwrap())[..16];
    let right = json!(BASE64_URL_SAFE_NO_PAD.encode(half));
    assert_ne!(opened(&tokens).1["at_hash"], right);
}

#[tokio::test]
async fn userinfo_can_speak_of_somebody_else() {
    let provider = started(openid()).await;
    provider.misbehave(Mischief::OtherSubject);
    let tokens = tokens(&provider).await;
    let (_, who) = profile(&provider, USERINFO, &bearer(&tokens)).await;
    assert_ne!(who["sub"], opened(&tokens).1["sub"]);
}

#[tokio::test]
async fn an_address_can_be_missing_or_unverified() {
    let provider = started(openid()).await;
    provider.misbehave(Mischief::UnverifiedEmail);
    let claims = opened(&tokens(&provider).await).1;
    assert_eq!(claims["email"], "ada@example.org");
    assert_eq!(claims["email_verified"], false);
    provider.behave();
    provider.misbehave(Mischief::NoEmail);
    assert_eq!(opened(&tokens(&provider).await).1.get("email"), None);
}

#[tokio::test]
async fn the_token_answer_can_lack_or_bend_its_members() {
    let provider = started(openid()).await;
    provider.misbehave(Mischief::NoTokenType);
    provider.misbehave(Mischief::ExpiresInAsText);
    provider.misbehave(Mischief::NoIdToken);
    let tokens = tokens(&provider).await;
    assert_eq!(tokens.get("token_type"), None);
    assert_eq!(tokens["expires_in"], "14400");
    assert_eq!(tokens.get("id_token"), None);
}
