//! What a provider says of people's rights, and users whom the operator keeps out.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use authcore::{
    Auth, AuthBuilder,
    adapter::Adapter,
    clock::Clock,
    config::{Env, FieldSync, ProfileSync},
    hooks::{Admission, Entry, HookError, Hooks},
    model::{AccountKey, NewAccount, User, UserChanges, UserId},
    provider::{OAuth, ProviderKind},
};
use authcore_sqlite::{Schema, SqliteAdapter};
use authcore_testing::{identity::Person, memory::MemoryAdapter};
use serde_json::{Value, json};

use crate::world::{BASE, ISSUER, SECRET, SITE, Store, World, client, failure, sqlite};

/// An OpenID provider whose people are in groups.
const COMPANY: &str = r#"
    id = "company"
    name = "Company"
    protocol = "oidc"
    issuer = "https://login.example.net"

    [profile.extra]
    groups = "/groups"
    plan = "/plan"
"#;

fn company() -> OAuth {
    let company = OAuth::from_toml(COMPANY).client_id("company-client");
    company.client_secret("company-secret")
}

struct Stage {
    world: World,
    adapter: Arc<dyn Adapter>,
}

async fn stores() -> [Arc<dyn Adapter>; 2] {
    [Arc::new(MemoryAdapter::new()), Arc::new(sqlite().await)]
}

impl Stage {
    async fn new(
        adapter: Arc<dyn Adapter>,
        change: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let store = Store::Shared(Arc::clone(&adapter));
        let world = World::new(store, |builder| change(builder.provider(company()))).await;
        world.op.register(client("company"));
        Self { world, adapter }
    }

    /// From now on the company says this of Ada.
    fn says(&self, of_ada: Value) {
        let mut answer = json!({"sub": "3"});
        let answer_of = answer.as_object_mut().unwrap();
        answer_of.extend(of_ada.as_object().unwrap().clone());
        let ada = Person::new("ada", "3").answering(answer);
        self.world.op.add_person(ada);
    }

    async fn user(&self, provider: &str, login: &str) -> User {
        let mut browser = self.world.signed_in(provider, login).await;
        let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
        let id = UserId::new(me.json().unwrap()["user"]["id"].as_str().unwrap());
        self.adapter.user(&id).await.unwrap().unwrap()
    }

    async fn extra(&self) -> Value {
        Value::Object(self.user("company", "ada").await.extra)
    }
}

#[tokio::test]
async fn a_right_that_the_provider_takes_back_is_gone_at_the_next_sign_in() {
    for adapter in stores().await {
        let stage = Stage::new(adapter, |builder| builder).await;
        stage.says(json!({"groups": ["admin"], "plan": "gold"}));
        let there = json!({"groups": ["admin"], "plan": "gold"});
        assert_eq!(stage.extra().await, there);
        stage.says(json!({"groups": ["reader"], "plan": "gold"}));
        let there = json!({"groups": ["reader"], "plan": "gold"});
        assert_eq!(stage.extra().await, there);
        // Not said at all, or said to be nothing.
        stage.says(json!({"groups": null}));
        assert_eq!(stage.extra().await, json!({}));
        stage.says(json!({"groups": []}));
        assert_eq!(stage.extra().await, json!({"groups": []}));
    }
}

#[tokio::test]
async fn the_applications_own_fields_outlive_every_sign_in() {
    for adapter in stores().await {
        let hooks = Writes(Arc::clone(&adapter), Arc::default());
        let stage = Stage::new(adapter, |builder| builder.hooks(hooks)).await;
        stage.says(json!({"groups": ["admin"]}));
        let ada = stage.user("company", "ada").await;
        let mut extra = ada.extra.clone();
        extra.insert("notes".into(), json!({"seen": true}));
        let changes = UserChanges {
            extra: Some(extra),
            ..UserChanges::default()
        };
        stage.adapter.update_user(&ada.id, changes).await.unwrap();
        // The hook of the second visit writes a field between the reading and the writing of the row.
        stage.says(json!({"groups": ["reader"], "notes": "of the provider", "visits": 99}));
        let there = json!({"groups": ["reader"], "notes": {"seen": true}, "visits": 1});
        assert_eq!(stage.extra().await, there);
        stage.says(json!({}));
        let there = json!({"notes": {"seen": true}, "visits": 2});
        assert_eq!(stage.extra().await, there);
    }
}

/// Counts visits in a field of its own.
struct Writes(Arc<dyn Adapter>, Arc<Mutex<u32>>);

#[async_trait]
impl Hooks for Writes {
    async fn sign_in(&self, entry: &Entry<'_>) -> Result<Admission, HookError> {
        if let Some(user) = entry.user {
            let visits = {
                let mut visits = self.1.lock().unwrap();
                *visits += 1;
                *visits
            };
            let mut extra = user.extra.clone();
            extra.insert("visits".into(), visits.into());
            let changes = UserChanges {
                extra: Some(extra),
                ..UserChanges::default()
            };
            let updated = self.0.update_user(&user.id, changes).await;
            updated.map_err(|error| HookError(error.into()))?;
        }
        Ok(Admission::Allow)
    }
}

#[tokio::test]
async fn each_field_follows_the_provider_as_the_application_says() {
    let change = |builder: AuthBuilder| {
        let builder = builder.sync_field("groups", FieldSync::Once);
        let builder = builder.sync_field("plan", FieldSync::Never);
        builder.sync_field("name", FieldSync::EverySignIn)
    };
    for adapter in stores().await {
        let stage = Stage::new(adapter, change).await;
        let first = json!({"groups": ["admin"], "plan": "gold", "name": "Ada",
                           "picture": "https://p.example.org/1"});
        stage.says(first);
        assert_eq!(stage.extra().await, json!({"groups": ["admin"]}));
        stage.says(json!({"groups": [], "plan": "lead", "name": "Ada Lovelace",
                          "picture": "https://p.example.org/2"}));
        let ada = stage.user("company", "ada").await;
        assert_eq!(Value::Object(ada.extra), json!({"groups": ["admin"]}));
        let shown = (ada.name.as_deref(), ada.image.as_deref());
        let there = (Some("Ada Lovelace"), Some("https://p.example.org/1"));
        assert_eq!(shown, there, "the picture once, as in Auth.js");
        stage.says(json!({}));
        let ada = stage.user("company", "ada").await;
        assert_eq!(ada.name.as_deref(), Some("Ada Lovelace"), "a missing name");
    }
}

#[tokio::test]
async fn one_field_can_differ_from_profile_sync() {
    let change = |builder: AuthBuilder| {
        let builder = builder.profile_sync(ProfileSync::AtEverySignIn);
        builder.sync_field("name", FieldSync::Never)
    };
    let adapter: Arc<dyn Adapter> = Arc::new(MemoryAdapter::new());
    let stage = Stage::new(adapter, change).await;
    for picture in ["https://p.example.org/1", "https://p.example.org/2"] {
        stage.says(json!({"name": "Ada", "picture": picture}));
        let ada = stage.user("company", "ada").await;
        assert_eq!((ada.name, ada.image.as_deref()), (None, Some(picture)));
    }
}

#[test]
fn a_field_that_follows_no_setting_is_a_mistake() {
    for field in ["email", "email_verified", "id", "picture"] {
        let builder = Auth::builder().env(Env::none()).url(BASE).secret(SECRET);
        let builder = builder.sync_field(field, FieldSync::EverySignIn);
        let problems = builder.build().err().unwrap();
        assert_eq!(problems.list()[0].code, "field_fixed", "{problems}");
        assert!(problems.to_string().contains(field));
    }
}

#[tokio::test]
async fn a_disabled_user_is_kept_out_whichever_way_they_come() {
    let trusting = || {
        authcore_providers::oidc::provider()
            .id("trusting")
            .issuer(ISSUER)
            .client_id("trusting-client")
            .client_secret("trusting-secret")
            .dangerous()
            .link_by_verified_email()
    };
    for adapter in stores().await {
        let stage = Stage::new(adapter, |builder| builder.provider(trusting())).await;
        let world = &stage.world;
        world.op.register(client("trusting"));
        let ada = stage.user("wikimedia", "ada").await;
        let key: AccountKey = "company/3".parse().unwrap();
        let second = NewAccount::new(key, ProviderKind::Oidc);
        stage.adapter.link_account(&ada.id, second).await.unwrap();
        let disable = async |at| {
            let changes = UserChanges {
                disabled_at: Some(at),
                ..UserChanges::default()
            };
            stage.adapter.update_user(&ada.id, changes).await.unwrap();
        };
        disable(Some(world.clock.now())).await;
        let before = stage.adapter.accounts(&ada.id).await.unwrap();
        // With the account that they made, with another of theirs, and by an address that would link.
        for provider in ["wikimedia", "company", "trusting"] {
            let mut browser = world.browser();
            let page = browser.sign_in_with(BASE, provider, "ada").await.unwrap();
            let (error, code) = failure(&page);
            let told = (page.status.as_u16(), error.as_str(), code.as_str());
            assert_eq!(told, (403, "AccessDenied", "user_disabled"), "{provider}");
            assert!(page.text().contains("disabled"), "{}", page.text());
            assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
        }
        assert_eq!(stage.adapter.accounts(&ada.id).await.unwrap(), before);
        disable(None).await;
        assert_eq!(stage.user("wikimedia", "ada").await.id, ada.id);
    }
}

#[tokio::test]
async fn a_store_without_a_place_for_fields_keeps_nobody_out() {
    let adapter = SqliteAdapter::builder()
        .schema(Schema::authjs())
        .connect("sqlite::memory:")
        .await
        .unwrap();
    let stage = Stage::new(Arc::new(adapter), |builder| builder).await;
    for groups in [json!(["admin"]), json!(["reader"])] {
        stage.says(json!({ "groups": groups }));
        assert_eq!(stage.extra().await, json!({}));
    }
}
