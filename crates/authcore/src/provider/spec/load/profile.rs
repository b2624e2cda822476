//! This file reads the table `[profile]`: how each field is worked out of an answer.
//!
//! A field is a JSON pointer, a list (the first that is there), or a table with exactly one of
//! `pointer`, `first`, `constant`, `join`, `template`, `find`, `token`, `relative`, `builtin`, and,
//! beside it, `when`; beside `pointer` also `after`.

use std::collections::BTreeMap;

use crate::provider::{
    map::{Builtin, Condition, EmailVerified, Expression, Pointer, ProfileMap, SubjectRule},
    spec::{
        Protocol,
        document::{Entry, Findings, Raw, Section, nearest},
    },
};

/// The ways to work out a field, each with an example for error texts.
const WAYS: &[(&str, &str)] = &[
    ("pointer", "{ pointer = \"/id\" }"),
    ("first", "{ first = [\"/name\", \"/login\"] }"),
    ("constant", "{ constant = \"x\" }"),
    ("join", "{ join = [\"/first\", \"/last\"], with = \" \" }"),
    (
        "template",
        "{ template = \"https://example.org/{/id}.png\" }",
    ),
    (
        "find",
        "{ find = \"/emails\", where = { primary = true }, take = \"/email\" }",
    ),
    ("token", "{ token = \"user_id\" }"),
    (
        "relative",
        "{ relative = \"/picture\", base = \"https://example.org\" }",
    ),
    ("builtin", "{ builtin = \"discord_avatar\" }"),
];

/// The map of `[profile]`. OpenID Connect has one without it; every key replaces the standard one.
pub(super) fn read(root: &mut Section<'_, '_>, protocol: Protocol) -> ProfileMap {
    let findings = root.findings;
    let standard = ProfileMap::openid();
    let entry = match protocol {
        Protocol::Oidc => root.take("profile"),
        Protocol::OAuth2 | Protocol::Custom => root.need("profile", "{ subject = \"/id\" }"),
    };
    let Some(mut table) = entry.and_then(|entry| Section::of(findings, entry)) else {
        return standard;
    };
    let subject = match protocol {
        Protocol::Oidc => table.take("subject"),
        Protocol::OAuth2 | Protocol::Custom => table.need("subject", "\"/id\""),
    };
    let mut map = match protocol {
        Protocol::Oidc => standard,
        Protocol::OAuth2 | Protocol::Custom => {
            ProfileMap::of_subject(Expression::At(Pointer::member("sub")))
        }
    };
    if let Some(rule) = subject.and_then(|entry| subject_rule(findings, entry)) {
        map.subject = rule;
    }
    for (name, field) in [
        ("name", &mut map.name),
        ("email", &mut map.email),
        ("image", &mut map.image),
    ] {
        if let Some(entry) = table.take(name) {
            *field = expression(findings, entry);
        }
    }
    if let Some(entry) = table.take("email_verified") {
        map.email_verified = email_verified(findings, entry).unwrap_or(EmailVerified::Never);
    }
    if let Some(mut extra) = table.section("extra") {
        map.extra = extra
            .take_rest()
            .into_iter()
            .filter_map(|(name, entry)| Some((name, expression(findings, entry)?)))
            .collect();
    }
    table.finish();
    map
}

/// A subject is a field, or `{ …, reject = ["0"] }`.
fn subject_rule(findings: &Findings<'_>, mut entry: Entry) -> Option<SubjectRule> {
    let mut reject = Vec::new();
    if let Raw::Table(entries) = &mut entry.value
        && let Some(rejected) = entries.remove("reject")
    {
        reject = findings
            .list(rejected, "[\"0\"]")?
            .iter()
            .filter_map(|item| findings.text(item))
            .collect();
    }
    let from = match expression(findings, entry)? {
        Expression::First(all) => all,
        one => vec![one],
    };
    Some(SubjectRule { from, reject })
}

fn email_verified(findings: &Findings<'_>, entry: Entry) -> Option<EmailVerified> {
    match &entry.value {
        Raw::Text(word) if word == "always" => Some(EmailVerified::Always),
        Raw::Text(word) if word == "never" => Some(EmailVerified::Never),
        Raw::Text(word) if !word.starts_with('/') => {
            findings.wrong(
                &entry,
                "expected \"always\", \"never\" or where the provider says it",
                "write it like `/email_verified`",
            );
            None
        }
        Raw::Boolean(_) => {
            findings.wrong(
                &entry,
                "expected \"always\", \"never\" or where the provider says it, found a boolean",
                "write \"always\" only if the provider never gives an unverified address",
            );
            None
        }
        _ => match expression(findings, entry)? {
            Expression::First(all) => Some(EmailVerified::AnyOf(all)),
            one => Some(EmailVerified::AnyOf(vec![one])),
        },
    }
}

/// Any field.
fn expression(findings: &Findings<'_>, entry: Entry) -> Option<Expression> {
    match entry.value {
        Raw::Text(_) => findings.pointer(&entry).map(Expression::At),
        Raw::List(items) if items.is_empty() => {
            findings.push(
                Some(entry.at),
                &entry.key,
                "an empty list finds nothing",
                "name at least one pointer, or remove the key",
            );
            None
        }
        Raw::List(items) => all(findings, items).map(Expression::First),
        Raw::Table(_) => {
            let mut table = Section::of(findings, entry)?;
            let when = table.take("when");
            let expression = of_table(&mut table);
            table.finish();
            let expression = expression?;
            match when {
                Some(entry) => Some(Expression::When(
                    condition(findings, entry)?,
                    Box::new(expression),
                )),
                None => Some(expression),
            }
        }
        ref other => {
            findings.wrong(
                &entry,
                format!(
                    "expected a JSON pointer, a list or a table, found {}",
                    other.kind()
                ),
                "write it like `/id`",
            );
            None
        }
    }
}

/// All of them, or nothing when one is wrong; every one is looked at.
fn all(findings: &Findings<'_>, items: Vec<Entry>) -> Option<Vec<Expression>> {
    let read: Vec<_> = items
        .into_iter()
        .map(|item| expression(findings, item))
        .collect();
    read.into_iter().collect()
}

fn of_table(table: &mut Section<'_, '_>) -> Option<Expression> {
    let findings = table.findings;
    let mut found: Vec<(&'static str, Entry)> = WAYS
        .iter()
        .filter_map(|(way, _)| Some((*way, table.take(way)?)))
        .collect();
    let examples = || {
        let all: Vec<_> = WAYS.iter().map(|(_, example)| *example).collect();
        format!("write one of {}", all.join(", "))
    };
    let (way, entry) = match found.len() {
        1 => found.remove(0),
        0 => {
            let here = table.here();
            findings.wrong(
                &here,
                "does not say how the field is worked out",
                examples(),
            );
            return None;
        }
        _ => {
            let both: Vec<_> = found.iter().map(|(way, _)| *way).collect();
            let here = table.here();
            findings.wrong(
                &here,
                format!("says `{}` at once", both.join("` and `")),
                "keep one of them; a list tries several in turn",
            );
            return None;
        }
    };
    match way {
        "pointer" => {
            let pointer = findings.pointer(&entry);
            match table.text("after") {
                Some(beginning) => Some(Expression::After {
                    pointer: pointer?,
                    beginning,
                }),
                None => pointer.map(Expression::At),
            }
        }
        "first" => all(findings, findings.list(entry, "[\"/a\", \"/b\"]")?).map(Expression::First),
        "constant" => match entry.value.to_json() {
            Some(value) => Some(Expression::Constant(value)),
            None => {
                findings.wrong(
                    &entry,
                    format!("{} cannot be a constant", entry.value.kind()),
                    "use a text, a whole number, true or false",
                );
                None
            }
        },
        "join" => {
            let with = table.text("with").unwrap_or_else(|| " ".into());
            let parts = all(findings, findings.list(entry, "[\"/first\", \"/last\"]")?)?;
            Some(Expression::Join { parts, with })
        }
        "template" => findings.template(&entry).map(Expression::Template),
        "find" => find(table, &entry),
        "token" => findings.text(&entry).map(Expression::Token),
        "relative" => {
            let base = table
                .need("base", "\"https://example.org\"")
                .and_then(|base| findings.template(&base));
            let address = Box::new(expression(findings, entry)?);
            Some(Expression::Relative {
                base: base?,
                address,
            })
        }
        _ => builtin(findings, &entry),
    }
}

fn find(table: &mut Section<'_, '_>, entry: &Entry) -> Option<Expression> {
    let findings = table.findings;
    let array = findings.pointer(entry);
    let fits = table
        .need("where", "{ primary = true }")
        .and_then(|entry| condition(findings, entry));
    let take = match table.take("take") {
        Some(entry) => findings.pointer(&entry)?,
        None => Pointer::default(),
    };
    Some(Expression::Find {
        array: array?,
        fits: fits?,
        take,
    })
}

fn builtin(findings: &Findings<'_>, entry: &Entry) -> Option<Expression> {
    let name = findings.text(entry)?;
    let builtin = Builtin::named(&name);
    if builtin.is_none() {
        let all: Vec<_> = Builtin::names().collect();
        findings.wrong(
            entry,
            "is no built-in function",
            match nearest(&name, all.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are `{}`", all.join("`, `")),
            },
        );
    }
    builtin.map(Expression::Builtin)
}

/// `"/pointer"`: something is there. `{ name = value }`: all are equal, or end as
/// `{ name = { ends_with = "…" } }` says. A list: one of them holds.
pub(super) fn condition(findings: &Findings<'_>, entry: Entry) -> Option<Condition> {
    match entry.value {
        Raw::Text(_) => findings.pointer(&entry).map(Condition::Truthy),
        Raw::List(items) => {
            let read: Vec<_> = items
                .into_iter()
                .map(|item| condition(findings, item))
                .collect();
            read.into_iter()
                .collect::<Option<Vec<_>>>()
                .map(Condition::Any)
        }
        Raw::Table(entries) => {
            let mut wanted = BTreeMap::new();
            let mut endings = Vec::new();
            for (name, entry) in entries {
                let pointer = if name.starts_with('/') {
                    Pointer::parse(&name).ok()
                } else {
                    Some(Pointer::member(&name))
                };
                let is_table = matches!(entry.value, Raw::Table(_));
                match (pointer, entry.value.to_json()) {
                    (Some(pointer), _) if is_table => {
                        endings.push(Condition::EndsWith(pointer, ending(findings, entry)?));
                    }
                    (Some(pointer), Some(value)) => {
                        wanted.insert(pointer, value);
                    }
                    _ => {
                        findings.wrong(
                            &entry,
                            "is no condition",
                            "write it like `{ primary = true }`",
                        );
                        return None;
                    }
                }
            }
            if endings.is_empty() {
                return Some(Condition::Equal(wanted));
            }
            if !wanted.is_empty() {
                endings.push(Condition::Equal(wanted));
            }
            Some(Condition::All(endings))
        }
        ref other => {
            findings.wrong(
                &entry,
                format!(
                    "expected a pointer, a table or a list, found {}",
                    other.kind()
                ),
                "write it like `{ primary = true }`",
            );
            None
        }
    }
}

/// `{ ends_with = "@example.org" }`. An ending that begins in the middle of a word fits other words too:
/// `example.org` is also the end of `notexample.org`.
fn ending(findings: &Findings<'_>, entry: Entry) -> Option<String> {
    let mut table = Section::of(findings, entry)?;
    let entry = table.need("ends_with", "\"@example.org\"");
    table.finish();
    let entry = entry?;
    let ending = findings.text(&entry)?;
    let begins_apart = ending.len() > 1 && ending.starts_with(['@', '.', '-', '/', ':', '#']);
    if !begins_apart || !ending.bytes().all(|byte| byte.is_ascii_graphic()) {
        findings.wrong(
            &entry,
            "does not begin where a part of the text begins, so that longer words fit too",
            "begin it with `@`, `.`, `-`, `/`, `:` or `#`: `@example.org`",
        );
        return None;
    }
    Some(ending)
}
