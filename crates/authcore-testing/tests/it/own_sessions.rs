//! This file shows a person their sessions, as whole requests to a whole `Auth` whose sessions are in a
//! store: where they signed in from, what they may end, and what nobody else can write or end.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use authcore::{
    Auth, SessionsError,
    adapter::{Adapter, SessionId},
    config::{Env, SessionKind},
    model::{ClientAddress, Params, ProviderId, Subject, Timestamp},
    provider::{
        Finish, Proof, Provider, ProviderError, ProviderInfo, ProviderKind, Start, Started,
    },
    session::OwnSession,
};
use authcore_testing::{clock::SettableClock, memory::MemoryAdapter};
use http::{HeaderMap, HeaderValue, Request, header};

use crate::broken::{BrokenAdapter, Fault};

const ORIGIN: &str = "https://app.example.org";
const START: Timestamp = Timestamp::from_seconds(1_800_000_000);
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

/// A provider that lets whoever comes in as who they say they are.
struct Door(ProviderInfo);

#[async_trait]
impl Provider for Door {
    fn info(&self) -> &ProviderInfo {
        &self.0
    }

    async fn start(&self, cx: &Start<'_>) -> Result<Started, ProviderError> {
        let state = cx.attempt.state();
        Ok(Started::redirect(format!(
            "https://door.example.org/?state={state}"
        )))
    }

    async fn finish(&self, cx: &Finish<'_>) -> Result<Proof, ProviderError> {
        let name = cx.params.get("code").unwrap_or_default();
        Ok(Proof::new(Subject::new(name).unwrap()))
    }
}

struct App {
    auth: Auth,
    clock: SettableClock,
}

fn app_with(adapter: Arc<dyn Adapter>, kind: SessionKind) -> App {
    let clock = SettableClock::at(START);
    let id = ProviderId::new("door").unwrap();
    let auth = Auth::builder()
        .env(Env::none())
        .url(format!("{ORIGIN}/api/auth"))
        .secret("a secret of this test, long enough for it")
        .provider(Door(ProviderInfo::new(id, "Door", ProviderKind::OAuth2)))
        .shared_adapter(adapter)
        .session(kind)
        .clock(clock.clone())
        .build()
        .unwrap();
    App { auth, clock }
}

fn app() -> App {
    app_with(Arc::new(MemoryAdapter::new()), SessionKind::Database)
}

/// The cookies of a browser, as it sends them.
type Cookies = HeaderMap;

impl App {
    async fn send(
        &self,
        cookies: &mut Cookies,
        mut request: Request<Vec<u8>>,
    ) -> http::Response<Vec<u8>> {
        if let Some(sent) = cookies.get(header::COOKIE) {
            request.headers_mut().insert(header::COOKIE, sent.clone());
        }
        let answer = self.auth.handle(request).await;
        for set in answer.headers().get_all(header::SET_COOKIE) {
            keep(cookies, set);
        }
        answer
    }

    /// Signs in, with what a browser may send along.
    async fn sign_in(&self, name: &str, along: impl Fn(&mut Request<Vec<u8>>)) -> Cookies {
        let mut cookies = Cookies::new();
        let csrf = Request::get("/api/auth/csrf").body(Vec::new()).unwrap();
        let csrf = self.send(&mut cookies, csrf).await;
        let csrf: serde_json::Value = serde_json::from_slice(csrf.body()).unwrap();
        let form = format!("csrfToken={}", csrf["csrfToken"].as_str().unwrap());
        let begin = Request::post("/api/auth/signin/door")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.into_bytes())
            .unwrap();
        let begun = self.send(&mut cookies, begin).await;
        let location = begun.headers()[header::LOCATION].to_str().unwrap();
        let (_, state) = location.split_once("state=").unwrap();
        let query = [("state", state), ("code", name)]
            .into_iter()
            .collect::<Params>();
        let mut back = Request::get(format!("/api/auth/callback/door?{}", query.encode()))
            .body(Vec::new())
            .unwrap();
        along(&mut back);
        let ended = self.send(&mut cookies, back).await;
        assert_eq!(ended.headers()[header::LOCATION], ORIGIN);
        cookies
    }

    async fn own(&self, cookies: &Cookies) -> Vec<OwnSession> {
        self.auth.own_sessions(cookies).await.unwrap()
    }

    async fn is_signed_in(&self, cookies: &Cookies) -> bool {
        self.auth.session(cookies).await.unwrap().is_some()
    }
}

fn keep(cookies: &mut Cookies, set: &HeaderValue) {
    let set = set.to_str().unwrap().split(';').next().unwrap();
    let name = set.split('=').next().unwrap();
    let sent = cookies
        .get(header::COOKIE)
        .map_or("", |sent| sent.to_str().unwrap());
    let others = sent
        .split("; ")
        .filter(|one| !one.is_empty() && one.split('=').next() != Some(name));
    let all: Vec<&str> = others.chain([set]).collect();
    cookies.insert(header::COOKIE, all.join("; ").parse().unwrap());
}

fn nothing(_: &mut Request<Vec<u8>>) {}

#[tokio::test]
async fn a_person_sees_where_they_are_signed_in_and_which_browser_this_is() {
    let app = app();
    let laptop = app
        .sign_in("ada", |request| {
            let headers = request.headers_mut();
            headers.insert(header::USER_AGENT, HeaderValue::from_static(FIREFOX));
            let address = ClientAddress::new([192, 0, 2, 7].into());
            request.extensions_mut().insert(address);
        })
        .await;
    app.clock.advance(Duration::from_secs(60));
    let phone = app.sign_in("ada", nothing).await;
    app.sign_in("bob", nothing).await;
    let own = app.own(&laptop).await;
    assert_eq!(own.len(), 2);
    assert_eq!((own[0].is_this, own[1].is_this), (true, false));
    let this = &own[0].stored;
    assert_eq!(this.user_agent.as_deref(), Some(FIREFOX));
    assert_eq!(this.address.as_deref(), Some("192.0.2.7"));
    assert_eq!(
        (this.created_at, this.last_seen_at),
        (Some(START), Some(START))
    );
    assert_eq!(
        (&own[1].stored.user_agent, &own[1].stored.address),
        (&None, &None)
    );
    // From the other browser it is the other way round, under the same names.
    let other = app.own(&phone).await;
    assert_eq!((&other[0].id, &other[1].id), (&own[1].id, &own[0].id));
}

#[tokio::test]
async fn an_address_that_a_visitor_writes_into_a_header_is_not_theirs() {
    let app = app();
    let spoofed = app
        .sign_in("ada", |request| {
            for name in [
                "x-forwarded-for",
                "x-real-ip",
                "cf-connecting-ip",
                "true-client-ip",
            ] {
                request
                    .headers_mut()
                    .insert(name, HeaderValue::from_static("203.0.113.9"));
            }
            let forwarded = HeaderValue::from_static("for=203.0.113.9");
            request.headers_mut().insert(header::FORWARDED, forwarded);
        })
        .await;
    assert_eq!(app.own(&spoofed).await[0].stored.address, None);
}

#[tokio::test]
async fn a_browsers_name_of_any_bytes_and_length_is_kept_clean_and_short() {
    let app = app();
    let long = [b"\xff\xfe<b>\t".as_slice(), &[b'x'; 20_000]].concat();
    let cookies = app
        .sign_in("ada", |request| {
            let value = HeaderValue::from_bytes(&long).unwrap();
            request.headers_mut().insert(header::USER_AGENT, value);
        })
        .await;
    let kept = app.own(&cookies).await.remove(0).stored.user_agent.unwrap();
    assert!(kept.starts_with("\u{fffd}\u{fffd}<b>xxx"), "{kept}");
    assert_eq!(kept.chars().count(), 512);
}

#[tokio::test]
async fn a_person_ends_one_session_or_all_others() {
    let app = app();
    let this = app.sign_in("ada", nothing).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(app.sign_in("ada", nothing).await);
    }
    let bob = app.sign_in("bob", nothing).await;
    let own = app.own(&others[0]).await;
    let first = own.iter().find(|it| it.is_this).unwrap();
    assert!(app.auth.end_own_session(&this, &first.id).await.unwrap());
    assert!(!app.auth.end_own_session(&this, &first.id).await.unwrap());
    assert!(!app.is_signed_in(&others[0]).await);
    assert!(app.is_signed_in(&others[1]).await);
    assert_eq!(app.auth.end_own_other_sessions(&this).await.unwrap(), 2);
    for ended in &others {
        assert!(!app.is_signed_in(ended).await);
    }
    assert!(app.is_signed_in(&this).await && app.is_signed_in(&bob).await);
    let user = app.auth.session(&this).await.unwrap().unwrap().user.id;
    assert_eq!(app.auth.end_sessions_of(&user).await.unwrap(), 1);
    assert!(!app.is_signed_in(&this).await && app.is_signed_in(&bob).await);
}

#[tokio::test]
async fn a_session_of_somebody_else_is_not_ended() {
    let app = app();
    let ada = app.sign_in("ada", nothing).await;
    let bob = app.sign_in("bob", nothing).await;
    let hers = app.own(&ada).await.remove(0).id;
    for id in [
        hers,
        SessionId::new(""),
        SessionId::new("x"),
        SessionId::of_token("x"),
    ] {
        assert!(!app.auth.end_own_session(&bob, &id).await.unwrap());
    }
    assert!(app.is_signed_in(&ada).await);
}

#[tokio::test]
async fn who_is_not_signed_in_sees_and_ends_nothing() {
    let app = app();
    let ada = app.sign_in("ada", nothing).await;
    let id = app.own(&ada).await.remove(0).id;
    let nobody = Cookies::new();
    let refused = [
        app.auth.own_sessions(&nobody).await.err(),
        app.auth.end_own_session(&nobody, &id).await.err(),
        app.auth.end_own_other_sessions(&nobody).await.err(),
    ];
    for error in refused {
        assert!(matches!(error, Some(SessionsError::SignedOut)), "{error:?}");
    }
    assert!(app.is_signed_in(&ada).await);
}

#[tokio::test]
async fn sessions_that_browsers_carry_are_not_listed() {
    let app = app_with(Arc::new(MemoryAdapter::new()), SessionKind::Jwt);
    let ada = app.sign_in("ada", nothing).await;
    assert!(!app.auth.lists_sessions());
    let refused = app.auth.own_sessions(&ada).await;
    assert!(
        matches!(refused, Err(SessionsError::NotKept)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_session_is_read_by_one_question_and_seen_every_five_minutes() {
    let adapter = Arc::new(BrokenAdapter::new(Fault::IgnoresLeases));
    let app = app_with(adapter.clone(), SessionKind::Database);
    let ada = app.sign_in("ada", nothing).await;
    adapter.asked();
    for (after, asked) in [
        (0, &["session"][..]),
        (299, &["session"]),
        (1, &["session", "mark_session_seen"]),
        (0, &["session"]),
        (299, &["session"]),
        (1, &["session", "mark_session_seen"]),
    ] {
        app.clock.advance(Duration::from_secs(after));
        assert!(app.is_signed_in(&ada).await);
        assert_eq!(adapter.asked(), asked);
    }
    let seen = app.own(&ada).await.remove(0).stored.last_seen_at;
    assert_eq!(seen, Some(START.plus(Duration::from_secs(600))));
}

#[tokio::test]
async fn a_store_that_cannot_say_when_a_session_was_seen_signs_nobody_out() {
    let adapter = Arc::new(BrokenAdapter::new(Fault::CannotSee));
    let app = app_with(adapter.clone(), SessionKind::Database);
    let ada = app.sign_in("ada", nothing).await;
    app.clock.advance(Duration::from_secs(3_600));
    adapter.asked();
    assert!(app.is_signed_in(&ada).await);
    assert_eq!(adapter.asked(), ["session", "mark_session_seen"]);
}

#[tokio::test]
async fn a_form_of_another_site_is_refused() {
    let app = app();
    let mut browser = Cookies::new();
    let mut answer = HeaderMap::new();
    let token = app.auth.form_token(&browser, &mut answer).unwrap();
    keep(&mut browser, &answer[header::SET_COOKIE]);
    let mut second = HeaderMap::new();
    assert_eq!(app.auth.form_token(&browser, &mut second).unwrap(), token);
    assert!(second.is_empty());
    assert!(app.auth.check_form(&browser, Some(&token)).is_ok());
    for wrong in [None, Some(""), Some("a"), Some(&*"0".repeat(64))] {
        let refused = app.auth.check_form(&browser, wrong).unwrap_err();
        assert_eq!(refused.code(), "csrf_token", "{wrong:?}");
    }
    let stranger = Cookies::new();
    assert!(app.auth.check_form(&stranger, Some(&token)).is_err());
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let mut elsewhere = browser.clone();
        elsewhere.insert(name, HeaderValue::from_static(value));
        let refused = app.auth.check_form(&elsewhere, Some(&token)).unwrap_err();
        assert_eq!(refused.code(), "csrf_origin", "{name}");
    }
}
