//! This file asks Auth.js and authcore the same things and compares what they say, and carries a
//! session from each to the other in one browser.

use std::{collections::BTreeSet, net::SocketAddr};

use authcore::{Auth, config::Env};
use authcore_testing::{
    browser::{Browser, Follow, Page},
    hosts::Hosts,
};
use http::{Method, header};
use serde_json::Value;
use url::Url;

use crate::{
    peers::Peer,
    world::{self, SECRET},
};

// One host, so that the browser brings the cookies of one to the other.
const OURS: &str = "http://localhost:4001";
const THEIRS: &str = "http://localhost:4002";
const CLIENT_SECRET: &str = "the client's secret at the provider";

/// Both applications with the same secret and the same provider, and a browser in front of them.
struct Pair {
    provider: Peer,
    _auth_js: Peer,
    browser: Browser,
}

async fn pair() -> Pair {
    let callbacks = [OURS, THEIRS]
        .map(|site| format!("{site}/api/auth/callback/op"))
        .join(" ");
    let provider = Peer::start(
        "op.mjs",
        &[
            ("OP_CLIENT_SECRET", CLIENT_SECRET),
            ("OP_REDIRECT_URIS", &callbacks),
            ("OP_ID_TOKEN", "all"),
        ],
    )
    .await;
    let auth_js = Peer::start(
        "authjs.mjs",
        &[
            ("AUTHJS_SECRET", SECRET),
            ("AUTHJS_ISSUER", &provider.address),
            ("AUTHJS_CLIENT_SECRET", CLIENT_SECRET),
        ],
    )
    .await;
    let auth = Auth::builder()
        .env(Env::none())
        .url(format!("{OURS}/api/auth"))
        .secret(SECRET)
        .provider(
            authcore_providers::oidc::provider()
                .id("op")
                .name("Example provider")
                .issuer(provider.address.as_str())
                .client_id("authcore")
                .client_secret(CLIENT_SECRET),
        )
        .build()
        .unwrap();
    let server: SocketAddr = auth_js
        .address
        .strip_prefix("http://")
        .unwrap()
        .parse()
        .unwrap();
    let hosts = Hosts::new()
        .map(THEIRS, server)
        .unwrap()
        .and(&world::serve(OURS, auth).await);
    Pair {
        provider,
        _auth_js: auth_js,
        browser: Browser::new(hosts),
    }
}

impl Pair {
    /// The same GET to both, each by a browser without cookies.
    async fn get(&self, path: &str) -> (Page, Page) {
        let mut answers = Vec::new();
        for site in [OURS, THEIRS] {
            let mut browser = self.browser.stranger();
            let visit = browser
                .visit(Method::GET, &format!("{site}{path}"))
                .follow(Follow::None);
            answers.push(visit.go().await.unwrap());
        }
        let theirs = answers.pop().unwrap();
        (answers.pop().unwrap(), theirs)
    }

    /// Signs in at one of the two, at the provider's own page.
    async fn sign_in(&mut self, site: &str, account: &str) -> Page {
        let base = format!("{site}/api/auth");
        let to = self
            .browser
            .sign_in_by_script(&base, "op", site)
            .await
            .unwrap();
        let page = self.browser.get(to.as_str()).await.unwrap();
        assert!(
            page.url.as_str().starts_with(&self.provider.address),
            "{}",
            page.url
        );
        let form = page.forms()[0]
            .clone()
            .fill("login", account)
            .press("Sign in");
        self.browser.submit(&form).await.unwrap()
    }
}

/// Status, content type and what kind of cookies an answer has; values and times left out.
fn shape(page: &Page) -> (u16, Option<String>, BTreeSet<String>) {
    let kind = page
        .header("content-type")
        .map(|kind| kind.split(';').next().unwrap_or_default().to_owned());
    let cookies = page.headers.get_all(header::SET_COOKIE).iter().map(|line| {
        let line = line.to_str().unwrap();
        let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
        let name = pair.split('=').next().unwrap_or_default();
        let attributes: BTreeSet<&str> = attributes.split(';').map(str::trim).collect();
        format!("{name} {attributes:?}")
    });
    (page.status.as_u16(), kind, cookies.collect())
}

/// JSON with the origins of both taken out.
fn without_origin(page: &Page) -> Value {
    serde_json::from_str(&page.source().replace(OURS, "").replace(THEIRS, "")).unwrap()
}

#[tokio::test]
async fn providers_and_an_empty_session_are_told_in_the_same_words() {
    let pair = pair().await;
    for path in ["/api/auth/providers", "/api/auth/session"] {
        let (ours, theirs) = pair.get(path).await;
        assert_eq!(without_origin(&ours), without_origin(&theirs), "{path}");
        assert_eq!(shape(&ours).0, shape(&theirs).0, "{path}");
        assert_eq!(shape(&ours).1, shape(&theirs).1, "{path}");
    }
}

#[tokio::test]
async fn the_csrf_cookie_is_the_same_and_either_side_takes_the_others() {
    let pair = pair().await;
    let (ours, theirs) = pair.get("/api/auth/csrf").await;
    assert_eq!(
        (shape(&ours).0, shape(&ours).1),
        (shape(&theirs).0, shape(&theirs).1)
    );
    let csrf = |page: &Page| {
        let cookies = shape(page).2;
        cookies
            .into_iter()
            .find(|cookie| cookie.starts_with("authjs.csrf-token "))
            .unwrap()
    };
    assert_eq!(csrf(&ours), csrf(&theirs));
    for name in ["cache-control", "expires", "pragma"] {
        assert_eq!(ours.header(name), theirs.header(name), "{name}");
    }
    for (from, to) in [(OURS, THEIRS), (THEIRS, OURS)] {
        let mut browser = pair.browser.stranger();
        let token = browser
            .csrf_token(&format!("{from}/api/auth"))
            .await
            .unwrap();
        let fields = [("csrfToken", token.as_str()), ("callbackUrl", to)];
        let visit = browser.visit(Method::POST, &format!("{to}/api/auth/signin/op"));
        let answer = visit
            .form(fields)
            .from_own_site()
            .follow(Follow::None)
            .go()
            .await
            .unwrap();
        let location = answer.location().unwrap();
        assert!(
            location.as_str().starts_with(&pair.provider.address),
            "{from} → {to}: {location}"
        );
    }
}

#[tokio::test]
async fn the_provider_is_asked_for_the_same() {
    let pair = pair().await;
    let mut asked = Vec::new();
    for site in [OURS, THEIRS] {
        let mut browser = pair.browser.stranger();
        let to = browser
            .sign_in_by_script(&format!("{site}/api/auth"), "op", site)
            .await
            .unwrap();
        asked.push(to);
    }
    let names = |url: &Url| {
        url.query_pairs()
            .map(|(name, _)| name.into_owned())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(names(&asked[0]), names(&asked[1]));
    let value = |url: &Url, name: &str| {
        let pair = url.query_pairs().find(|(known, _)| known == name);
        pair.unwrap().1.replace(OURS, "").replace(THEIRS, "")
    };
    for name in [
        "response_type",
        "client_id",
        "redirect_uri",
        "code_challenge_method",
    ] {
        assert_eq!(value(&asked[0], name), value(&asked[1], name), "{name}");
    }
}

#[tokio::test]
async fn refusals_are_told_in_the_same_words() {
    let pair = pair().await;
    // A program is told the same; a person is shown a page.
    let path = "/api/auth/no-such-action";
    let mut browser = pair.browser.stranger();
    let ours = browser.fetch(&format!("{OURS}{path}")).await.unwrap();
    let theirs = browser.fetch(&format!("{THEIRS}{path}")).await.unwrap();
    assert_eq!(
        (ours.status, ours.source()),
        (theirs.status, theirs.source())
    );
    let (ours, theirs) = pair.get(path).await;
    assert_eq!(ours.status, theirs.status);
    assert!(ours.source().starts_with("<!DOCTYPE html>"));

    for path in ["/api/auth/signin/op", "/api/auth/signout"] {
        for site in [OURS, THEIRS] {
            let mut browser = pair.browser.stranger();
            let visit = browser.visit(Method::POST, &format!("{site}{path}"));
            let answer = visit
                .form([("csrfToken", "wrong")])
                .from_own_site()
                .follow(Follow::None)
                .go()
                .await
                .unwrap();
            let location = answer.location().unwrap();
            assert_eq!(location.path(), "/api/auth/signin", "{site}{path}");
            assert!(
                location
                    .query_pairs()
                    .any(|(name, value)| name == "error" && value == "MissingCSRF"),
                "{location}"
            );
        }
    }
}

#[tokio::test]
async fn a_session_begun_at_one_is_known_at_the_other() {
    for (from, to) in [(OURS, THEIRS), (THEIRS, OURS)] {
        let mut pair = pair().await;
        let page = pair.sign_in(from, "ada").await;
        assert!(page.url.as_str().starts_with(from), "{}", page.url);
        let there = pair
            .browser
            .session(&format!("{to}/api/auth"))
            .await
            .unwrap();
        assert_eq!(there["user"]["name"], "Ada", "{from} → {to}");
        assert_eq!(there["user"]["email"], "ada@example.org", "{from} → {to}");
        // Signing out at the other ends it at the first as well.
        pair.browser
            .sign_out(&format!("{to}/api/auth"))
            .await
            .unwrap();
        assert_eq!(
            pair.browser
                .session(&format!("{from}/api/auth"))
                .await
                .unwrap(),
            Value::Null
        );
    }
}
