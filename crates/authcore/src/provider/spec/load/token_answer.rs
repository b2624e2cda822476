//! Reads where a token answer has its members, what the server calls the protocol's parameters, and how
//! PKCE is limited.

use std::collections::BTreeMap;

use crate::provider::{
    map::Pointer,
    spec::{Pkce, RESERVED, TokenAnswerRules, document::Section, token_answer::MEMBERS},
};

pub(super) fn read(root: &mut Section<'_, '_>) -> TokenAnswerRules {
    let Some(mut table) = root.section("token_answer") else {
        return TokenAnswerRules::default();
    };
    let envelope = table.pointer("envelope").unwrap_or_default();
    let mut members: BTreeMap<String, Pointer> = BTreeMap::new();
    for name in MEMBERS {
        let Some(entry) = table.take(name) else {
            continue;
        };
        let Some(pointer) = table.findings.pointer(&entry) else {
            continue;
        };
        let is_taken = members.values().any(|other| *other == pointer);
        if pointer.as_str().len() < 2 || is_taken {
            table.findings.wrong(
                &entry,
                match is_taken {
                    true => "is where another member is",
                    false => "must name a member",
                },
                "write where the server puts it: `/accessToken`",
            );
            continue;
        }
        members.insert(name.to_owned(), pointer);
    }
    table.finish();
    TokenAnswerRules { envelope, members }
}

/// Parameters that a server may have a name of its own for. `state` is not one of them: what comes back is
/// found by it.
pub(super) const OF_AUTHORIZATION: &[&str] =
    &["client_id", "redirect_uri", "response_type", "scope"];
/// The same in a token request.
pub(super) const OF_TOKEN: &[&str] = &[
    "client_id",
    "client_secret",
    "code",
    "code_verifier",
    "grant_type",
    "redirect_uri",
    "refresh_token",
];

/// `{ grant_type = "grantType" }`. Two parameters of one name would be the server's to choose between.
pub(super) fn names(
    table: &mut Section<'_, '_>,
    known: &[&str],
    is_sent: &dyn Fn(&str) -> bool,
) -> BTreeMap<String, String> {
    let Some(mut inner) = table.section("names") else {
        return BTreeMap::new();
    };
    let findings = inner.findings;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (usual, entry) in inner.take_rest() {
        if !known.contains(&usual.as_str()) {
            findings.wrong(
                &entry,
                "is no parameter that can have another name here",
                format!("there are `{}`", known.join("`, `")),
            );
            continue;
        }
        let Some(name) = findings.text(&entry) else {
            continue;
        };
        if !is_name(&name) {
            findings.wrong(
                &entry,
                "is no name of a parameter",
                "use letters, digits, `_`, `-` and `.`",
            );
            continue;
        }
        let means_another = RESERVED.contains(&name.as_str())
            || names.values().any(|other| *other == name)
            || is_sent(&name);
        if means_another && name != usual {
            findings.wrong(
                &entry,
                "means something else in the same request",
                "write the name that the server's documentation has",
            );
            continue;
        }
        names.insert(usual, name);
    }
    names
}

/// What the server calls the code when it sends the browser back.
pub(super) fn code_param(root: &mut Section<'_, '_>) -> String {
    let Some(entry) = root.take("code_param") else {
        return "code".into();
    };
    let Some(name) = root.findings.text(&entry) else {
        return "code".into();
    };
    let means_another = [
        "error",
        "error_description",
        "id_token",
        "iss",
        "response",
        "state",
    ];
    let is_token = matches!(name.as_str(), "access_token" | "refresh_token");
    if !is_name(&name) || is_token || means_another.contains(&name.as_str()) {
        root.findings.wrong(
            &entry,
            "cannot be the name of the code",
            "write the parameter that brings the code back: `authCode`",
        );
    }
    name
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

/// `{ refused = "…" }` or `{ plain = "…" }`. With `plain`, anyone who sees the authorization request knows
/// the verifier: only where the server's own documentation refuses S256.
pub(super) fn pkce(table: &mut Section<'_, '_>) -> Pkce {
    let Some(mut inner) = table.section("pkce") else {
        return Pkce::S256;
    };
    let findings = inner.findings;
    let plain = inner.take("plain");
    let found = match plain {
        None => super::parts::reason(&mut inner).map(Pkce::Refused),
        Some(entry) => {
            if inner.take("refused").is_some() {
                findings.wrong(
                    &entry,
                    "says `plain` and `refused` at once",
                    "keep one of them",
                );
            }
            findings.text(&entry).map(|reason| {
                if !names_a_document(&reason) {
                    findings.wrong(
                        &entry,
                        "`plain` is for a server that is documented to refuse S256, and no document is named",
                        "write where the server says so, and when: `example.org/docs/oauth, 2026-12`",
                    );
                }
                Pkce::Plain(reason)
            })
        }
    };
    inner.finish();
    found.unwrap_or(Pkce::S256)
}

/// Whether a text has an address and a year.
fn names_a_document(reason: &str) -> bool {
    let is_address = |word: &str| {
        let host = word.trim_start_matches("https://");
        host.split_once('/')
            .is_some_and(|(host, _)| host.trim_matches('.').contains('.'))
    };
    let has_year = reason
        .split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits.len() == 4 && digits.starts_with("20"));
    has_year && reason.split_whitespace().any(is_address)
}
