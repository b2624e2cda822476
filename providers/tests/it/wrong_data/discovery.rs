//! Compares a file with the discovery document that its issuer has published: `tests/discovery/<id>.json`.
//!
//! The documents are recordings, with their source and date. Where a file rightly says something else,
//! `differs` names the member and the reason.

use std::collections::{BTreeMap, BTreeSet};

use authcore::provider::spec::{ClientAuth, Endpoint, Pkce, Protocol, ProviderSpec, Template};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Complaints, file, files, is_date, read};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    source: String,
    date: String,
    /// By member of the document, why ours is another.
    #[serde(default)]
    differs: BTreeMap<String, String>,
    document: Map<String, Value>,
}

fn of(id: &str) -> Option<Recorded> {
    let text = file("discovery", &format!("{id}.json"))?;
    Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("discovery/{id}.json: {error}")))
}

/// What differs from the recorded document without a reason.
pub(super) fn differences(id: &str, text: &str) -> Complaints {
    let Some(recorded) = of(id) else {
        return Vec::new();
    };
    let spec = read(id, text);
    let mut complaints = Vec::new();
    let mut used = BTreeSet::new();
    for (member, complaint) in compared(&spec, &recorded.document) {
        match recorded.differs.contains_key(member) {
            true => {
                used.insert(member);
            }
            false => complaints.push(complaint),
        }
    }
    for member in recorded.differs.keys() {
        if !used.contains(member.as_str()) {
            complaints.push(format!("`{member}` does not differ any more"));
        }
    }
    complaints
}

/// The keys of the file that the recorded document says too.
pub(super) fn confirmed(id: &str, spec: &ProviderSpec) -> Vec<&'static str> {
    let Some(recorded) = of(id) else {
        return Vec::new();
    };
    let addresses = addresses(spec).into_iter();
    let said = |member: &str| recorded.document.get(member)?.as_str().map(str::to_owned);
    addresses
        .filter(|(_, member, ours)| {
            let ours = ours.as_ref().map(|it| in_words(spec, it));
            ours.is_some() && ours == said(member)
        })
        .map(|(key, ..)| key)
        .collect()
}

/// How a client with a secret proves who it is, in the file's word, where the recorded document decides
/// (OpenID Connect Discovery 1.0, section 3: what is not listed is `client_secret_basic`).
pub(super) fn client_auth(id: &str) -> &'static str {
    let recorded = of(id);
    let listed = recorded.as_ref().and_then(|it| {
        it.document
            .get("token_endpoint_auth_methods_supported")?
            .as_array()
    });
    let listed = listed.into_iter().flatten().filter_map(Value::as_str);
    client_auth_of(&listed.collect::<Vec<_>>()).0
}

/// The file's word and the document's.
fn client_auth_of(listed: &[&str]) -> (&'static str, &'static str) {
    const BY_SECRET: [(&str, &str); 3] = [
        ("basic", "client_secret_basic"),
        ("post", "client_secret_post"),
        ("client_secret_jwt", "client_secret_jwt"),
    ];
    let mut by_secret = BY_SECRET.into_iter();
    by_secret
        .find(|(_, method)| listed.contains(method))
        .unwrap_or(BY_SECRET[0])
}

/// The file's addresses: its key, the member of a document, and what the file has.
fn addresses(spec: &ProviderSpec) -> [(&'static str, &'static str, Option<Template>); 6] {
    let endpoint = |it: &Option<Endpoint>| it.as_ref()?.url.clone();
    [
        ("issuer", "issuer", issuer(spec)),
        (
            "authorization",
            "authorization_endpoint",
            endpoint(&spec.authorization),
        ),
        ("token", "token_endpoint", endpoint(&spec.token)),
        ("userinfo", "userinfo_endpoint", endpoint(&spec.userinfo)),
        (
            "revocation",
            "revocation_endpoint",
            endpoint(&spec.revocation),
        ),
        ("jwks", "jwks_uri", spec.jwks.clone()),
    ]
}

/// The issuer as a document names it: one that is for several tenants names the place of theirs.
fn issuer(spec: &ProviderSpec) -> Option<Template> {
    match &spec.id_token.issuer {
        Some(rule) => Some(rule.template.clone()),
        None => spec.issuer.clone(),
    }
}

/// A template with the defaults of the file's variables, and other places as they are written.
fn in_words(spec: &ProviderSpec, template: &Template) -> String {
    let default = |name: &str| spec.variables.get(name)?.default.clone();
    template
        .placeholders()
        .fold(template.as_str().to_owned(), |text, name| {
            match default(name) {
                Some(value) => text.replace(&format!("{{{name}}}"), &value),
                None => text,
            }
        })
}

/// Each member that the file contradicts.
fn compared(spec: &ProviderSpec, document: &Map<String, Value>) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (_, member, ours) in addresses(spec) {
        let said = document.get(member).and_then(Value::as_str);
        let (Some(ours), Some(said)) = (ours, said) else {
            continue;
        };
        let ours = in_words(spec, &ours);
        if ours != said {
            found.push((
                member,
                format!("`{member}` is {said}, the file says {ours}"),
            ));
        }
    }
    let lists = |member: &str| -> Option<Vec<&str>> {
        let list = document.get(member)?.as_array()?;
        Some(list.iter().filter_map(Value::as_str).collect())
    };
    let is_oidc = spec.protocol == Protocol::Oidc;
    if let (true, Some(listed)) = (is_oidc, lists("id_token_signing_alg_values_supported")) {
        let fits = |it: &&str| spec.id_token.algorithms.iter().any(|own| own == it);
        if !listed.iter().any(fits) {
            let what = format!("{listed:?} has none of {:?}", spec.id_token.algorithms);
            found.push(("id_token_signing_alg_values_supported", what));
        }
    }
    if let Some(listed) = lists("token_endpoint_auth_methods_supported") {
        let method = match spec.client_auth {
            // What is listed decides, among what a secret can do.
            ClientAuth::Discovered => client_auth_of(&listed).1,
            ClientAuth::Basic | ClientAuth::BasicUnencoded => "client_secret_basic",
            ClientAuth::Post | ClientAuth::SignedSecret => "client_secret_post",
            ClientAuth::ClientSecretJwt => "client_secret_jwt",
            ClientAuth::PrivateKeyJwt => "private_key_jwt",
            _ => "none",
        };
        if !listed.contains(&method) {
            let what = format!("{listed:?} has no {method}");
            found.push(("token_endpoint_auth_methods_supported", what));
        }
    }
    if let (true, Some(listed)) = (is_oidc, lists("scopes_supported")) {
        let missing: Vec<_> = spec
            .scopes
            .iter()
            .filter(|it| !listed.contains(&it.as_str()))
            .collect();
        if !missing.is_empty() {
            found.push(("scopes_supported", format!("{missing:?} are not listed")));
        }
    }
    if let (Pkce::Refused(_) | Pkce::Plain(_), Some(listed)) =
        (&spec.checks.pkce, lists("code_challenge_methods_supported"))
        && listed.contains(&"S256")
    {
        let what = "S256 is listed, and the file says that it is refused".into();
        found.push(("code_challenge_methods_supported", what));
    }
    found
}

#[test]
fn every_file_says_what_its_issuer_has_published() {
    super::assert_right(differences);
}

#[test]
fn every_recording_has_a_source_a_date_and_a_provider() {
    let ids: BTreeSet<_> = authcore_providers::all().iter().map(|it| it.id).collect();
    for (id, _) in files("discovery", "json") {
        assert!(
            ids.contains(id.as_str()),
            "discovery/{id}.json: there is no such provider"
        );
        let recorded = of(&id).unwrap();
        assert!(!recorded.source.trim().is_empty(), "discovery/{id}.json");
        assert!(
            is_date(&recorded.date),
            "discovery/{id}.json: {}",
            recorded.date
        );
        assert!(
            recorded.document.contains_key("issuer"),
            "discovery/{id}.json"
        );
        for reason in recorded.differs.values() {
            assert!(reason.len() > 10, "discovery/{id}.json: why?");
        }
    }
}
