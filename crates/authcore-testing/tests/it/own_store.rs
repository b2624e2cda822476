//! This file signs in with a provider of an application's own that needs a store: the magic link of the
//! book. It shows that a provider is given the stores of the adapter at both ends of an attempt, and
//! that a link works once, and only in the browser that asked for it.

mod magic_link;

use std::sync::{Arc, Mutex};

use authcore::{
    Auth,
    adapter::Adapter,
    config::{AuthBuilder, Env},
};
use authcore_testing::{
    application::Application,
    browser::{Browser, Page},
    hosts::Hosts,
    memory::MemoryAdapter,
};
use serde_json::Value;

use magic_link::magic_link;

const BASE: &str = "https://app.example.org/api/auth";

/// What was sent, in the order in which it was.
type Sent = Arc<Mutex<Vec<String>>>;

fn builder(sent: &Sent) -> AuthBuilder {
    let sent = sent.clone();
    let send = Arc::new(move |_: &_, link| sent.lock().unwrap().push(link));
    Auth::builder()
        .env(Env::none())
        .url(BASE)
        .secret("a secret of this test, long enough for it")
        .provider(magic_link(send).unwrap())
}

/// Asks for a link to Ada's address, as the form of the sign-in page does.
async fn ask(browser: &mut Browser) -> Page {
    let token = browser.csrf_token(BASE).await.unwrap();
    let fields = [("csrfToken", token.as_str()), ("email", "Ada@Example.org")];
    let url = format!("{BASE}/signin/link");
    browser.post_form(&url, &fields).await.unwrap()
}

#[tokio::test]
async fn a_provider_uses_the_stores_of_the_adapter_in_a_real_login() {
    let (sent, adapter) = (Sent::default(), Arc::new(MemoryAdapter::new()));
    let auth = builder(&sent)
        .shared_adapter(adapter.clone())
        .build()
        .unwrap();
    let app = Application::of(auth).await.unwrap();
    let mut browser = app.browser(&Hosts::new()).unwrap();
    ask(&mut browser).await;
    let link = sent.lock().unwrap().pop().unwrap();

    // Another browser, or a scanner of mail that follows links, uses nothing up.
    let mut stranger = browser.stranger();
    stranger.get(&link).await.unwrap();
    assert_eq!(stranger.session(BASE).await.unwrap(), Value::Null);

    browser.get(&link).await.unwrap();
    let session = browser.session(BASE).await.unwrap();
    assert_eq!(session["user"]["email"], "ada@example.org");
    // Nothing is left of it.
    let tokens = adapter.verifications().unwrap();
    let left = tokens.delete_verifications("ada@example.org").await;
    assert_eq!(left.unwrap(), 0);
}

#[tokio::test]
async fn a_token_of_another_attempt_proves_nothing() {
    let sent = Sent::default();
    let adapter = MemoryAdapter::new();
    let auth = builder(&sent).adapter(adapter).build().unwrap();
    let app = Application::of(auth).await.unwrap();
    let mut browser = app.browser(&Hosts::new()).unwrap();
    ask(&mut browser).await;
    let link = sent.lock().unwrap().pop().unwrap();
    let (start, token) = link.rsplit_once('=').unwrap();
    let wrong = format!("{start}={}", token.to_ascii_lowercase());
    assert_ne!(wrong, link);
    browser.get(&wrong).await.unwrap();
    assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
}

#[test]
fn the_provider_of_the_book_is_the_one_that_is_tried_here() {
    let tried = include_str!("own_store/magic_link.rs").replace("pub(crate) ", "");
    let (_, tried) = tried.split_once("\n\n").unwrap();
    let book = include_str!("../../../../docs/providers.md");
    assert!(book.contains(tried), "docs/providers.md shows another one");
}
