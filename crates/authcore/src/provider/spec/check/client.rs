//! This file checks how the application proves who it is, whose tenants are let in, and what the
//! browser may bring back beside the code.
//!
//! The attack it stops: a form field is written by whoever holds the browser. It can give a name;
//! a subject or an address that came from it would be anybody's.

use super::{Known, address, places};
use crate::provider::{
    ResponseMode,
    map::{Condition, EmailVerified, Expression, Pointer},
    spec::{ClientAuth, Protocol, ProviderSpec, Template, document::Findings},
};

/// Names that mean something else in an authorization or token request.
const TAKEN: &[&str] = &[
    "client_assertion",
    "client_assertion_type",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "grant_type",
    "nonce",
    "redirect_uri",
    "refresh_token",
    "response_mode",
    "response_type",
    "scope",
    "state",
];

/// Notes what does not hold.
pub(super) fn spec(spec: &ProviderSpec, findings: &Findings<'_>) {
    assertion(spec, findings);
    names(spec, findings);
    tenants(spec, findings);
    callback(spec, findings);
}

fn assertion(spec: &ProviderSpec, findings: &Findings<'_>) {
    let key = spec
        .client_assertion
        .as_ref()
        .and_then(|it| it.key.as_ref());
    if spec.client_auth.has_key() && key.is_none() {
        findings.wrong_at(
            "client_assertion.key",
            "is missing, and this `client_auth` signs with a key",
            "add `[client_assertion]` with `key = \"{private_key}\"`, and `[variables.private_key]`",
        );
    }
    if spec.client_auth == ClientAuth::ClientSecretJwt && key.is_some() {
        findings.wrong_at(
            "client_assertion.key",
            "`client_secret_jwt` signs with the client's secret",
            "remove it, or use `client_auth = \"private_key_jwt\"`",
        );
    }
    let Some(assertion) = &spec.client_assertion else {
        return;
    };
    if !spec.client_auth.signs() {
        findings.wrong_at(
            "client_assertion",
            "nothing is signed with this `client_auth`",
            "use `private_key_jwt`, `client_secret_jwt` or `signed_secret`, or remove the table",
        );
    }
    let with_secret = spec.client_auth == ClientAuth::ClientSecretJwt;
    if let Some(algorithm) = assertion.algorithm
        && spec.client_auth.signs()
        && algorithm.is_symmetric() != with_secret
    {
        findings.wrong_at(
            "client_assertion.algorithm",
            match with_secret {
                true => "needs a key, and this `client_auth` signs with the client's secret",
                false => "signs with a secret, and this `client_auth` has a key",
            },
            match with_secret {
                true => "write `HS256`, `HS384` or `HS512`",
                false => "write `ES256`, or what fits the key",
            },
        );
    }
    for (name, template) in [
        ("key", &assertion.key),
        ("key_id", &assertion.key_id),
        ("issuer", &assertion.issuer),
        ("audience", &assertion.audience),
    ] {
        if let Some(template) = template {
            let key = format!("client_assertion.{name}");
            places(spec, findings, &key, template, Known::Settings);
        }
    }
    // A key that stands in the file is known to whoever reads it.
    let is_variable = |key: &Template| {
        let name = key.placeholders().next().unwrap_or_default();
        key.as_str() == format!("{{{name}}}")
    };
    if key.is_some_and(|key| !is_variable(key)) {
        findings.wrong_at(
            "client_assertion.key",
            "is no variable; a key does not belong into a file",
            "write `{private_key}`, and add `[variables.private_key]`",
        );
    }
}

fn names(spec: &ProviderSpec, findings: &Findings<'_>) {
    for (key, name) in [
        ("client_id_param", &spec.client_id_param),
        ("client_secret_param", &spec.client_secret_param),
    ] {
        if TAKEN.contains(&name.as_str()) {
            findings.wrong_at(
                key,
                "means something else in a request",
                "write the name that the server's documentation has",
            );
        }
    }
    if spec.client_id_param == spec.client_secret_param {
        findings.wrong_at(
            "client_secret_param",
            "is the name of the id too",
            "give both their own name",
        );
    }
}

fn tenants(spec: &ProviderSpec, findings: &Findings<'_>) {
    let Some(issuer) = &spec.id_token.issuer else {
        return;
    };
    if spec.protocol != Protocol::Oidc {
        findings.wrong_at(
            "id_token.issuer",
            "only OpenID Connect has ID tokens that say whose they are",
            "use `protocol = \"oidc\"`, or remove it",
        );
    }
    let without_tenant = Template::parse(&issuer.template.as_str().replace("{tenantid}", "x"));
    if let Ok(template) = without_tenant {
        let key = "id_token.issuer.template";
        places(spec, findings, key, &template, Known::Settings);
        address(findings, key, &template);
    }
    if let Some(tenants) = &issuer.tenants {
        let key = "id_token.issuer.tenants";
        places(spec, findings, key, tenants, Known::Settings);
    }
}

fn callback(spec: &ProviderSpec, findings: &Findings<'_>) {
    if !spec.callback_json.is_empty() && spec.response_mode != ResponseMode::FormPost {
        findings.wrong_at(
            "callback_json",
            "only a form brings fields back",
            "add `response_mode = \"form_post\"`, or remove it",
        );
    }
    let mut certain: Vec<(&str, &Expression)> = Vec::new();
    certain.extend(
        spec.profile
            .subject
            .from
            .iter()
            .map(|from| ("subject", from)),
    );
    certain.extend(spec.profile.email.iter().map(|from| ("email", from)));
    if let EmailVerified::AnyOf(all) = &spec.profile.email_verified {
        certain.extend(all.iter().map(|from| ("email_verified", from)));
    }
    for member in spec.callback_json.values() {
        for (field, _) in certain.iter().filter(|(_, from)| reads(from, member)) {
            findings.wrong_at(
                &format!("profile.{field}"),
                format!("`{member}` comes from the browser, which can write anything there"),
                "take it from what the provider itself answers",
            );
        }
    }
}

/// Whether an expression looks below a member of the answer.
fn reads(expression: &Expression, member: &str) -> bool {
    match expression {
        Expression::At(pointer) | Expression::After { pointer, .. } => {
            below(pointer.as_str(), member)
        }
        Expression::First(all) | Expression::Join { parts: all, .. } => {
            all.iter().any(|one| reads(one, member))
        }
        Expression::Template(template) => fills(template, member),
        Expression::Find { array, .. } => below(array.as_str(), member),
        Expression::Relative { base, address } => fills(base, member) || reads(address, member),
        Expression::When(condition, then) => depends(condition, member) || reads(then, member),
        // A built-in sees the whole answer.
        Expression::Builtin(_) => true,
        Expression::Constant(_) | Expression::Token(_) => false,
    }
}

fn fills(template: &Template, member: &str) -> bool {
    template.placeholders().any(|place| below(place, member))
}

fn depends(condition: &Condition, member: &str) -> bool {
    let at = |pointer: &Pointer| below(pointer.as_str(), member);
    match condition {
        Condition::Truthy(pointer) => at(pointer),
        Condition::Equal(wanted) => wanted.keys().any(at),
        Condition::EndsWith(pointer, _) => at(pointer),
        Condition::All(all) | Condition::Any(all) => all.iter().any(|one| depends(one, member)),
    }
}

fn below(pointer: &str, member: &str) -> bool {
    pointer
        .strip_prefix(member)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
