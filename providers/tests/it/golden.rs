//! This file compares what comes out of every recorded or documented answer with what must.
//!
//! A golden file has `source` and `date`, the `answer`, where needed `token`, `follow_up` (by the
//! member that it becomes), `callback` (what comes back beside the code) and `variables`, and either the
//! `profile` that must come out or, as `refused`, the code of the refusal.

use std::{collections::BTreeSet, fs, path::PathBuf};

use authcore::provider::{
    Misbehaviour,
    spec::{ProviderSpec, Variable},
};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Golden {
    source: String,
    date: String,
    pub(crate) answer: Value,
    #[serde(default)]
    pub(crate) token: serde_json::Map<String, Value>,
    #[serde(default)]
    pub(crate) follow_up: serde_json::Map<String, Value>,
    #[serde(default)]
    pub(crate) callback: serde_json::Map<String, Value>,
    #[serde(default)]
    pub(crate) variables: serde_json::Map<String, Value>,
    pub(crate) profile: Option<Value>,
    refused: Option<String>,
}

/// All golden files of a provider, by name.
pub(crate) fn of(id: &str) -> Vec<(String, Golden)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join(id)
        .join("golden");
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|file| file.unwrap().path())
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let golden = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (path.display().to_string(), golden)
        })
        .collect()
}

impl Golden {
    /// The profile as it is when the callback's fields and the follow-ups are part of it.
    pub(crate) fn completed(&self, spec: &ProviderSpec) -> Value {
        let inner = self.answer.pointer(&spec.envelope);
        let mut answer = inner.unwrap_or(&self.answer).clone();
        for (field, value) in &self.callback {
            // A parameter that is only repeated to the token endpoint is no part of the profile.
            let Some(into) = spec.callback_json.get(field) else {
                continue;
            };
            answer[into.trim_start_matches('/')] = value.clone();
        }
        for (into, member) in &self.follow_up {
            answer[into.trim_start_matches('/')] = member.clone();
        }
        answer
    }

    fn lookup(&self, spec: &ProviderSpec, place: &str) -> Option<String> {
        let text = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        if let Some(member) = place.strip_prefix("token.") {
            return self.token.get(member).map(text);
        }
        let default = |variable: &Variable| variable.default.clone();
        self.variables
            .get(place)
            .map(text)
            .or_else(|| spec.variables.get(place).and_then(default))
    }
}

#[test]
fn every_golden_answer_gives_its_profile() {
    for entry in authcore_providers::all() {
        let spec = ProviderSpec::from_toml_named(entry.id, entry.spec).unwrap();
        let goldens = of(entry.id);
        assert!(!goldens.is_empty(), "{} has no golden answer", entry.id);
        for (file, golden) in goldens {
            let lookup = |place: &str| golden.lookup(&spec, place);
            let found = spec.profile.apply(&golden.completed(&spec), &lookup);
            match (&golden.profile, &golden.refused, found) {
                (Some(expected), None, Ok((subject, profile))) => {
                    let mut found = json!({
                        "subject": subject.as_str(),
                        "name": profile.name,
                        "email": profile.email.as_ref().map(|email| email.address.as_str()),
                        "email_verified": profile.email.as_ref().map(|email| email.verified),
                        "image": profile.image,
                    });
                    if !profile.extra.is_empty() {
                        found["extra"] = Value::Object(profile.extra.clone());
                    }
                    assert_eq!(&found, expected, "{file}");
                    assert_eq!(
                        Value::Object(profile.raw),
                        golden.completed(&spec),
                        "{file}"
                    );
                }
                (None, Some(code), Err(error)) => {
                    assert_eq!(Misbehaviour::from(error).code(), code, "{file}");
                }
                (_, _, found) => panic!("{file}: {found:?}"),
            }
        }
    }
}

#[test]
fn every_golden_answer_says_where_it_is_from_and_when() {
    for entry in authcore_providers::all() {
        for (file, golden) in of(entry.id) {
            assert!(!golden.source.trim().is_empty(), "{file}");
            let digits = golden.date.replace('-', "");
            assert!(
                golden.date.len() == 10 && digits.len() == 8 && digits.parse::<u32>().is_ok(),
                "{file}: {} is no date",
                golden.date
            );
        }
    }
}

#[test]
fn follow_ups_and_variables_of_golden_answers_are_the_files() {
    for entry in authcore_providers::all() {
        let spec = ProviderSpec::from_toml_named(entry.id, entry.spec).unwrap();
        let into: BTreeSet<_> = spec
            .follow_ups
            .iter()
            .map(|one| one.into.as_str())
            .collect();
        for (file, golden) in of(entry.id) {
            for member in golden.follow_up.keys() {
                assert!(into.contains(member.as_str()), "{file}: {member}");
            }
            for name in golden.variables.keys() {
                assert!(spec.variables.contains_key(name), "{file}: {name}");
            }
        }
    }
}
