//! This file has a person connect a second account and disconnect the first, without scripts; and forms of
//! another site, or with somebody else's account in them, which disconnect nothing.

use authcore_testing::{
    browser::Browser,
    hosts::Hosts,
    identity::{Client, LocalProvider, Persona},
};
use http::Method;
use url::Url;

use crate::program::Demo;

const FORM: &str = "/accounts/disconnect";

/// A demo with two OpenID providers.
async fn demo() -> (Demo, Hosts, [LocalProvider; 2]) {
    let (one, other) = (op().await, op().await);
    let demo = Demo::fresh(&[
        ("AUTH_OP_ISSUER", one.issuer()),
        ("AUTH_OP_ID", "demo-client"),
        ("AUTH_OP_SECRET", "demo-secret"),
        ("AUTH_OIDC_ISSUER", other.issuer()),
        ("AUTH_OIDC_ID", "demo-client"),
        ("AUTH_OIDC_SECRET", "demo-secret"),
    ])
    .await;
    let mut hosts = Hosts::new();
    for (op, id) in [(&one, "op"), (&other, "oidc")] {
        let callback = format!("{}/callback/{id}", demo.base());
        op.register(Client::new("demo-client", "demo-secret").redirect_uri(callback));
        let place = op.url().parse::<Url>().unwrap();
        let address = ([127, 0, 0, 1], place.port().unwrap()).into();
        hosts = hosts.map(&op.url(), address).unwrap();
    }
    (demo, hosts, [one, other])
}

async fn op() -> LocalProvider {
    let op = LocalProvider::standing_in(Persona::OpenId);
    op.start().await.unwrap()
}

async fn sign_in(demo: &Demo, browser: &mut Browser, provider: &str, login: &str) {
    let back = browser.sign_in_with(&demo.base(), provider, login).await;
    let back = back.unwrap();
    assert_eq!(back.url.path(), "/", "{} {}", back.url, back.text());
}

#[tokio::test]
async fn a_person_connects_an_account_and_disconnects_the_other() {
    let (demo, hosts, _ops) = demo().await;
    let mut browser = demo.browser(&hosts);
    sign_in(&demo, &mut browser, "op", "ada").await;
    let page = browser.get(&demo.url("/")).await.unwrap();
    assert!(page.text().contains("How you sign in"), "{}", page.text());
    assert!(page.text().contains("Your only way in"), "{}", page.text());
    assert!(page.form_to(FORM).is_err(), "the last way in has no button");

    let link = page.link("Connect another account").unwrap();
    let page = browser.get(link.url.as_str()).await.unwrap();
    assert_eq!(page.url.path(), "/api/auth/connect");
    let form = page.form_to("/connect/oidc").unwrap();
    let page = browser.submit(&form).await.unwrap();
    let page = browser.choose(page, "nomail").await.unwrap();
    assert_eq!(page.url.path(), "/", "{} {}", page.url, page.text());
    let page = browser.get(&demo.url("/")).await.unwrap();
    assert!(!page.text().contains("Your only way in"), "{}", page.text());
    let form = page.form_to(FORM).unwrap();

    // Whoever knows the account but not this browser's token disconnects nothing.
    let account = form.field("account").unwrap().to_owned();
    let token = form.field("csrfToken").unwrap().to_owned();
    let forged = browser
        .visit(Method::POST, &demo.url(FORM))
        .from_page("https://evil.example/")
        .form([("csrfToken", token.as_str()), ("account", &account)])
        .go()
        .await
        .unwrap();
    assert_eq!(forged.status, 403, "{}", forged.text());
    let without = browser.submit(&form.clone().without("csrfToken")).await;
    assert_eq!(without.unwrap().status, 403);
    let mut mallory = demo.browser(&hosts);
    sign_in(&demo, &mut mallory, "op", "umlaut").await;
    let own = mallory.csrf_token(&demo.base()).await.unwrap();
    for text in [account.as_str(), "", "op", "op/", "../x", "op/nobody"] {
        let posted = mallory
            .visit(Method::POST, &demo.url(FORM))
            .from_own_site()
            .form([("csrfToken", own.as_str()), ("account", text)])
            .go()
            .await
            .unwrap();
        assert_eq!(posted.url.path(), "/", "{text:?}: {}", posted.status);
    }
    let page = browser.get(&demo.url("/")).await.unwrap();
    assert_eq!(
        page.form_to(FORM).unwrap().field("account"),
        Some(account.as_str())
    );

    let page = browser.submit(&form).await.unwrap();
    assert_eq!(page.url.path(), "/");
    assert!(page.text().contains("Your only way in"), "{}", page.text());
    let again = browser.submit(&form).await.unwrap();
    assert_eq!(
        again.url.path(),
        "/",
        "nothing is there to be disconnected twice"
    );
    assert!(page.text().contains("Hello"));
}
