//! This file checks what must hold between the keys of a provider's file, after each was read.
//!
//! The attack it stops: a login that can be listened to or sent elsewhere. Every address is https
//! (RFC 9700, section 2.6), except on this machine or where the application supplies the scheme
//! itself; a place in an address must be something that the flow knows.

mod client;
mod request;

use super::{
    Check, Endpoint, JsonBody, Method, Pkce, ProfileFrom, Protocol, ProviderSpec, SpecWarning,
    SubjectTrust, Template, TokenPlace, document::Findings,
};
use crate::provider::map::{Condition, EmailVerified, Expression};

/// The least contrast of a button's text (WCAG 2.2, success criterion 1.4.3).
const CONTRAST: f64 = 4.5;

/// What a template may have places for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Variables and the client's id.
    Settings,
    /// Also the answer to the browser.
    Callback,
    /// Also the token answer.
    Token,
    /// Also the profile's answer.
    Answer,
}

/// Where in a request a template stands, which decides who reads what fills it in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spot {
    /// In an address, which servers, browsers and logs on the way read, or outside a request.
    Open,
    /// In the query of an address.
    Query,
    /// In a header or a body, which only the server reads.
    Inside,
}

/// What a template may have places for, and where it stands.
#[derive(Clone, Copy)]
struct At(Known, Spot);

impl From<Known> for At {
    fn from(known: Known) -> Self {
        Self(known, Spot::Open)
    }
}

/// Notes what does not hold.
pub(super) fn spec(spec: &ProviderSpec, findings: &Findings<'_>) {
    endpoints_are_there(spec, findings);
    templates(spec, findings);
    client::spec(spec, findings);
    request::spec(spec, findings);
    for (name, variable) in &spec.variables {
        let key = format!("variables.{name}.default");
        if let Some(default) = &variable.default
            && default.starts_with("http")
            && let Err(why) = secure(default)
        {
            findings.wrong_at(&key, why, "use https");
        }
    }
    for (key, address) in [
        ("docs.console", &spec.docs.console),
        ("docs.reference", &spec.docs.reference),
    ] {
        if address
            .as_ref()
            .is_some_and(|text| !text.starts_with("https://"))
        {
            findings.wrong_at(key, "is no https address", "use https");
        }
    }
    if spec.name.trim().is_empty() {
        findings.wrong_at("name", "is empty", "write the name as on the button");
    }
    if spec
        .scopes
        .iter()
        .any(|scope| scope.is_empty() || scope.contains(char::is_whitespace))
    {
        findings.wrong_at(
            "scopes",
            "a scope is empty or holds white space",
            "write each scope as an element of its own; write `[]` to send none",
        );
    }
    colours(spec, findings);
}

impl ProviderSpec {
    /// What is allowed in this data and not wise.
    #[must_use]
    pub fn warnings(&self) -> Vec<SpecWarning> {
        let mut warnings = Vec::new();
        let mut warn = |key, what: &str| {
            warnings.push(SpecWarning {
                key,
                what: what.into(),
            });
        };
        if self.trust.subject == SubjectTrust::Mutable {
            warn(
                "trust.subject",
                "people can change the subject: whoever takes an old one over is taken for its \
                 former owner",
            );
        }
        let subject = self.profile.subject.from.iter().find_map(changeable);
        if let Some(name) = subject
            && self.trust.subject != SubjectTrust::Mutable
        {
            warn(
                "profile.subject",
                &format!(
                    "`{name}` changes: whoever changes theirs comes back as a new user without their \
                     data, and whoever is given an old one is taken for its former owner; use an id \
                     that stays, such as `/id`"
                ),
            );
        }
        match &self.checks.pkce {
            Pkce::S256 => {}
            Pkce::Plain(_) => warn(
                "checks.pkce",
                "who reads the authorization request and intercepts the code can use it",
            ),
            Pkce::Refused(_) => warn("checks.pkce", "an intercepted code can be used by others"),
        }
        if matches!(&self.checks.nonce, Check::Refused(_)) && self.protocol == Protocol::Oidc {
            warn("checks.nonce", "an ID token is not tied to its attempt");
        }
        let in_query = |endpoint: &Endpoint| matches!(endpoint.auth, TokenPlace::Query(_));
        if self.userinfo.as_ref().is_some_and(in_query)
            || self.follow_ups.iter().any(|one| in_query(&one.endpoint))
        {
            warn(
                "userinfo.auth",
                "access tokens are shown in addresses, against RFC 9700, section 4.3.2: only for a \
                 server that takes them nowhere else",
            );
        }
        if self
            .token
            .as_ref()
            .is_some_and(|token| token.method == Method::Get)
        {
            warn(
                "token.method",
                "the secret and the code are part of an address, against RFC 6749, section 3.2: \
                 only for a server that takes nothing else",
            );
        }
        if self.profile.email_verified == EmailVerified::Always && self.trust.source.is_empty() {
            warn(
                "profile.email_verified",
                "every address counts as verified, and `trust.source` does not say how that is \
                 known",
            );
        }
        warnings
    }
}

fn endpoints_are_there(spec: &ProviderSpec, findings: &Findings<'_>) {
    // What is needed depends on the protocol; what could not be read is not missing.
    if findings.tell_of("protocol") {
        return;
    }
    for (name, endpoint) in [
        ("authorization", &spec.authorization),
        ("token", &spec.token),
        ("userinfo", &spec.userinfo),
    ] {
        let is_elsewhere =
            spec.access_token.is_some() || spec.profile_from == ProfileFrom::TokenAnswer;
        let stands_in = name == "userinfo" && endpoint.is_none() && is_elsewhere;
        let there = stands_in || endpoint.as_ref().is_some_and(|it| it.url.is_some());
        if spec.protocol == Protocol::OAuth2 && !there && !findings.tell_of(name) {
            let (key, mend) = match endpoint {
                None => (name.to_owned(), format!("add `{name} = \"https://…\"`")),
                Some(_) => (
                    format!("{name}.url"),
                    "add `url = \"https://…\"`".to_owned(),
                ),
            };
            findings.wrong_at(
                &key,
                "is missing, and OAuth 2 has no discovery",
                format!("{mend}, or use `protocol = \"oidc\"`"),
            );
        }
    }
    let revocation = spec.revocation.as_ref();
    if spec.issuer.is_none()
        && revocation.is_some_and(|it| it.url.is_none())
        && !findings.tell_of("revocation")
    {
        findings.wrong_at(
            "revocation.url",
            "is missing, and there is no issuer that could say it",
            "add `url = \"https://…\"`",
        );
    }
    if spec.protocol == Protocol::Oidc && spec.issuer.is_none() && !findings.tell_of("issuer") {
        findings.wrong_at(
            "issuer",
            "is missing; ID tokens are compared with it",
            "add `issuer = \"https://…\"`",
        );
    }
}

fn templates(spec: &ProviderSpec, findings: &Findings<'_>) {
    let look = |key: &str, template: &Template, known: Known| {
        places(spec, findings, key, template, known);
    };
    let look_at = |key: &str, template: &Template, at: At| {
        places(spec, findings, key, template, at);
    };
    for (key, template) in [
        ("issuer", &spec.issuer),
        ("discovery", &spec.discovery),
        ("jwks", &spec.jwks),
    ] {
        if let Some(template) = template {
            look(key, template, Known::Settings);
            address(findings, key, template);
        }
    }
    let endpoint = |key: &str, endpoint: &Endpoint, known: Known| {
        if let Some(url) = &endpoint.url {
            look(key, url, known);
            address(findings, key, url);
        }
        let in_params = match key {
            "token" => Known::Callback,
            _ => known,
        };
        // What goes through the browser is open altogether.
        let (of_params, of_headers) = match (key, endpoint.method) {
            ("authorization", _) => (Spot::Open, Spot::Open),
            (_, Method::Get) => (Spot::Query, Spot::Inside),
            (_, Method::Post) => (Spot::Inside, Spot::Inside),
        };
        for (name, template) in &endpoint.params {
            let key = format!("{key}.params.{name}");
            look_at(&key, template, At(in_params, of_params));
        }
        for (name, template) in &endpoint.headers {
            let key = format!("{key}.headers.{name}");
            look_at(&key, template, At(known, of_headers));
        }
        for template in endpoint.json.iter().flat_map(JsonBody::templates) {
            look_at(&format!("{key}.json"), template, At(known, Spot::Inside));
        }
        if let Some(template) = &endpoint.refresh_url {
            look(&format!("{key}.refresh_url"), template, known);
            address(findings, &format!("{key}.refresh_url"), template);
        }
    };
    for (key, found, known) in [
        ("authorization", &spec.authorization, Known::Settings),
        ("token", &spec.token, Known::Settings),
        ("revocation", &spec.revocation, Known::Settings),
        ("userinfo", &spec.userinfo, Known::Token),
    ] {
        if let Some(found) = found {
            endpoint(key, found, known);
        }
    }
    for (at, follow_up) in spec.follow_ups.iter().enumerate() {
        endpoint(
            &format!("follow_up[{at}]"),
            &follow_up.endpoint,
            Known::Answer,
        );
    }
    for (at, scope) in spec.scopes.iter().enumerate() {
        let key = format!("scopes[{at}]");
        match Template::parse(scope) {
            Ok(template) => look(&key, &template, Known::Settings),
            Err(error) => findings.wrong_at(
                &key,
                format!("is no template: {error}"),
                "write it like `{client_id}`",
            ),
        }
    }
    for (key, expression) in spec.profile.expressions() {
        if !spec.profile.extra.contains_key(key) && finds_an_object(expression) {
            findings.wrong_at(
                &format!("profile.{key}"),
                "finds an element of a list, which is no text",
                "add what is taken of it: `take = \"/email\"`",
            );
        }
        for template in templates_of(expression) {
            look(&format!("profile.{key}"), template, Known::Answer);
        }
    }
}

fn places(
    spec: &ProviderSpec,
    findings: &Findings<'_>,
    key: &str,
    template: &Template,
    at: impl Into<At>,
) {
    let At(known, spot) = at.into();
    for place in template.placeholders() {
        let (fine, what) = if place.starts_with('/') {
            (known == Known::Answer, "the profile is not known here")
        } else if place.starts_with("token.") {
            let has_token = matches!(known, Known::Token | Known::Answer);
            (has_token, "there is no token here")
        } else if place.starts_with("callback.") {
            let what = "only `token.params` can repeat what came back with the browser";
            (known == Known::Callback, what)
        } else if place == "client_secret" {
            let what = "the secret is for headers, and for bodies sent by POST, alone";
            (spot == Spot::Inside, what)
        } else if let Some(name) = place.strip_prefix("builtin.") {
            let has_token = matches!(known, Known::Token | Known::Answer);
            match (name, spot) {
                ("appsecret_proof", Spot::Query | Spot::Inside) => {
                    (has_token, "there is no token here")
                }
                ("appsecret_proof", Spot::Open) => {
                    (false, "it is for parameters, headers and bodies")
                }
                _ => (
                    false,
                    "is no built-in; there is `{builtin.appsecret_proof}`",
                ),
            }
        } else {
            (
                place == "client_id" || spec.variables.contains_key(place),
                "is no variable of this file",
            )
        };
        if !fine {
            let mend = if place == "client_secret" {
                "move it into a header, or add `method = \"post\"`".to_owned()
            } else if place.starts_with('/') || place.contains('.') {
                "use a variable".to_owned()
            } else {
                let names = spec.variables.keys().map(String::as_str);
                match super::document::nearest(place, names.chain(["client_id"])) {
                    Some(near) => format!("did you mean `{{{near}}}`?"),
                    None => format!("add `[variables.{place}]` with a `description`"),
                }
            };
            findings.wrong_at(key, format!("`{{{place}}}`: {what}"), mend);
        }
    }
}

/// An address begins with https, or with a variable that does.
fn address(findings: &Findings<'_>, key: &str, template: &Template) {
    let text = template.as_str();
    if text.starts_with('{') && !text.starts_with("{{") {
        return;
    }
    // Places are host names or encoded, so that any word does to read the address.
    let example = template.fill(&|_| Some("x".into()));
    let found = match &example {
        Some(example) => secure(example),
        None => Err("is no address"),
    };
    if let Err(why) = found {
        findings.wrong_at(
            key,
            why,
            "write `https://…`; `http://` is for `localhost`, `127.0.0.1` and `[::1]`",
        );
    }
}

fn secure(text: &str) -> Result<(), &'static str> {
    let url = url::Url::parse(text).map_err(|_| "is no address")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("carries a user name");
    }
    if url.fragment().is_some() {
        return Err("carries a fragment");
    }
    let loopback = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => return Err("has no host"),
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if loopback => Ok(()),
        _ => Err("is not https"),
    }
}

/// Whether it gives a whole element that has members. An element that is looked at as a whole
/// (`where = ""`) can be a text.
fn finds_an_object(expression: &Expression) -> bool {
    fn has_members(condition: &Condition) -> bool {
        match condition {
            Condition::Truthy(pointer) => !pointer.as_str().is_empty(),
            Condition::Equal(wanted) => wanted.keys().any(|it| !it.as_str().is_empty()),
            Condition::EndsWith(pointer, _) => !pointer.as_str().is_empty(),
            Condition::All(all) | Condition::Any(all) => all.iter().any(has_members),
        }
    }
    match expression {
        Expression::Find { fits, take, .. } => take.as_str().is_empty() && has_members(fits),
        Expression::First(all) | Expression::Join { parts: all, .. } => {
            all.iter().any(finds_an_object)
        }
        Expression::When(_, then) => finds_an_object(then),
        Expression::Relative { address, .. } => finds_an_object(address),
        _ => false,
    }
}

/// What people and their administrators change, and what is then given to somebody else.
const CHANGEABLE: &[&str] = &[
    "display_name",
    "displayname",
    "email",
    "email_address",
    "emailaddress",
    "handle",
    "login",
    "mail",
    "name",
    "nick",
    "nickname",
    "phone",
    "phone_number",
    "preferred_username",
    "screen_name",
    "upn",
    "user_name",
    "username",
];

/// The member that a subject is read from, where it is one that changes.
fn changeable(expression: &Expression) -> Option<&str> {
    match expression {
        Expression::At(pointer) | Expression::After { pointer, .. } => {
            let name = pointer.as_str().rsplit('/').next()?;
            let plain = name.to_ascii_lowercase().replace('-', "_");
            CHANGEABLE.contains(&plain.as_str()).then_some(name)
        }
        Expression::Find { take, .. } => {
            let name = take.as_str().rsplit('/').next()?;
            CHANGEABLE
                .contains(&name.to_ascii_lowercase().as_str())
                .then_some(name)
        }
        Expression::First(all) | Expression::Join { parts: all, .. } => {
            all.iter().find_map(changeable)
        }
        Expression::When(_, then) => changeable(then),
        Expression::Template(template) => template.placeholders().find(|place| {
            let name = place.rsplit('/').next().unwrap_or_default();
            place.starts_with('/') && CHANGEABLE.contains(&name.to_ascii_lowercase().as_str())
        }),
        _ => None,
    }
}

fn templates_of(expression: &Expression) -> Vec<&Template> {
    match expression {
        Expression::Template(template) => vec![template],
        Expression::Relative { base, address } => {
            let mut all = templates_of(address);
            all.push(base);
            all
        }
        Expression::First(all) | Expression::Join { parts: all, .. } => {
            all.iter().flat_map(templates_of).collect()
        }
        Expression::When(_, then) => templates_of(then),
        Expression::At(_)
        | Expression::After { .. }
        | Expression::Constant(_)
        | Expression::Find { .. }
        | Expression::Token(_)
        | Expression::Builtin(_) => vec![],
    }
}

fn colours(spec: &ProviderSpec, findings: &Findings<'_>) {
    let read = |key: &str, colour: &str| {
        let found = luminance(colour);
        if found.is_none() {
            let what = format!("`{}` is no colour", super::document::cut(colour));
            findings.wrong_at(key, what, "write it as `#rrggbb`: `#1a2b3c`");
        }
        found
    };
    let background = read("style.background", &spec.style.background);
    let text = read("style.text", &spec.style.text);
    let (Some(one), Some(other)) = (background, text) else {
        return;
    };
    let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
    if contrast < CONTRAST {
        findings.wrong_at(
            "style",
            format!(
                "the text can hardly be read: its contrast is {contrast:.1}, and {CONTRAST} is the least"
            ),
            "make one colour darker or the other lighter",
        );
    }
}

/// Relative luminance (WCAG 2.2).
fn luminance(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#')?;
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let channel = |at: usize| {
        let byte = u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?;
        let part = f64::from(byte) / 255.0;
        Some(if part <= 0.04045 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        })
    };
    Some(0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?)
}
