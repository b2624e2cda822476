//! This file lets an application have its say, and shows that it is heard.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use authcore::{
    config::{CustomPage, CustomPages, ProfileSync, SessionKind},
    hooks::{Admission, ClaimsDecision, ClaimsMoment, Entry, Event, HookError, Hooks},
    model::JsonMap,
    session::ActiveSession,
};
use authcore_testing::{browser::Browser, identity::Person};
use http::Method;
use serde_json::{Value, json};

use crate::world::{BASE, ISSUER, SITE, Store, World, client, failure};

/// Says what a test tells it to, and writes down what happened.
#[derive(Clone, Default)]
struct Say {
    admission: Option<Admission>,
    fails: bool,
    happened: Arc<Mutex<Vec<String>>>,
}

impl Say {
    fn happened(&self) -> Vec<String> {
        std::mem::take(&mut self.happened.lock().unwrap())
    }
}

#[async_trait]
impl Hooks for Say {
    async fn sign_in(&self, entry: &Entry<'_>) -> Result<Admission, HookError> {
        assert_eq!(entry.provider.id.as_str(), "wikimedia");
        assert!(entry.proof.profile.raw.contains_key("sub"));
        if self.fails {
            return Err(HookError("canary of a hook".into()));
        }
        Ok(self.admission.clone().unwrap_or(Admission::Allow))
    }

    async fn claims(
        &self,
        moment: &ClaimsMoment<'_>,
        claims: &JsonMap,
    ) -> Result<ClaimsDecision, HookError> {
        let mut claims = claims.clone();
        match moment {
            ClaimsMoment::SignIn { profile, .. } => {
                claims.insert("edits".into(), profile.raw["editcount"].clone());
            }
            ClaimsMoment::Update(update) if update["leave"] == true => {
                return Ok(ClaimsDecision::End);
            }
            ClaimsMoment::Update(update) => {
                claims.insert("language".into(), update["language"].clone());
            }
            _ => return Ok(ClaimsDecision::Keep),
        }
        Ok(ClaimsDecision::Replace(claims))
    }

    async fn session(
        &self,
        session: &ActiveSession,
        mut shown: Value,
        _update: Option<&Value>,
    ) -> Result<Value, HookError> {
        shown["user"]["id"] = session.user.id.as_str().into();
        if let Some(language) = session.claims.get("language") {
            shown["language"] = language.clone();
        }
        Ok(shown)
    }

    async fn event(&self, event: &Event<'_>) {
        let line = match event {
            Event::SignIn { is_new_user, .. } => format!("sign in, new: {is_new_user}"),
            Event::SignOut { session } => format!("sign out, known: {}", session.is_some()),
            Event::UserCreated { .. } => "user created".into(),
            Event::UserUpdated { user } => format!("user updated: {:?}", user.name),
            Event::AccountLinked { account, .. } => format!("linked {account}"),
            Event::SessionRead { .. } => "session read".into(),
            other => format!("{other:?}"),
        };
        self.happened.lock().unwrap().push(line);
    }
}

#[tokio::test]
async fn what_happens_is_told_in_order() {
    let say = Say::default();
    let hooks = say.clone();
    let world = World::new(Store::Sqlite, |b| b.hooks(hooks)).await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    assert_eq!(
        say.happened(),
        [
            "user created",
            "linked wikimedia/3",
            "sign in, new: true",
            "session read"
        ]
    );
    browser
        .sign_in_with(BASE, "wikimedia", "ada")
        .await
        .unwrap();
    browser.sign_out(BASE).await.unwrap();
    assert_eq!(
        say.happened(),
        ["sign in, new: false", "sign out, known: true"]
    );
}

#[tokio::test]
async fn the_application_may_keep_somebody_out() {
    let say = Say {
        admission: Some(Admission::Deny),
        ..Say::default()
    };
    let hooks = say.clone();
    let world = World::new(Store::Sqlite, |b| b.hooks(hooks)).await;
    let mut browser = world.browser();
    let page = browser
        .sign_in_with(BASE, "wikimedia", "ada")
        .await
        .unwrap();
    assert_eq!(page.url.path(), "/api/auth/error");
    assert_eq!(
        (page.status.as_u16(), failure(&page).0.as_str()),
        (403, "AccessDenied")
    );
    assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
    assert_eq!(say.happened(), [""; 0], "nothing was stored");
}

#[tokio::test]
async fn the_application_may_send_somebody_elsewhere_first() {
    for (target, reached) in [
        ("/terms?x=1", "https://app.example.org/terms?x=1"),
        ("//evil.example", "https://app.example.org/"),
    ] {
        let say = Say {
            admission: Some(Admission::SendTo(target.into())),
            ..Say::default()
        };
        let world = World::new(Store::Sqlite, |b| b.hooks(say)).await;
        let mut browser = world.browser();
        let page = browser
            .sign_in_with(BASE, "wikimedia", "ada")
            .await
            .unwrap();
        assert_eq!(page.url.as_str(), reached);
        assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
    }
}

#[tokio::test]
async fn failclosed_a_hook_that_fails_lets_nobody_in() {
    let say = Say {
        fails: true,
        ..Say::default()
    };
    let world = World::new(Store::Sqlite, |b| b.hooks(say)).await;
    let mut browser = world.browser();
    let page = browser
        .sign_in_with(BASE, "wikimedia", "ada")
        .await
        .unwrap();
    assert_eq!(failure(&page).1, "hook_failed");
    assert!(!page.source().contains("canary"));
    assert_eq!(browser.session(BASE).await.unwrap(), Value::Null);
}

#[tokio::test]
async fn a_browser_may_ask_for_a_change_and_gets_what_the_application_makes_of_it() {
    let world = World::new(Store::None, |b| b.hooks(Say::default())).await;
    let mut browser = world.signed_in("wikimedia", "ada").await;
    let session = browser.session(BASE).await.unwrap();
    assert!(session["user"]["id"].is_string(), "the hook shows the id");
    let mut update = async |data: Value| {
        let token = browser.csrf_token(BASE).await.unwrap();
        let body = json!({ "csrfToken": token, "data": data });
        let visit = browser
            .visit(Method::POST, &format!("{BASE}/session"))
            .json(&body);
        let shown = visit.from_own_site().go().await.unwrap().json().unwrap();
        (shown, browser.session(BASE).await.unwrap())
    };
    let (shown, later) = update(json!({"language": "de", "sub": "somebody else"})).await;
    assert_eq!(shown["language"], "de");
    assert_eq!(later["language"], "de", "the browser carries it");
    assert_eq!(
        later["user"]["id"], session["user"]["id"],
        "nothing else was taken over"
    );
    let (shown, later) = update(json!({"leave": true})).await;
    assert_eq!((shown, later), (Value::Null, Value::Null));
}

#[tokio::test]
async fn names_follow_the_provider_where_the_application_wants_that() {
    for (sync, told, name) in [
        (ProfileSync::AtFirstSignIn, false, "Ada"),
        (ProfileSync::AtEverySignIn, true, "Ada Lovelace"),
    ] {
        let say = Say::default();
        let hooks = say.clone();
        let world = World::new(Store::Sqlite, |b| b.hooks(hooks).profile_sync(sync)).await;
        world.signed_in("wikimedia", "ada").await;
        world
            .wiki
            .add_person(Person::new("ada", "3").name("Ada Lovelace"));
        say.happened();
        let mut browser = world.signed_in("wikimedia", "ada").await;
        let updated = "user updated: Some(\"Ada Lovelace\")".to_owned();
        assert_eq!(say.happened().contains(&updated), told);
        assert_eq!(browser.session(BASE).await.unwrap()["user"]["name"], name);
    }
}

#[tokio::test]
async fn verified_addresses_link_only_where_that_was_dangerously_allowed() {
    for (login, provider, joins) in [
        ("ada", "trusting", true),
        ("ada", "oidc", false),
        // Nobody vouches for this address at the wiki, so nobody has it there.
        ("unconfirmed", "trusting", false),
    ] {
        let trusting = authcore_providers::oidc::provider()
            .id("trusting")
            .issuer(ISSUER)
            .client_id("trusting-client")
            .client_secret("trusting-secret")
            .dangerous()
            .link_by_verified_email();
        let world = World::new(Store::Sqlite, |b| b.provider(trusting)).await;
        world.op.register(client("trusting"));
        let id = async |browser: &mut Browser| {
            let me = browser
                .fetch(&format!("{SITE}/me"))
                .await
                .unwrap()
                .json()
                .unwrap();
            me["user"]["id"].clone()
        };
        let first = id(&mut world.signed_in("wikimedia", login).await).await;
        let mut browser = world.browser();
        let page = browser.sign_in_with(BASE, provider, login).await.unwrap();
        let second = id(&mut browser).await;
        assert_eq!(second == first, joins, "{login} {provider}: {}", page.url);
    }
}

#[tokio::test]
async fn pages_of_the_application_take_the_place_of_the_built_in_ones() {
    let mut pages = CustomPages::default();
    pages.sign_in = Some(CustomPage::at("/login"));
    pages.error = Some(CustomPage::at("/oops?lang=de"));
    pages.new_user = Some(CustomPage::at("/welcome"));
    let world = World::new(Store::Sqlite, |b| b.pages(pages)).await;
    let mut browser = world.browser();
    let page = browser
        .get(&format!(
            "{BASE}/signin?callbackUrl=/me&error=SessionRequired"
        ))
        .await
        .unwrap();
    assert_eq!(page.url.path(), "/login");
    assert_eq!(page.query("callbackUrl"), Some(format!("{SITE}/me")));
    assert_eq!(page.query("error").as_deref(), Some("SessionRequired"));
    let page = browser
        .get(&format!(
            "{BASE}/callback/oidc?code=x&state={}",
            "x".repeat(43)
        ))
        .await
        .unwrap();
    assert_eq!(
        (page.url.path(), page.query("lang").as_deref()),
        ("/oops", Some("de"))
    );
    assert_eq!(failure(&page).1, "attempt_missing");
    let url = browser
        .sign_in_by_script(BASE, "wikimedia", &format!("{SITE}/me"))
        .await
        .unwrap();
    let page = browser.get(url.as_str()).await.unwrap();
    let page = browser.choose(page, "ada").await.unwrap();
    assert_eq!(page.url.path(), "/welcome", "a new user");
    assert_eq!(page.query("callbackUrl"), Some(format!("{SITE}/me")));
}

#[tokio::test]
async fn both_kinds_of_session_carry_a_login_with_a_store() {
    for kind in [SessionKind::Jwt, SessionKind::Database] {
        let world = World::new(Store::Sqlite, |b| b.session(kind)).await;
        let mut browser = world.signed_in("wikimedia", "ada").await;
        browser.restart();
        assert!(
            browser.session(BASE).await.unwrap().is_object(),
            "it outlives the browser"
        );
    }
}
