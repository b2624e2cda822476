//! This file signs in with authcore itself, through the browser, at a stand-in for every provider of
//! the catalogue; what every golden file says must come out at the other end.

use std::{fs, path::PathBuf};

use authcore::{
    Auth,
    config::Env,
    provider::{OAuth, spec::ProviderSpec},
};
use authcore_testing::{
    application::Application,
    browser::{Browser, Page},
    identity::{Client, Endpoint, LocalProvider, Mischief, RECORDED, Recorded},
};
use serde_json::Value;

const BASE: &str = "https://app.example.org/api/auth";

/// An application that signs in with this provider, and a browser in front of it.
async fn application(
    spec: &ProviderSpec,
    recorded: Recorded,
) -> (LocalProvider, Application, Browser) {
    let id = spec.id.to_string();
    let mut oauth = OAuth::new(spec.clone())
        .client_id("app")
        .client_secret("s3cret");
    for (name, value) in &recorded.variables {
        oauth = oauth.variable(name, value.as_str().unwrap());
    }
    let client = Client::new("app", "s3cret").redirect_uri(format!("{BASE}/callback/{id}"));
    let builder = LocalProvider::of_spec(spec, recorded).unwrap();
    let provider = builder.client(client).start().await.unwrap();
    let auth = Auth::builder()
        .env(Env::none())
        .url(BASE)
        .secret("a secret of this test, long enough for it")
        .user_agent("test (test@example.org)")
        .transport(provider.transport())
        .provider(oauth)
        .build()
        .unwrap_or_else(|problems| panic!("{id}: {problems}"));
    let app = Application::of(auth).await.unwrap();
    let browser = app.browser(&provider.hosts()).unwrap();
    (provider, app, browser)
}

fn folder(id: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../providers")
        .join(id)
}

fn spec(id: &str) -> ProviderSpec {
    let text = fs::read_to_string(folder(id).join("provider.toml")).unwrap();
    ProviderSpec::from_toml(&text).unwrap()
}

/// The golden files of a provider: name, text.
fn golden(id: &str) -> Vec<(String, String)> {
    let files = fs::read_dir(folder(id).join("golden")).unwrap();
    let mut golden: Vec<_> = files
        .map(|file| file.unwrap().path())
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            (path.display().to_string(), text)
        })
        .collect();
    golden.sort();
    assert!(!golden.is_empty(), "{id} has golden files");
    golden
}

async fn session_after(browser: &mut Browser, id: &str) -> (Page, Value) {
    let page = browser.sign_in_with(BASE, id, RECORDED).await.unwrap();
    let session = browser.session(BASE).await.unwrap();
    (page, session)
}

async fn every_golden_file_comes_out(id: &str) {
    let spec = spec(id);
    for (file, text) in golden(id) {
        let mut recorded = Recorded::from_json(&text).unwrap();
        for (name, variable) in &spec.variables {
            if variable.default.is_none() && !recorded.variables.contains_key(name) {
                let value = format!("https://{id}.example.net/{name}");
                recorded = recorded.variable(name, value);
            }
        }
        let wanted: Value = serde_json::from_str(&text).unwrap();
        let (_provider, _app, mut browser) = application(&spec, recorded).await;
        let (page, session) = session_after(&mut browser, id).await;
        if wanted.get("refused").is_some() {
            assert_eq!(session, Value::Null, "{file}");
            assert!(page.url.path().ends_with("/error"), "{file}: {}", page.url);
            continue;
        }
        for name in ["name", "email", "image"] {
            let came = session["user"].get(name).unwrap_or(&Value::Null);
            assert_eq!(came, &wanted["profile"][name], "{file} {name}: {page:?}");
        }
        assert_eq!(browser.refused_cookies(), [], "{file}");
    }
}

macro_rules! every_golden_file {
    ($($id:ident)*) => {$(
        #[tokio::test]
        async fn $id() {
            every_golden_file_comes_out(stringify!($id)).await;
        }
    )*};
}

mod every_golden_file_of {
    use super::every_golden_file_comes_out;

    every_golden_file!(wikimedia github google keycloak discord oauth2 oidc line);
}

#[tokio::test]
async fn a_wiki_that_lags_is_asked_with_its_cookie() {
    let (_, text) = golden("wikimedia").remove(0);
    let recorded = Recorded::from_json(&text).unwrap();
    let (provider, _app, mut browser) = application(&spec("wikimedia"), recorded).await;
    provider.misbehave(Mischief::ProfileLags);
    let (_, session) = session_after(&mut browser, "wikimedia").await;
    assert!(session["user"].is_object());
    assert_eq!(provider.count(Endpoint::Profile), 1);
}

#[tokio::test]
async fn cancel_at_a_wiki_signs_nobody_in() {
    let (_, text) = golden("wikimedia").remove(0);
    let recorded = Recorded::from_json(&text).unwrap();
    let (provider, _app, mut browser) = application(&spec("wikimedia"), recorded).await;
    provider.visitor_chooses();
    let page = browser.press_sign_in(BASE, "wikimedia").await.unwrap();
    assert_eq!(page.url.host_str(), Some("meta.wikimedia.org"));
    let page = browser.refuse(page).await.unwrap();
    assert_eq!(page.url.host_str(), Some("app.example.org"));
    assert_eq!(page.query("error").as_deref(), Some("OAuthCallbackError"));
    assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
}

#[tokio::test]
async fn a_forged_id_token_signs_nobody_in() {
    let (_, text) = golden("google").remove(0);
    for mischief in Mischief::FORGED_ID_TOKENS {
        let recorded = Recorded::from_json(&text).unwrap();
        let (provider, _app, mut browser) = application(&spec("google"), recorded).await;
        provider.misbehave(*mischief);
        let (page, session) = session_after(&mut browser, "google").await;
        assert_eq!(session, Value::Null, "{mischief:?} {page:?}");
        provider.behave();
        let (_, session) = session_after(&mut browser, "google").await;
        assert!(session["user"].is_object(), "{mischief:?}");
    }
}

#[tokio::test]
async fn a_script_signs_in_and_out_as_a_front_end_does() {
    let (_, text) = golden("github").remove(0);
    let recorded = Recorded::from_json(&text).unwrap();
    let (_provider, _app, mut browser) = application(&spec("github"), recorded).await;
    let url = browser
        .sign_in_by_script(BASE, "github", BASE)
        .await
        .unwrap();
    assert_eq!(url.host_str(), Some("github.com"));
    browser.get(url.as_str()).await.unwrap();
    assert!(browser.session(BASE).await.unwrap()["user"].is_object());
    browser.sign_out(BASE).await.unwrap();
    assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
}
