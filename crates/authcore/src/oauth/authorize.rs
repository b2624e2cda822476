//! This file makes the URL that the browser is sent to.
//!
//! RFC 6749, section 4.1.1; RFC 7636, section 4.3; OpenID Connect Core 1.0, section 3.1.2.1; OAuth
//! 2.0 Form Post Response Mode.
//!
//! The attack it stops: a link to our own sign-in that smuggles `redirect_uri`, `scope` or `state`
//! into the request. What the flow sets cannot be set from outside, and of the rest only names that
//! the application allows pass.

use oauth2::{
    AuthUrl, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, basic::BasicClient,
};

use url::Url;

use super::{
    agreed::Challenge,
    registration::{Registration, params as params_of},
};
use crate::{
    model::{JsonMap, Params},
    provider::{
        ProviderError, ResponseMode, Start, Started,
        spec::{Check, Pkce, Protocol},
    },
};

/// What [`finish`](crate::provider::Provider::finish) must know of the request: `max_age`.
pub(crate) const MAX_AGE: &str = "max_age";

/// The URL, and what to keep of the request.
pub(crate) fn request(
    registration: &Registration,
    endpoint: &str,
    challenge: Challenge,
    passes: &[String],
    cx: &Start<'_>,
) -> Result<Started, ProviderError> {
    let no_url = |what: &str| ProviderError::Misconfigured(format!("the {what} is no URL"));
    let endpoint =
        AuthUrl::new(endpoint.to_owned()).map_err(|_| no_url("authorization endpoint"))?;
    let callback =
        RedirectUrl::new(cx.callback_url.to_owned()).map_err(|_| no_url("callback URL"))?;
    let client = BasicClient::new(oauth2::ClientId::new(registration.client_id.clone()))
        .set_auth_uri(endpoint)
        .set_redirect_uri(callback);
    let mut params = extra(registration, passes, cx.params);

    let mut request = client.authorize_url(|| CsrfToken::new(cx.attempt.state()));
    // Joined here: `oauth2` knows no separator but a space.
    let scopes = match params.get("scope") {
        Some(passed) => passed.to_owned(),
        None => registration.scopes.join(&registration.spec.scope_separator),
    };
    if !scopes.is_empty() {
        request = request.add_scope(Scope::new(scopes));
    }
    match (&registration.spec.checks.pkce, challenge) {
        (Pkce::Refused(_), _) => {}
        (Pkce::S256, Challenge::S256) => {
            let verifier = PkceCodeVerifier::new(cx.attempt.code_verifier());
            request =
                request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        }
        // RFC 7636, section 4.2: the challenge is the verifier.
        (Pkce::Plain(_), _) | (Pkce::S256, Challenge::Plain) => {
            params.set("code_challenge", cx.attempt.code_verifier());
            params.set("code_challenge_method", "plain");
        }
    }
    if sends_nonce(registration) {
        params.set("nonce", cx.attempt.nonce());
    }
    if registration.spec.response_mode == ResponseMode::FormPost {
        params.set("response_mode", "form_post");
    }
    let mut keep = JsonMap::new();
    if let Some(seconds) = params.get(MAX_AGE).and_then(|age| age.parse::<u32>().ok()) {
        keep.insert(MAX_AGE.into(), seconds.into());
    }
    for (name, value) in params
        .iter()
        .filter(|(name, value)| *name != "scope" || value.is_empty())
    {
        request = request.add_extra_param(name.to_owned(), value.to_owned());
    }
    let (mut url, _) = request.url();
    shape(registration, &mut url);
    Ok(Started::Redirect {
        url: url.into(),
        keep,
    })
}

/// The names that this provider has for parameters, and what stands behind `#`.
fn shape(registration: &Registration, url: &mut Url) {
    let spec = &registration.spec;
    let mut names = vec![("client_id", spec.client_id_param.as_str())];
    let own = spec.authorization.iter().flat_map(|it| &it.names);
    names.extend(own.map(|(usual, name)| (usual.as_str(), name.as_str())));
    names.retain(|(usual, name)| usual != name);
    if !names.is_empty() {
        // A server with names of its own may compare the order with its documentation's (WeChat does),
        // which is the alphabet's.
        let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        for (own, _) in &mut pairs {
            // The one of the request itself goes before the one of both requests.
            let name = names.iter().rfind(|(usual, _)| usual == own);
            if let Some((_, name)) = name {
                *own = (*name).to_owned();
            }
        }
        pairs.sort();
        let mut query = url.query_pairs_mut();
        query.clear();
        for (own, value) in &pairs {
            query.append_pair(own, value);
        }
    }
    let endpoint = registration.spec.authorization.as_ref();
    if let Some(fragment) = endpoint.and_then(|endpoint| endpoint.fragment.as_deref()) {
        url.set_fragment(Some(fragment));
    }
}

/// Whether an ID token of this provider must repeat our `nonce`.
pub(crate) fn sends_nonce(registration: &Registration) -> bool {
    registration.spec.protocol == Protocol::Oidc && registration.spec.checks.nonce == Check::On
}

/// The provider's own parameters, the application's over them, and over those what was passed
/// along.
fn extra(registration: &Registration, passes: &[String], passed: &Params) -> Params {
    let mut params = Params::default();
    if let Some(endpoint) = &registration.spec.authorization {
        for (name, value) in params_of(endpoint, &|name| registration.lookup(name)) {
            // A `scope` of the data's own stands in for none.
            if name != "scope" || registration.scopes.is_empty() {
                params.set(name, value);
            }
        }
    }
    for (name, value) in &registration.params {
        params.set(name, value);
    }
    for (name, value) in passed.iter() {
        // None of those that the flow says is among them: `build()` refuses that.
        if passes.iter().any(|allowed| allowed == name) {
            params.set(name, value);
        }
    }
    params
}
