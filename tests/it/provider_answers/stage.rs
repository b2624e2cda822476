//! This file sets the stage: an application with one provider of a file of its own, the server that the
//! file describes, and what the application is told of whoever comes.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use authcore::{
    AccessTokenError, Auth,
    config::Env,
    hooks::{Admission, Entry, HookError, Hooks},
    model::{ProviderId, UserId},
    provider::{OAuth, Profile},
};
use authcore_testing::{
    browser::{Browser, Page},
    clock::SettableClock,
    identity::{Client, LocalProvider, LocalProviderBuilder, LocalTransport, Person, Persona},
};
use serde_json::Value;

use crate::world::{BASE, SECRET, SITE, failure, serve, sqlite};

pub(crate) const ISSUER: &str = "https://id.example.net";

pub(crate) const OPENID: &str = r#"
id = "acme"
name = "Acme"
protocol = "oidc"
issuer = "https://id.example.net"
"#;

/// The profile of whoever came last.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Option<Profile>>>);

#[async_trait]
impl Hooks for Seen {
    async fn sign_in(&self, entry: &Entry<'_>) -> Result<Admission, HookError> {
        *self.0.lock().unwrap() = Some(entry.proof.profile.clone());
        Ok(Admission::Allow)
    }
}

pub(crate) struct Stage {
    pub(crate) provider: LocalProvider,
    pub(crate) clock: SettableClock,
    pub(crate) auth: Auth,
    browser: Browser,
    seen: Seen,
}

/// An OpenID provider with one person, who is like this.
pub(crate) fn openid(claims: Value) -> LocalProviderBuilder {
    LocalProvider::standing_in(Persona::OpenId)
        .issuer(ISSUER)
        .person(Person::new("ada", "7").answering(claims))
        .visitor_is("ada")
}

impl Stage {
    pub(crate) async fn new(file: &str, provider: LocalProviderBuilder) -> Self {
        Self::of(
            OAuth::from_toml(file)
                .client_id("acme-client")
                .client_secret("acme-secret"),
            provider,
        )
        .await
    }

    pub(crate) async fn of(plugged_in: OAuth, provider: LocalProviderBuilder) -> Self {
        let clock = SettableClock::stopped_now();
        let client = Client::new("acme-client", "acme-secret");
        let provider = provider
            .client(client.redirect_uri(format!("{BASE}/callback/acme")))
            .clock(clock.clone())
            .start()
            .await
            .unwrap();
        let seen = Seen::default();
        let auth = Auth::builder()
            .env(Env::none())
            .url(BASE)
            .secret(SECRET)
            .clock(clock.clone())
            .adapter(sqlite().await)
            .transport(LocalTransport::new(provider.hosts()))
            .hooks(seen.clone())
            .provider(plugged_in)
            .build()
            .unwrap();
        let hosts = provider.hosts().and(&serve(SITE, auth.clone()).await);
        Self {
            browser: Browser::with_clock(hosts, clock.clone()),
            provider,
            clock,
            auth,
            seen,
        }
    }

    /// What a sign-in ends with: the profile that the application was shown, or a code.
    pub(crate) async fn sign_in(&mut self) -> Result<Profile, String> {
        *self.seen.0.lock().unwrap() = None;
        self.browser.clear_cookies();
        let page: Page = self.browser.press_sign_in(BASE, "acme").await.unwrap();
        let code = failure(&page).1;
        let seen = self.seen.0.lock().unwrap().clone();
        match (seen, code.is_empty()) {
            (Some(profile), true) => {
                let session = self.browser.session(BASE).await.unwrap();
                assert!(session.is_object(), "{} {}", page.url, page.text());
                Ok(profile)
            }
            (None, true) => panic!("{} {}", page.url, page.text()),
            (_, false) => {
                let session = self.browser.session(BASE).await.unwrap();
                assert!(session.is_null(), "{code}");
                Err(code)
            }
        }
    }

    pub(crate) async fn session(&mut self) -> Value {
        self.browser.session(BASE).await.unwrap()
    }

    pub(crate) fn later(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// The access token that the application is given now.
    pub(crate) async fn token(&mut self) -> Result<String, AccessTokenError> {
        let me = self.browser.fetch(&format!("{SITE}/me")).await.unwrap();
        let user = UserId::new(me.json().unwrap()["user"]["id"].as_str().unwrap());
        let acme = ProviderId::new("acme").unwrap();
        let token = self.auth.access_token(&user, &acme).await?;
        Ok(token.token.expose().to_owned())
    }
}

/// The address and whether the provider vouches for it.
pub(crate) fn address(profile: &Profile) -> Option<(String, bool)> {
    let email = profile.email.as_ref()?;
    Some((email.address.to_string(), email.verified))
}
