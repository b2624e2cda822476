//! This file signs people in and out through every step: pages, provider, callback, session.

use authcore::config::SessionKind;
use authcore_testing::browser::Follow;
use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;

use crate::world::{BASE, SESSION, SITE, Store, World, sqlite};

#[tokio::test]
async fn somebody_signs_in_with_wikimedia_and_out_again() {
    for store in [Store::None, Store::Sqlite] {
        let world = World::with(store).await;
        let mut browser = world.browser();
        let page = browser
            .get(&format!("{BASE}/signin?callbackUrl=/me"))
            .await
            .unwrap();
        let form = page.form_to("/signin/wikimedia").unwrap();
        assert!(form.has_button("Sign in with Wikimedia"));
        let page = browser.submit(&form).await.unwrap();
        let page = browser.choose(page, "ada").await.unwrap();
        assert_eq!(page.url.as_str(), format!("{SITE}/me"));
        assert_eq!(page.json().unwrap()["user"]["name"], "Ada");
        let session = browser.session(BASE).await.unwrap();
        assert_eq!(session["user"]["email"], "ada@example.org");
        assert!(session["expires"].as_str().unwrap().ends_with('Z'));
        assert!(
            session["user"].get("id").is_none(),
            "only what Auth.js shows"
        );

        let page = browser.get(&format!("{BASE}/signout")).await.unwrap();
        let form = page.form_with_button("Sign out").unwrap();
        browser.submit(&form).await.unwrap();
        assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
        assert_eq!(
            browser
                .fetch(&format!("{SITE}/me"))
                .await
                .unwrap()
                .json()
                .unwrap(),
            Value::Null
        );
        assert_eq!(browser.cookie(SITE, SESSION).unwrap(), None);
    }
}

#[tokio::test]
async fn somebody_signs_in_with_an_openid_provider() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.signed_in("oidc", "umlaut").await;
    let session = browser.session(BASE).await.unwrap();
    assert_eq!(session["user"]["name"], "Ünïcode Üser");
}

#[tokio::test]
async fn an_unmodified_front_end_of_authjs_signs_in() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.browser();
    let providers = browser
        .fetch(&format!("{BASE}/providers"))
        .await
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(
        providers["wikimedia"],
        json!({
            "id": "wikimedia",
            "name": "Wikimedia",
            "type": "oauth",
            "signinUrl": format!("{BASE}/signin/wikimedia"),
            "callbackUrl": format!("{BASE}/callback/wikimedia"),
        })
    );
    let url = browser
        .sign_in_by_script(BASE, "wikimedia", &format!("{SITE}/me"))
        .await
        .unwrap();
    let page = browser.get(url.as_str()).await.unwrap();
    let page = browser.choose(page, "ada").await.unwrap();
    assert_eq!(page.url.path(), "/me");
    let url = browser.sign_out(BASE).await.unwrap();
    assert!(url.as_str().starts_with(SITE), "{url}");
    assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
}

#[tokio::test]
async fn somebody_without_an_address_is_as_welcome_as_anyone() {
    let world = World::with(Store::Sqlite).await;
    for login in ["nomail", "unconfirmed", "blocked"] {
        let mut browser = world.signed_in("wikimedia", login).await;
        let session = browser.session(BASE).await.unwrap();
        assert!(session["user"]["name"].is_string(), "{session}");
        if login != "blocked" {
            assert_eq!(session["user"]["email"], Value::Null, "{login}: {session}");
        }
    }
}

#[tokio::test]
async fn a_returning_visitor_is_the_same_user_with_and_without_a_store() {
    for store in [Store::None, Store::Sqlite] {
        let world = World::with(store).await;
        let mut ids = Vec::new();
        for login in ["ada", "ada", "nomail"] {
            let mut browser = world.signed_in("wikimedia", login).await;
            let me = browser
                .fetch(&format!("{SITE}/me"))
                .await
                .unwrap()
                .json()
                .unwrap();
            ids.push(me["user"]["id"].as_str().unwrap().to_owned());
        }
        assert_eq!(ids[0], ids[1]);
        assert_ne!(ids[0], ids[2]);
    }
}

#[tokio::test]
async fn a_second_account_is_connected_while_signed_in_and_then_opens_the_same_door() {
    let world = World::with(Store::Sqlite).await;
    let id = async |browser: &mut authcore_testing::browser::Browser| {
        let me = browser
            .fetch(&format!("{SITE}/me"))
            .await
            .unwrap()
            .json()
            .unwrap();
        me["user"]["id"].as_str().unwrap().to_owned()
    };
    let mut browser = world.signed_in("wikimedia", "nomail").await;
    let first = id(&mut browser).await;
    let page = browser.connect_with(BASE, "oidc", "nomail").await.unwrap();
    assert_eq!(page.url.path(), "/", "{}", page.text());
    assert_eq!(id(&mut browser).await, first);
    let mut elsewhere = world.signed_in("oidc", "nomail").await;
    assert_eq!(id(&mut elsewhere).await, first);
}

#[tokio::test]
async fn an_account_of_somebody_else_is_not_linked() {
    let world = World::with(Store::Sqlite).await;
    world.signed_in("oidc", "nomail").await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    let before = browser.session(BASE).await.unwrap();
    let page = browser.connect_with(BASE, "oidc", "nomail").await.unwrap();
    assert_eq!(
        page.query("error").as_deref(),
        Some("OAuthAccountNotLinked")
    );
    assert_eq!(
        browser.session(BASE).await.unwrap(),
        before,
        "nobody was signed out"
    );
}

#[tokio::test]
async fn the_same_address_at_another_provider_opens_nobody_elses_door() {
    let world = World::with(Store::Sqlite).await;
    world.signed_in("wikimedia", "ada").await;
    let mut browser = world.browser();
    let page = browser.sign_in_with(BASE, "oidc", "ada").await.unwrap();
    assert_eq!(
        page.query("error").as_deref(),
        Some("OAuthAccountNotLinked")
    );
    assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
}

#[tokio::test]
async fn a_sign_in_replaces_the_session_that_was_there() {
    let world = World::new(Store::Sqlite, |b| b.session(SessionKind::Database)).await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    let mut thief = browser.thief();
    let old = browser.cookie(SITE, SESSION).unwrap();
    browser
        .sign_in_with(BASE, "wikimedia", "ada")
        .await
        .unwrap();
    assert_ne!(browser.cookie(SITE, SESSION).unwrap(), old);
    assert_eq!(
        thief.session(BASE).await.unwrap(),
        Value::Null,
        "the old session is dead"
    );
}

#[tokio::test]
async fn signing_out_ends_a_stored_session_everywhere() {
    let world = World::new(Store::Sqlite, |b| b.session(SessionKind::Database)).await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    let mut thief = browser.thief();
    browser.sign_out(BASE).await.unwrap();
    assert_eq!(thief.session(BASE).await.unwrap(), Value::Null);
}

#[tokio::test]
async fn a_session_ends_after_thirty_days_and_lives_on_when_it_is_used() {
    use std::time::Duration;
    let day = Duration::from_secs(86_400);
    for store in [Store::None, Store::Sqlite] {
        let world = World::with(store).await;
        let mut browser = world.signed_in("wikimedia", "ada").await;
        world.clock.advance(20 * day);
        assert!(browser.session(BASE).await.unwrap().is_object());
        world.clock.advance(20 * day);
        assert!(
            browser.session(BASE).await.unwrap().is_object(),
            "renewed on day 20"
        );
        world.clock.advance(31 * day);
        assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
    }
}

#[tokio::test]
async fn a_guarded_page_asks_a_browser_to_sign_in_and_answers_401_to_a_program() {
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.browser();
    let page = browser.get(&format!("{SITE}/private")).await.unwrap();
    assert_eq!(page.url.path(), "/api/auth/signin");
    let form = page.form_to("/signin/wikimedia").unwrap();
    let page = browser.submit(&form).await.unwrap();
    let page = browser.choose(page, "ada").await.unwrap();
    assert_eq!(page.url.as_str(), format!("{SITE}/private"));
    let page = world
        .browser()
        .fetch(&format!("{SITE}/private"))
        .await
        .unwrap();
    assert_eq!(page.status, 401);
}

#[tokio::test]
async fn a_user_and_their_tokens_are_stored_once_and_refreshed() {
    let adapter: Arc<dyn authcore::adapter::Adapter> = Arc::new(sqlite().await);
    let world = World::with(Store::Shared(Arc::clone(&adapter))).await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    let me = browser
        .fetch(&format!("{SITE}/me"))
        .await
        .unwrap()
        .json()
        .unwrap();
    let id = authcore::model::UserId::new(me["user"]["id"].as_str().unwrap());
    let first = adapter.accounts(&id).await.unwrap();
    world.signed_in("wikimedia", "ada").await;
    let second = adapter.accounts(&id).await.unwrap();
    assert_eq!((first.len(), second.len()), (1, 1));
    assert!(first[0].tokens.refresh_token.is_some());
    assert!(first[0].tokens.access_token != second[0].tokens.access_token);
    let user = adapter.user(&id).await.unwrap().unwrap();
    assert!(
        user.email_verified.is_some(),
        "Wikimedia confirmed the address"
    );
}

#[tokio::test]
async fn the_provider_is_asked_as_it_wants_to_be_asked() {
    use authcore_testing::identity::Endpoint;
    let world = World::with(Store::Sqlite).await;
    world.signed_in("wikimedia", "ada").await;
    for request in world.wiki.requests() {
        if matches!(request.endpoint, Endpoint::Token | Endpoint::Profile) {
            let agent = request.header("user-agent");
            assert_eq!(agent, Some("whole-logins/1.0 (https://app.example.org)"));
        }
    }
    let authorize = &world.wiki.requests_to(Endpoint::Authorization)[0];
    assert_eq!(
        authorize.parameter("scope"),
        None,
        "Wikimedia takes no scope"
    );
    assert_eq!(
        authorize.parameter("code_challenge_method").as_deref(),
        Some("S256")
    );
}

#[tokio::test]
async fn only_allowed_parameters_reach_the_provider() {
    use authcore_testing::identity::Endpoint;
    let world = World::with(Store::Sqlite).await;
    let mut browser = world.browser();
    let token = browser.csrf_token(BASE).await.unwrap();
    let url = format!(
        "{BASE}/signin/oidc?prompt=login&redirect_uri=https://evil.example&client_id=evil&scope=everything&state=x&nonce=y&response_type=token"
    );
    let visit = browser
        .visit(Method::POST, &url)
        .form([("csrfToken", token)])
        .from_own_site();
    let page = visit.follow(Follow::None).go().await.unwrap();
    browser
        .get(page.location().unwrap().as_str())
        .await
        .unwrap();
    let authorize = &world.op.requests_to(Endpoint::Authorization)[0];
    let parameter = |name| authorize.parameter(name).unwrap_or_default();
    assert_eq!(parameter("prompt"), "login");
    assert_eq!(parameter("redirect_uri"), format!("{BASE}/callback/oidc"));
    assert_eq!(parameter("client_id"), "oidc-client");
    assert_eq!(parameter("response_type"), "code");
    assert_eq!(parameter("scope"), "openid profile email");
    assert_eq!(
        (parameter("state").len(), parameter("nonce").len()),
        (43, 43)
    );
}
