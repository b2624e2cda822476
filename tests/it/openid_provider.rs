//! This file signs in with a certified OpenID provider that we did not write, through a real axum
//! server, a real HTTP client and a database.

use authcore::{Auth, config::Env};
use authcore_testing::browser::{Browser, Follow, Page};
use http::StatusCode;
use serde_json::Value;

use crate::{
    peers::Peer,
    world::{self, BASE, SECRET, SITE},
};

const CLIENT_SECRET: &str = "the client's secret at the provider";

/// A provider, an application that trusts it, and a browser in front of both.
struct Stage {
    provider: Peer,
    browser: Browser,
}

async fn stage(environment: &[(&str, &str)]) -> Stage {
    stage_with_secret(environment, CLIENT_SECRET).await
}

async fn stage_with_secret(environment: &[(&str, &str)], secret: &str) -> Stage {
    let callback = format!("{BASE}/callback/oidc");
    let mut settings = vec![
        ("OP_CLIENT_SECRET", CLIENT_SECRET),
        ("OP_REDIRECT_URIS", callback.as_str()),
    ];
    settings.extend(environment);
    let provider = Peer::start("op.mjs", &settings).await;
    let auth = Auth::builder()
        .env(Env::none())
        .url(BASE)
        .secret(SECRET)
        .adapter(world::sqlite().await)
        .provider(
            authcore_providers::oidc::provider()
                .issuer(provider.address.as_str())
                .client_id("authcore")
                .client_secret(secret)
                .scopes(["openid", "profile", "email"]),
        )
        .build()
        .unwrap();
    let browser = Browser::new(world::serve(SITE, auth).await);
    Stage { provider, browser }
}

impl Stage {
    /// Presses our button, then signs in at the provider as this account.
    async fn sign_in(&mut self, account: &str) -> Page {
        let page = self.browser.press_sign_in(BASE, "oidc").await.unwrap();
        assert!(
            page.url.as_str().starts_with(&self.provider.address),
            "{} {}",
            page.url,
            page.text()
        );
        let form = page.forms()[0]
            .clone()
            .fill("login", account)
            .press("Sign in");
        self.browser.submit(&form).await.unwrap()
    }

    async fn session(&mut self) -> Value {
        self.browser.session(BASE).await.unwrap()
    }
}

#[track_caller]
fn assert_home(stage: &Stage, page: &Page) {
    assert_eq!(
        page.url.as_str(),
        format!("{SITE}/"),
        "{}\n{}",
        page.text(),
        stage.provider.complaints()
    );
    assert_eq!(page.status, StatusCode::OK);
}

#[tokio::test]
async fn someone_signs_in_is_remembered_and_signs_out() {
    let mut stage = stage(&[]).await;
    let page = stage.sign_in("ada").await;
    assert_home(&stage, &page);
    let session = stage.session().await;
    assert_eq!(session["user"]["name"], "Ada");
    assert_eq!(session["user"]["email"], "ada@example.org");
    assert_eq!(stage.browser.refused_cookies(), []);
    stage.browser.sign_out(BASE).await.unwrap();
    assert_eq!(stage.session().await, Value::Null);
}

#[tokio::test]
async fn an_id_token_of_either_signature_is_verified_and_may_hold_all_claims() {
    for algorithm in ["RS256", "ES256"] {
        let mut stage = stage(&[("OP_SIGNING_ALG", algorithm), ("OP_ID_TOKEN", "all")]).await;
        let page = stage.sign_in("grace").await;
        assert_home(&stage, &page);
        assert_eq!(
            stage.session().await["user"]["email"],
            "grace@example.org",
            "{algorithm}"
        );
    }
}

#[tokio::test]
async fn someone_without_an_address_is_signed_in_without_one() {
    let mut stage = stage(&[]).await;
    let page = stage.sign_in("nobody").await;
    assert_home(&stage, &page);
    let session = stage.session().await;
    assert_eq!(session["user"]["name"], "Nobody");
    assert_eq!(session["user"]["email"], Value::Null);
}

#[tokio::test]
async fn a_second_visit_is_the_same_user() {
    let mut stage = stage(&[]).await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        stage.browser.clear_cookies();
        let page = stage.sign_in("ada").await;
        assert_home(&stage, &page);
        let me = stage
            .browser
            .get(&format!("{SITE}/me"))
            .await
            .unwrap()
            .json()
            .unwrap();
        ids.push(me["user"]["id"].clone());
    }
    assert!(ids[0].is_string(), "{ids:?}");
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn cancel_leads_back_to_the_sign_in_page() {
    let mut stage = stage(&[]).await;
    let page = stage.browser.press_sign_in(BASE, "oidc").await.unwrap();
    let form = page.forms()[0].clone().fill("login", "ada").press("Cancel");
    let page = stage.browser.submit(&form).await.unwrap();
    assert_eq!(page.url.path(), "/api/auth/signin");
    assert_eq!(page.query("error").as_deref(), Some("OAuthCallbackError"));
    assert_eq!(page.query("code").as_deref(), Some("access_denied"));
    assert_eq!(stage.session().await, Value::Null);
}

#[tokio::test]
async fn a_callback_that_comes_again_is_refused_and_signs_nobody_out() {
    let mut stage = stage(&[]).await;
    let page = stage.sign_in("ada").await;
    let callback = page
        .trail
        .iter()
        .find(|hop| hop.url.path() == "/api/auth/callback/oidc")
        .unwrap()
        .url
        .clone();
    let again = stage.browser.get(callback.as_str()).await.unwrap();
    assert_eq!(
        again.query("error").as_deref(),
        Some("Configuration"),
        "{}",
        again.url
    );
    assert_eq!(again.status, StatusCode::BAD_REQUEST);
    assert_eq!(stage.session().await["user"]["name"], "Ada");
}

#[tokio::test]
async fn an_answer_in_the_name_of_another_issuer_is_refused() {
    let mut stage = stage(&[]).await;
    let page = stage.browser.press_sign_in(BASE, "oidc").await.unwrap();
    let form = page.forms()[0]
        .clone()
        .fill("login", "ada")
        .press("Sign in");
    // The browser stops where the provider would send it back.
    let submission = stage.browser.submission(&form).follow(Follow::WithinOrigin);
    let answer = submission.go().await.unwrap().location().unwrap();
    assert_eq!(answer.path(), "/api/auth/callback/oidc");
    let mut forged = answer.clone();
    forged.query_pairs_mut().clear();
    for (name, value) in answer.query_pairs() {
        let value = if name == "iss" {
            "https://evil.example.org".into()
        } else {
            value
        };
        forged.query_pairs_mut().append_pair(&name, &value);
    }
    assert_ne!(forged, answer, "the provider says who it is");
    let page = stage.browser.get(forged.as_str()).await.unwrap();
    assert_eq!(
        page.query("code").as_deref(),
        Some("iss_mismatch"),
        "{}",
        page.url
    );
    assert_eq!(stage.session().await, Value::Null);
}

#[tokio::test]
async fn a_wrong_client_secret_is_the_operators_to_mend() {
    let mut stage = stage_with_secret(&[], "another secret").await;
    let page = stage.sign_in("ada").await;
    assert_eq!(
        page.query("code").as_deref(),
        Some("provider_refused"),
        "{}",
        page.url
    );
    assert_eq!(page.url.path(), "/api/auth/signin");
    assert_eq!(stage.session().await, Value::Null);
}
