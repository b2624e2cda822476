//! This file holds our session tokens against Auth.js's own code, in both directions.

use std::time::Duration;

use async_trait::async_trait;
use authcore::{
    Auth,
    clock::{Clock, SystemClock},
    config::Env,
    hooks::{ClaimsDecision, ClaimsMoment, HookError, Hooks, NoHooks},
    model::{Email, JsonMap, ProviderId, Secret, Subject, Timestamp},
    provider::{
        Finish, Profile, ProfileEmail, Proof, Provider, ProviderError, ProviderInfo, ProviderKind,
        Start, Started,
    },
    session::JwtCodec,
};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    peers::Peer,
    visitor::{Visitor, location},
};

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
    answer["token"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"))
        .to_owned()
}

async fn open(peer: &mut Peer, secret: Value, cookie: &str, token: &str) -> Value {
    peer.ask(&json!({ "op": "decode", "secret": secret, "salt": cookie, "token": token }))
        .await
}

#[tokio::test]
async fn auth_js_opens_what_we_seal() {
    let mut peer = auth_js().await;
    for cookie in [HTTP, HTTPS] {
        let token = codec(&[SECRET], cookie).encode(ada(), now(), HOUR).unwrap();
        let answer = open(&mut peer, SECRET.into(), cookie, &token).await;
        let claims = answer["claims"]
            .as_object()
            .unwrap_or_else(|| panic!("{answer}"));
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
    assert!(
        codec(&[SECRET, OLD_SECRET], HTTP)
            .decode(&before, now())
            .is_some()
    );
    assert_eq!(codec(&[SECRET], HTTP).decode(&before, now()), None);

    let ours_before = codec(&[OLD_SECRET], HTTP)
        .encode(ada(), now(), HOUR)
        .unwrap();
    let answer = open(&mut peer, both.clone(), HTTP, &ours_before).await;
    assert_eq!(answer["claims"]["sub"], "user-1", "{answer}");

    // The first of several secrets seals, here as there.
    let ours_after = codec(&[SECRET, OLD_SECRET], HTTP)
        .encode(ada(), now(), HOUR)
        .unwrap();
    let answer = open(&mut peer, SECRET.into(), HTTP, &ours_after).await;
    assert_eq!(answer["claims"]["sub"], "user-1", "{answer}");
    let theirs_after = seal(&mut peer, both, HTTP, &ada()).await;
    assert!(
        codec(&[SECRET], HTTP)
            .decode(&theirs_after, now())
            .is_some()
    );
}

#[tokio::test]
async fn both_sides_end_a_token_and_both_forgive_a_clock_that_is_a_little_off() {
    let mut peer = auth_js().await;
    // The tolerance is 15 s; the exact second is a unit test of each side's own.
    for (ago, alive) in [(600, false), (1, true)] {
        let then = Timestamp::from_seconds(now().seconds() - ago - 60);
        let token = codec(&[SECRET], HTTP)
            .encode(ada(), then, Duration::from_secs(60))
            .unwrap();
        let answer = open(&mut peer, SECRET.into(), HTTP, &token).await;
        assert_eq!(answer["claims"].is_object(), alive, "{ago} s ago: {answer}");
        assert_eq!(
            codec(&[SECRET], HTTP).decode(&token, now()).is_some(),
            alive,
            "{ago} s ago"
        );
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
    let ours = codec(&[SECRET], HTTP)
        .encode(claims.clone(), now(), HOUR)
        .unwrap();
    assert!(ours.len() > 3 * 3936, "it takes several cookies");
    let answer = open(&mut peer, SECRET.into(), HTTP, &ours).await;
    assert_eq!(answer["claims"]["about"], claims["about"]);
    let theirs = seal(&mut peer, SECRET.into(), HTTP, &claims).await;
    assert_eq!(
        own(codec(&[SECRET], HTTP).decode(&theirs, now()).unwrap()),
        claims
    );
}

/// Always says that it is Ada.
struct AlwaysAda(ProviderInfo);

#[async_trait]
impl Provider for AlwaysAda {
    fn info(&self) -> &ProviderInfo {
        &self.0
    }

    async fn start(&self, cx: &Start<'_>) -> Result<Started, ProviderError> {
        Ok(Started::redirect(format!(
            "https://ada.example.org/?state={}",
            cx.attempt.state()
        )))
    }

    async fn finish(&self, _: &Finish<'_>) -> Result<Proof, ProviderError> {
        let profile = Profile {
            name: Some("Ada Lovelace".into()),
            email: Some(ProfileEmail {
                address: Email::parse("ada@example.org").expect("an address"),
                verified: true,
            }),
            ..Profile::default()
        };
        let mut proof = Proof::new(Subject::new("ada").expect("a subject"));
        proof.profile = profile;
        Ok(proof)
    }
}

/// Puts a text of many kilobytes into every new session.
struct LongClaims;

#[async_trait]
impl Hooks for LongClaims {
    async fn claims(
        &self,
        moment: &ClaimsMoment<'_>,
        claims: &JsonMap,
    ) -> Result<ClaimsDecision, HookError> {
        let ClaimsMoment::SignIn { .. } = moment else {
            return Ok(ClaimsDecision::Keep);
        };
        let mut claims = claims.clone();
        claims.insert("about".into(), "long ".repeat(2000).into());
        Ok(ClaimsDecision::Replace(claims))
    }
}

/// An application at this URL, with these secrets in order.
fn application(url: &str, secrets: &[&str], hooks: impl Hooks + 'static) -> Auth {
    let id = ProviderId::new("ada").expect("an id");
    let info = ProviderInfo::new(id, "Ada", ProviderKind::OAuth2);
    let builder = Auth::builder()
        .env(Env::none())
        .url(url)
        .provider(AlwaysAda(info))
        .hooks(hooks);
    secrets
        .iter()
        .fold(builder, |builder, secret| builder.secret(*secret))
        .build()
        .unwrap_or_else(|problems| panic!("{problems}"))
}

/// A whole login, from the CSRF token to the session's cookie.
async fn sign_in(auth: &Auth, visitor: &mut Visitor) {
    let csrf_token = visitor.csrf_token(auth).await;
    let form = [("csrfToken", csrf_token.as_str()), ("callbackUrl", "/")];
    let begun = visitor
        .send(auth, Method::POST, "/api/auth/signin/ada", &form)
        .await;
    let (_, state) = location(&begun).split_once("?state=").expect("a state");
    let target = format!("/api/auth/callback/ada?code=x&state={state}");
    let ended = visitor.send(auth, Method::GET, &target, &[]).await;
    assert_eq!(ended.status(), StatusCode::FOUND);
    assert_eq!(location(&ended), format!("{}/", auth.origin()));
}

const SITES: [(&str, &str); 2] = [
    ("http://localhost:3000/api/auth", HTTP),
    ("https://example.org/api/auth", HTTPS),
];

#[tokio::test]
async fn auth_js_opens_the_cookie_of_a_whole_login() {
    let mut peer = auth_js().await;
    for (url, cookie) in SITES {
        let auth = application(url, &[SECRET], NoHooks);
        let mut visitor = Visitor::default();
        sign_in(&auth, &mut visitor).await;
        assert!(
            visitor.cookies.contains_key(cookie),
            "{:?}",
            visitor.cookies.keys()
        );
        let token = visitor.session_token(&auth).expect("a session");
        let answer = open(&mut peer, SECRET.into(), cookie, &token).await;
        assert_eq!(answer["claims"]["name"], "Ada Lovelace", "{answer}");
        assert_eq!(answer["claims"]["email"], "ada@example.org", "{answer}");
        assert!(answer["claims"]["sub"].is_string(), "{answer}");
    }
}

#[tokio::test]
async fn auth_js_opens_a_session_that_is_spread_over_several_cookies() {
    let mut peer = auth_js().await;
    for (url, cookie) in SITES {
        let auth = application(url, &[SECRET], LongClaims);
        let mut visitor = Visitor::default();
        sign_in(&auth, &mut visitor).await;
        assert!(
            !visitor.cookies.contains_key(cookie),
            "one cookie cannot hold it"
        );
        assert!(
            visitor.cookies.contains_key(&format!("{cookie}.1")),
            "{:?}",
            visitor.cookies.keys()
        );
        let token = visitor.session_token(&auth).expect("a session");
        let answer = open(&mut peer, SECRET.into(), cookie, &token).await;
        assert_eq!(answer["claims"]["about"], "long ".repeat(2000));
    }
}

#[tokio::test]
async fn a_cookie_of_auth_js_signs_its_visitor_in_here() {
    let mut peer = auth_js().await;
    for (url, cookie) in SITES {
        let auth = application(url, &[SECRET], NoHooks);
        let token = seal(&mut peer, SECRET.into(), cookie, &ada()).await;
        let mut visitor = Visitor::default();
        visitor.cookies.insert(cookie.into(), token);
        let session = visitor.json(&auth, "/api/auth/session").await;
        assert_eq!(session["user"]["name"], "Ada Lovelace");
        assert_eq!(session["user"]["email"], "ada@example.org");
    }
}

#[tokio::test]
async fn cookies_of_auth_js_that_belong_together_are_read_as_one() {
    let mut peer = auth_js().await;
    let mut claims = ada();
    claims.insert("about".into(), "long ".repeat(2000).into());
    for (url, cookie) in SITES {
        let auth = application(url, &[SECRET], NoHooks);
        let token = seal(&mut peer, SECRET.into(), cookie, &claims).await;
        let mut visitor = Visitor::default();
        for (number, part) in token.as_bytes().chunks(3936).enumerate() {
            let part = String::from_utf8(part.to_vec()).expect("ASCII");
            visitor.cookies.insert(format!("{cookie}.{number}"), part);
        }
        assert!(visitor.cookies.len() > 1);
        let session = visitor.json(&auth, "/api/auth/session").await;
        assert_eq!(session["user"]["name"], "Ada Lovelace");
    }
}

#[tokio::test]
async fn a_rotated_secret_signs_nobody_out_and_new_cookies_use_the_new_one() {
    let mut peer = auth_js().await;
    let before = application(SITES[0].0, &[OLD_SECRET], NoHooks);
    let mut visitor = Visitor::default();
    sign_in(&before, &mut visitor).await;

    let after = application(SITES[0].0, &[SECRET, OLD_SECRET], NoHooks);
    let session = visitor.json(&after, "/api/auth/session").await;
    assert_eq!(session["user"]["name"], "Ada Lovelace");

    sign_in(&after, &mut visitor).await;
    let token = visitor.session_token(&after).expect("a session");
    let answer = open(&mut peer, SECRET.into(), HTTP, &token).await;
    assert!(answer["claims"].is_object(), "{answer}");
    let answer = open(&mut peer, OLD_SECRET.into(), HTTP, &token).await;
    assert!(answer["error"].is_string(), "{answer}");
}

#[tokio::test]
async fn a_cookie_sealed_with_another_secret_signs_nobody_in() {
    let mut peer = auth_js().await;
    let auth = application(SITES[0].0, &[SECRET], NoHooks);
    let token = seal(&mut peer, OLD_SECRET.into(), HTTP, &ada()).await;
    let mut visitor = Visitor::default();
    visitor.cookies.insert(HTTP.into(), token);
    assert_eq!(visitor.json(&auth, "/api/auth/session").await, Value::Null);
}
