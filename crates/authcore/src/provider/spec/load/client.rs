//! This file reads how the application proves who it is, what the server calls its credentials, and
//! what the browser brings back beside the code.

use std::collections::BTreeMap;

use super::endpoint::new_member;
use crate::provider::spec::{
    AssertionAlgorithm, ClientAssertion, ClientAuth, Protocol, document::Section,
};

/// OAuth 2 without discovery has nothing that could offer another way.
pub(super) fn auth(root: &mut Section<'_, '_>, protocol: Protocol) -> ClientAuth {
    let otherwise = match protocol {
        Protocol::Oidc => ClientAuth::Discovered,
        Protocol::OAuth2 | Protocol::Custom => ClientAuth::Basic,
    };
    root.word(
        "client_auth",
        &[
            ("basic", ClientAuth::Basic),
            ("basic_unencoded", ClientAuth::BasicUnencoded),
            ("post", ClientAuth::Post),
            ("none", ClientAuth::None),
            ("private_key_jwt", ClientAuth::PrivateKeyJwt),
            ("client_secret_jwt", ClientAuth::ClientSecretJwt),
            ("signed_secret", ClientAuth::SignedSecret),
        ],
    )
    .unwrap_or(otherwise)
}

pub(super) fn assertion(root: &mut Section<'_, '_>) -> Option<ClientAssertion> {
    let mut table = root.section("client_assertion")?;
    let assertion = ClientAssertion {
        algorithm: table.word("algorithm", &AssertionAlgorithm::ALL),
        key: table.template("key"),
        key_id: table.template("key_id"),
        issuer: table.template("issuer"),
        audience: table.template("audience"),
    };
    table.finish();
    Some(assertion)
}

/// What the server calls something that everybody else calls `usual`.
pub(super) fn name(root: &mut Section<'_, '_>, key: &'static str, usual: &str) -> String {
    let Some(entry) = root.take(key) else {
        return usual.into();
    };
    let text = root.findings.text(&entry).unwrap_or_default();
    let is_name = !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    if !is_name {
        root.findings.wrong(
            &entry,
            "is no name of a parameter",
            "use letters, digits, `_`, `-` and `.`",
        );
    }
    text
}

/// `{ user = "/user" }`: the field `user` of the answer becomes the member `/user`.
pub(super) fn callback_json(root: &mut Section<'_, '_>) -> BTreeMap<String, String> {
    let Some(mut table) = root.section("callback_json") else {
        return BTreeMap::new();
    };
    let findings = table.findings;
    table
        .take_rest()
        .into_iter()
        .filter_map(|(name, entry)| Some((name, new_member(findings, &entry)?)))
        .collect()
}
