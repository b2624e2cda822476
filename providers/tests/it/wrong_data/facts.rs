//! Compares a file with what independent sources say of the provider: `tests/facts/<id>.toml`.
//!
//! A source is a library that others use, or the provider's documentation; it was read for itself, and
//! never made from our file. Where we rightly differ, `differs` says why. Everything fixed that a sign-in
//! depends on has at least one source that says the same (the recorded discovery document is one), or a
//! word in `unconfirmed` on why there is none.
//!
//! ```toml
//! [[source]]
//! from = "owner/repository, path of the file"
//! date = "2026-08-23"
//! token = "https://provider.example/oauth/token"
//! client_auth = "basic"
//!
//! [source.differs]
//! client_auth = "why ours is another"
//! ```

use std::collections::{BTreeMap, BTreeSet};

use authcore::provider::{
    ResponseMode,
    spec::{Check, ClientAuth, Endpoint, Method, Pkce, Protocol, ProviderSpec},
};
use serde::Deserialize;
use toml::{Table, Value};

use super::{Complaints, discovery, file, files, filled, is_date, read};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    /// By key, why no source says it.
    #[serde(default)]
    unconfirmed: BTreeMap<String, String>,
    #[serde(default)]
    source: Vec<Source>,
}

#[derive(Deserialize)]
struct Source {
    from: String,
    date: String,
    /// By key, why ours is another.
    #[serde(default)]
    differs: BTreeMap<String, String>,
    #[serde(flatten)]
    says: BTreeMap<String, Value>,
}

fn of(id: &str) -> Option<Facts> {
    let text = file("facts", &format!("{id}.toml"))?;
    Some(toml::from_str(&text).unwrap_or_else(|error| panic!("facts/{id}.toml: {error}")))
}

/// What differs from the sources without a reason, and what no source confirms.
pub(super) fn differences(id: &str, text: &str) -> Complaints {
    let spec = read(id, text);
    let table: Table = text.parse().unwrap();
    let needed = needed(&spec);
    let Some(facts) = of(id) else {
        return match needed.is_empty() {
            true => Vec::new(),
            false => vec![format!(
                "write tests/facts/{id}.toml: what a second source says of {needed:?}"
            )],
        };
    };
    let mut complaints = Vec::new();
    let mut confirmed: BTreeSet<_> = discovery::confirmed(id, &spec).into_iter().collect();
    for source in &facts.source {
        for (key, said) in &source.says {
            let (agrees, ours) = compare(&spec, &table, key, said);
            let reason = source.differs.get(key);
            match (agrees, reason) {
                (true, None) => {
                    confirmed.insert(key.as_str());
                }
                (false, Some(_)) => {}
                (false, None) => complaints.push(format!(
                    "`{key}`: {} says {said}, the file {ours}",
                    source.from
                )),
                (true, Some(reason)) => complaints.push(format!(
                    "`{key}` does not differ from {} any more: {reason}",
                    source.from
                )),
            }
        }
    }
    for key in needed {
        match (confirmed.contains(key), facts.unconfirmed.get(key)) {
            (true, None) | (false, Some(_)) => {}
            (false, None) => complaints.push(format!("`{key}`: no source says the same")),
            (true, Some(_)) => complaints.push(format!("`{key}` is confirmed: say so no longer")),
        }
    }
    complaints
}

/// The keys that a second source must confirm: what is the same for every application.
fn needed(spec: &ProviderSpec) -> Vec<&'static str> {
    let is_fixed = |endpoint: Option<&Endpoint>| address(spec, endpoint).is_some();
    let issuer = spec
        .issuer
        .as_ref()
        .is_some_and(|it| filled(spec, it).is_some());
    let mut keys: Vec<_> = [
        ("authorization", is_fixed(spec.authorization.as_ref())),
        ("token", is_fixed(spec.token.as_ref())),
        ("userinfo", is_fixed(spec.userinfo.as_ref())),
        ("revocation", is_fixed(spec.revocation.as_ref())),
        ("issuer", issuer),
    ]
    .into_iter()
    .filter_map(|(key, is_fixed)| is_fixed.then_some(key))
    .collect();
    if !keys.is_empty() && spec.protocol != Protocol::Custom {
        keys.extend(["scopes", "client_auth"]);
    }
    keys
}

/// An endpoint's address, when it is the same for every application.
fn address(spec: &ProviderSpec, endpoint: Option<&Endpoint>) -> Option<String> {
    filled(spec, endpoint?.url.as_ref()?)
}

/// Whether the file says the same, and what it says.
fn compare(spec: &ProviderSpec, table: &Table, key: &str, said: &Value) -> (bool, String) {
    let text = |ours: Option<String>| {
        let ours = ours.unwrap_or_else(|| "nothing".into());
        (said.as_str() == Some(&ours), ours)
    };
    let address = |endpoint: Option<&Endpoint>| text(address(spec, endpoint));
    match key {
        "authorization" => address(spec.authorization.as_ref()),
        "token" => address(spec.token.as_ref()),
        "userinfo" => address(spec.userinfo.as_ref()),
        "revocation" => address(spec.revocation.as_ref()),
        "issuer" => text(spec.issuer.as_ref().and_then(|it| filled(spec, it))),
        "discovery" => text(spec.discovery.as_ref().and_then(|it| filled(spec, it))),
        "jwks" => text(spec.jwks.as_ref().and_then(|it| filled(spec, it))),
        "client_id_param" => text(Some(spec.client_id_param.clone())),
        "client_secret_param" => text(Some(spec.client_secret_param.clone())),
        "scope_separator" => text(Some(spec.scope_separator.clone())),
        "client_auth" => text(Some(client_auth(spec).into())),
        "pkce" => text(Some(
            match spec.checks.pkce {
                Pkce::S256 => "on",
                Pkce::Plain(_) => "plain",
                _ => "off",
            }
            .into(),
        )),
        "nonce" => text(Some(
            match spec.checks.nonce {
                Check::On => "on",
                Check::Refused(_) => "off",
            }
            .into(),
        )),
        "response_mode" => text(Some(
            match spec.response_mode {
                ResponseMode::FormPost => "form_post",
                _ => "query",
            }
            .into(),
        )),
        "userinfo_method" => text(spec.userinfo.as_ref().map(|it| match it.method {
            Method::Post => "post".into(),
            Method::Get => "get".into(),
        })),
        "scopes" => {
            let ours: BTreeSet<_> = spec.scopes.iter().map(String::as_str).collect();
            (list(said) == ours, format!("{ours:?}"))
        }
        "algorithms" => {
            let ours: BTreeSet<_> = spec
                .id_token
                .algorithms
                .iter()
                .map(String::as_str)
                .collect();
            (list(said) == ours, format!("{ours:?}"))
        }
        "authorization_params" => members(spec.authorization.as_ref().map(|it| &it.params), said),
        "token_params" => members(spec.token.as_ref().map(|it| &it.params), said),
        "userinfo_params" => members(spec.userinfo.as_ref().map(|it| &it.params), said),
        "userinfo_headers" => members(spec.userinfo.as_ref().map(|it| &it.headers), said),
        "subject" => {
            let ours = subjects(spec, table);
            (
                ours.iter().any(|it| Some(it.as_str()) == said.as_str()),
                format!("{ours:?}"),
            )
        }
        other => panic!("`{other}` is no fact that can be compared"),
    }
}

/// What is sent: where the file leaves it to discovery, what follows from the recorded document.
fn client_auth(spec: &ProviderSpec) -> &'static str {
    match spec.client_auth {
        ClientAuth::Discovered => discovery::client_auth(spec.id.as_str()),
        ClientAuth::Basic => "basic",
        ClientAuth::BasicUnencoded => "basic_unencoded",
        // What is signed takes the secret's place in the form.
        ClientAuth::Post | ClientAuth::SignedSecret => "post",
        ClientAuth::None => "none",
        ClientAuth::PrivateKeyJwt => "private_key_jwt",
        ClientAuth::ClientSecretJwt => "client_secret_jwt",
        other => panic!("{other:?} has no word here"),
    }
}

fn list(value: &Value) -> BTreeSet<&str> {
    let items = value.as_array().unwrap();
    items.iter().map(|item| item.as_str().unwrap()).collect()
}

/// Whether all that is said is among ours; we may say more.
fn members(
    ours: Option<&BTreeMap<String, authcore::provider::spec::Template>>,
    said: &Value,
) -> (bool, String) {
    let empty = BTreeMap::new();
    let ours = ours.unwrap_or(&empty);
    let said = said.as_table().unwrap();
    let agrees = said
        .iter()
        .all(|(name, value)| ours.get(name).map(|it| it.as_str()) == value.as_str());
    let shown: Vec<_> = ours
        .iter()
        .map(|(name, value)| format!("{name}={}", value.as_str()))
        .collect();
    (agrees, shown.join("&"))
}

/// The places that the subject is read from, in the whole answer and in its envelope.
fn subjects(spec: &ProviderSpec, table: &Table) -> Vec<String> {
    let rule = table.get("profile").and_then(|it| it.get("subject"));
    let mut places = Vec::new();
    match rule {
        None => places.push("/sub".to_owned()),
        Some(Value::String(place)) => places.push(place.clone()),
        Some(Value::Array(all)) => {
            places.extend(all.iter().filter_map(|it| it.as_str()).map(str::to_owned));
        }
        Some(rule) => {
            let place = rule.get("pointer").or_else(|| rule.get("template"));
            places.extend(place.and_then(Value::as_str).map(str::to_owned));
        }
    }
    let in_answer: Vec<_> = places
        .iter()
        .filter(|_| !spec.envelope.is_empty())
        .map(|place| format!("{}{place}", spec.envelope))
        .collect();
    places.extend(in_answer);
    places
}

#[test]
fn every_file_says_what_independent_sources_say() {
    super::assert_right(differences);
}

#[test]
fn every_fact_has_a_source_a_date_and_a_provider() {
    let ids: BTreeSet<_> = authcore_providers::all().iter().map(|it| it.id).collect();
    for (id, _) in files("facts", "toml") {
        assert!(
            ids.contains(id.as_str()),
            "facts/{id}.toml: there is no such provider"
        );
        let facts = of(&id).unwrap();
        assert!(
            !facts.source.is_empty() || !facts.unconfirmed.is_empty(),
            "facts/{id}.toml says nothing"
        );
        for source in &facts.source {
            assert!(!source.from.trim().is_empty(), "facts/{id}.toml");
            assert!(is_date(&source.date), "facts/{id}.toml: {}", source.date);
            for (key, reason) in &source.differs {
                assert!(source.says.contains_key(key), "facts/{id}.toml: {key}");
                assert!(reason.len() > 10, "facts/{id}.toml: {key}: why?");
            }
        }
        for (key, reason) in &facts.unconfirmed {
            assert!(reason.len() > 10, "facts/{id}.toml: {key}: why?");
        }
    }
}
