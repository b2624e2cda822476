//! This file attacks what ties an attempt to one browser, one provider and one use.

use std::time::Duration;

use authcore::random;
use authcore_testing::{
    browser::Browser,
    identity::{Endpoint, Mischief},
};
use serde_json::Value;
use url::Url;

use crate::world::{
    BASE, SITE, Store, World, come_back, failure, refused, until_callback, until_connected,
};

fn with_parameter(url: &str, name: &str, value: &str) -> String {
    let mut url = Url::parse(url).unwrap();
    let rest: Vec<_> = url
        .query_pairs()
        .into_owned()
        .filter(|(known, _)| known != name)
        .collect();
    url.query_pairs_mut()
        .clear()
        .extend_pairs(rest)
        .append_pair(name, value);
    url.into()
}

fn without_parameter(url: &str, name: &str) -> String {
    let mut url = Url::parse(url).unwrap();
    let rest: Vec<_> = url
        .query_pairs()
        .into_owned()
        .filter(|(known, _)| known != name)
        .collect();
    url.query_pairs_mut().clear().extend_pairs(rest);
    url.into()
}

#[tokio::test]
async fn flow_binding_another_state_is_refused() {
    let world = World::with(Store::Sqlite).await;
    for provider in ["wikimedia", "oidc"] {
        let mut browser = world.browser();
        let callback = until_callback(&mut browser, provider, "ada").await;
        let state = Url::parse(&callback).unwrap();
        let state = state
            .query_pairs()
            .find(|(name, _)| name == "state")
            .unwrap()
            .1
            .into_owned();
        let same_name = format!("{}{}", &state[..12], "A".repeat(31));
        for (forged, code) in [
            (
                with_parameter(&callback, "state", &random::token().unwrap()),
                "attempt_missing",
            ),
            (
                with_parameter(&callback, "state", &same_name),
                "attempt_state",
            ),
            (with_parameter(&callback, "state", ""), "attempt_state"),
            (
                with_parameter(&callback, "state", "ä\u{0}"),
                "attempt_state",
            ),
            (without_parameter(&callback, "state"), "attempt_missing"),
        ] {
            let page = come_back(&mut browser, &forged).await;
            refused(&mut browser, &page, code).await;
        }
        assert_eq!(
            world.wiki.count(Endpoint::Token) + world.op.count(Endpoint::Token),
            0
        );
    }
}

#[tokio::test]
async fn flow_binding_a_provider_that_returns_another_state_is_refused() {
    let world = World::with(Store::Sqlite).await;
    for mischief in [Mischief::WrongState, Mischief::NoState] {
        world.wiki.misbehave(mischief);
        let mut browser = world.browser();
        let page = browser
            .sign_in_with(BASE, "wikimedia", "ada")
            .await
            .unwrap();
        refused(&mut browser, &page, "attempt_missing").await;
        world.wiki.behave();
    }
}

#[tokio::test]
async fn flow_binding_another_browser_does_not_end_an_attempt() {
    let world = World::with(Store::Sqlite).await;
    let mut attacker = world.browser();
    let callback = until_callback(&mut attacker, "wikimedia", "ada").await;
    let mut victim = world.browser();
    let page = come_back(&mut victim, &callback).await;
    refused(&mut victim, &page, "attempt_missing").await;
    // Also not one that has an attempt of its own open.
    let mut victim = world.browser();
    until_callback(&mut victim, "wikimedia", "nomail").await;
    let page = come_back(&mut victim, &callback).await;
    refused(&mut victim, &page, "attempt_missing").await;
}

#[tokio::test]
async fn flow_binding_an_attempt_with_another_provider_is_refused() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.browser();
    let callback = until_callback(&mut browser, "oidc", "ada").await;
    let moved = callback.replace("/callback/oidc", "/callback/wikimedia");
    let page = come_back(&mut browser, &moved).await;
    refused(&mut browser, &page, "attempt_provider").await;
    assert_eq!(
        world.wiki.count(Endpoint::Token),
        0,
        "the code went nowhere"
    );
}

#[tokio::test]
async fn flow_binding_a_callback_is_used_once_even_with_copied_cookies() {
    for store in [Store::None, Store::Sqlite] {
        let world = World::with(store).await;
        let mut browser = world.browser();
        let callback = until_callback(&mut browser, "wikimedia", "ada").await;
        let mut thief = browser.thief();
        let page = come_back(&mut browser, &callback).await;
        assert_eq!(page.url.path(), "/");
        let page = come_back(&mut browser, &callback).await;
        assert_eq!(page.url.path(), "/", "the back button leads on");
        assert!(
            browser.session(BASE).await.unwrap().is_object(),
            "nobody is signed out by it"
        );
        let page = come_back(&mut thief, &callback).await;
        refused(&mut thief, &page, "attempt_used").await;
        assert_eq!(world.wiki.count(Endpoint::Token), 1);
    }
}

#[tokio::test]
async fn flow_binding_an_attempt_ends_after_fifteen_minutes() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.browser();
    let callback = until_callback(&mut browser, "wikimedia", "ada").await;
    // A thief's copy does not obey Max-Age.
    let mut thief = Browser::new(browser.hosts());
    for cookie in browser.cookies(SITE).unwrap() {
        let line = format!("{}={}; Path=/; Secure; HttpOnly", cookie.name, cookie.value);
        thief.set_cookie(SITE, &line).unwrap();
    }
    world.clock.advance(Duration::from_secs(900));
    let page = come_back(&mut browser, &callback).await;
    refused(&mut browser, &page, "attempt_missing").await;
    let page = come_back(&mut thief, &callback).await;
    refused(&mut thief, &page, "attempt_expired").await;
}

#[tokio::test]
async fn flow_binding_linking_ends_with_the_visitor_who_began_it() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    let callback = until_connected(&mut browser, "oidc", "nomail").await;
    browser.sign_out(BASE).await.unwrap();
    let mut out = browser.thief();
    let page = come_back(&mut out, &callback).await;
    refused(&mut out, &page, "attempt_visitor").await;

    let mut browser = world.signed_in("wikimedia", "ada").await;
    let callback = until_connected(&mut browser, "oidc", "nomail").await;
    let mut tab = browser.tab();
    tab.sign_out(BASE).await.unwrap();
    tab.sign_in_with(BASE, "wikimedia", "umlaut").await.unwrap();
    let page = come_back(&mut browser, &callback).await;
    assert_eq!(failure(&page).1, "attempt_visitor");
    let session = browser.session(BASE).await.unwrap();
    assert_eq!(
        session["user"]["name"], "Ünïcode Üser",
        "who is signed in stays so"
    );
}

#[tokio::test]
async fn flow_binding_a_sign_in_does_not_link_to_whoever_signed_in_meanwhile() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.browser();
    let callback = until_callback(&mut browser, "oidc", "nomail").await;
    browser
        .tab()
        .sign_in_with(BASE, "wikimedia", "ada")
        .await
        .unwrap();
    let page = come_back(&mut browser, &callback).await;
    assert_eq!(page.url.path(), "/");
    let session = browser.session(BASE).await.unwrap();
    assert_eq!(session["user"]["name"], "No Mail");
    let mut ada = world.signed_in("wikimedia", "ada").await;
    let mut nomail = world.signed_in("oidc", "nomail").await;
    let id = async |browser: &mut Browser| {
        browser
            .fetch(&format!("{SITE}/me"))
            .await
            .unwrap()
            .json()
            .unwrap()["user"]["id"]
            .clone()
    };
    assert_ne!(id(&mut ada).await, id(&mut nomail).await);
}

#[tokio::test]
async fn ten_tabs_finish_in_any_order() {
    let world = World::with(Store::Sqlite).await;
    let browser = world.browser();
    let mut tabs = Vec::new();
    for number in 0..10 {
        let mut tab = browser.tab();
        let provider = if number % 2 == 0 { "wikimedia" } else { "oidc" };
        let callback = until_callback(&mut tab, provider, "nomail").await;
        tabs.push((tab, callback));
    }
    // A fixed shuffle, and one that differs at each run.
    let seed = u64::from_be_bytes(random::bytes().unwrap()) | 1;
    let mut order: Vec<usize> = (0..10).collect();
    order.sort_by_key(|number| (*number as u64 + 1).wrapping_mul(seed).rotate_left(17));
    for number in order {
        let (tab, callback) = &mut tabs[number];
        let page = come_back(tab, callback).await;
        assert_eq!(
            page.url.path(),
            "/",
            "tab {number}, seed {seed}: {}",
            page.url
        );
    }
    // Each leaves a mark for the back button, until it would have expired.
    world.clock.advance(Duration::from_secs(900));
    let left = browser.cookies(SITE).unwrap();
    let left = left
        .iter()
        .filter(|cookie| cookie.name.contains("attempt"))
        .count();
    assert_eq!(left, 0, "no attempt leaves its cookie behind");
}

#[tokio::test]
async fn bounds_hundreds_of_attempts_leave_a_small_cookie_jar() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.browser();
    let token = browser.csrf_token(BASE).await.unwrap();
    for _ in 0..300 {
        let url = format!("{BASE}/signin/wikimedia");
        let long = format!("/{}", "x".repeat(700));
        let fields = [
            ("csrfToken", token.as_str()),
            ("callbackUrl", long.as_str()),
        ];
        let visit = browser
            .visit(http::Method::POST, &url)
            .form(fields)
            .from_own_site();
        visit
            .follow(authcore_testing::browser::Follow::None)
            .go()
            .await
            .unwrap();
    }
    let cookies = browser.cookies(SITE).unwrap();
    let bytes: usize = cookies
        .iter()
        .map(|c| c.name.len() + c.value.len() + 3)
        .sum();
    assert!(
        bytes < 10 * 1024,
        "{bytes} bytes in {} cookies",
        cookies.len()
    );
    let callback = until_callback(&mut browser, "wikimedia", "ada").await;
    let page = come_back(&mut browser, &callback).await;
    assert_eq!(page.url.host_str(), Some("app.example.org"));
    assert!(
        browser.session(BASE).await.unwrap().is_object(),
        "the newest attempt works"
    );
}

#[tokio::test]
async fn pressing_cancel_leads_back_to_the_sign_in_page() {
    let world = World::with(Store::Sqlite).await;
    for provider in ["wikimedia", "oidc"] {
        let mut browser = world.browser();
        let page = browser.press_sign_in(BASE, provider).await.unwrap();
        let page = browser.refuse(page).await.unwrap();
        assert_eq!(page.url.path(), "/api/auth/signin");
        assert_eq!(
            failure(&page),
            ("OAuthCallbackError".into(), "access_denied".into())
        );
        assert!(
            page.text().contains("You cancelled the sign-in"),
            "{}",
            page.text()
        );
        assert!(
            page.form_to(&format!("/signin/{provider}")).is_ok(),
            "they can try again"
        );
    }
}

#[tokio::test]
async fn an_error_without_an_attempt_changes_nothing() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    // A wiki leaves out `state` when somebody refuses; who else does breaks the rule.
    for (provider, code) in [("wikimedia", "access_denied"), ("oidc", "attempt_missing")] {
        let url = format!(
            "{BASE}/callback/{provider}?error=unauthorized_client&error_description=<b>x</b>"
        );
        let page = come_back(&mut browser, &url).await;
        assert_eq!(failure(&page).1, code);
        assert!(!page.source().contains("<b>"));
        assert!(browser.session(BASE).await.unwrap().is_object());
    }
}

#[tokio::test]
async fn another_issuers_answer_is_refused_before_the_code_is_sent() {
    let world = World::with(Store::Sqlite).await;
    for (mischief, code) in [
        (Mischief::WrongIss, "iss_mismatch"),
        (Mischief::NoIss, "iss_missing"),
    ] {
        world.op.misbehave(mischief);
        let mut browser = world.browser();
        let page = browser.sign_in_with(BASE, "oidc", "ada").await.unwrap();
        refused(&mut browser, &page, code).await;
        world.op.behave();
    }
    assert_eq!(world.op.count(Endpoint::Token), 0);
}

#[tokio::test]
async fn repeated_parameters_are_refused() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.browser();
    let callback = until_callback(&mut browser, "oidc", "ada").await;
    for extra in ["&code=other", "&state=other", "&iss=https://evil.example"] {
        let page = come_back(&mut browser, &format!("{callback}{extra}")).await;
        assert_eq!(page.status, 400, "{extra}");
        assert!(
            page.text().contains("could not be understood"),
            "{}",
            page.text()
        );
        let asked = format!("{callback}{extra}");
        let page = browser.fetch(&asked).await.unwrap();
        assert_eq!(page.json().unwrap(), Value::from("Bad request."));
    }
    let page = come_back(&mut browser, &callback).await;
    assert_eq!(page.url.path(), "/", "the attempt itself is unharmed");
}

#[tokio::test]
async fn tokens_in_the_answer_are_refused() {
    let world = World::with(Store::Sqlite).await;
    for extra in ["&access_token=x", "&id_token=x", "&response=x"] {
        let mut browser = world.browser();
        let callback = until_callback(&mut browser, "oidc", "ada").await;
        let page = come_back(&mut browser, &format!("{callback}{extra}")).await;
        refused(&mut browser, &page, "token_in_answer").await;
    }
}
