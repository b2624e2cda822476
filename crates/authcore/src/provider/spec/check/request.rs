//! This file checks what token requests and requests for a profile may carry, and what an access token
//! must say before a profile is read from it.
//!
//! The attacks it stops: a parameter of the data's own, or one that the browser wrote, in the place of
//! one of the protocol's; the client's secret anywhere but in a form or the header that is made for
//! it; a profile out of a token that anybody could have signed.

use super::{Known, places};
use crate::provider::spec::{
    ClientAuth, Endpoint, ProfileFrom, Protocol, ProviderSpec, Template, TokenPlace,
    document::Findings,
};

/// What the flow itself says in a token request.
const OURS: &[&str] = &[
    "client_assertion",
    "client_assertion_type",
    "code",
    "code_verifier",
    "grant_type",
    "redirect_uri",
    "refresh_token",
];

/// Notes what does not hold.
pub(super) fn spec(spec: &ProviderSpec, findings: &Findings<'_>) {
    token_params(spec, findings);
    revocation_params(spec, findings);
    introspection(spec, findings);
    access_token(spec, findings);
    profile_from(spec, findings);
    secrets(spec, findings);
}

fn token_params(spec: &ProviderSpec, findings: &Findings<'_>) {
    let Some(token) = &spec.token else { return };
    let credentials = [
        "client_id",
        "client_secret",
        "scope",
        spec.client_id_param.as_str(),
        spec.client_secret_param.as_str(),
    ];
    let repeats = |template: &Template, name: &str| {
        let mut places = template.placeholders();
        places.any(|place| {
            place
                .strip_prefix("callback.")
                .is_some_and(|own| name.is_empty() || own == name)
        })
    };
    for (name, template) in &token.params {
        let key = format!("token.params.{name}");
        let is_ours = OURS.contains(&name.as_str())
            || (credentials.contains(&name.as_str()) && repeats(template, ""));
        if is_ours {
            findings.wrong_at(
                &key,
                "is said by the flow itself",
                "remove it; what the server wants beside it has a name of its own",
            );
        }
        if repeats(template, "code") || repeats(template, &spec.code_param) {
            findings.wrong_at(
                &key,
                "`{callback.code}`: the code is sent by the flow itself",
                "remove it",
            );
        }
    }
}

/// Beside the token and who asks, which the flow itself says (RFC 7009, section 2.1).
fn revocation_params(spec: &ProviderSpec, findings: &Findings<'_>) {
    let ours = [
        "client_assertion",
        "client_assertion_type",
        "client_id",
        "client_secret",
        "token",
        "token_type_hint",
        spec.client_id_param.as_str(),
        spec.client_secret_param.as_str(),
    ];
    let params = spec.revocation.iter().flat_map(|it| it.params.keys());
    for name in params.filter(|name| ours.contains(&name.as_str())) {
        findings.wrong_at(
            &format!("revocation.params.{name}"),
            "is said by the flow itself",
            "remove it; what the server wants beside it has a name of its own",
        );
    }
}

fn profile_from(spec: &ProviderSpec, findings: &Findings<'_>) {
    if spec.profile_from != ProfileFrom::TokenAnswer {
        return;
    }
    if spec.userinfo.is_some() || spec.access_token.is_some() {
        findings.wrong_at(
            "profile_from",
            "the profile is in one place, and `userinfo` or `access_token` is one already",
            "keep one of them; what completes a profile is a `[[follow_up]]`",
        );
    }
    if spec.protocol == Protocol::Oidc {
        findings.wrong_at(
            "profile_from",
            "OpenID Connect has the profile in the ID token or at UserInfo",
            "remove it, or use `protocol = \"oauth2\"`",
        );
    }
}

/// The secret goes to machines that the file or the application names, and to no other: who answers could
/// send it to themselves.
fn secrets(spec: &ProviderSpec, findings: &Findings<'_>) {
    let follow_ups = spec.follow_ups.iter().enumerate();
    let follow_ups = follow_ups.map(|(at, one)| (format!("follow_up[{at}]"), &one.endpoint));
    let userinfo = spec.userinfo.iter().map(|it| ("userinfo".to_owned(), it));
    for (key, endpoint) in userinfo.chain(follow_ups) {
        let is_secret = |it: &Endpoint| {
            let mut places = it.sent_beside().flat_map(Template::placeholders);
            places.any(|place| place == "client_secret")
        };
        let is_answered = |place: &str| place.starts_with("token.") || place.starts_with('/');
        let mut origins = endpoint.url.iter().flat_map(Template::origin_places);
        if is_secret(endpoint) && origins.any(is_answered) {
            findings.wrong_at(
                &key,
                "`{client_secret}` would go to a machine that an answer names",
                "write the host into the address, or use a variable",
            );
        }
    }
}

fn introspection(spec: &ProviderSpec, findings: &Findings<'_>) {
    for (at, follow_up) in spec.follow_ups.iter().enumerate() {
        if follow_up.endpoint.auth == TokenPlace::Introspection {
            findings.wrong_at(
                &format!("follow_up[{at}].auth"),
                "only `userinfo` can be an introspection",
                "use `bearer`",
            );
        }
    }
    let is_one = |it: &crate::provider::spec::Endpoint| it.auth == TokenPlace::Introspection;
    if !spec.userinfo.as_ref().is_some_and(is_one) {
        return;
    }
    if spec.userinfo.as_ref().is_some_and(|it| it.json.is_some()) {
        findings.wrong_at(
            "userinfo.json",
            "an introspection is a form, and no JSON",
            "remove it; what goes along is `params`",
        );
    }
    let has_secret = matches!(
        spec.client_auth,
        ClientAuth::Basic | ClientAuth::BasicUnencoded | ClientAuth::Post
    );
    if !has_secret {
        findings.wrong_at(
            "userinfo.auth",
            "an introspection shows the client's secret, and this `client_auth` has none to show",
            "use `client_auth = \"post\"` or `\"basic\"`, or another `auth`",
        );
    }
    if spec.protocol == Protocol::Oidc {
        findings.wrong_at(
            "userinfo.auth",
            "OpenID Connect has UserInfo, and shows it the token in the header",
            "remove it, or use `protocol = \"oauth2\"`",
        );
    }
}

fn access_token(spec: &ProviderSpec, findings: &Findings<'_>) {
    let Some(rules) = &spec.access_token else {
        return;
    };
    for (name, templates) in [("issuers", &rules.issuers), ("audiences", &rules.audiences)] {
        for (at, template) in templates.iter().enumerate() {
            let key = format!("access_token.{name}[{at}]");
            places(spec, findings, &key, template, Known::Settings);
        }
    }
    let is_ours = |template: &Template| template.as_str() == "{client_id}";
    if !rules.audiences.iter().any(is_ours) {
        findings.wrong_at(
            "access_token.audiences",
            "a token for any application would do",
            "add `\"{client_id}\"`",
        );
    }
    if spec.jwks.is_none() {
        findings.wrong_at(
            "access_token",
            "nothing says where the keys are that sign access tokens",
            "add `jwks = \"https://…\"`",
        );
    }
    if spec.protocol == Protocol::Oidc || spec.userinfo.is_some() {
        findings.wrong_at(
            "access_token",
            "the profile is in one place, and the ID token or `userinfo` is one already",
            "keep one of them",
        );
    }
    if spec
        .id_token
        .algorithms
        .iter()
        .any(|it| it.starts_with("HS"))
    {
        findings.wrong_at(
            "id_token.algorithms",
            "an access token is signed with the issuer's key",
            "remove it",
        );
    }
}
