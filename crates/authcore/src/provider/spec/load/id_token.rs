//! This file reads `[id_token]`: what ID tokens may be signed with, whose they are, where the profile
//! is.

use std::collections::BTreeMap;

use crate::{
    oauth::tenant::is_uuid,
    provider::spec::{
        IdTokenRules, ProfileSource, TenantIssuer,
        document::{Entry, Findings, Section, nearest},
    },
};

/// What an ID token may be signed with unless the data says otherwise (RFC 7518, section 3.1;
/// RFC 8037).
const ALGORITHMS: &[&str] = &[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
];
/// Another name of `EdDSA` (RFC 9864, section 2.2).
const ED25519: &str = "Ed25519";
/// Signed with the client's secret: only by themselves, for a server that has no keys.
const WITH_SECRET: &[&str] = &["HS256", "HS384", "HS512"];
/// The longest that clocks may be apart, in seconds.
const MOST_TOLERANCE: u32 = 600;

/// What is allowed when the data does not say.
pub(in crate::provider::spec) fn default_algorithms() -> Vec<String> {
    ALGORITHMS.iter().map(ToString::to_string).collect()
}

pub(super) fn read(root: &mut Section<'_, '_>) -> IdTokenRules {
    let mut rules = IdTokenRules {
        algorithms: default_algorithms(),
        tolerance_seconds: 60,
        profile_from: ProfileSource::default(),
        issuer: None,
    };
    let Some(mut table) = root.section("id_token") else {
        return rules;
    };
    if let Some(entry) = table.take("algorithms") {
        rules.algorithms = algorithms(table.findings, entry);
    }
    if let Some(seconds) = table.number("tolerance_seconds") {
        rules.tolerance_seconds = seconds;
        if seconds > MOST_TOLERANCE {
            table.findings.wrong_at(
                "id_token.tolerance_seconds",
                "clocks that are more than ten minutes apart are not tolerated",
                "write at most 600",
            );
        }
    }
    rules.profile_from = table
        .word(
            "profile_from",
            &[
                ("either", ProfileSource::Either),
                ("id_token", ProfileSource::IdToken),
                ("userinfo", ProfileSource::UserInfo),
            ],
        )
        .unwrap_or_default();
    rules.issuer = table.section("issuer").and_then(tenant_issuer);
    table.finish();
    rules
}

fn algorithms(findings: &Findings<'_>, entry: Entry) -> Vec<String> {
    let whole = entry.clone();
    let words: Vec<(&str, &str)> = ALGORITHMS
        .iter()
        .chain([&ED25519])
        .chain(WITH_SECRET)
        .map(|name| (*name, *name))
        .collect();
    let items = findings.list(entry, "[\"RS256\"]").unwrap_or_default();
    let names: Vec<String> = items
        .iter()
        .filter_map(|item| findings.word(item, &words))
        .map(String::from)
        .collect();
    if items.is_empty() {
        findings.wrong(&whole, "no algorithm is allowed", "name at least one");
    }
    let with_secret = |name: &String| WITH_SECRET.contains(&name.as_str());
    if names.iter().any(with_secret) && !names.iter().all(with_secret) {
        findings.wrong(
            &whole,
            "a token is signed either with the client's secret or with the issuer's key",
            "write `[\"HS256\"]` alone, and only for a server that signs with nothing else",
        );
    }
    names
}

/// `{ organizations = ["9188…"] }`: the tenants that a word leaves out.
fn except(table: &mut Section<'_, '_>) -> BTreeMap<String, Vec<String>> {
    let Some(mut words) = table.section("except") else {
        return BTreeMap::new();
    };
    let findings = words.findings;
    let mut except = BTreeMap::new();
    for (word, entry) in words.take_rest() {
        let items = findings.list(entry, "[\"72f988bf-86f1-41af-91ab-2d7cd011db47\"]");
        let mut tenants = Vec::new();
        for item in items.unwrap_or_default() {
            match findings.text(&item).map(|it| it.to_ascii_lowercase()) {
                Some(tenant) if is_uuid(&tenant) => tenants.push(tenant),
                Some(_) => findings.wrong(&item, "is no UUID", "write a tenant's id"),
                None => {}
            }
        }
        except.insert(word, tenants);
    }
    except
}

/// `{ builtin = "tenant", template = "https://…/{tenantid}/…", tenants = "{tenants}" }`.
fn tenant_issuer(mut table: Section<'_, '_>) -> Option<TenantIssuer> {
    let findings = table.findings;
    if let Some(entry) = table.need("builtin", "\"tenant\"") {
        let name = findings.text(&entry).unwrap_or_default();
        if name != "tenant" {
            findings.wrong(
                &entry,
                "is no built-in for issuers",
                match nearest(&name, ["tenant"]) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "there is `tenant`".into(),
                },
            );
        }
    }
    let template = table
        .need("template", "\"https://login.example.org/{tenantid}/v2.0\"")
        .and_then(|entry| {
            let template = findings.template(&entry)?;
            let places = template
                .placeholders()
                .filter(|place| *place == "tenantid")
                .count();
            if places != 1 {
                findings.wrong(
                    &entry,
                    "must say once where the tenant stands",
                    "write it like `https://login.example.org/{tenantid}/v2.0`",
                );
            }
            (places == 1).then_some(template)
        });
    let tenants = table.template("tenants");
    let except = except(&mut table);
    table.finish();
    Some(TenantIssuer {
        template: template?,
        tenants,
        except,
    })
}
