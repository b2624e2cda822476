//! Whole sign-ins through `Auth::handle`, with a forum and a browser that live in this file's memory.

use std::collections::BTreeMap;

use authcore::{Auth, config::Env, provider::OAuth};
use http::{Request, Response, StatusCode, header};
use url::Url;

use crate::discourse::{DiscourseConnect, forum::Forum};

const ORIGIN: &str = "https://example.org";
const FORUM: Forum = Forum {
    secret: "shared with the forum",
};
const ADA: [(&str, &str); 2] = [("external_id", "42"), ("name", "Ada")];

/// A browser at the application.
#[derive(Clone)]
struct Browser {
    auth: Auth,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn new() -> Self {
        let forum = "https://forum.example.org";
        let auth = Auth::builder()
            .env(Env::none())
            .url(format!("{ORIGIN}/api/auth"))
            .secret("a secret for tests of at least 32 bytes")
            .provider(DiscourseConnect::new("discourse", forum, FORUM.secret).unwrap())
            .build()
            .unwrap();
        Self {
            auth,
            cookies: BTreeMap::new(),
        }
    }

    async fn send(&mut self, request: http::request::Builder, body: &str) -> Response<Vec<u8>> {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let request = request.header(header::COOKIE, cookies.join("; "));
        let response = self.auth.handle(request.body(body.into()).unwrap()).await;
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            match rest.split(';').next() {
                None | Some("") => self.cookies.remove(name),
                Some(value) => self.cookies.insert(name.into(), value.into()),
            };
        }
        response
    }

    async fn json(&mut self, path: &str) -> serde_json::Value {
        let response = self.send(Request::get(path), "").await;
        serde_json::from_slice(response.body()).unwrap()
    }

    /// Begins a sign-in and says where the browser is sent.
    async fn begin(&mut self) -> String {
        let csrf = self.json("/api/auth/csrf").await;
        let form = format!("csrfToken={}", csrf["csrfToken"].as_str().unwrap());
        let post = Request::post("/api/auth/signin/discourse")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        location(&self.send(post, &form).await)
    }

    /// Follows the forum's answer and says where the application sends the browser then.
    async fn follow(&mut self, answer: &str) -> String {
        let url = Url::parse(answer).unwrap();
        assert_eq!(url.origin().ascii_serialization(), ORIGIN);
        let path = format!("{}?{}", url.path(), url.query().unwrap());
        location(&self.send(Request::get(path), "").await)
    }

    async fn signed_in_as(&mut self) -> Option<String> {
        let session = self.json("/api/auth/session").await;
        session["user"]["name"].as_str().map(String::from)
    }
}

fn location(response: &Response<Vec<u8>>) -> String {
    assert_eq!(response.status(), StatusCode::FOUND, "{response:?}");
    response.headers()[header::LOCATION]
        .to_str()
        .unwrap()
        .into()
}

/// The code with which the application refuses an answer.
async fn refused(browser: &mut Browser, answer: &str) -> String {
    let page = Url::parse(&browser.follow(answer).await).unwrap();
    let code = page.query_pairs().find(|(name, _)| name == "code");
    code.map(|(_, code)| code.into_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_member_of_the_forum_signs_in() {
    let mut browser = Browser::new();
    let question = FORUM.read(&browser.begin().await);
    let answer = [&[("nonce", question.nonce.as_str())], &ADA[..]].concat();
    let to = browser.follow(&FORUM.answer(&question.back, &answer)).await;
    assert_eq!(to, ORIGIN);
    assert_eq!(browser.signed_in_as().await.as_deref(), Some("Ada"));
}

#[tokio::test]
async fn an_answer_with_a_wrong_signature_signs_nobody_in() {
    let mut browser = Browser::new();
    let question = FORUM.read(&browser.begin().await);
    let answer = [&[("nonce", question.nonce.as_str())], &ADA[..]].concat();
    let forged = Forum { secret: "guessed" }.answer(&question.back, &answer);
    assert_eq!(refused(&mut browser, &forged).await, "answer_signature");
    assert_eq!(browser.signed_in_as().await, None);
}

#[tokio::test]
async fn an_answer_with_another_attempts_nonce_signs_nobody_in() {
    let mut browser = Browser::new();
    let first = FORUM.read(&browser.begin().await);
    let second = FORUM.read(&browser.begin().await);
    let answer = [&[("nonce", first.nonce.as_str())], &ADA[..]].concat();
    let mixed = FORUM.answer(&second.back, &answer);
    assert_eq!(refused(&mut browser, &mixed).await, "answer_nonce");
    assert_eq!(browser.signed_in_as().await, None);
}

#[tokio::test]
async fn a_replayed_answer_signs_nobody_in() {
    let mut browser = Browser::new();
    let question = FORUM.read(&browser.begin().await);
    let mut before = browser.clone();
    let answer = [&[("nonce", question.nonce.as_str())], &ADA[..]].concat();
    let answer = FORUM.answer(&question.back, &answer);
    browser.follow(&answer).await;
    // Who is signed in goes on, and nothing is asked.
    assert_eq!(refused(&mut browser, &answer).await, "");
    // Whoever copied the cookies before they were used has a used attempt.
    assert_eq!(refused(&mut before, &answer).await, "attempt_used");
    assert_eq!(before.signed_in_as().await, None);
    // And another browser has no such attempt at all.
    let mut other = Browser::new();
    assert_eq!(refused(&mut other, &answer).await, "attempt_missing");
    assert_eq!(other.signed_in_as().await, None);
}

#[test]
fn the_clubs_answer_becomes_a_profile() {
    let club = OAuth::from_toml(crate::CLUB);
    let spec = club.spec().unwrap();
    assert_eq!(spec.id.as_str(), "club");
    let answer = serde_json::json!({
        "member": { "number": 42, "nickname": null, "name": "Ada", "photo": "https://club.example.org/42.png" },
    });
    let (subject, profile) = spec.profile.apply(&answer, &|_| None).unwrap();
    assert_eq!(subject.as_str(), "42");
    assert_eq!(profile.name.as_deref(), Some("Ada"));
    assert_eq!(
        profile.image.as_deref(),
        Some("https://club.example.org/42.png")
    );
}
