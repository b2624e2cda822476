//! This file drives the browser against a server that plays an application, at an https origin.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use authcore_testing::{
    browser::{Browser, BrowserError, Follow, Refusal},
    clock::SettableClock,
    hosts::Hosts,
    identity::{Client, LocalProvider, Persona},
};
use axum::{Router, body::Body, extract::Request, response::Response};
use http::{HeaderMap, Method, StatusCode};

const APP: &str = "https://app.example.org";
const EVIL: &str = "https://evil.example.com/attack";

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<(Method, String, HeaderMap)>>>);

impl Seen {
    fn last(&self, name: &str) -> Option<String> {
        let seen = self.0.lock().unwrap();
        let value = seen.last().unwrap().2.get(name)?;
        Some(value.to_str().unwrap().to_owned())
    }

    fn last_line(&self) -> String {
        let seen = self.0.lock().unwrap();
        let (method, path, _) = seen.last().unwrap();
        format!("{method} {path}")
    }
}

/// An application whose paths say what it answers.
async fn app() -> (Browser, Seen, SettableClock) {
    let seen = Seen::default();
    let log = seen.clone();
    let answer = async move |request: Request<Body>| {
        let path = request.uri().to_string();
        log.0.lock().unwrap().push((
            request.method().clone(),
            path.clone(),
            request.headers().clone(),
        ));
        let builder = Response::builder();
        let (builder, body) = match path.as_str() {
            "/set" => (
                builder
                    .header(
                        "set-cookie",
                        "__Host-s=1; Path=/; Secure; HttpOnly; SameSite=Lax",
                    )
                    .header("set-cookie", "short=1; Path=/; Max-Age=60; Secure")
                    .header("set-cookie", "__Host-bad=1; Path=/"),
                "",
            ),
            "/302" => (builder.status(302).header("location", "/end#part"), ""),
            "/307" => (builder.status(307).header("location", "/end"), ""),
            "/away" => (
                builder
                    .status(302)
                    .header("location", "https://elsewhere.example.com/x"),
                "",
            ),
            "/loop" => (builder.status(302).header("location", "/loop"), ""),
            "/form" => (builder, FORM),
            "/quiet" => (builder.header("referrer-policy", "no-referrer"), FORM),
            _ => (builder, "<title>End</title>"),
        };
        builder.body(Body::from(body)).unwrap()
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
        .await
        .unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    let clock = SettableClock::default();
    let hosts = Hosts::new().map(APP, address).unwrap();
    (Browser::with_clock(hosts, clock.clone()), seen, clock)
}

const FORM: &str = "<form method=post action=/sent><input type=hidden name=token value='a b'>\
                    <button name=go value=1>Go</button></form><a href=/end>On</a>";

fn at(path: &str) -> String {
    format!("{APP}{path}")
}

#[tokio::test]
async fn an_https_origin_on_a_loopback_server_gets_its_secure_cookies() {
    let (mut browser, seen, _) = app().await;
    browser.get(&at("/set")).await.unwrap();
    browser.get(&at("/")).await.unwrap();
    assert_eq!(seen.last("cookie").as_deref(), Some("__Host-s=1; short=1"));
    assert_eq!(seen.last("host").as_deref(), Some("app.example.org"));
    let refused = browser.refused_cookies();
    assert_eq!(refused.len(), 1);
    assert_eq!(
        (refused[0].name.as_str(), refused[0].why),
        ("__Host-bad", Refusal::Prefix)
    );
}

#[tokio::test]
async fn tabs_share_cookies_and_strangers_do_not() {
    let (mut browser, seen, clock) = app().await;
    browser.tab().get(&at("/set")).await.unwrap();
    let name = "__Host-s";
    assert_eq!(browser.cookie(APP, name).unwrap().as_deref(), Some("1"));
    assert_eq!(browser.stranger().cookie(APP, name).unwrap(), None);
    assert!(browser.thief().cookie(APP, name).unwrap().is_some());
    clock.advance(Duration::from_secs(60));
    browser.get(&at("/")).await.unwrap();
    assert_eq!(seen.last("cookie").as_deref(), Some("__Host-s=1"));
    browser.restart();
    assert!(browser.cookies(APP).unwrap().is_empty());
}

#[tokio::test]
async fn a_form_of_the_page_comes_from_the_same_origin() {
    let (mut browser, seen, _) = app().await;
    let page = browser.get(&at("/form?x=1")).await.unwrap();
    assert_eq!(page.title(), "End");
    let page = browser.get(&at("/form")).await.unwrap();
    assert_eq!(seen.last("sec-fetch-site").as_deref(), Some("none"));
    assert_eq!(seen.last("origin"), None);
    let form = page.form_with_button("Go").unwrap();
    browser.submit(&form).await.unwrap();
    assert_eq!(seen.last_line(), "POST /sent");
    assert_eq!(seen.last("origin").as_deref(), Some(APP));
    assert_eq!(seen.last("sec-fetch-site").as_deref(), Some("same-origin"));
    assert_eq!(seen.last("sec-fetch-mode").as_deref(), Some("navigate"));
    assert_eq!(seen.last("referer"), Some(at("/form")));
    assert_eq!(
        seen.last("content-type").as_deref(),
        Some("application/x-www-form-urlencoded")
    );
}

#[tokio::test]
async fn a_page_without_referrer_posts_with_a_null_origin() {
    let (mut browser, seen, _) = app().await;
    let page = browser.get(&at("/quiet")).await.unwrap();
    browser.submit(&page.forms()[0]).await.unwrap();
    assert_eq!(seen.last("origin").as_deref(), Some("null"));
    assert_eq!(seen.last("sec-fetch-site").as_deref(), Some("same-origin"));
    assert_eq!(seen.last("referer"), None);
}

#[tokio::test]
async fn another_sites_form_says_so_and_brings_no_lax_cookie() {
    let (mut browser, seen, _) = app().await;
    browser.get(&at("/set")).await.unwrap();
    let visit = browser.visit(Method::POST, &at("/x")).form([("a", "b")]);
    visit.from_page(EVIL).go().await.unwrap();
    assert_eq!(seen.last("cookie"), None);
    let origin = seen.last("origin");
    assert_eq!(origin.as_deref(), Some("https://evil.example.com"));
    assert_eq!(seen.last("sec-fetch-site").as_deref(), Some("cross-site"));
    let link = browser.visit(Method::GET, &at("/x")).from_page(EVIL);
    link.go().await.unwrap();
    assert_eq!(seen.last("cookie").as_deref(), Some("__Host-s=1; short=1"));
    let script = browser.visit(Method::GET, &at("/x")).from_page(EVIL);
    script.by_script().go().await.unwrap();
    assert_eq!(seen.last("cookie"), None);
}

#[tokio::test]
async fn redirects_change_the_method_as_browsers_do_and_are_remembered() {
    let (mut browser, seen, _) = app().await;
    let page = browser.post_form(&at("/302"), &[("a", "b")]).await.unwrap();
    assert_eq!(seen.last_line(), "GET /end");
    assert_eq!(seen.last("content-type"), None);
    assert_eq!(page.url.as_str(), at("/end#part"));
    let way: Vec<_> = page.trail.iter().map(|hop| hop.status.as_u16()).collect();
    assert_eq!(way, [302, 200]);
    browser.post_form(&at("/307"), &[("a", "b")]).await.unwrap();
    assert_eq!(seen.last_line(), "POST /end");
}

#[tokio::test]
async fn redirects_end_at_the_limit_at_the_origin_or_at_once() {
    let (mut browser, _, _) = app().await;
    let end = browser.get(&at("/loop")).await.unwrap_err();
    assert_eq!(end, BrowserError::TooManyRedirects(20));
    let end = browser.get(&at("/away")).await.unwrap_err();
    let away = "https://elsewhere.example.com";
    assert_eq!(end, BrowserError::NotOnThisMachine(away.into()));
    for follow in [Follow::None, Follow::WithinOrigin] {
        let visit = browser.visit(Method::GET, &at("/away")).follow(follow);
        let page = visit.go().await.unwrap();
        assert_eq!(page.status, StatusCode::FOUND);
        assert_eq!(
            page.location().unwrap().host_str(),
            Some("elsewhere.example.com")
        );
    }
}

#[tokio::test]
async fn a_link_is_followed_from_its_page() {
    let (mut browser, seen, _) = app().await;
    let page = browser.get(&at("/form")).await.unwrap();
    browser.click(&page.link("On").unwrap()).await.unwrap();
    assert_eq!(seen.last_line(), "GET /end");
    assert_eq!(seen.last("sec-fetch-site").as_deref(), Some("same-origin"));
    assert!(page.link("Off").is_err());
    assert_eq!(browser.address().unwrap().path(), "/end");
}

#[tokio::test]
async fn headers_can_be_added_for_one_visit_or_for_all() {
    let (browser, seen, _) = app().await;
    let mut browser = browser.always_sending("accept-language", "cy").unwrap();
    browser.get(&at("/")).await.unwrap();
    assert_eq!(seen.last("accept-language").as_deref(), Some("cy"));
    let visit = browser.visit(Method::GET, &at("/"));
    visit.header("x-one", "1").unwrap().go().await.unwrap();
    assert_eq!(seen.last("x-one").as_deref(), Some("1"));
    assert_eq!(seen.last("accept-language").as_deref(), Some("cy"));
    browser.get(&at("/")).await.unwrap();
    assert_eq!(seen.last("x-one"), None);
}

#[tokio::test]
async fn through_a_provider_and_back_the_way_is_cross_site() {
    let (browser, seen, _) = app().await;
    let wiki = LocalProvider::standing_in(Persona::MediaWiki)
        .client(Client::new("app", "s3cret").redirect_uri(at("/callback")))
        .start()
        .await
        .unwrap();
    // The same application, and the wiki beside it.
    let app_address = {
        let mut probe = browser.tab();
        probe.get(&at("/")).await.unwrap();
        browser.hosts().and(&wiki.hosts())
    };
    let mut browser = Browser::new(app_address);
    browser
        .set_cookie(APP, "strict=1; SameSite=Strict; Path=/")
        .unwrap();
    browser.set_cookie(APP, "lax=1; Path=/").unwrap();
    let base = "https://meta.wikimedia.org/w/rest.php/oauth2/authorize";
    let url = format!("{base}?response_type=code&client_id=app&state=1");
    let page = browser.get(&url).await.unwrap();
    let page = browser.choose(page, "ada").await.unwrap();
    assert_eq!(page.url.path(), "/callback");
    assert_eq!(page.query("state").as_deref(), Some("1"));
    assert_eq!(seen.last("sec-fetch-site").as_deref(), Some("cross-site"));
    assert_eq!(seen.last("cookie").as_deref(), Some("lax=1"));

    let page = browser.get(&url).await.unwrap();
    let page = browser.refuse(page).await.unwrap();
    assert_eq!(page.query("error").as_deref(), Some("unauthorized_client"));
}
