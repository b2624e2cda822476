//! People who press the button several times, or come in several tabs at once, before they are known.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use authcore::{
    adapter::Adapter,
    hooks::{Admission, Entry, Event, HookError, Hooks},
    model::{AccountKey, UserId},
};
use authcore_testing::{identity::Person, memory::MemoryAdapter};
use tokio::{sync::Barrier, task::JoinSet};

use crate::world::{BASE, ISSUER, SITE, Store, World, client, come_back, sqlite, until_callback};

const AT_ONCE: usize = 8;

/// Lets all first sign-ins of strangers go on together, once none of them has found a user.
#[derive(Clone)]
struct Together {
    all: Arc<Barrier>,
    waited: Arc<AtomicUsize>,
    new: Arc<AtomicUsize>,
}

impl Together {
    fn new() -> Self {
        Self {
            all: Arc::new(Barrier::new(AT_ONCE)),
            waited: Arc::default(),
            new: Arc::default(),
        }
    }
}

#[async_trait]
impl Hooks for Together {
    async fn sign_in(&self, entry: &Entry<'_>) -> Result<Admission, HookError> {
        if entry.user.is_none() && self.waited.fetch_add(1, Ordering::SeqCst) < AT_ONCE {
            self.all.wait().await;
        }
        Ok(Admission::Allow)
    }

    async fn event(&self, event: &Event<'_>) {
        if matches!(event, Event::UserCreated { .. }) {
            self.new.fetch_add(1, Ordering::SeqCst);
        }
    }
}

/// Eight browsers come back from the provider at the same moment; all are signed in as one user.
pub(crate) async fn all_succeed(adapter: Arc<dyn Adapter>, provider: &'static str, login: &str) {
    let together = Together::new();
    let hooks = together.clone();
    let trusting = authcore_providers::oidc::provider()
        .id("trusting")
        .issuer(ISSUER)
        .client_id("trusting-client")
        .client_secret("trusting-secret")
        .dangerous()
        .link_by_verified_email();
    let store = Store::Shared(Arc::clone(&adapter));
    let world = World::new(store, |builder| builder.hooks(hooks).provider(trusting)).await;
    world.op.register(client("trusting"));
    let mut coming = Vec::new();
    for _ in 0..AT_ONCE {
        let mut browser = world.browser();
        let callback = until_callback(&mut browser, provider, login).await;
        coming.push((browser, callback));
    }
    let mut visits = JoinSet::new();
    for (mut browser, callback) in coming {
        visits.spawn(async move {
            let page = come_back(&mut browser, &callback).await;
            assert_eq!(page.url.path(), "/", "{} {}", page.url, page.text());
            let me = browser.fetch(&format!("{SITE}/me")).await.unwrap();
            me.json().unwrap()["user"]["id"]
                .as_str()
                .unwrap()
                .to_owned()
        });
    }
    let ids: BTreeSet<_> = visits.join_all().await.into_iter().collect();
    assert_eq!(ids.len(), 1, "{provider} {login}");
    let user = UserId::new(ids.first().unwrap().as_str());
    assert_eq!(adapter.accounts(&user).await.unwrap().len(), 1);
    assert_eq!(together.new.load(Ordering::SeqCst), 1, "one of them is new");
}

/// With a verified address, without one, with one that nobody vouches for, and where addresses link.
pub(crate) const VISITS: [(&str, &str); 4] = [
    ("wikimedia", "ada"),
    ("wikimedia", "nomail"),
    ("oidc", "unconfirmed"),
    ("trusting", "umlaut"),
];

#[tokio::test(flavor = "multi_thread")]
async fn eight_first_sign_ins_at_once_make_one_user_and_all_succeed() {
    for (provider, login) in VISITS {
        all_succeed(Arc::new(MemoryAdapter::new()), provider, login).await;
        all_succeed(Arc::new(sqlite().await), provider, login).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_people_with_one_address_who_come_at_once_one_gets_in() {
    for adapter in [
        Arc::new(MemoryAdapter::new()) as Arc<dyn Adapter>,
        Arc::new(sqlite().await),
    ] {
        let world = World::with(Store::Shared(Arc::clone(&adapter))).await;
        world
            .op
            .add_person(Person::new("ada", "99").verified_email("ada@example.org"));
        let mut visits = JoinSet::new();
        for provider in ["wikimedia", "oidc"] {
            let mut browser = world.browser();
            let callback = until_callback(&mut browser, provider, "ada").await;
            visits.spawn(async move {
                let page = come_back(&mut browser, &callback).await;
                let session = browser.session(BASE).await.unwrap();
                (session.is_object(), page.query("code"))
            });
        }
        let mut ends = visits.join_all().await;
        ends.sort();
        let refused = Some("account_not_linked".to_owned());
        assert_eq!(ends, [(false, refused), (true, None)]);
        let keys = ["wikimedia/3", "oidc/99"].map(|key| key.parse::<AccountKey>().unwrap());
        let mut stored = 0;
        for key in &keys {
            stored += usize::from(adapter.account_owner(key).await.unwrap().is_some());
        }
        assert_eq!(stored, 1);
    }
}
