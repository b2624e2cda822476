//! Decides by the discovery document what the provider's data and the application leave open.
//!
//! OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2. What a document does not say has the
//! default of these; what is configured is not changed.
//!
//! The attack it stops: a document that talks the application into less. PKCE stays on, with `plain`
//! where the server knows nothing better; a token signed with the client's secret is never agreed on
//! here, and `none` is no algorithm.

use super::{discovery::Metadata, jws::Algorithm, registration::Registration};
use crate::provider::{Misbehaviour, ResponseMode, spec::ClientAuth};

/// How a code is tied to its attempt (RFC 7636, section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Challenge {
    S256,
    /// The verifier itself: for a server that names this method and not the other.
    Plain,
}

/// How the application proves who it is at the token endpoint.
pub(crate) fn client_auth(
    registration: &Registration,
    metadata: Option<&Metadata>,
) -> Result<ClientAuth, Misbehaviour> {
    let configured = registration.spec.client_auth;
    if configured != ClientAuth::Discovered {
        return Ok(configured);
    }
    let offered = metadata.map_or(&[][..], |it| it.client_auth.as_slice());
    let offers = |name: &str| offered.iter().any(|it| it == name);
    if offered.is_empty() || offers("client_secret_basic") {
        Ok(ClientAuth::Basic)
    } else if offers("client_secret_post") {
        Ok(ClientAuth::Post)
    } else if offers("client_secret_jwt") {
        Ok(ClientAuth::ClientSecretJwt)
    } else {
        tracing::error!(
            provider = %registration.spec.id,
            ?offered,
            "the provider takes no client secret; write `client_auth` into its file: \
             `private_key_jwt` with a key, or `none` for a public client"
        );
        Err(Misbehaviour::ClientAuthOffered)
    }
}

/// How a code is tied to its attempt.
pub(crate) fn challenge(metadata: Option<&Metadata>) -> Challenge {
    let offers = |name: &str| metadata.is_some_and(|it| it.pkce.iter().any(|own| own == name));
    match offers("plain") && !offers("S256") {
        true => Challenge::Plain,
        false => Challenge::S256,
    }
}

/// Whether the answer can come back as it will be asked for.
pub(crate) fn response_mode(
    registration: &Registration,
    metadata: Option<&Metadata>,
) -> Result<(), Misbehaviour> {
    let offered = metadata.map_or(&[][..], |it| it.response_modes.as_slice());
    let is_query = registration.spec.response_mode == ResponseMode::Query;
    let offers = |name: &str| offered.iter().any(|it| it == name);
    if !is_query || offered.is_empty() || offers("query") || !offers("form_post") {
        return Ok(());
    }
    tracing::error!(
        provider = %registration.spec.id,
        ?offered,
        "the provider does not answer in the query; write `response_mode = \"form_post\"` into its file"
    );
    Err(Misbehaviour::ResponseModeOffered)
}

/// What an ID token may be signed with.
pub(crate) fn algorithms(
    registration: &Registration,
    metadata: Option<&Metadata>,
) -> Vec<Algorithm> {
    let allowed = &registration.algorithms;
    let offered = metadata.map_or(&[][..], |it| it.algorithms.as_slice());
    let both: Vec<Algorithm> = offered
        .iter()
        .filter_map(|name| Algorithm::named(name))
        .filter(|algorithm| allowed.contains(algorithm))
        .collect();
    let is_open = registration.spec.id_token.has_default_algorithms();
    match is_open && !both.is_empty() {
        true => both,
        false => allowed.clone(),
    }
}
