//! This file reads `[access_token]`: what an access token must say, where the profile is read from it.

use crate::provider::spec::{
    AccessTokenRules, Template,
    document::{Entry, Findings, Section},
};

pub(super) fn read(root: &mut Section<'_, '_>) -> Option<AccessTokenRules> {
    let mut table = root.section("access_token")?;
    let findings = table.findings;
    let issuers = table.need("issuers", "[\"https://login.example.org\"]");
    let audiences = table.need("audiences", "[\"{client_id}\"]");
    table.finish();
    Some(AccessTokenRules {
        issuers: templates(findings, issuers?)?,
        audiences: templates(findings, audiences?)?,
    })
}

/// A list of templates; one that is empty would let everything in.
fn templates(findings: &Findings<'_>, entry: Entry) -> Option<Vec<Template>> {
    let (at, key) = (entry.at, entry.key.clone());
    let items = findings.list(entry, "[\"https://login.example.org\"]")?;
    if items.is_empty() {
        findings.push(
            Some(at),
            &key,
            "an empty list fits no token",
            "name at least one, or remove `[access_token]`",
        );
        return None;
    }
    let read: Vec<_> = items.iter().map(|item| findings.template(item)).collect();
    read.into_iter().collect()
}
