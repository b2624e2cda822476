//! Compares what an issuer's document demands, and what it offers, with what authcore can do: sign-in fails
//! where it demands something that we do not do, or offers nothing that we do.
//!
//! OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2; RFC 9126, section 5 (PAR); RFC 9101,
//! section 10.5 (signed requests).

use authcore::provider::{
    ResponseMode,
    spec::{ClientAuth, Endpoint, Pkce, Protocol, ProviderSpec},
};
use serde_json::Value;

use super::show::client_auth;

/// A key of the file, and why nobody can sign in, with the fix.
pub(crate) type Unmet = (&'static str, String);

/// Everything that is in the way.
pub(crate) fn unmet(spec: &ProviderSpec, document: &Value) -> Vec<Unmet> {
    let lists = |member: &str| -> Option<Vec<&str>> {
        let list = document[member].as_array()?;
        Some(list.iter().filter_map(Value::as_str).collect())
    };
    let mut found: Vec<Unmet> = Vec::new();
    if document["require_pushed_authorization_requests"] == true {
        let what = "the server demands pushed authorization requests (PAR), which authcore does not send; \
                    fix: turn `require_pushed_authorization_requests` off for this client at the server";
        found.push(("authorization", what.into()));
    }
    if document["require_signed_request_object"] == true {
        let what = "the server demands signed requests (JAR), which authcore does not send; fix: turn \
                    `require_signed_request_object` off for this client at the server";
        found.push(("authorization", what.into()));
    }
    if let Some(types) = lists("response_types_supported")
        && !types.contains(&"code")
    {
        let what = format!(
            "the server does not offer the response type `code`, only: {}; fix: allow the authorization \
             code flow at the server",
            listed(&types)
        );
        found.push(("authorization", what));
    }
    if let Some(grants) = lists("grant_types_supported")
        && !grants.contains(&"authorization_code")
    {
        let what = format!(
            "the server does not offer the grant `authorization_code`, only: {}; fix: allow it at the \
             server",
            listed(&grants)
        );
        found.push(("token", what));
    }
    let mode = match spec.response_mode {
        ResponseMode::FormPost => "form_post",
        _ => "query",
    };
    if let Some(modes) = lists("response_modes_supported")
        && !modes.contains(&mode)
    {
        let fix = match (mode, modes.contains(&"form_post"), modes.contains(&"query")) {
            ("query", true, _) => "write `response_mode = \"form_post\"`",
            (_, _, true) => "leave `response_mode` out",
            _ => "allow `query` or `form_post` at the server",
        };
        let what = format!(
            "the server does not offer the response mode `{mode}`, only: {}; fix: {fix}",
            listed(&modes)
        );
        found.push(("response_mode", what));
    }
    // Where nothing better is offered, `plain` is sent.
    if let (Pkce::S256, Some(methods)) =
        (&spec.checks.pkce, lists("code_challenge_methods_supported"))
        && !methods.is_empty()
        && !methods
            .iter()
            .any(|method| ["S256", "plain"].contains(method))
    {
        let what = format!(
            "the server's PKCE has neither S256 nor plain, only: {}; fix: turn S256 on at the server, or \
             write `checks = {{ pkce = {{ refused = \"…\" }} }}` with the reason",
            listed(&methods)
        );
        found.push(("checks.pkce", what));
    }
    found.extend(client(spec, lists("token_endpoint_auth_methods_supported")));
    if spec.client_auth == ClientAuth::ClientSecretJwt
        && let Some(algorithms) = lists("token_endpoint_auth_signing_alg_values_supported")
        && !algorithms.contains(&"HS256")
    {
        let what = format!(
            "the server does not take assertions signed with HS256, only: {}; fix: allow HS256, or write \
             another `client_auth`",
            listed(&algorithms)
        );
        found.push(("client_auth", what));
    }
    found.extend(endpoints(spec, document));
    found
}

/// How the application proves who it is: by a secret, by a key, or not at all.
fn client(spec: &ProviderSpec, listed_methods: Option<Vec<&str>>) -> Option<Unmet> {
    const BY_SECRET: &[&str] = &[
        "client_secret_basic",
        "client_secret_post",
        "client_secret_jwt",
    ];
    let methods = listed_methods?;
    let usable = match spec.client_auth {
        ClientAuth::None => &["none"][..],
        ClientAuth::PrivateKeyJwt => &["private_key_jwt"],
        // A public client needs no secret; one that is sent does no harm.
        _ => BY_SECRET,
    };
    if methods.iter().any(|it| usable.contains(it)) {
        return None;
    }
    let fix = if methods.contains(&"private_key_jwt") {
        "write `client_auth = \"private_key_jwt\"`, and set a key"
    } else if methods.iter().any(|it| BY_SECRET.contains(it)) {
        "write `client_auth = \"basic\"` or `\"post\"`, as the server lists it"
    } else if methods.contains(&"none") {
        "write `client_auth = \"none\"`, if the client is a public one"
    } else {
        "allow `client_secret_basic`, `client_secret_post` or `private_key_jwt` at the server"
    };
    let what = format!(
        "the server lists no client authentication like `{}` that can be used, only: {}; fix: {fix}",
        client_auth(spec.client_auth),
        listed(&methods)
    );
    Some(("client_auth", what))
}

/// What the file leaves to the document, and the document leaves out.
fn endpoints(spec: &ProviderSpec, document: &Value) -> Vec<Unmet> {
    let is_oidc = spec.protocol == Protocol::Oidc;
    let is_left = |endpoint: Option<&Endpoint>| endpoint.is_none_or(|it| it.url.is_none());
    let has = |member: &str| document[member].as_str().is_some_and(|it| !it.is_empty());
    [
        (is_left(spec.authorization.as_ref()), "authorization", "authorization_endpoint"),
        (is_left(spec.token.as_ref()), "token", "token_endpoint"),
        (is_oidc && spec.jwks.is_none(), "jwks", "jwks_uri"),
    ]
    .into_iter()
    .filter(|(is_left, _, member)| *is_left && !has(member))
    .map(|(_, key, member)| {
        let what = format!(
            "neither the file nor the document says where it is (`{member}`); fix: write `{key}` into the \
             file"
        );
        (key, what)
    })
    .collect()
}

fn listed(all: &[&str]) -> String {
    match all.is_empty() {
        true => "nothing".to_owned(),
        false => all.join(", "),
    }
}
