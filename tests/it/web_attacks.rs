//! This file attacks the door itself: forms of other sites, targets elsewhere, requests out of shape.

use authcore_testing::browser::Follow;
use http::Method;
use serde_json::{Value, json};
use url::Url;

use crate::world::{BASE, SITE, Store, World, failure};

const EVIL: &str = "https://evil.example";

#[tokio::test]
async fn a_form_of_another_site_signs_nobody_in_or_out() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    let token = browser.csrf_token(BASE).await.unwrap();
    for endpoint in ["signin/wikimedia", "signout", "signin"] {
        let url = format!("{BASE}/{endpoint}");
        for fields in [
            vec![],
            vec![("csrfToken", token.as_str())],
            vec![("csrfToken", "x")],
        ] {
            let visit = browser
                .visit(Method::POST, &url)
                .form(fields)
                .from_page(EVIL);
            let page = visit.follow(Follow::None).go().await.unwrap();
            let to = page.location().unwrap();
            assert_eq!(to.path(), "/api/auth/signin", "{endpoint}");
            assert!(
                to.query().unwrap_or_default().contains("error=MissingCSRF"),
                "{to}"
            );
        }
        assert!(
            browser.session(BASE).await.unwrap().is_object(),
            "{endpoint}"
        );
    }
}

#[tokio::test]
async fn without_the_browsers_token_nothing_is_done() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    let mut stranger = world.browser();
    let foreign = stranger.csrf_token(BASE).await.unwrap();
    for token in ["", "x", foreign.as_str(), &"0".repeat(64)] {
        let url = format!("{BASE}/signout");
        let visit = browser
            .visit(Method::POST, &url)
            .form([("csrfToken", token)])
            .from_own_site();
        let page = visit.go().await.unwrap();
        assert_eq!(failure(&page).0, "MissingCSRF", "{token}");
        assert!(page.text().contains("Please try again"), "{}", page.text());
        assert!(browser.session(BASE).await.unwrap().is_object());
        let body = json!({ "csrfToken": token, "data": { "name": "x" } });
        let visit = browser
            .visit(Method::POST, &format!("{BASE}/session"))
            .json(&body);
        let page = visit.from_own_site().go().await.unwrap();
        assert_eq!(
            (page.status.as_u16(), page.json().unwrap()),
            (400, Value::Null)
        );
    }
}

#[tokio::test]
async fn a_get_begins_and_ends_nothing() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    let page = browser
        .get(&format!("{BASE}/signin/wikimedia"))
        .await
        .unwrap();
    assert_eq!(
        page.forms().len(),
        1,
        "a page with one button, not a redirect"
    );
    let page = browser.get(&format!("{BASE}/signout")).await.unwrap();
    assert_eq!(page.status, 200);
    assert!(browser.session(BASE).await.unwrap().is_object());
}

/// Forms of targets that led away in other programs; `{}` is the attacker's host.
const FORMS: &[&str] = &[
    "//{}",
    "///{}",
    "////{}",
    "/\\{}",
    "\\\\{}",
    "\\/{}",
    "/\t/{}",
    "\t//{}",
    "/\n/{}",
    " //{}",
    "\u{0}//{}",
    "https:{}",
    "https:/{}",
    "https://{}",
    "https:///{}",
    "https:\\\\{}",
    "http://{}",
    "https://app.example.org@{}",
    "https://app.example.org:x@{}",
    "//app.example.org@{}",
    "https://app.example.org\\@{}",
    "https://app.example.org%00@{}",
    "javascript://{}/%0aalert(1)",
    "ftp://{}",
    "data:text/html,{}",
    "/\r\n//{}",
    "https://app.example.org.{}",
    "//{}/%2f..",
    "https://{}#app.example.org",
    "https://{}?app.example.org",
    "https://{}\\.app.example.org",
    "/api/auth/../..//{}",
    "/.//{}",
    "/..//{}",
    "/%5c{}",
    "/%2f%2f{}",
    "https://app.example.org:443@{}",
];

#[tokio::test]
async fn redirect_no_callback_url_leads_away() {
    let world = World::with(Store::Sqlite).await;
    let hosts = [
        "evil.example",
        "evil.example:443",
        "EVIL.example",
        "evil。example",
    ];
    let mut tried = 0;
    for host in hosts {
        for form in FORMS {
            let wanted = form.replace("{}", host);
            let mut browser = world.browser();
            let token = browser.csrf_token(BASE).await.unwrap();
            let fields = [
                ("csrfToken", token.as_str()),
                ("callbackUrl", wanted.as_str()),
            ];
            let visit = browser
                .visit(Method::POST, &format!("{BASE}/signout"))
                .form(fields);
            let page = visit
                .from_own_site()
                .follow(Follow::None)
                .go()
                .await
                .unwrap();
            let raw = page.header("location").unwrap();
            let to = Url::parse(raw).unwrap_or_else(|_| panic!("{wanted:?} → {raw:?}"));
            assert_eq!(
                to.origin().ascii_serialization(),
                SITE,
                "{wanted:?} → {raw:?}"
            );
            tried += 1;
        }
    }
    assert!(tried >= 100, "{tried}");
}

#[tokio::test]
async fn redirect_a_whole_login_comes_home_whatever_was_asked() {
    let world = World::with(Store::Sqlite).await;
    for wanted in [
        "//evil.example",
        "https://evil.example/x",
        "/\\evil.example",
        "javascript:alert(1)",
    ] {
        // In the query, in the cookie and in the form.
        let mut browser = world.browser();
        let mut query = Url::parse(&format!("{BASE}/signin")).unwrap();
        query.query_pairs_mut().append_pair("callbackUrl", wanted);
        let page = browser.get(query.as_str()).await.unwrap();
        let form = page.form_to("/signin/wikimedia").unwrap();
        assert_eq!(form.field("callbackUrl"), Some(SITE), "{wanted}");
        let page = browser
            .submit(&form.fill("callbackUrl", wanted))
            .await
            .unwrap();
        let page = browser.choose(page, "ada").await.unwrap();
        assert_eq!(page.url.origin().ascii_serialization(), SITE, "{wanted}");

        let mut browser = world.browser();
        let planted = format!("__Secure-authjs.callback-url={wanted}; Path=/; Secure");
        browser.set_cookie(SITE, &planted).unwrap();
        let page = browser
            .sign_in_with(BASE, "wikimedia", "ada")
            .await
            .unwrap();
        assert_eq!(page.url.origin().ascii_serialization(), SITE, "{wanted}");
    }
}

#[tokio::test]
async fn failclosed_requests_out_of_shape_are_never_a_500() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    let paths = [
        "",
        "/",
        "/nothing",
        "/session/x",
        "/signin/a/b",
        "/signin/unknown",
        "/callback/unknown",
        "/callback",
        "/callback/%00",
        "/callback/wikimedia",
        "/callback/wikimedia?code=x",
        "/callback/wikimedia?state=x&code=y",
        "/callback/wikimedia?error=",
        "/callback/oidc?state=%ff%fe",
        "/error?error=%3Cscript%3E&code=%3Cb%3E&ref=%3Ci%3E&provider=%22",
        "/error?error=Configuration&code=attempt_used",
        "/signin?error=x&csrfToken=stolen&callbackUrl=%00",
        "/verify-request?x=%",
        "/csrf?a=1&a=2",
        "/session?%00",
    ];
    let bodies: [(&str, &[u8]); 8] = [
        ("application/json", b"{"),
        ("application/json", b"[1,2]"),
        ("application/json", b"{\"csrfToken\":{}}"),
        (
            "application/x-www-form-urlencoded",
            b"csrfToken=%ff%00&csrfToken=2",
        ),
        ("application/x-www-form-urlencoded", b"%%%=&&&==="),
        ("multipart/form-data; boundary=x", b"--x"),
        ("", b"\x00\xff"),
        ("text/plain", b"csrfToken=x"),
    ];
    for path in paths {
        let url = format!("{BASE}{path}");
        let page = browser.visit(Method::GET, &url).go().await.unwrap();
        assert!(page.status.as_u16() < 500, "GET {path}: {}", page.status);
        assert!(
            !page.source().contains("<script>") && !page.source().contains("stolen"),
            "{path}"
        );
        for (kind, body) in bodies {
            let visit = browser.visit(Method::POST, &url).body(body).from_own_site();
            let page = visit
                .header("content-type", kind)
                .unwrap()
                .go()
                .await
                .unwrap();
            assert!(
                page.status.as_u16() < 500,
                "POST {path} {kind}: {}",
                page.status
            );
        }
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let page = browser
            .visit(method.clone(), &format!("{BASE}/session"))
            .go()
            .await
            .unwrap();
        assert_eq!(page.status, 400, "{method}");
        assert_eq!(page.json().unwrap(), "Bad request.");
    }
    assert!(
        browser.session(BASE).await.unwrap().is_object(),
        "nobody was signed out"
    );
}

#[tokio::test]
async fn failclosed_a_huge_body_is_refused() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.browser();
    let huge = vec![b'a'; 70 * 1024];
    let visit = browser
        .visit(Method::POST, &format!("{BASE}/signout"))
        .body(huge)
        .from_own_site();
    assert_eq!(visit.go().await.unwrap().status, 413);
}

#[tokio::test]
async fn failclosed_cookies_out_of_shape_are_nobody() {
    let world = World::with(Store::None).await;
    let mut real = world.signed_in("wikimedia", "ada").await;
    let token = real.cookie(SITE, crate::world::SESSION).unwrap().unwrap();
    let cut = &token[..token.len() - 4];
    for value in [
        "",
        "x",
        "....",
        "a.b.c.d.e",
        cut,
        "%00",
        "%ff",
        "eyJhbGciOiJub25lIn0..x.y.z",
        &"A".repeat(3_900),
        "null",
        "undefined",
    ] {
        let mut browser = world.browser();
        let line = format!("{}={value}; Path=/; Secure", crate::world::SESSION);
        browser.set_cookie(SITE, &line).unwrap();
        assert_eq!(
            browser.session(BASE).await.unwrap(),
            Value::Null,
            "{value:?}"
        );
        let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
        assert_eq!((me.status.as_u16(), me.json().unwrap()), (200, Value::Null));
    }
    // Attempts and CSRF tokens likewise.
    let mut browser = world.browser();
    for name in [
        "__Host-authcore.attempt.AAAAAAAAAAAA",
        "__Host-authjs.csrf-token",
    ] {
        browser
            .set_cookie(SITE, &format!("{name}=%7C%ff....; Path=/; Secure"))
            .unwrap();
    }
    let page = browser
        .sign_in_with(BASE, "wikimedia", "ada")
        .await
        .unwrap();
    assert_eq!(page.url.path(), "/", "{}", page.url);
    assert!(real.session(BASE).await.unwrap().is_object());
}

#[tokio::test]
async fn pages_carry_a_strict_policy_and_are_never_stored() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.browser();
    for path in [
        "/signin",
        "/signout",
        "/error?error=Configuration",
        "/verify-request",
    ] {
        let page = browser.get(&format!("{BASE}{path}")).await.unwrap();
        let policy = page.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "sha256-",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert!(
            page.header("cache-control").unwrap().contains("no-store"),
            "{path}"
        );
        assert!(
            !page.source().contains("<script") && !page.source().contains(" style="),
            "{path}"
        );
        for outside in ["src=\"http", "href=\"http://", "@import", "url("] {
            assert!(!page.source().contains(outside), "{path}: {outside}");
        }
    }
}

#[tokio::test]
async fn proxy_headers_of_anybody_change_nothing() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.browser();
    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-forwarded-uri", "/evil"),
        ("x-original-url", "/evil"),
        ("host", "evil.example"),
    ] {
        let url = format!("{BASE}/providers");
        let visit = browser
            .visit(Method::GET, &url)
            .header(name, value)
            .unwrap();
        let page = visit.go().await.unwrap();
        assert!(!page.source().contains("evil"), "{name}: {}", page.source());
        let visit = browser
            .visit(Method::GET, &format!("{BASE}/csrf"))
            .header(name, value);
        let page = visit.unwrap().go().await.unwrap();
        if let Some(cookie) = page.header("set-cookie") {
            assert!(cookie.starts_with("__Host-"), "{name}: {cookie}");
        }
    }
}
