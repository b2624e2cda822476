//! This file signs in with a certified OpenID provider that we did not write, through a real axum
//! server, a real HTTP client and a database.

use std::{collections::BTreeSet, sync::Arc};

use authcore::{
    AccessTokenError, Auth,
    adapter::Adapter,
    config::Env,
    model::{ProviderId, TokenSet, UserId},
};
use authcore_testing::browser::{Browser, Follow, Page};
use http::StatusCode;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::{
    peers::Peer,
    world::{self, BASE, SECRET, SITE},
};

const CLIENT_SECRET: &str = "the client's secret at the provider";

/// A provider, an application that trusts it, and a browser in front of both.
struct Stage {
    provider: Peer,
    browser: Browser,
    /// Two processes over one store.
    processes: [Auth; 2],
    adapter: Arc<dyn Adapter>,
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
    let adapter: Arc<dyn Adapter> = Arc::new(world::sqlite().await);
    let process = || {
        Auth::builder()
            .env(Env::none())
            .url(BASE)
            .secret(SECRET)
            .shared_adapter(Arc::clone(&adapter))
            .provider(
                authcore_providers::oidc::provider()
                    .issuer(provider.address.as_str())
                    .client_id("authcore")
                    .client_secret(secret)
                    .scopes(["openid", "profile", "email"]),
            )
            .build()
            .unwrap()
    };
    let processes = [process(), process()];
    let browser = Browser::new(world::serve(SITE, processes[0].clone()).await);
    Stage {
        provider,
        browser,
        processes,
        adapter,
    }
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

    async fn user(&mut self) -> UserId {
        let me = self.browser.get(&format!("{SITE}/me")).await.unwrap();
        UserId::new(me.json().unwrap()["user"]["id"].as_str().unwrap())
    }

    async fn tokens(&self, user: &UserId) -> TokenSet {
        self.adapter.accounts(user).await.unwrap().remove(0).tokens
    }

    /// Whether the provider takes an access token.
    async fn honours(&self, token: &str) -> bool {
        let url = format!("{}/me", self.provider.address);
        let asked = reqwest::Client::new().get(url).bearer_auth(token);
        asked.send().await.unwrap().status() == StatusCode::OK
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
async fn the_back_button_leads_on_who_is_signed_in() {
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
    assert_eq!(again.url.path(), "/", "{}", again.url);
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

#[tokio::test]
async fn of_fifty_in_two_processes_one_refreshes_and_a_rotating_provider_keeps_them_all() {
    let mut stage = stage(&[]).await;
    let page = stage.sign_in("ada").await;
    assert_home(&stage, &page);
    let (user, oidc) = (stage.user().await, ProviderId::new("oidc").unwrap());
    let first = stage.tokens(&user).await;
    let mut used_up = BTreeSet::new();
    for _ in 0..3 {
        let refused = stage.processes[0].access_token(&user, &oidc).await.unwrap();
        used_up.insert(
            stage
                .tokens(&user)
                .await
                .refresh_token
                .unwrap()
                .expose()
                .to_owned(),
        );
        let mut asking = JoinSet::new();
        for at in 0..50 {
            let (auth, user) = (stage.processes[at % 2].clone(), user.clone());
            let refused = refused.clone();
            asking.spawn(async move { auth.renew_access_token(&user, &refused).await });
        }
        let tokens = asking.join_all().await.into_iter();
        let tokens: BTreeSet<_> = tokens
            .map(|it| it.unwrap().token.expose().to_owned())
            .collect();
        assert_eq!(tokens.len(), 1, "{}", stage.provider.complaints());
        let token = tokens.first().unwrap();
        assert_ne!(token, refused.token.expose());
        assert!(stage.honours(token).await);
    }
    assert_eq!(used_up.len(), 3, "each refresh token was good once");

    // That the provider would have told: a refresh token that is presented again ends everything.
    let again = reqwest::Client::new()
        .post(format!("{}/token", stage.provider.address))
        .header("content-type", "application/x-www-form-urlencoded")
        .basic_auth("authcore", Some(encoded(CLIENT_SECRET)))
        .body(format!(
            "grant_type=refresh_token&refresh_token={}",
            first.refresh_token.unwrap().expose()
        ));
    let answer = again.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert!(answer.text().await.unwrap().contains("invalid_grant"));
    let last = stage.processes[1].access_token(&user, &oidc).await.unwrap();
    assert!(!stage.honours(last.token.expose()).await);
    let renewed = stage.processes[1].renew_access_token(&user, &last).await;
    assert_eq!(renewed, Err(AccessTokenError::SignInAgain));
    assert_eq!(
        stage.session().await["user"]["name"],
        "Ada",
        "still signed in"
    );
}

#[tokio::test]
async fn tokens_of_a_deleted_user_are_revoked() {
    let mut stage = stage(&[]).await;
    let page = stage.sign_in("ada").await;
    assert_home(&stage, &page);
    let user = stage.user().await;
    let token = stage.tokens(&user).await.access_token.unwrap();
    assert!(stage.honours(token.expose()).await);
    let auth = stage.processes[1].clone();
    assert!(auth.delete_user(&user).await.unwrap());
    assert_eq!(stage.session().await, Value::Null);
    let done = auth.revoke_due_tokens(10).await.unwrap();
    assert_eq!(
        (done.revoked, done.total()),
        (1, 1),
        "{}",
        stage.provider.complaints()
    );
    assert!(!stage.honours(token.expose()).await);
}

/// RFC 6749, section 2.3.1: encoded as a form is, before Basic.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
