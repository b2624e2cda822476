//! Coming back to an attempt: by the back button, twice at once, after a refusal, or by a form that a
//! provider sends.

use std::time::Duration;

use authcore::{config::SessionKind, provider::OAuth};
use authcore_testing::{
    browser::{Browser, Follow},
    identity::{Client, Endpoint},
};
use http::Method;
use serde_json::Value;

use crate::world::{BASE, ISSUER, SITE, Store, World, come_back, failure, until_callback};

const POSTED: &str = r#"
id = "posted"
name = "Posted"
protocol = "oidc"
issuer = "https://login.example.net"
response_mode = "form_post"
"#;

async fn world(kind: SessionKind) -> World {
    let world = World::new(Store::Sqlite, |builder| {
        let posted = OAuth::from_toml(POSTED)
            .client_id("posted-client")
            .client_secret("posted-secret");
        builder.session(kind).provider(posted)
    })
    .await;
    let client = Client::new("posted-client", "posted-secret");
    world
        .op
        .register(client.redirect_uri(format!("{BASE}/callback/posted")));
    world
}

async fn name(browser: &mut Browser) -> Value {
    browser.session(BASE).await.unwrap()["user"]["name"].clone()
}

#[tokio::test]
async fn the_back_button_leads_where_they_wanted_to_go() {
    for kind in [SessionKind::Jwt, SessionKind::Database] {
        let world = world(kind).await;
        let mut browser = world.browser();
        browser
            .get(&format!("{BASE}/signin?callbackUrl=/me"))
            .await
            .unwrap();
        let callback = until_callback(&mut browser, "oidc", "ada").await;
        for _ in 0..3 {
            let page = come_back(&mut browser, &callback).await;
            assert_eq!(page.url.path(), "/me", "{}", page.url);
        }
        assert_eq!(world.op.count(Endpoint::Token), 1);
        // Without a session it has simply ended.
        browser.sign_out(BASE).await.unwrap();
        let page = come_back(&mut browser, &callback).await;
        assert_eq!(failure(&page).1, "attempt_used");
        world.clock.advance(Duration::from_secs(900));
        let page = come_back(&mut browser, &callback).await;
        assert_eq!(failure(&page).1, "attempt_missing");
    }
}

#[tokio::test]
async fn a_double_click_signs_in_once() {
    for kind in [SessionKind::Jwt, SessionKind::Database] {
        let world = world(kind).await;
        let browser = world.browser();
        let mut tabs = [(); 4].map(|()| browser.tab());
        let callback = until_callback(&mut tabs[0], "oidc", "ada").await;
        let all = tabs.iter_mut().map(|tab| come_back(tab, &callback));
        let mut pages = Vec::new();
        for page in futures_of(all).await {
            pages.push((page.url.path().to_owned(), failure(&page)));
        }
        assert_eq!(pages, vec![("/".to_owned(), Default::default()); 4]);
        assert_eq!(world.op.count(Endpoint::Token), 1);
        assert_eq!(name(&mut tabs[0]).await, "Ada");
    }
}

/// All of them, side by side.
async fn futures_of<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut all: Vec<_> = all.map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = all.iter().map(|_| None).collect();
    std::future::poll_fn(move |cx| {
        let mut ready = true;
        for (future, done) in all.iter_mut().zip(&mut done) {
            if done.is_none() {
                match future.as_mut().poll(cx) {
                    std::task::Poll::Ready(output) => *done = Some(output),
                    std::task::Poll::Pending => ready = false,
                }
            }
        }
        match ready {
            true => std::task::Poll::Ready(done.drain(..).flatten().collect()),
            false => std::task::Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn cancel_back_and_allow_signs_in() {
    let world = world(SessionKind::Database).await;
    for provider in ["wikimedia", "oidc", "posted"] {
        let mut browser = world.browser();
        let consent = browser.press_sign_in(BASE, provider).await.unwrap();
        let mut other = browser.tab();
        let other_consent = other.press_sign_in(BASE, provider).await.unwrap();
        let page = browser.refuse(consent.clone()).await.unwrap();
        assert_eq!(
            failure(&page).1,
            "access_denied",
            "{provider}: {}",
            page.url
        );
        let page = browser.choose(consent, "nomail").await.unwrap();
        assert_eq!(page.url.path(), "/", "{provider}: {}", page.url);
        // The other tab's attempt is its own.
        let page = other.choose(other_consent, "nomail").await.unwrap();
        assert_eq!(page.url.path(), "/", "{provider}: {}", page.url);
    }
}

#[tokio::test]
async fn an_answer_by_form_finds_who_was_signed_in() {
    for kind in [SessionKind::Jwt, SessionKind::Database] {
        let world = world(kind).await;
        let mut browser = world.signed_in("wikimedia", "nomail").await;
        let mut before = browser.thief();
        let page = browser.sign_in_with(BASE, "posted", "ada").await.unwrap();
        assert_eq!(
            page.url.as_str(),
            "https://app.example.org/",
            "{}",
            page.text()
        );
        assert_eq!(name(&mut browser).await, "Ada");
        let is_kept = world.auth.lists_sessions();
        let ended = before.session(BASE).await.unwrap().is_null();
        assert_eq!(
            ended, is_kept,
            "the session before is ended where it can be"
        );

        let mut browser = world.signed_in("wikimedia", "umlaut").await;
        let page = browser
            .connect_with(BASE, "posted", "nomail")
            .await
            .unwrap();
        assert_eq!(
            page.url.as_str(),
            "https://app.example.org/",
            "{}",
            page.text()
        );
        assert_eq!(name(&mut browser).await, "Ünïcode Üser");
        assert_eq!(browser.refused_cookies(), []);
    }
}

#[tokio::test]
async fn only_the_hop_of_a_form_is_believed() {
    let world = world(SessionKind::Database).await;
    let mut browser = world.browser();
    let page = browser.press_sign_in(BASE, "posted").await.unwrap();
    let state = page.query("state").unwrap();
    let post = async |browser: &mut Browser, provider: &str, state: &str| {
        let visit = browser.visit(Method::POST, &format!("{BASE}/callback/{provider}"));
        let fields = [("code", "stolen"), ("state", state)];
        let visit = visit.form(fields).from_page(format!("{ISSUER}/"));
        visit.follow(Follow::None).go().await.unwrap()
    };
    let answer = post(&mut browser, "posted", &state).await;
    assert_eq!(answer.status, 303);
    let hop = answer.location().unwrap();
    assert!(!hop.as_str().contains("stolen") && !hop.as_str().contains(&state));

    // Its parameters in the open, another provider's hop, a hop that was tampered with.
    let open = format!("{BASE}/callback/posted?code=stolen&state={state}");
    let moved = hop.as_str().replace("/callback/posted", "/callback/oidc");
    let broken = format!("{hop}x");
    let cookie = browser
        .cookies(SITE)
        .unwrap()
        .into_iter()
        .find(|cookie| cookie.name.contains("attempt"))
        .unwrap();
    let attempt = format!("{BASE}/callback/posted?answer={}", cookie.value);
    for (url, code) in [
        (open.as_str(), "attempt_method"),
        (&moved, "attempt_missing"),
        (&broken, "attempt_method"),
        (&attempt, "attempt_method"),
    ] {
        let page = come_back(&mut browser, url).await;
        assert_eq!(failure(&page).1, code, "{url}");
    }
    let mut stranger = world.browser();
    let page = come_back(&mut stranger, hop.as_str()).await;
    assert_eq!(failure(&page).1, "attempt_missing");
    assert_eq!(world.op.count(Endpoint::Token), 0);

    let long = "x".repeat(7_000);
    let answer = post(&mut browser, "posted", &long).await;
    assert!(
        answer
            .location()
            .unwrap()
            .query()
            .unwrap()
            .contains("attempt_too_long")
    );
    world.clock.advance(Duration::from_secs(900));
    let page = come_back(&mut browser, hop.as_str()).await;
    assert_eq!(failure(&page).1, "attempt_expired");
}

#[tokio::test]
async fn a_long_return_address_is_not_lost() {
    let world = world(SessionKind::Database).await;
    for length in [1_213, 1_900] {
        let mut browser = world.browser();
        let target = format!("/me?{}", "x".repeat(length - 4));
        let page = browser
            .get(&format!(
                "{BASE}/signin?callbackUrl={}",
                target.replace('?', "%3F")
            ))
            .await
            .unwrap();
        let form = page.form_to("/signin/wikimedia").unwrap();
        let page = browser.submit(&form).await.unwrap();
        let page = browser.choose(page, "ada").await.unwrap();
        assert_eq!(page.url.path(), "/me", "{length}");
        assert_eq!(page.url.query().map(str::len), Some(length - 4));
        let sent: usize = browser
            .cookies(SITE)
            .unwrap()
            .iter()
            .map(|cookie| cookie.name.len() + cookie.value.len() + 3)
            .sum();
        assert!(sent < 8 * 1024, "{sent}");
    }
}

#[tokio::test]
async fn a_return_address_cannot_become_another_host() {
    let world = world(SessionKind::Database).await;
    for target in [
        "/..//evil.example",
        "/.//evil.example/",
        "/a/..//evil.example",
        "//evil.example",
    ] {
        let mut browser = world.browser();
        let target = target.replace('/', "%2F");
        let page = browser
            .get(&format!("{BASE}/signin?callbackUrl={target}"))
            .await
            .unwrap();
        let form = page.form_to("/signin/wikimedia").unwrap();
        let page = browser.submit(&form).await.unwrap();
        let page = browser.choose(page, "ada").await.unwrap();
        assert_eq!(page.url.host_str(), Some("app.example.org"));
        assert!(!page.url.path().starts_with("//"), "{}", page.url);
    }
}
