//! Another server under the same provider id over the same database, and a server that moved.

use std::sync::Arc;

use authcore::{
    AccessTokenError, Auth, AuthBuilder,
    adapter::Adapter,
    clock::Clock,
    config::Env,
    model::{AccountKey, NewAccount, NewUser, ProviderId, TokenSet, UserId},
    provider::{OAuth, ProviderKind},
};
use authcore_testing::{
    browser::{Browser, Page},
    clock::SettableClock,
    hosts::Hosts,
    identity::{Endpoint, LocalProvider, LocalTransport, Person, Persona},
    log,
    memory::MemoryAdapter,
};
use serde_json::Value;

use crate::world::{BASE, SECRET, SITE, client, failure, serve, sqlite};

/// What the provider `hub` is.
#[derive(Debug, Clone, Copy)]
enum Kind {
    OpenId,
    Wiki,
}

const OLD: &str = "https://old.example.net";
const NEW: &str = "https://new.example.net";

impl Kind {
    /// How the server is called in the database.
    fn authority(self, server: &str) -> String {
        match self {
            Self::OpenId => server.to_owned(),
            Self::Wiki => format!("{server}/w/rest.php"),
        }
    }

    fn provider(self, id: &str, server: &str) -> OAuth {
        let authority = self.authority(server);
        let provider = match self {
            Self::OpenId => authcore_providers::oidc::provider().issuer(authority),
            Self::Wiki => authcore_providers::mediawiki::provider().variable("rest_url", authority),
        };
        let provider = provider.id(id).client_id(format!("{id}-client"));
        provider.client_secret(format!("{id}-secret"))
    }

    async fn start(self, id: &str, server: &str, clock: &SettableClock) -> LocalProvider {
        let provider = match self {
            Self::OpenId => LocalProvider::standing_in(Persona::OpenId).issuer(server),
            Self::Wiki => LocalProvider::standing_in(Persona::MediaWiki).origin(server),
        };
        let provider = provider.clock(clock.clone()).client(client(id));
        provider.start().await.unwrap()
    }
}

async fn stores() -> Vec<Arc<dyn Adapter>> {
    vec![Arc::new(MemoryAdapter::new()), Arc::new(sqlite().await)]
}

/// The application as it is configured at one time.
struct App {
    id: &'static str,
    auth: Auth,
    server: LocalProvider,
    clock: SettableClock,
    hosts: Hosts,
}

impl App {
    async fn at(kind: Kind, id: &'static str, server: &str, adapter: &Arc<dyn Adapter>) -> Self {
        Self::with(kind, id, server, adapter, |builder| builder).await
    }

    async fn with(
        kind: Kind,
        id: &'static str,
        server: &str,
        adapter: &Arc<dyn Adapter>,
        change: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let clock = SettableClock::stopped_now();
        let running = kind.start(id, server, &clock).await;
        let builder = builder(kind, id, server)
            .clock(clock.clone())
            .transport(LocalTransport::new(running.hosts()))
            .shared_adapter(Arc::clone(adapter));
        let auth = change(builder).build().unwrap();
        let hosts = running.hosts().and(&serve(SITE, auth.clone()).await);
        Self {
            id,
            auth,
            server: running,
            clock,
            hosts,
        }
    }

    fn browser(&self) -> Browser {
        Browser::with_clock(self.hosts.clone(), self.clock.clone())
    }

    async fn sign_in(&self, login: &str) -> (Browser, Page) {
        let mut browser = self.browser();
        let page = browser.sign_in_with(BASE, self.id, login).await.unwrap();
        (browser, page)
    }

    /// Signs somebody in and says which user they are.
    async fn user(&self, login: &str) -> UserId {
        let (mut browser, page) = self.sign_in(login).await;
        assert_eq!(page.url.path(), "/", "{} {}", page.url, page.text());
        let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
        UserId::new(me.json().unwrap()["user"]["id"].as_str().unwrap())
    }

    async fn refuses(&self, login: &str) -> Page {
        let (mut browser, page) = self.sign_in(login).await;
        let told = (page.status.as_u16(), failure(&page));
        let expected = ("Configuration".to_owned(), "authority_changed".to_owned());
        assert_eq!(told, (403, expected), "{} {}", page.url, page.text());
        assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
        page
    }
}

fn builder(kind: Kind, id: &str, server: &str) -> AuthBuilder {
    Auth::builder()
        .env(Env::none())
        .url(BASE)
        .secret(SECRET)
        .user_agent("whole-logins/1.0 (https://app.example.org)")
        .provider(kind.provider(id, server))
}

fn account(provider: &str, subject: &str) -> AccountKey {
    format!("{provider}/{subject}").parse().unwrap()
}

async fn authority(adapter: &Arc<dyn Adapter>, account: &AccountKey) -> Option<String> {
    let owner = adapter.account_owner(account).await.unwrap();
    owner.unwrap().authority
}

#[tokio::test]
async fn another_server_under_the_same_id_lets_nobody_in_as_people_of_the_one_before() {
    for adapter in stores().await {
        another_server(adapter).await;
    }
    for adapter in stores().await {
        other_people(Kind::Wiki, "wiki", &adapter).await;
    }
}

pub(crate) async fn another_server(adapter: Arc<dyn Adapter>) {
    other_people(Kind::OpenId, "hub", &adapter).await;
}

async fn other_people(kind: Kind, id: &'static str, adapter: &Arc<dyn Adapter>) {
    let before = App::at(kind, id, OLD, adapter).await;
    let ada = before.user("ada").await;
    let tokens = adapter.accounts(&ada).await.unwrap();

    let after = App::at(kind, id, NEW, adapter).await;
    let page = after.refuses("ada").await;
    assert!(page.text().contains("has changed"), "{}", page.text());
    assert!(!page.source().contains("example.net"), "{}", page.source());
    assert_eq!(adapter.accounts(&ada).await.unwrap(), tokens, "{kind:?}");
    let key = |subject| account(id, subject);
    assert_eq!(
        authority(adapter, &key("3")).await,
        Some(kind.authority(OLD))
    );

    // Those who were never there are new people, of the new server.
    let other = after.user("nomail").await;
    assert_ne!(other, ada);
    assert_eq!(
        authority(adapter, &key("4")).await,
        Some(kind.authority(NEW))
    );
    assert_eq!(before.user("ada").await, ada, "the old server still speaks");
    before.refuses("nomail").await;
}

#[tokio::test]
async fn a_server_that_moved_by_the_operators_word_keeps_its_people() {
    for adapter in stores().await {
        moved_server(adapter).await;
    }
}

pub(crate) async fn moved_server(adapter: Arc<dyn Adapter>) {
    let kind = Kind::Wiki;
    let before = App::at(kind, "hub", OLD, &adapter).await;
    let ada = before.user("ada").await;
    let umlaut = before.user("umlaut").await;
    let (old, new) = (kind.authority(OLD), kind.authority(NEW));
    let moved = App::with(kind, "hub", NEW, &adapter, |builder| {
        let builder = builder.moved_authority("hub", "https://older.example.net", &old);
        builder.moved_authority("hub", &old, &new)
    });
    let moved = moved.await;
    assert_eq!(moved.user("ada").await, ada);
    let stored = authority(&adapter, &account("hub", "3")).await;
    assert_eq!(stored, Some(new.clone()));
    let stored = authority(&adapter, &account("hub", "5")).await;
    assert_eq!(stored, Some(old), "not seen yet");
    before.refuses("ada").await;

    let later = App::at(kind, "hub", NEW, &adapter).await;
    assert_eq!(later.user("ada").await, ada, "the setting is done with");
    later.refuses("umlaut").await;
    assert_eq!(moved.user("umlaut").await, umlaut);
}

#[tokio::test]
async fn an_account_that_was_stored_without_an_authority_takes_it_at_its_next_sign_in() {
    for adapter in stores().await {
        let user = adapter.create_user(NewUser::default()).await.unwrap();
        let adopted = NewAccount::new(account("hub", "3"), ProviderKind::Oidc);
        adapter.link_account(&user.id, adopted).await.unwrap();
        let app = App::at(Kind::OpenId, "hub", OLD, &adapter).await;
        assert_eq!(app.user("ada").await, user.id);
        let stored = authority(&adapter, &account("hub", "3")).await;
        assert_eq!(stored.as_deref(), Some(OLD));
        let other = App::at(Kind::OpenId, "hub", NEW, &adapter).await;
        other.refuses("ada").await;
    }
}

#[tokio::test]
async fn a_refresh_token_of_one_server_is_not_sent_to_another() {
    for adapter in stores().await {
        let before = App::at(Kind::OpenId, "hub", OLD, &adapter).await;
        let ada = before.user("ada").await;
        let stored = adapter.accounts(&ada).await.unwrap().remove(0);
        let ended = TokenSet {
            expires_at: Some(before.clock.now()),
            ..stored.tokens
        };
        assert!(ended.refresh_token.is_some());
        adapter.update_tokens(&stored.key, ended).await.unwrap();
        let after = App::at(Kind::OpenId, "hub", NEW, &adapter).await;
        let hub = ProviderId::new("hub").unwrap();
        let refused = after.auth.access_token(&ada, &hub).await;
        assert_eq!(refused.unwrap_err(), AccessTokenError::NoProvider);
        assert_eq!(after.server.count(Endpoint::Token), 0);
        assert!(before.auth.access_token(&ada, &hub).await.is_ok());
    }
}

#[tokio::test]
async fn the_log_names_both_servers_and_what_to_do() {
    let adapter: Arc<dyn Adapter> = Arc::new(MemoryAdapter::new());
    App::at(Kind::OpenId, "hub", OLD, &adapter)
        .await
        .user("ada")
        .await;
    let after = App::at(Kind::OpenId, "hub", NEW, &adapter).await;
    let log = log::listen();
    after.refuses("ada").await;
    let log = log.text();
    for said in [
        "stored=\"https://old.example.net\"",
        "configured=\"https://new.example.net\"",
        "provider=hub",
        "authcore accounts move-authority",
    ] {
        assert!(log.contains(said), "{said}: {log}");
    }
}

#[test]
fn a_move_that_would_have_no_effect_is_a_mistake() {
    for (provider, from, to, said) in [
        ("hbu", OLD, NEW, "no provider has this id"),
        ("hub", NEW, OLD, "it is at `https://new.example.net`"),
        (
            "hub",
            OLD,
            "https://new.example.net/",
            "it is at `https://new.example.net`",
        ),
    ] {
        let builder = builder(Kind::OpenId, "hub", NEW).moved_authority(provider, from, to);
        let problems = builder.build().err().unwrap();
        let found = problems
            .list()
            .iter()
            .find(|it| it.code == "authority_moved");
        assert!(found.unwrap().what.contains(said), "{problems}");
    }
}

#[tokio::test]
async fn a_person_of_the_new_server_is_refused_whatever_their_answer_says_beside_the_subject() {
    let adapter: Arc<dyn Adapter> = Arc::new(MemoryAdapter::new());
    App::at(Kind::OpenId, "hub", OLD, &adapter)
        .await
        .user("ada")
        .await;
    let after = App::at(Kind::OpenId, "hub", NEW, &adapter).await;
    let mallory = serde_json::json!({
        "sub": "3", "name": "Ada", "email": "ada@example.org", "email_verified": true,
        "authority": OLD, "iss_old": OLD,
    });
    let mallory = Person::new("mallory", "3").answering(mallory);
    after.server.add_person(mallory);
    after.refuses("mallory").await;
}
