//! This file sets the stage for one provider: its stand-in with the fullest golden answer, and an
//! application that plugs it in.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use authcore::{
    Auth,
    config::{Env, IntoProvider},
    hooks::{Admission, Entry, HookError, Hooks},
    provider::{
        OAuth, Proof,
        spec::{AssertionAlgorithm, ClientAuth, ProviderSpec},
    },
};
use authcore_testing::{
    application::Application,
    browser::{Browser, Follow, Page},
    hosts::Hosts,
    identity::{Client, Endpoint, LocalProvider, LocalTransport, Person, RECORDED, Recorded},
};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::golden::{self, Golden};

pub(crate) const BASE: &str = "https://app.example.org/api/auth";
/// What clients sign with, for each algorithm: made for these tests and used nowhere else.
const EC_KEY: &str = include_str!("client_ec.pem");
const RSA_KEY: &str = include_str!("client_rsa.pem");

/// What an attempt came to.
#[derive(PartialEq)]
pub(crate) enum Outcome {
    /// Somebody came in; the profile, as golden files write it.
    Entered(Value),
    /// Nobody did; the failure's code.
    Refused(String),
}

impl Outcome {
    pub(crate) fn refused(code: &str) -> Self {
        Self::Refused(code.into())
    }
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Entered(profile) => write!(f, "entered as {profile}"),
            Self::Refused(code) => write!(f, "refused with `{code}`"),
        }
    }
}

#[derive(Clone, Default)]
struct Witness(Arc<Mutex<Option<Proof>>>);

#[async_trait]
impl Hooks for Witness {
    async fn sign_in(&self, entry: &Entry<'_>) -> Result<Admission, HookError> {
        *self.0.lock().unwrap() = Some(entry.proof.clone());
        Ok(Admission::Allow)
    }
}

/// An application with one provider, and the browsers that can reach both.
pub(crate) struct Scene {
    id: String,
    /// Kept, so that the application is served.
    _application: Application,
    /// A browser on whose network every visitor is: making one reads the machine's certificates.
    network: Browser,
    witness: Witness,
}

impl Scene {
    pub(crate) async fn of(
        id: &str,
        provider: impl IntoProvider + 'static,
        hosts: &Hosts,
        transport: LocalTransport,
    ) -> Self {
        let witness = Witness::default();
        let auth = Auth::builder()
            .env(Env::none())
            .url(BASE)
            .secret("a secret of tests, 32 bytes or more")
            .user_agent("catalogue-tests/1.0 (https://app.example.org)")
            .transport(transport)
            .hooks(witness.clone())
            .provider(provider)
            .build()
            .unwrap_or_else(|problems| panic!("{id}: {problems}"));
        let application = Application::of(auth).await.unwrap();
        Self {
            id: id.to_owned(),
            network: application.browser(hosts).unwrap(),
            _application: application,
            witness,
        }
    }

    /// Somebody who was never here.
    pub(crate) fn visitor(&self) -> Browser {
        self.network.stranger()
    }

    /// One whole attempt, with a browser of its own.
    pub(crate) async fn sign_in(&self) -> Outcome {
        let mut browser = self.visitor();
        let page = browser.press_sign_in(BASE, &self.id).await.unwrap();
        let page = browser.continue_form_post(page).await.unwrap();
        self.outcome(&page)
    }

    /// The profile of whoever came in, once.
    fn entered(&self) -> Option<Value> {
        let proof = self.witness.0.lock().unwrap().take();
        proof.map(|proof| written(&proof))
    }

    /// Whether anyone came in since it was last looked at.
    pub(crate) fn has_entered(&self) -> bool {
        self.entered().is_some()
    }

    /// What the attempt that ended on this page came to.
    pub(crate) fn outcome(&self, page: &Page) -> Outcome {
        match self.entered() {
            Some(profile) => Outcome::Entered(profile),
            None => match page.query("code") {
                Some(code) => Outcome::Refused(code),
                None => panic!("{}: {} {}", self.id, page.url, page.text()),
            },
        }
    }
}

/// One provider and one application.
pub(crate) struct Stage {
    golden: Golden,
    provider: LocalProvider,
    scene: Scene,
}

impl Stage {
    pub(crate) async fn of(spec: &ProviderSpec) -> Self {
        let id = spec.id.as_str();
        let golden = fullest(id);
        let provider = stand_in(spec, &golden, &format!("{BASE}/callback/{id}")).await;
        let plugged = with_secret(spec, filled_in(spec, &golden));
        let scene = Scene::of(id, plugged, &provider.hosts(), provider.transport()).await;
        Self {
            golden,
            provider,
            scene,
        }
    }

    pub(crate) fn golden(&self) -> &Golden {
        &self.golden
    }

    pub(crate) fn provider(&self) -> &LocalProvider {
        &self.provider
    }

    /// From now on everybody gets this answer.
    pub(crate) fn answers(&self, answer: &Value) {
        let person = Person::new(RECORDED, "").answering(of_a_person(answer));
        self.provider.add_person(person);
    }

    pub(crate) fn answers_instead(&self, endpoint: Endpoint, status: StatusCode, answer: Value) {
        self.provider.answer_instead(endpoint, status, answer);
    }

    pub(crate) fn as_before(&self) {
        self.provider.behave();
        self.answers(&self.golden.answer);
    }

    /// An attempt up to where the browser would come back, and the way back.
    pub(crate) async fn until_callback(&self) -> (Browser, Url) {
        self.provider.visitor_chooses();
        let mut browser = self.scene.visitor();
        let page = browser.press_sign_in(BASE, &self.scene.id).await.unwrap();
        let form = page.form_with_button(RECORDED).unwrap();
        let submission = browser.submission(&form).follow(Follow::WithinOrigin);
        let page = submission.go().await.unwrap();
        let back = page.location().unwrap_or_else(|| panic!("{}", page.text()));
        self.provider.visitor_is(RECORDED);
        (browser, back)
    }

    /// The browser comes back with this.
    pub(crate) async fn come_back(&self, mut browser: Browser, url: &Url) -> Outcome {
        let visit = browser.visit(Method::GET, url.as_str());
        let page = visit.from_page(self.provider.url()).go().await.unwrap();
        match (self.scene.entered(), page.query("code")) {
            (Some(profile), _) => Outcome::Entered(profile),
            (None, Some(code)) => Outcome::Refused(code),
            (None, None) => Outcome::Refused(page.status.to_string()),
        }
    }

    /// One whole attempt, with a browser of its own.
    pub(crate) async fn sign_in(&self) -> Outcome {
        self.scene.sign_in().await
    }
}

fn written(proof: &Proof) -> Value {
    let profile = &proof.profile;
    json!({
        "subject": proof.subject.as_str(),
        "name": profile.name,
        "email": profile.email.as_ref().map(|email| email.address.as_str()),
        "email_verified": profile.email.as_ref().map(|email| email.verified),
        "image": profile.image,
    })
}

/// The golden answer that gives most.
pub(crate) fn fullest(id: &str) -> Golden {
    let fields = |golden: &Golden| {
        let profile = golden.profile.as_ref().and_then(Value::as_object);
        profile.map_or(0, |it| {
            1 + it.values().filter(|value| !value.is_null()).count()
        })
    };
    let all = golden::of(id).into_iter().map(|(_, golden)| golden);
    // Of two that give the same, the first.
    all.rev().max_by_key(fields).unwrap()
}

/// What belongs to a token and not to a person is the stand-in's own.
fn of_a_person(answer: &Value) -> Value {
    let mut answer = answer.clone();
    let is_a_token = answer.get("iss").is_some() && answer.get("sub").is_some();
    if let (Some(members), true) = (answer.as_object_mut(), is_a_token) {
        for name in [
            "iss", "aud", "exp", "iat", "nbf", "nonce", "azp", "at_hash", "typ",
        ] {
            members.remove(name);
        }
    }
    answer
}

/// The variable that a client's key is filled in for, where it signs with one.
pub(crate) fn key_variable(spec: &ProviderSpec) -> Option<&str> {
    let key = spec.client_assertion.as_ref()?.key.as_ref()?;
    key.placeholders().next()
}

/// What is filled in for a variable: a key for the client's; else what the golden file says, else its
/// default; what has neither is somewhere under `example.net`.
fn variable(spec: &ProviderSpec, golden: &Golden, name: &str) -> String {
    if key_variable(spec) == Some(name) {
        let said = spec.client_assertion.as_ref();
        return match said.and_then(|said| said.algorithm) {
            Some(AssertionAlgorithm::Rs256) => RSA_KEY.into(),
            _ => EC_KEY.into(),
        };
    }
    let default = spec.variables.get(name).and_then(|it| it.default.clone());
    match golden.variables.get(name).and_then(Value::as_str) {
        Some(value) => value.to_owned(),
        None => default.unwrap_or_else(|| match name {
            "issuer" => "https://login.example.net".into(),
            name => {
                let as_word = format!("{{{name}}}");
                let begins = |text: &str| text.starts_with(&as_word);
                let endpoints = [&spec.authorization, &spec.token, &spec.userinfo];
                let templates = endpoints
                    .into_iter()
                    .flatten()
                    .filter_map(|it| Some(it.url.as_ref()?.as_str()));
                let issuer = spec.issuer.as_ref().map(|it| it.as_str());
                match templates.chain(issuer).any(begins) {
                    true => format!("https://{}.example.net", name.replace('_', "-")),
                    false => format!("the-{}", name.replace('_', "-")),
                }
            }
        }),
    }
}

/// The provider with its variables and an id.
pub(crate) fn filled_in(spec: &ProviderSpec, golden: &Golden) -> OAuth {
    let mut provider = OAuth::new(spec.clone()).client_id("client");
    for name in spec.variables.keys() {
        provider = provider.variable(name, variable(spec, golden, name));
    }
    let asks = |issuer: &str| issuer.contains("{issuer}");
    if spec.issuer.as_ref().is_some_and(|it| asks(it.as_str())) {
        provider = provider.issuer(variable(spec, golden, "issuer"));
    }
    provider
}

/// The provider with the client's secret, where a client has one.
pub(crate) fn with_secret(spec: &ProviderSpec, provider: OAuth) -> OAuth {
    match spec.has_secret() {
        false => provider,
        true => provider.client_secret("secret"),
    }
}

/// The stand-in, with a client `client` whose secret, where it has one, is `secret`.
pub(crate) async fn stand_in(
    spec: &ProviderSpec,
    golden: &Golden,
    callback: &str,
) -> LocalProvider {
    let mut recorded = Recorded::answering(of_a_person(&golden.answer));
    recorded.token = golden.token.clone();
    recorded.follow_up = golden.follow_up.clone();
    recorded.callback = golden.callback.clone();
    for name in spec.variables.keys().map(String::as_str).chain(["issuer"]) {
        recorded = recorded.variable(name, variable(spec, golden, name));
    }
    recorded = recorded.variable("client_id", "client");
    let client = match spec.client_auth {
        ClientAuth::None => Client::public("client"),
        _ => Client::new("client", "secret"),
    };
    LocalProvider::of_spec(spec, recorded)
        .unwrap_or_else(|error| panic!("{}: {error}", spec.id))
        .client(client.redirect_uri(callback))
        .start()
        .await
        .unwrap()
}
