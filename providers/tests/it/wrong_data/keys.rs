//! Takes a provider's file apart into keys and values, one a line, without what only people read.

use std::{collections::BTreeMap, fmt::Write};

use authcore::provider::{
    ResponseMode,
    spec::{Check, IssRule, Pkce, ProfileSource, ProviderSpec},
};
use toml::Value;

/// What only people read: it decides nothing.
const PROSE: &[&str] = &["name", "style", "docs", "trust.source"];

/// Every key of the file that decides something, and below `effective` what holds where the file is
/// silent.
pub(super) fn of(spec: &ProviderSpec, text: &str) -> BTreeMap<String, String> {
    let table: toml::Table = text.parse().unwrap();
    let mut keys = BTreeMap::new();
    flatten("", &Value::Table(table), &mut keys);
    keys.retain(|key, _| {
        let is_prose = PROSE
            .iter()
            .any(|one| key == one || key.starts_with(&format!("{one}.")));
        let is_description = key.starts_with("variables.") && key.ends_with(".description");
        !is_prose && !is_description
    });
    for (key, value) in effective(spec) {
        keys.insert(format!("effective.{key}"), value);
    }
    keys
}

/// What holds, written in the file or not: a default that changes must be seen too.
fn effective(spec: &ProviderSpec) -> Vec<(&'static str, String)> {
    let place = |endpoint: Option<&authcore::provider::spec::Endpoint>| match endpoint {
        Some(endpoint) => format!("{:?} {:?}", endpoint.method, endpoint.auth),
        None => "discovered or none".to_owned(),
    };
    vec![
        ("client_auth", format!("{:?}", spec.client_auth)),
        ("client_id_param", spec.client_id_param.clone()),
        ("client_secret_param", spec.client_secret_param.clone()),
        ("scopes", spec.scopes.join(&spec.scope_separator)),
        (
            "pkce",
            match spec.checks.pkce {
                Pkce::S256 => "on".into(),
                Pkce::Plain(_) => "plain".into(),
                _ => "off".into(),
            },
        ),
        (
            "nonce",
            match spec.checks.nonce {
                Check::On => "on".into(),
                Check::Refused(_) => "off".into(),
            },
        ),
        (
            "iss",
            match spec.checks.iss {
                IssRule::Required => "required".into(),
                IssRule::WhenPresentOrPromised => "when present or promised".into(),
            },
        ),
        ("correlation", format!("{:?}", spec.correlation)),
        (
            "response_mode",
            match spec.response_mode {
                ResponseMode::FormPost => "form_post".into(),
                _ => "query".into(),
            },
        ),
        ("id_token.algorithms", spec.id_token.algorithms.join(" ")),
        (
            "id_token.tolerance_seconds",
            spec.id_token.tolerance_seconds.to_string(),
        ),
        (
            "id_token.profile_from",
            match spec.id_token.profile_from {
                ProfileSource::UserInfo => "userinfo".into(),
                ProfileSource::IdToken => "id_token".into(),
                ProfileSource::Either => "either".into(),
            },
        ),
        ("token", place(spec.token.as_ref())),
        ("userinfo", place(spec.userinfo.as_ref())),
        ("user_agent", format!("{:?}", spec.user_agent)),
    ]
}

fn flatten(at: &str, value: &Value, keys: &mut BTreeMap<String, String>) {
    let below = |name: &str| match at {
        "" => name.to_owned(),
        at => format!("{at}.{name}"),
    };
    match value {
        Value::Table(table) => {
            for (name, value) in table {
                flatten(&below(name), value, keys);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.is_table()) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&below(&index.to_string()), item, keys);
            }
        }
        Value::String(text) => {
            keys.insert(at.to_owned(), text.clone());
        }
        other => {
            keys.insert(at.to_owned(), other.to_string());
        }
    }
}

/// The keys as text.
pub(super) fn written(keys: &BTreeMap<String, String>) -> String {
    let mut text = String::from(
        "# Written by `UPDATE_SNAPSHOTS=1 cargo test -p authcore-providers snapshot`: every key of\n\
         # provider.toml that decides something, and what holds where it is silent.\n\n",
    );
    for (key, value) in keys {
        writeln!(text, "{key} = {value}").unwrap();
    }
    text
}
