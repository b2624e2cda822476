//! This file reads the tables of a provider's file that stand for themselves: checks, variables,
//! trust, quirks, style, documentation.

use std::collections::BTreeMap;

use crate::provider::{
    Style,
    spec::{
        Check, Checks, Docs, IssRule, Pkce, Quirks, RESERVED, SubjectTrust, Trust, Variable,
        document::Section,
    },
};

/// What describes a request of OAuth 2 or OpenID Connect. Where code makes the requests, such a key
/// would look as if it were obeyed.
const OF_OAUTH: &[&str] = &[
    "authorization",
    "callback_json",
    "checks",
    "client_assertion",
    "client_auth",
    "client_id_param",
    "client_secret_param",
    "code_param",
    "correlation",
    "denial_errors",
    "discovery",
    "follow_up",
    "id_token",
    "issuer",
    "jwks",
    "profile_from",
    "quirks",
    "revocation",
    "scope_separator",
    "scopes",
    "token",
    "token_answer",
    "userinfo",
];

pub(super) fn not_for_code(root: &mut Section<'_, '_>) {
    for name in OF_OAUTH {
        root.refuse(
            name,
            "belongs to OAuth 2 and OpenID Connect; the code of a custom provider makes its own requests",
            "remove it, or write `protocol = \"oauth2\"`",
        );
    }
}

pub(super) fn checks(root: &mut Section<'_, '_>) -> Checks {
    let mut checks = Checks {
        pkce: Pkce::S256,
        nonce: Check::On,
        iss: IssRule::default(),
    };
    let Some(mut table) = root.section("checks") else {
        return checks;
    };
    checks.pkce = super::token_answer::pkce(&mut table);
    checks.nonce = check(&mut table, "nonce");
    checks.iss = table
        .word(
            "iss",
            &[
                ("when_present_or_promised", IssRule::WhenPresentOrPromised),
                ("required", IssRule::Required),
            ],
        )
        .unwrap_or_default();
    table.finish();
    checks
}

/// A check can only be given up with a reason: `pkce = { refused = "answers 400 (2026-05)" }`.
fn check(table: &mut Section<'_, '_>, name: &'static str) -> Check {
    let Some(mut inner) = table.section(name) else {
        return Check::On;
    };
    let reason = reason(&mut inner);
    inner.finish();
    reason.map_or(Check::On, Check::Refused)
}

/// How it is known that a server refuses a check.
pub(super) fn reason(inner: &mut Section<'_, '_>) -> Option<String> {
    inner
        .need("refused", "\"how it is known that the server refuses it\"")
        .and_then(|entry| {
            let reason = inner.findings.text(&entry)?;
            if reason.trim().is_empty() {
                inner.findings.wrong(
                    &entry,
                    "a check is not given up without a reason",
                    "say how it is known that the server refuses it, with a date",
                );
            }
            Some(reason)
        })
}

pub(super) fn passes(root: &mut Section<'_, '_>) -> Vec<String> {
    let Some(entry) = root.take("passes") else {
        return Vec::new();
    };
    let findings = root.findings;
    let items = findings.list(entry, "[\"hd\"]").unwrap_or_default();
    items
        .iter()
        .filter_map(|item| {
            let name = findings.text(item)?;
            let ours = RESERVED.contains(&name.as_str());
            if ours {
                findings.wrong(
                    item,
                    "is said by the flow itself and cannot be passed through",
                    "remove it",
                );
            }
            (!ours).then_some(name)
        })
        .collect()
}

pub(super) fn variables(root: &mut Section<'_, '_>) -> BTreeMap<String, Variable> {
    let Some(mut table) = root.section("variables") else {
        return BTreeMap::new();
    };
    let findings = table.findings;
    let mut variables = BTreeMap::new();
    for (name, entry) in table.take_rest() {
        let plain = name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        // These two are set by methods of their own, `AUTH_<ID>_ID` and `AUTH_<ID>_SECRET`.
        let taken = ["client_id", "client_secret", "id", "secret", "token"];
        if !plain || taken.contains(&name.as_str()) {
            findings.wrong(
                &entry,
                "cannot be the name of a variable",
                "use `a-z`, `0-9` and `_`; `client_id`, `client_secret`, `id`, `secret` and `token` are taken",
            );
            continue;
        }
        let Some(mut inner) = Section::of(findings, entry) else {
            continue;
        };
        let description = inner
            .need("description", "\"The wiki to sign in with\"")
            .and_then(|entry| findings.text(&entry))
            .unwrap_or_default();
        let default = inner.text("default");
        let trim_end = inner.texts("trim_end").unwrap_or_default();
        inner.finish();
        variables.insert(
            name,
            Variable {
                description,
                default,
                trim_end,
            },
        );
    }
    variables
}

pub(super) fn trust(root: &mut Section<'_, '_>) -> Trust {
    let mut trust = Trust {
        subject: SubjectTrust::default(),
        email_optional: true,
        source: String::new(),
    };
    let Some(mut table) = root.section("trust") else {
        return trust;
    };
    trust.subject = table
        .word(
            "subject",
            &[
                ("immutable", SubjectTrust::Immutable),
                ("mutable", SubjectTrust::Mutable),
            ],
        )
        .unwrap_or_default();
    trust.email_optional = table.flag("email_optional").unwrap_or(true);
    trust.source = table.text("source").unwrap_or_default();
    table.finish();
    trust
}

pub(super) fn quirks(root: &mut Section<'_, '_>) -> Quirks {
    let mut quirks = Quirks::default();
    let Some(mut table) = root.section("quirks") else {
        return quirks;
    };
    let findings = table.findings;
    quirks.carry_cookies = table.flag("carry_cookies").unwrap_or_default();
    if let Some(entry) = table.take("retry_profile_on") {
        for item in findings.list(entry, "[403]").unwrap_or_default() {
            match findings.number(&item).map(u16::try_from) {
                Some(Ok(status @ 400..=599)) => quirks.retry_profile_on.push(status),
                None => {}
                Some(_) => findings.wrong(
                    &item,
                    "is no status of an error",
                    "write a number from 400 to 599",
                ),
            }
        }
    }
    if let Some(entry) = table.take("error_pointers") {
        quirks.error_pointers = findings
            .list(entry, "[\"/errorKey\"]")
            .unwrap_or_default()
            .iter()
            .filter_map(|item| findings.pointer(item))
            .map(|pointer| pointer.to_string())
            .collect();
    }
    if let Some(entry) = table.take("failure") {
        quirks.failure = super::profile::condition(findings, entry);
    }
    table.finish();
    quirks
}

pub(super) fn style(root: &mut Section<'_, '_>) -> Style {
    let mut style = Style::default();
    let Some(mut table) = root.section("style") else {
        return style;
    };
    if let Some(background) = table.text("background") {
        style.background = background;
    }
    if let Some(text) = table.text("text") {
        style.text = text;
    }
    table.finish();
    style
}

pub(super) fn docs(root: &mut Section<'_, '_>) -> Docs {
    let Some(mut table) = root.section("docs") else {
        return Docs::default();
    };
    let docs = Docs {
        console: table.text("console"),
        reference: table.text("reference"),
    };
    table.finish();
    docs
}
