//! This file reads endpoints: an address alone, or a table, and the requests that complete a
//! profile.

use std::collections::BTreeMap;

use super::token_answer::{OF_AUTHORIZATION, OF_TOKEN, names};
use crate::provider::spec::{
    Endpoint, FollowUp, FollowUpNeed, JsonBody, Method, RESERVED, Template, TokenBody, TokenErrors,
    TokenPlace,
    document::{Entry, Findings, Raw, Section},
};

/// What an endpoint is for; some keys make sense for one use only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Authorization,
    Token,
    Revocation,
    Profile,
    FollowUp,
}

impl Use {
    fn method(self) -> Method {
        match self {
            Self::Token | Self::Revocation => Method::Post,
            Self::Authorization | Self::Profile | Self::FollowUp => Method::Get,
        }
    }
}

/// An endpoint: its address alone, or a table.
pub(super) fn endpoint(
    root: &mut Section<'_, '_>,
    name: &'static str,
    purpose: Use,
) -> Option<Endpoint> {
    let entry = root.take(name)?;
    let findings = root.findings;
    match entry.value {
        Raw::Text(_) => {
            let mut endpoint = Endpoint::get(findings.template(&entry)?);
            endpoint.method = purpose.method();
            Some(endpoint)
        }
        _ => {
            let mut table = Section::of(findings, entry)?;
            let endpoint = of_table(&mut table, purpose);
            table.finish();
            Some(endpoint)
        }
    }
}

/// The token endpoint, and what its errors mean.
pub(super) fn token(root: &mut Section<'_, '_>) -> (Option<Endpoint>, TokenErrors) {
    let Some(entry) = root.take("token") else {
        return (None, TokenErrors::default());
    };
    if let Raw::Text(_) = entry.value {
        let url = root.findings.template(&entry);
        let endpoint = url.map(|url| Endpoint {
            method: Use::Token.method(),
            ..Endpoint::get(url)
        });
        return (endpoint, TokenErrors::default());
    }
    let Some(mut table) = Section::of(root.findings, entry) else {
        return (None, TokenErrors::default());
    };
    let endpoint = of_table(&mut table, Use::Token);
    let mut errors = TokenErrors::default();
    if let Some(mut words) = table.section("errors") {
        errors.last = words.texts("final").unwrap_or_default();
        errors.passing = words.texts("passing").unwrap_or_default();
        words.finish();
    }
    table.finish();
    (Some(endpoint), errors)
}

/// The endpoint of the profile, and whether it must answer.
pub(super) fn userinfo(root: &mut Section<'_, '_>) -> (Option<Endpoint>, FollowUpNeed) {
    let Some(entry) = root.take("userinfo") else {
        return (None, FollowUpNeed::default());
    };
    if let Raw::Text(_) = entry.value {
        let url = root.findings.template(&entry);
        return (url.map(Endpoint::get), FollowUpNeed::default());
    }
    let Some(mut table) = Section::of(root.findings, entry) else {
        return (None, FollowUpNeed::default());
    };
    let endpoint = of_table(&mut table, Use::Profile);
    let need = need(&mut table).unwrap_or_default();
    table.finish();
    (Some(endpoint), need)
}

fn need(table: &mut Section<'_, '_>) -> Option<FollowUpNeed> {
    table.word(
        "need",
        &[
            ("optional", FollowUpNeed::Optional),
            ("required", FollowUpNeed::Required),
        ],
    )
}

pub(super) fn follow_ups(root: &mut Section<'_, '_>) -> Vec<FollowUp> {
    let Some(entry) = root.take("follow_up") else {
        return Vec::new();
    };
    let findings = root.findings;
    let items = findings.list(entry, "[[follow_up]]").unwrap_or_default();
    items
        .into_iter()
        .filter_map(|item| {
            let mut table = Section::of(findings, item)?;
            let when_missing = table
                .need("when_missing", "\"/email\"")
                .and_then(|entry| findings.pointer(&entry));
            let into = table
                .need("into", "\"/emails\"")
                .and_then(|entry| new_member(findings, &entry));
            let need = need(&mut table);
            let endpoint = of_table(&mut table, Use::FollowUp);
            table.finish();
            Some(FollowUp {
                when_missing: when_missing?.to_string(),
                endpoint,
                into: into?,
                need: need.unwrap_or_default(),
            })
        })
        .collect()
}

/// A pointer to one new member of the answer.
pub(super) fn new_member(findings: &Findings<'_>, entry: &Entry) -> Option<String> {
    let pointer = findings.pointer(entry)?;
    let single = pointer.as_str().matches('/').count() == 1 && pointer.as_str().len() > 1;
    if !single {
        findings.wrong(
            entry,
            "must name one new member of the answer",
            "write it like `/emails`",
        );
    }
    single.then(|| pointer.to_string())
}

/// Whether an address that is missing can be discovered is checked later, with the protocol known.
fn of_table(table: &mut Section<'_, '_>, purpose: Use) -> Endpoint {
    let url = match purpose {
        // A table that says nothing was meant to say this.
        _ if purpose == Use::FollowUp || table.is_empty() => {
            table.need("url", "\"https://example.org/userinfo\"")
        }
        _ => table.take("url"),
    };
    let url = url.and_then(|entry| table.findings.template(&entry));
    let method = match purpose {
        Use::Authorization | Use::Revocation => None,
        Use::Token | Use::Profile | Use::FollowUp => {
            table.word("method", &[("get", Method::Get), ("post", Method::Post)])
        }
    };
    let is_get = method == Some(Method::Get);
    let method = method.unwrap_or_else(|| purpose.method());
    let params = templates(table, "params");
    let headers = templates(table, "headers");
    for name in headers.keys() {
        if http::HeaderName::try_from(name.as_str()).is_err() {
            table.findings.wrong_at(
                &format!("{}.headers.{name}", table.here().key),
                "is no name of a header",
                "use letters, digits and `-`",
            );
        }
    }
    if purpose == Use::Authorization {
        ours_are_not_said_twice(table, &params);
    }
    let mut endpoint = Endpoint::discovered();
    endpoint.url = url;
    endpoint.method = method;
    endpoint.params = params;
    endpoint.headers = headers;
    match purpose {
        Use::Authorization => {
            endpoint.fragment = fragment(table);
            let params = &endpoint.params;
            endpoint.names = names(table, OF_AUTHORIZATION, &|name| params.contains_key(name));
        }
        Use::Token => of_token(table, &mut endpoint),
        Use::Revocation => {}
        Use::Profile | Use::FollowUp => {
            endpoint.auth = auth(table);
            if endpoint.auth == TokenPlace::Introspection {
                endpoint.method = Method::Post;
                if is_get {
                    table.findings.wrong_at(
                        &format!("{}.method", table.here().key),
                        "an introspection is a form, and shows the client's secret",
                        "remove it, or write `method = \"post\"`",
                    );
                }
            }
            endpoint.json = json(table, &endpoint);
        }
    }
    endpoint
}

/// What only a token request has.
fn of_token(table: &mut Section<'_, '_>, endpoint: &mut Endpoint) {
    let params = &endpoint.params;
    endpoint.names = names(table, OF_TOKEN, &|name| params.contains_key(name));
    endpoint.refresh_url = table.template("refresh_url");
    let Some(entry) = table.take("body") else {
        return;
    };
    let words = [("form", TokenBody::Form), ("json", TokenBody::Json)];
    let body = table.findings.word(&entry, &words);
    endpoint.body = body.unwrap_or_default();
    if body.is_some() && endpoint.method != Method::Post {
        table.findings.wrong(
            &entry,
            "a body is sent by POST only",
            "remove it, or remove `method`",
        );
    }
}

/// A second `state` beside the flow's own is the server's to choose between. `scope` alone stands in for
/// `scopes`.
fn ours_are_not_said_twice(table: &Section<'_, '_>, params: &BTreeMap<String, Template>) {
    for name in params.keys().filter(|name| *name != "scope") {
        if RESERVED.contains(&name.as_str()) {
            table.findings.wrong_at(
                &format!("{}.params.{name}", table.here().key),
                "is said by the flow itself",
                "remove it",
            );
        }
    }
}

/// `"bearer"`, `"none"`, `"introspection"` or `"query:access_token"`.
fn auth(table: &mut Section<'_, '_>) -> TokenPlace {
    let Some(entry) = table.take("auth") else {
        return TokenPlace::Bearer;
    };
    let Some(text) = table.findings.text(&entry) else {
        return TokenPlace::Bearer;
    };
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
    };
    match (text.as_str(), text.strip_prefix("query:")) {
        ("none", _) => TokenPlace::None,
        ("introspection", _) => TokenPlace::Introspection,
        (_, Some(name)) if is_name(name) => TokenPlace::Query(name.to_owned()),
        ("bearer", _) => TokenPlace::Bearer,
        _ => {
            table.findings.wrong(
                &entry,
                "expected `bearer`, `introspection`, `none` or `query:` and the name of a parameter",
                "leave it out, unless the server takes the token nowhere else than in its query: \
                 `query:access_token`",
            );
            TokenPlace::Bearer
        }
    }
}

fn json(table: &mut Section<'_, '_>, endpoint: &Endpoint) -> Option<JsonBody> {
    let entry = table.take("json")?;
    let findings = table.findings;
    if endpoint.method != Method::Post {
        findings.wrong(
            &entry,
            "a body is sent by POST only",
            "add `method = \"post\"`",
        );
    } else if !endpoint.params.is_empty() {
        findings.wrong(
            &entry,
            "a body is either JSON or the form of `params`",
            "keep one of `json` and `params`; a query can be part of `url`",
        );
    }
    body(findings, &entry)
}

fn body(findings: &Findings<'_>, entry: &Entry) -> Option<JsonBody> {
    match &entry.value {
        Raw::Text(_) => findings.template(entry).map(JsonBody::Text),
        Raw::List(items) => items
            .iter()
            .map(|item| body(findings, item))
            .collect::<Option<_>>()
            .map(JsonBody::List),
        Raw::Table(members) => members
            .iter()
            .map(|(name, member)| Some((name.clone(), body(findings, member)?)))
            .collect::<Option<_>>()
            .map(JsonBody::Object),
        other => {
            let constant = other.to_json().map(JsonBody::Constant);
            if constant.is_none() {
                findings.wrong(
                    entry,
                    format!("{} cannot be part of a body", other.kind()),
                    "use a text, a whole number, true or false, a list or a table",
                );
            }
            constant
        }
    }
}

fn fragment(table: &mut Section<'_, '_>) -> Option<String> {
    let entry = table.take("fragment")?;
    let text = table.findings.text(&entry)?;
    let is_plain = !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
    if !is_plain {
        table.findings.wrong(
            &entry,
            "is no plain word",
            "write what stands behind `#`: letters, digits, `_` and `-`",
        );
    }
    is_plain.then_some(text)
}

/// A table of templates whose names are free.
fn templates(table: &mut Section<'_, '_>, name: &'static str) -> BTreeMap<String, Template> {
    let Some(mut inner) = table.section(name) else {
        return BTreeMap::new();
    };
    inner
        .take_rest()
        .into_iter()
        .filter_map(|(name, entry)| Some((name, inner.findings.template(&entry)?)))
        .collect()
}
