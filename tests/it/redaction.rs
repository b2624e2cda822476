//! This file reads every line that whole logins and failures write to the log, at the loudest level,
//! and looks for what must not be there.

use std::{
    io,
    sync::{Arc, Mutex},
};

use authcore::adapter::Adapter;
use authcore_testing::identity::{Endpoint, Mischief};
use tracing_subscriber::fmt::MakeWriter;
use url::Url;

use crate::world::{
    BASE, SECRET, SESSION, SITE, Store, World, come_back, failure, sqlite, until_callback,
};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;
    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn redact_no_secret_and_nobodys_data_reaches_the_log() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("trace,hyper=off,hyper_util=off,reqwest=off,sqlx=off,mio=off")
        .with_span_events(tracing_subscriber::fmt::format::FmtSpan::FULL)
        .with_writer(log.clone())
        .finish();
    // For all threads: the tests that run beside this one are read as well.
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let adapter: Arc<dyn Adapter> = Arc::new(sqlite().await);
    let world = World::with(Store::Shared(Arc::clone(&adapter))).await;
    let mut canaries: Vec<String> = [SECRET, "wikimedia-secret", "oidc-secret", "ada@example.org"]
        .map(String::from)
        .to_vec();
    for provider in ["wikimedia", "oidc"] {
        let mut browser = world.browser();
        let login = if provider == "oidc" { "umlaut" } else { "ada" };
        let callback = until_callback(&mut browser, provider, login).await;
        let parameters = Url::parse(&callback).unwrap();
        canaries.extend(
            parameters
                .query_pairs()
                .filter(|(name, _)| name != "iss")
                .map(|(_, value)| value.into_owned()),
        );
        canaries.extend(
            browser
                .cookies(SITE)
                .unwrap()
                .into_iter()
                .map(|cookie| cookie.value),
        );
        come_back(&mut browser, &callback).await;
        canaries.push(browser.cookie(SITE, SESSION).unwrap().unwrap());
        canaries.push(browser.csrf_token(BASE).await.unwrap());
        let me = browser
            .fetch(&format!("{SITE}/me"))
            .await
            .unwrap()
            .json()
            .unwrap();
        let id = authcore::model::UserId::new(me["user"]["id"].as_str().unwrap());
        for account in adapter.accounts(&id).await.unwrap() {
            let tokens = account.tokens;
            for token in [tokens.access_token, tokens.refresh_token, tokens.id_token] {
                canaries.extend(token.map(|token| token.expose().to_owned()));
            }
        }
        for verifier in world.wiki.requests_to(Endpoint::Token) {
            canaries.extend(verifier.field("code_verifier"));
        }
        browser.sign_out(BASE).await.unwrap();
    }
    canaries.extend(tokens_are_lived_with(&world, &*adapter).await);
    let mut references = Vec::new();
    for mischief in [
        Mischief::Html(Endpoint::Token),
        Mischief::ErrorWithSuccessStatus(Endpoint::Token),
        Mischief::Html(Endpoint::Profile),
        Mischief::NoSubject,
    ] {
        world.wiki.misbehave(mischief);
        let page = world
            .browser()
            .sign_in_with(BASE, "wikimedia", "ada")
            .await
            .unwrap();
        assert!(!failure(&page).1.is_empty(), "{mischief:?}");
        references.push(page.query("ref").unwrap());
        world.wiki.behave();
    }

    let text = log.text();
    canaries.retain(|canary| canary.len() > 8);
    assert!(canaries.len() > 15, "{}", canaries.len());
    for canary in &canaries {
        assert!(!text.contains(canary.as_str()), "{canary:?} is in the log");
    }
    for step in [
        "auth{",
        "start",
        "transaction",
        "provider",
        "admit",
        "session",
    ] {
        assert!(text.contains(step), "the log has no span {step}");
    }
    for reference in references {
        let line = text.lines().find(|line| line.contains(&reference)).unwrap();
        assert!(line.contains("callback"), "{line}");
    }
}

/// Refreshes and revokes, well and badly; and says which tokens came by.
async fn tokens_are_lived_with(world: &World, adapter: &dyn Adapter) -> Vec<String> {
    let mut browser = world.signed_in("oidc", "umlaut").await;
    let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
    let me = me.json().unwrap();
    let user = authcore::model::UserId::new(me["user"]["id"].as_str().unwrap());
    let oidc = authcore::model::ProviderId::new("oidc").unwrap();
    let mut canaries = Vec::new();
    for mischief in [
        None,
        Some(Mischief::Html(Endpoint::Token)),
        Some(Mischief::ErrorWithSuccessStatus(Endpoint::Token)),
        Some(Mischief::IdTokenOtherSubject),
        None,
    ] {
        mischief.into_iter().for_each(|it| world.op.misbehave(it));
        world.clock.advance(std::time::Duration::from_secs(14_400));
        let found = world.auth.access_token(&user, &oidc).await;
        let printed = format!("{found:?}");
        world.op.behave();
        let accounts = adapter.accounts(&user).await.unwrap();
        let tokens = accounts.into_iter().map(|it| it.tokens);
        for tokens in tokens {
            for token in [tokens.access_token, tokens.refresh_token, tokens.id_token] {
                canaries.extend(token.map(|token| token.expose().to_owned()));
            }
        }
        for canary in &canaries {
            assert!(!printed.contains(canary), "{canary:?} in {printed}");
        }
    }
    assert!(world.auth.delete_user(&user).await.unwrap());
    world.op.misbehave(Mischief::Html(Endpoint::Revocation));
    world.op.misbehave(Mischief::RevokesNoAccessToken);
    world.clock.advance(std::time::Duration::from_secs(60));
    let done = world.auth.revoke_due_tokens(10).await.unwrap();
    assert_eq!(done.total(), 1);
    world.op.behave();
    canaries
}
