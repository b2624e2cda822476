//! Addresses that were shown to be somebody's, and addresses that were only written down.

use std::sync::Arc;

use authcore::{
    adapter::Adapter,
    model::{Email, User, UserChanges, UserId},
    provider::OAuth,
};
use authcore_testing::{
    browser::{Browser, Page},
    identity::Person,
    memory::MemoryAdapter,
};
use serde_json::Value;

use crate::world::{BASE, ISSUER, SITE, Store, World, client, failure, sqlite};

const ADA: &str = "ada@example.org";

struct Stage {
    world: World,
    adapter: Arc<dyn Adapter>,
}

async fn stores() -> [Arc<dyn Adapter>; 2] {
    [Arc::new(MemoryAdapter::new()), Arc::new(sqlite().await)]
}

async fn stages() -> Vec<Stage> {
    let mut stages = Vec::new();
    for adapter in stores().await {
        stages.push(Stage::new(adapter).await);
    }
    stages
}

/// The same OpenID provider once more, where linking by address was dangerously allowed.
fn trusting() -> OAuth {
    authcore_providers::oidc::provider()
        .id("trusting")
        .issuer(ISSUER)
        .client_id("trusting-client")
        .client_secret("trusting-secret")
        .dangerous()
        .link_by_verified_email()
}

impl Stage {
    async fn new(adapter: Arc<dyn Adapter>) -> Self {
        let store = Store::Shared(Arc::clone(&adapter));
        let world = World::new(store, |builder| builder.provider(trusting())).await;
        world.op.register(client("trusting"));
        Self { world, adapter }
    }

    async fn sign_in(&self, provider: &str, login: &str) -> (Browser, Page) {
        let mut browser = self.world.browser();
        let page = browser.sign_in_with(BASE, provider, login).await.unwrap();
        (browser, page)
    }

    /// Signs somebody in and gives the user as stored.
    async fn user(&self, provider: &str, login: &str) -> User {
        let (mut browser, page) = self.sign_in(provider, login).await;
        assert_eq!(page.url.path(), "/", "{} {}", page.url, page.text());
        let me = me(&mut browser).await;
        let id = UserId::new(me["id"].as_str().unwrap());
        self.adapter.user(&id).await.unwrap().unwrap()
    }

    async fn refused(&self, provider: &str, login: &str) {
        let (mut browser, page) = self.sign_in(provider, login).await;
        let (error, code) = failure(&page);
        let told = (error.as_str(), code.as_str());
        assert_eq!(told, ("OAuthAccountNotLinked", "account_not_linked"));
        assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
    }

    /// Somebody who wrote an address into their account at the OpenID provider, which did not check it.
    fn writes(&self, login: &str, subject: &str, address: &str) {
        let person = Person::new(login, subject).unverified_email(address);
        self.world.op.add_person(person);
    }
}

async fn me(browser: &mut Browser) -> Value {
    let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
    me.json().unwrap()["user"].clone()
}

fn address(text: &str) -> Option<Email> {
    Some(Email::parse(text).unwrap())
}

#[tokio::test]
async fn an_unverified_address_is_answered_alike_whether_it_is_registered_or_free() {
    for adapter in stores().await {
        answered_alike(adapter).await;
    }
}

pub(crate) async fn answered_alike(adapter: Arc<dyn Adapter>) {
    let stage = Stage::new(adapter).await;
    let ada = stage.user("wikimedia", "ada").await;
    assert_eq!(ada.email, address(ADA));
    for provider in ["oidc", "trusting"] {
        let mut told = Vec::new();
        for (login, subject, written) in
            [("mallory", "66", ADA), ("guess", "67", "free@example.org")]
        {
            stage.writes(login, subject, written);
            let (mut browser, page) = stage.sign_in(provider, login).await;
            let me = me(&mut browser).await;
            assert_eq!(me["email"], written);
            assert_eq!(me["email_verified"], false, "{me}");
            let id = UserId::new(me["id"].as_str().unwrap());
            assert_ne!(id, ada.id);
            let user = stage.adapter.user(&id).await.unwrap().unwrap();
            let stored = (user.email, user.email_verified, user.unverified_email);
            assert_eq!(stored, (None, None, address(written)));
            told.push((page.status, page.url.to_string()));
        }
        assert_eq!(told[0], told[1], "{provider}");
    }
    let (mut browser, _) = stage.sign_in("wikimedia", "ada").await;
    let me = me(&mut browser).await;
    let shown = (me["email"].as_str(), me["email_verified"].as_bool());
    assert_eq!(shown, (Some(ADA), Some(true)));
}

#[tokio::test]
async fn whoever_wrote_an_address_first_keeps_its_owner_neither_out_nor_in() {
    for stage in stages().await {
        for (login, subject) in [("mallory", "66"), ("another", "67")] {
            stage.writes(login, subject, ADA);
            stage.user("oidc", login).await;
        }
        let mallory = stage.user("oidc", "mallory").await;
        let ada = stage.user("wikimedia", "ada").await;
        assert_ne!(ada.id, mallory.id);
        assert_eq!(ada.email, address(ADA));
        assert!(ada.email_verified.is_some());
        let found = stage.adapter.user_by_email(&address(ADA).unwrap()).await;
        assert_eq!(found.unwrap().map(|user| user.id), Some(ada.id));
        let again = stage.user("oidc", "mallory").await;
        assert_eq!((again.id, again.email), (mallory.id, None));
    }
}

#[tokio::test]
async fn linking_by_address_needs_a_proof_on_both_sides() {
    for stage in stages().await {
        stage.writes("mallory", "66", ADA);
        let mallory = stage.user("oidc", "mallory").await;
        // The same provider vouches for her: nobody has shown the address to be theirs before.
        let ada = stage.user("trusting", "ada").await;
        assert_ne!(
            ada.id, mallory.id,
            "joined to whoever wrote the address first"
        );
        let at_the_wiki = stage.sign_in("wikimedia", "ada").await.1;
        assert_eq!(failure(&at_the_wiki).1, "account_not_linked");
    }
    for stage in stages().await {
        let ada = stage.user("wikimedia", "ada").await;
        assert_eq!(
            stage.user("trusting", "ada").await.id,
            ada.id,
            "both verified"
        );
    }
}

#[tokio::test]
async fn an_address_that_another_user_has_shown_to_be_theirs_is_refused() {
    for stage in stages().await {
        let ada = stage.user("wikimedia", "ada").await;
        stage.refused("oidc", "ada").await;
        let changes = UserChanges {
            disabled_at: Some(ada.email_verified),
            ..UserChanges::default()
        };
        stage.adapter.update_user(&ada.id, changes).await.unwrap();
        stage.refused("oidc", "ada").await;
    }
}

#[tokio::test]
async fn an_address_becomes_verified_when_its_provider_says_so_unless_another_has_it() {
    for adapter in stores().await {
        becomes_verified(adapter).await;
    }
}

pub(crate) async fn becomes_verified(adapter: Arc<dyn Adapter>) {
    let stage = Stage::new(adapter).await;
    stage.writes("bob", "70", "bob@example.org");
    stage.writes("eve", "71", ADA);
    let bob = stage.user("oidc", "bob").await;
    let eve = stage.user("oidc", "eve").await;
    stage.user("wikimedia", "ada").await;
    let op = &stage.world.op;
    op.add_person(Person::new("bob", "70").verified_email("bob@example.org"));
    op.add_person(Person::new("eve", "71").verified_email(ADA));

    let now = stage.user("oidc", "bob").await;
    assert_eq!((now.id, now.email), (bob.id, address("bob@example.org")));
    assert!(now.email_verified.is_some() && now.unverified_email.is_none());
    let still = stage.user("oidc", "eve").await;
    assert_eq!((still.id, still.email), (eve.id, None), "Ada has it");
    assert_eq!(still.unverified_email, address(ADA));

    // Another address than their own is not taken over.
    op.add_person(Person::new("bob", "70").verified_email("robert@example.org"));
    let later = stage.user("oidc", "bob").await;
    assert_eq!(later.email, address("bob@example.org"));
    stage.writes("bob", "70", "bob@example.org");
    let later = stage.user("oidc", "bob").await;
    assert_eq!(
        later.email_verified, now.email_verified,
        "it stays verified"
    );
}
