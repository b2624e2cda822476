//! Cookies that the application did not set: planted by a sub-domain, left by another program, broken,
//! repeated, or thousands of them. Each request goes over a socket, byte for byte.

use std::{net::SocketAddr, time::Duration};

use async_trait::async_trait;
use authcore::{
    adapter::Adapter,
    config::SessionKind,
    hooks::{ClaimsDecision, ClaimsMoment, HookError, Hooks},
    model::JsonMap,
    session::JwtCodec,
};
use authcore_testing::{application::Application, browser::Browser};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::world::{BASE, SECRET, SESSION, SITE, Store, World, sqlite};

/// An answer as it came.
struct Answer {
    status: u16,
    set: Vec<String>,
    body: String,
    bytes: usize,
}

/// Sends one request, with these bytes as its `Cookie` header.
async fn ask(to: SocketAddr, line: &str, cookies: &[u8], form: &str) -> Answer {
    let mut request = format!(
        "{line} HTTP/1.1\r\nHost: app.example.org\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nCookie: ",
        form.len()
    )
    .into_bytes();
    request.extend_from_slice(cookies);
    request.extend_from_slice(b"\r\n\r\n");
    request.extend_from_slice(form.as_bytes());
    let mut stream = TcpStream::connect(to).await.unwrap();
    stream.write_all(&request).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let bytes = answer.len();
    let answer = String::from_utf8(answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let set = head
        .lines()
        .filter_map(|line| line.strip_prefix("set-cookie: "))
        .map(String::from)
        .collect();
    Answer {
        status: head[9..12].parse().unwrap(),
        set,
        body: body.to_owned(),
        bytes,
    }
}

/// Claims that take three cookies.
struct Long;

#[async_trait]
impl Hooks for Long {
    async fn claims(
        &self,
        moment: &ClaimsMoment<'_>,
        claims: &JsonMap,
    ) -> Result<ClaimsDecision, HookError> {
        let mut claims = claims.clone();
        if let ClaimsMoment::SignIn { .. } = moment {
            claims.insert("long".into(), "x".repeat(6_000).into());
            return Ok(ClaimsDecision::Replace(claims));
        }
        Ok(ClaimsDecision::Keep)
    }
}

const KINDS: [fn() -> SessionKind; 2] = [|| SessionKind::Jwt, || SessionKind::Database];

async fn world(kind: SessionKind) -> (World, Application) {
    let world = World::new(Store::Sqlite, |builder| builder.session(kind)).await;
    let application = Application::of(world.auth.clone()).await.unwrap();
    (world, application)
}

fn session_cookies(browser: &Browser) -> Vec<(String, String)> {
    let cookies = browser.cookies(SITE).unwrap().into_iter();
    cookies
        .filter(|cookie| cookie.name.starts_with(SESSION))
        .map(|cookie| (cookie.name, cookie.value))
        .collect()
}

#[tokio::test]
async fn the_valid_session_wins_wherever_it_stands() {
    for kind in KINDS {
        let (world, application) = world(kind()).await;
        let browser = world.signed_in("oidc", "ada").await;
        let good = session_cookies(&browser).remove(0).1;
        let stale = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIn0..AAAA.AAAA.AAAA";
        for header in [
            format!("{SESSION}={stale}; {SESSION}={good}"),
            format!("{SESSION}={good}; {SESSION}={stale}"),
            format!("{SESSION}=; {SESSION}={good}"),
            format!("{SESSION}={}; {SESSION}={good}", "a".repeat(255)),
            format!("{SESSION}=%zz%00; {SESSION}={good}"),
            format!("{SESSION}.0={stale}; {SESSION}={good}; {SESSION}.1=x"),
            format!("{SESSION}={stale}; {SESSION}.0={good}"),
            format!("{SESSION}={stale}; {SESSION}.0={good}; {SESSION}.1=left-over"),
            format!("{SESSION}-x=1; {SESSION}.00=2; {SESSION} = {good}"),
            format!("{SESSION}={stale}; {SESSION}.0={stale}; {SESSION}.0={good}"),
        ] {
            let answer = ask(
                application.address(),
                "GET /api/auth/session",
                header.as_bytes(),
                "",
            );
            let answer = answer.await;
            assert_eq!(answer.status, 200);
            assert!(answer.body.contains("\"Ada\""), "{header}: {}", answer.body);
            assert_eq!(answer.set, [""; 0], "{header}");
        }
    }
}

#[tokio::test]
async fn a_session_in_several_cookies_survives_what_others_left_between_them() {
    let world = World::new(Store::Sqlite, |builder| {
        builder.session(SessionKind::Jwt).hooks(Long)
    })
    .await;
    let application = Application::of(world.auth.clone()).await.unwrap();
    let browser = world.signed_in("oidc", "ada").await;
    let parts = session_cookies(&browser);
    assert!(parts.len() >= 2, "{}", parts.len());
    let pairs: Vec<_> = parts
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let good = pairs.join("; ");
    let reversed: Vec<_> = pairs.iter().rev().cloned().collect();
    for header in [
        good.clone(),
        reversed.join("; "),
        format!("{SESSION}=planted; {good}"),
        format!("{SESSION}.0=planted; {good}"),
        format!("{good}; {SESSION}.1=planted"),
        format!("{good}; {SESSION}.{}=left-over", parts.len()),
        format!("{good}; {SESSION}.7=left-over"),
    ] {
        let answer = ask(
            application.address(),
            "GET /api/auth/session",
            header.as_bytes(),
            "",
        )
        .await;
        assert!(answer.body.contains("\"Ada\""), "{}", &header[..80]);
        assert_eq!(answer.set, [""; 0]);
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_left_alone() {
    for kind in KINDS {
        let (_world, application) = world(kind()).await;
        let foreign = JwtCodec::new(&["another program's secret, of 32 bytes".into()], SESSION);
        let claims = serde_json::from_str(r#"{"sub":"1","name":"Other"}"#).unwrap();
        let now = authcore::clock::Clock::now(&authcore::clock::SystemClock);
        let foreign = foreign
            .encode(claims, now, Duration::from_secs(3600))
            .unwrap();
        let csrf = format!(
            "__Host-authjs.csrf-token={}%7C{}",
            "a".repeat(64),
            "b".repeat(64)
        );
        let attempt = "__Host-authcore.attempt.AAAAAAAAAAAA=of-another-program";
        for session in [
            format!("{SESSION}={foreign}"),
            format!("{SESSION}.0={foreign}; {SESSION}.1=x"),
        ] {
            let header = format!("{session}; {csrf}; {attempt}");
            for line in [
                "GET /api/auth/session",
                "GET /api/auth/signin",
                "GET /api/auth/csrf",
            ] {
                let answer = ask(application.address(), line, header.as_bytes(), "").await;
                assert_eq!(answer.status, 200, "{line}");
                for set in &answer.set {
                    assert!(
                        !set.starts_with(SESSION) && !set.contains("attempt"),
                        "{line}: {set}"
                    );
                }
            }
            // Signing out ends what is ours, and there is nothing of ours.
            let own = ask(application.address(), "GET /api/auth/csrf", b"", "").await;
            let token: Value = serde_json::from_str(&own.body).unwrap();
            let cookie = own.set[0].split(';').next().unwrap();
            let header = format!("{session}; {csrf}; {cookie}");
            let form = format!("csrfToken={}", token["csrfToken"].as_str().unwrap());
            let answer = ask(
                application.address(),
                "POST /api/auth/signout",
                header.as_bytes(),
                &form,
            );
            let answer = answer.await;
            assert_eq!(answer.status, 302, "{}", answer.body);
            assert_eq!(answer.set, [""; 0], "also the form token of two counts");
        }
    }
}

#[tokio::test]
async fn bytes_of_other_programs_hide_nothing() {
    let (world, application) = world(SessionKind::Database).await;
    let browser = world.signed_in("oidc", "ada").await;
    let good = session_cookies(&browser).remove(0).1;
    for foreign in [
        &b"name=Andr\xe9"[..],
        b"\xff\xfe=\x80",
        b"a=\xc3",
        b"=",
        b";;;",
        b"\"=\"",
    ] {
        for (before, after) in [(foreign, &b""[..]), (b"", foreign)] {
            let own = format!("; {SESSION}={good}; ");
            let header = [before, own.as_bytes(), after].concat();
            let answer = ask(application.address(), "GET /api/auth/session", &header, "").await;
            assert!(answer.body.contains("\"Ada\""), "{foreign:?}");
        }
    }
}

#[tokio::test]
async fn thousands_of_cookies_of_our_names_cost_little() {
    let (world, application) = world(SessionKind::Database).await;
    let browser = world.signed_in("oidc", "ada").await;
    let good = session_cookies(&browser).remove(0).1;
    let own = ask(application.address(), "GET /api/auth/csrf", b"", "").await;
    let token: Value = serde_json::from_str(&own.body).unwrap();
    let form = format!("csrfToken={}", token["csrfToken"].as_str().unwrap());
    let csrf = own.set[0].split(';').next().unwrap();
    let many = |name: &str, count: usize| -> String {
        (0..count).map(|i| format!("{name}{i:05}=x; ")).collect()
    };
    for (flood, line) in [
        (
            many("__Host-authcore.attempt.", 10_000),
            "POST /api/auth/signin/oidc",
        ),
        (
            many("__Host-authcore.attempt.", 10_000),
            "GET /api/auth/callback/oidc?state=AAAAAAAAAAAAAAAA",
        ),
        (
            many("__Host-authcore.attempt.", 10_000),
            "GET /api/auth/session",
        ),
        (
            format!("{SESSION}=x; ").repeat(8_000),
            "POST /api/auth/signin/oidc",
        ),
        (
            format!("{SESSION}.0=x; ").repeat(8_000),
            "GET /api/auth/session",
        ),
        (
            "__Host-authjs.csrf-token=x; ".repeat(8_000),
            "GET /api/auth/signin",
        ),
        (
            "__Secure-authjs.callback-url=x; ".repeat(8_000),
            "GET /api/auth/signin",
        ),
    ] {
        let header = format!("{csrf}; {SESSION}={good}; {flood}");
        let sent = if line.starts_with("POST") {
            form.as_str()
        } else {
            ""
        };
        let answer = ask(application.address(), line, header.as_bytes(), sent).await;
        assert!(
            matches!(answer.status, 200 | 302),
            "{line}: {}",
            answer.status
        );
        assert!(answer.bytes < 64 * 1024, "{line}: {} bytes", answer.bytes);
        assert!(
            answer.set.len() <= 40,
            "{line}: {} cookies",
            answer.set.len()
        );
    }
}

#[tokio::test]
async fn a_planted_session_gains_no_account() {
    for kind in KINDS {
        let adapter = std::sync::Arc::new(sqlite().await);
        let store = Store::Shared(adapter.clone());
        let world = World::new(store, |builder| builder.session(kind())).await;
        let mallory = world.signed_in("wikimedia", "nomail").await;
        let planted = session_cookies(&mallory).remove(0).1;
        world.clock.advance(Duration::from_secs(1));
        let mut victim = world.browser();
        let line = format!("{SESSION}={planted}; Path=/; Domain=example.org; Secure; HttpOnly");
        victim.set_cookie(SITE, &line).unwrap();
        let page = victim.sign_in_with(BASE, "oidc", "ada").await.unwrap();
        assert_eq!(page.url.path(), "/", "{}", page.url);
        // Of the planted session and the own one, the own is the later.
        let session = victim.session(BASE).await.unwrap();
        assert_eq!(session["user"]["name"], "Ada");
        let mut again = world.signed_in("wikimedia", "nomail").await;
        let me = again
            .fetch(&format!("{SITE}/me"))
            .await
            .unwrap()
            .json()
            .unwrap();
        let id = authcore::model::UserId::new(me["user"]["id"].as_str().unwrap());
        assert_eq!(
            adapter.accounts(&id).await.unwrap().len(),
            1,
            "the attacker has their own account only"
        );
    }
}

#[tokio::test]
async fn a_token_without_a_subject_is_no_session() {
    let (world, application) = world(SessionKind::Jwt).await;
    let codec = JwtCodec::new(&[SECRET.into()], SESSION);
    let now = authcore::clock::Clock::now(&world.clock);
    for claims in [
        r#"{"name":"Nobody"}"#,
        r#"{"sub":""}"#,
        r#"{"sub":7}"#,
        r#"{"sub":null}"#,
        r#"{"sub":["1"]}"#,
    ] {
        let claims = serde_json::from_str(claims).unwrap();
        let token = codec.encode(claims, now, Duration::from_secs(60)).unwrap();
        let header = format!("{SESSION}={token}");
        let answer = ask(
            application.address(),
            "GET /api/auth/session",
            header.as_bytes(),
            "",
        )
        .await;
        assert_eq!((answer.status, &*answer.body), (200, "null"));
    }
}
