//! This file signs people in at a demo that the environment has configured: with providers of the
//! catalogue, of one's own, and under each way to remember a visitor.

use std::fs;

use authcore_testing::{
    browser::Browser,
    hosts::Hosts,
    identity::{Client, Endpoint, LocalProvider, Persona},
};
use serde_json::Value;

use crate::program::{Demo, folder};

const SESSION: &str = "authjs.session-token";

async fn provider(persona: Persona) -> LocalProvider {
    LocalProvider::standing_in(persona).start().await.unwrap()
}

/// Registers the demo as a client, and signs somebody in there.
async fn signs_in(demo: &Demo, provider: &LocalProvider, id: &str) -> Browser {
    let callback = format!("{}/callback/{id}", demo.base());
    assert!(
        demo.said.iter().any(|line| line.contains(&callback)),
        "{:?}",
        demo.said
    );
    assert_eq!(demo.stand_in(), None);
    provider.register(Client::new("demo-client", "demo-secret").redirect_uri(callback));
    let place = provider.url().parse::<url::Url>().unwrap();
    let address = ([127, 0, 0, 1], place.port().unwrap()).into();
    let hosts = Hosts::new().map(&provider.url(), address).unwrap();
    let mut browser = demo.browser(&hosts);
    let page = browser.sign_in_with(&demo.base(), id, "ada").await.unwrap();
    assert_eq!(page.url.as_str(), demo.url("/"), "{}", page.text());
    browser
}

async fn name(demo: &Demo, browser: &mut Browser) -> Value {
    let me = browser.fetch(&demo.url("/me")).await.unwrap();
    me.json().unwrap()["user"]["name"].clone()
}

#[tokio::test]
async fn a_plain_openid_provider_is_three_variables() {
    let op = provider(Persona::OpenId).await;
    let demo = Demo::fresh(&[
        ("AUTH_OP_ISSUER", op.issuer()),
        ("AUTH_OP_ID", "demo-client"),
        ("AUTH_OP_SECRET", "demo-secret"),
    ])
    .await;
    let mut browser = signs_in(&demo, &op, "op").await;
    assert_eq!(name(&demo, &mut browser).await, "Ada");
}

#[tokio::test]
async fn a_wiki_of_ones_own_is_a_provider_of_the_catalogue_elsewhere() {
    let wiki = provider(Persona::MediaWiki).await;
    let demo = Demo::fresh(&[
        ("AUTH_WIKIMEDIA_BASE_URL", &wiki.url()),
        ("AUTH_WIKIMEDIA_ID", "demo-client"),
        ("AUTH_WIKIMEDIA_SECRET", "demo-secret"),
        ("AUTH_USER_AGENT", "wiki-demo/1.0 (ops@example.org)"),
    ])
    .await;
    let mut browser = signs_in(&demo, &wiki, "wikimedia").await;
    assert_eq!(name(&demo, &mut browser).await, "Ada");
    for request in wiki.requests_to(Endpoint::Token) {
        assert_eq!(
            request.header("user-agent"),
            Some("wiki-demo/1.0 (ops@example.org)")
        );
    }
    assert_eq!(wiki.count(Endpoint::Token), 1);
}

#[tokio::test]
async fn a_provider_file_of_ones_own_is_a_way_to_sign_in() {
    let club = provider(Persona::OpenId).await;
    let folder = folder();
    let file = format!(
        "id = \"club\"\nname = \"The Club\"\nprotocol = \"oidc\"\nissuer = \"{}\"\n",
        club.issuer()
    );
    fs::create_dir_all(folder.path().join("providers/inner")).unwrap();
    fs::write(folder.path().join("providers/club.toml"), file).unwrap();
    // A crate may keep its provider file beside its manifest.
    fs::write(folder.path().join("providers/Cargo.toml"), "[package]\n").unwrap();
    fs::write(folder.path().join("providers/inner/README"), "").unwrap();
    let demo = Demo::start(
        folder.path(),
        &[
            ("AUTH_PROVIDERS_DIR", "providers"),
            ("AUTH_CLUB_ID", "demo-client"),
            ("AUTH_CLUB_SECRET", "demo-secret"),
        ],
    )
    .await;
    let mut browser = signs_in(&demo, &club, "club").await;
    assert_eq!(name(&demo, &mut browser).await, "Ada");
}

#[tokio::test]
async fn each_way_to_remember_a_visitor_outlives_a_restart_of_the_demo() {
    let ways: [&[(&str, &str)]; 6] = [
        &[],
        &[("AUTH_SESSION", "database"), ("AUTH_SCHEMA", "authjs")],
        &[("AUTH_SCHEMA", "authjs-drizzle")],
        &[("AUTH_SESSION", "jwt")],
        &[("DATABASE_URL", "none")],
        &[("DATABASE_URL", "sqlite:elsewhere/app.db")],
    ];
    for way in ways {
        let folder = folder();
        let demo = Demo::start(folder.path(), way).await;
        let mut browser = demo.browser(&Hosts::new());
        browser
            .sign_in_with(&demo.base(), "wikimedia", "nomail")
            .await
            .unwrap();
        assert_eq!(name(&demo, &mut browser).await, "No Mail", "{way:?}");
        let sealed =
            way.contains(&("AUTH_SESSION", "jwt")) || way.contains(&("DATABASE_URL", "none"));
        let token = browser.cookie(&demo.origin, SESSION).unwrap().unwrap();
        // Five parts are a JWE (RFC 7516, section 3.1).
        assert_eq!(token.split('.').count() == 5, sealed, "{way:?}");
        let port = demo.port();
        assert_eq!(demo.interrupt().await.code, Some(0));
        let again: Vec<_> = way
            .iter()
            .copied()
            .chain([("PORT", port.as_str())])
            .collect();
        let demo = Demo::start(folder.path(), &again).await;
        assert_eq!(name(&demo, &mut browser).await, "No Mail", "{way:?}");
    }
}

#[tokio::test]
async fn a_secret_is_changed_without_a_sign_out_and_a_wrong_one_signs_nobody_in() {
    const OLD: &str = "the old secret of a test, 32 bytes or more";
    const NEW: &str = "the new secret of a test, 32 bytes or more";
    let folder = folder();
    let jwt = ("AUTH_SESSION", "jwt");
    let demo = Demo::start(folder.path(), &[jwt, ("AUTH_SECRET", OLD)]).await;
    let mut browser = demo.browser(&Hosts::new());
    browser
        .sign_in_with(&demo.base(), "wikimedia", "ada")
        .await
        .unwrap();
    let port = demo.port();
    let port = ("PORT", port.as_str());
    assert_eq!(demo.interrupt().await.code, Some(0));
    let both = [jwt, port, ("AUTH_SECRET", OLD), ("AUTH_SECRET_1", NEW)];
    let demo = Demo::start(folder.path(), &both).await;
    assert_eq!(name(&demo, &mut browser).await, "Ada");
    assert_eq!(demo.interrupt().await.code, Some(0));
    let demo = Demo::start(folder.path(), &[jwt, port, ("AUTH_SECRET", NEW)]).await;
    assert_eq!(name(&demo, &mut browser).await, Value::Null);
    assert!(!folder.path().join("demo-data/secret").exists());
}

#[tokio::test]
async fn a_public_url_of_ones_own_is_where_everything_happens() {
    let demo = Demo::fresh(&[("AUTH_URL", "https://app.example.org/accounts")]).await;
    assert_eq!(demo.origin, "https://app.example.org");
    let mut browser = demo.browser(&Hosts::new());
    let base = demo.url("/accounts");
    let page = browser.sign_in_with(&base, "wikimedia", "ada").await;
    assert_eq!(page.unwrap().url.as_str(), demo.url("/"));
    assert_eq!(name(&demo, &mut browser).await, "Ada");
    let cookie = browser.cookie(&demo.origin, "__Secure-authjs.session-token");
    assert!(cookie.unwrap().is_some());
}
