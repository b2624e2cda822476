//! This file signs people in with every provider of the catalogue, at its own URLs, with every golden
//! answer, and compares what the application is told with what must come out.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use authcore::{
    Auth,
    config::Env,
    hooks::{Admission, Entry, HookError, Hooks},
    provider::{
        OAuth, Proof,
        spec::{Protocol, ProviderSpec},
    },
};
use authcore_testing::{
    browser::Browser,
    identity::{LocalProvider, LocalProviderBuilder, Recorded},
};
use serde_json::{Value, json};

use crate::world::{BASE, SECRET, SITE, client, failure, serve};

/// Writes down what the provider proved.
#[derive(Clone, Default)]
struct Witness(Arc<Mutex<Option<Proof>>>);

#[async_trait]
impl Hooks for Witness {
    async fn sign_in(&self, entry: &Entry<'_>) -> Result<Admission, HookError> {
        *self.0.lock().unwrap() = Some(entry.proof.clone());
        Ok(Admission::Allow)
    }
}

struct Golden {
    file: String,
    text: Value,
}

fn goldens(id: &str) -> Vec<Golden> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../providers")
        .join(id)
        .join("golden");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| Golden {
            text: serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap(),
            file: path.display().to_string(),
        })
        .collect()
}

/// What the application fills in for a provider: the golden file's variables, else the defaults;
/// what has neither is somewhere under `example.net`.
fn variable(spec: &ProviderSpec, golden: &Golden, name: &str) -> String {
    if let Some(value) = golden.text["variables"][name].as_str() {
        return value.to_owned();
    }
    let known = spec
        .variables
        .get(name)
        .and_then(|variable| variable.default.clone());
    known.unwrap_or_else(|| match name {
        "issuer" => "https://login.example.net".into(),
        name => format!("https://login.example.net/{name}"),
    })
}

/// The local stand-in that gives this golden answer to everybody.
fn stand_in(spec: &ProviderSpec, golden: &Golden) -> LocalProviderBuilder {
    let mut recorded = Recorded::from_json(&golden.text.to_string()).unwrap();
    if spec.protocol == Protocol::Oidc {
        // What belongs to the token and not to the person is the stand-in's own.
        for name in [
            "iss", "aud", "exp", "iat", "nbf", "nonce", "azp", "at_hash", "typ",
        ] {
            recorded.answer.as_object_mut().unwrap().remove(name);
        }
    }
    for name in spec.variables.keys().map(String::as_str).chain(["issuer"]) {
        recorded = recorded.variable(name, variable(spec, golden, name));
    }
    recorded = recorded.variable("client_id", format!("{}-client", spec.id));
    LocalProvider::of_spec(spec, recorded).unwrap()
}

#[tokio::test]
async fn every_golden_answer_signs_its_person_in() {
    let mut compared = 0;
    for entry in authcore_providers::all() {
        let spec = ProviderSpec::from_toml_named(entry.id, entry.spec).unwrap();
        for golden in goldens(entry.id) {
            let running = stand_in(&spec, &golden)
                .client(client(entry.id))
                .start()
                .await
                .unwrap();
            let witness = Witness::default();
            let mut provider = OAuth::new(spec.clone())
                .client_id(format!("{}-client", entry.id))
                .client_secret(format!("{}-secret", entry.id));
            for name in spec.variables.keys() {
                provider = provider.variable(name, variable(&spec, &golden, name));
            }
            if spec
                .issuer
                .as_ref()
                .is_some_and(|issuer| issuer.as_str().contains("{issuer}"))
            {
                provider = provider.issuer(variable(&spec, &golden, "issuer"));
            }
            let auth = Auth::builder()
                .env(Env::none())
                .url(BASE)
                .secret(SECRET)
                .user_agent("whole-logins/1.0 (https://app.example.org)")
                .transport(running.transport())
                .hooks(witness.clone())
                .provider(provider)
                .build()
                .unwrap();
            let hosts = running.hosts().and(&serve(SITE, auth).await);
            let mut browser = Browser::new(hosts);
            let page = browser.press_sign_in(BASE, entry.id).await.unwrap();
            let page = browser.continue_form_post(page).await.unwrap();
            let proof = witness.0.lock().unwrap().take();
            match (golden.text["refused"].as_str(), proof) {
                (Some(code), None) => assert_eq!(failure(&page).1, code, "{}", golden.file),
                (None, Some(proof)) => {
                    assert_eq!(page.url.path(), "/", "{}", golden.file);
                    compare(&golden, &proof);
                }
                (_, proof) => panic!("{}: {proof:?} {} {}", golden.file, page.url, page.text()),
            }
            compared += 1;
        }
    }
    assert!(compared > 30, "only {compared} golden answers");
}

fn compare(golden: &Golden, proof: &Proof) {
    let profile = &proof.profile;
    let mut found = json!({
        "subject": proof.subject.as_str(),
        "name": profile.name,
        "email": profile.email.as_ref().map(|email| email.address.as_str()),
        "email_verified": profile.email.as_ref().map(|email| email.verified),
        "image": profile.image,
    });
    if !profile.extra.is_empty() {
        found["extra"] = Value::Object(profile.extra.clone());
    }
    assert_eq!(found, golden.text["profile"], "{}", golden.file);
}
