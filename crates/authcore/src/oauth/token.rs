//! This file trades a code, or a refresh token, for tokens at the token endpoint.
//!
//! RFC 6749, sections 4.1.3 to 5.2 and 6; RFC 7636, section 4.5. The code goes to this provider's
//! token endpoint and nowhere else, once: redirects are not followed.

use std::sync::OnceLock;

use http::StatusCode;
use oauth2::{
    AuthType, AuthorizationCode, Client, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, StandardRevocableToken,
    TokenUrl,
    basic::{BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse},
};

use super::{
    answer::{TokenAnswer, plain_code},
    assertion,
    bridge::{Bridge, BridgeError, basic_unencoded},
    registration::{Registration, headers},
};
use crate::{
    model::{Params, Secret, Timestamp, TokenSet},
    provider::{
        Misbehaviour, ProviderError,
        spec::{ClientAuth, Pkce},
    },
    transport::Transport,
};

/// Tokens, and the cookies that came with them.
pub(crate) struct Granted {
    pub(crate) tokens: TokenSet,
    pub(crate) cookies: Vec<String>,
}

/// Where codes and refresh tokens are traded, and how the application proves there who it is.
pub(crate) struct TokenEndpoint {
    pub(crate) url: String,
    pub(crate) auth: ClientAuth,
}

/// What a code is traded with.
pub(crate) struct Trade<'a> {
    pub(crate) code: String,
    pub(crate) code_verifier: String,
    pub(crate) callback_url: &'a str,
    /// What came back with the browser.
    pub(crate) answer: &'a Params,
}

/// A code for tokens.
pub(crate) async fn exchange(
    registration: &Registration,
    at: &TokenEndpoint,
    trade: Trade<'_>,
    transport: &dyn Transport,
    now: Timestamp,
) -> Result<Granted, ProviderError> {
    let redirect = RedirectUrl::new(trade.callback_url.to_owned())
        .map_err(|_| ProviderError::Misconfigured("the callback URL is no URL".into()))?;
    let own = registration.code_params(trade.answer)?;
    let proof = proof(registration, at, now)?;
    let client = client(registration, at, &proof)?.set_redirect_uri(redirect);
    let bridge = bridge(registration, at, transport)?;
    let mut request = client.exchange_code(AuthorizationCode::new(trade.code));
    if !matches!(registration.spec.checks.pkce, Pkce::Refused(_)) {
        request = request.set_pkce_verifier(PkceCodeVerifier::new(trade.code_verifier));
    }
    for (name, value) in proof.params.into_iter().chain(own) {
        request = request.add_extra_param(name, value);
    }
    let answer = request.request_async(&bridge).await.map_err(|error| {
        let status = bridge.seen.get().map(|seen| seen.status);
        passing(named(error), registration, status)
    })?;
    Ok(granted(answer, bridge, now))
}

/// A refresh token for new tokens. The old refresh token stays where the server sends no new one
/// (RFC 6749, section 6).
///
/// Where the provider's data repeats a parameter of the answer to the browser, there is none to repeat
/// and the visitor signs in again. That the token is no longer good, or that the client may not refresh, is
/// said by a word that is final ([`TokenErrors`](crate::provider::spec::TokenErrors)), whatever the
/// status, or by 401 with `invalid_request` (MediaWiki's releases up to 1.45).
pub(crate) async fn refresh(
    registration: &Registration,
    at: &TokenEndpoint,
    refresh_token: &Secret,
    transport: &dyn Transport,
    now: Timestamp,
) -> Result<Granted, ProviderError> {
    let own = registration
        .refresh_params()
        .ok_or(ProviderError::SignInAgain)?;
    let proof = proof(registration, at, now)?;
    let client = client(registration, at, &proof)?;
    let bridge = bridge(registration, at, transport)?;
    let old = RefreshToken::new(refresh_token.expose().to_owned());
    let mut request = client.exchange_refresh_token(&old);
    for (name, value) in proof.params.into_iter().chain(own) {
        request = request.add_extra_param(name, value);
    }
    let answer = request.request_async(&bridge).await.map_err(|error| {
        let status = bridge.seen.get().map(|seen| seen.status);
        let errors = &registration.spec.token_errors;
        match named(error) {
            ProviderError::Refused { error }
                if errors.is_final(&error)
                    || (error == "invalid_request" && status == Some(StatusCode::UNAUTHORIZED)) =>
            {
                let provider = &registration.spec.id;
                tracing::info!(%provider, error, "a refresh was refused for good");
                ProviderError::SignInAgain
            }
            other => passing(other, registration, status),
        }
    })?;
    let mut granted = granted(answer, bridge, now);
    if granted.tokens.refresh_token.is_none() {
        granted.tokens.refresh_token = Some(refresh_token.clone());
    }
    Ok(granted)
}

/// A refusal that says that the server does not serve now.
fn passing(
    error: ProviderError,
    registration: &Registration,
    status: Option<StatusCode>,
) -> ProviderError {
    match (error, status) {
        (ProviderError::Refused { error }, Some(status))
            if registration.spec.token_errors.is_passing(&error) =>
        {
            ProviderError::Unavailable {
                status: status.as_u16(),
            }
        }
        (error, _) => error,
    }
}

/// `oauth2`'s client, with only what a token endpoint needs.
type TokenClient = Client<
    BasicErrorResponse,
    TokenAnswer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// What proves who the application is in one request.
pub(super) struct Proof {
    /// The client's secret, or what is signed in its place.
    pub(super) secret: Option<String>,
    /// What goes along in addition.
    pub(super) params: Vec<(String, String)>,
}

pub(super) fn proof(
    registration: &Registration,
    at: &TokenEndpoint,
    now: Timestamp,
) -> Result<Proof, ProviderError> {
    let signed = match &registration.assertion {
        Some(assertion) if at.auth.signs() => {
            Some(assertion.make(&registration.client_id, &at.url, now)?)
        }
        _ => None,
    };
    let secret = registration.client_secret.as_ref();
    let secret = secret.map(|secret| secret.expose().to_owned());
    Ok(match (at.auth, signed) {
        (ClientAuth::PrivateKeyJwt | ClientAuth::ClientSecretJwt, Some(signed)) => Proof {
            secret: None,
            params: vec![
                ("client_assertion_type".into(), assertion::KIND.into()),
                ("client_assertion".into(), signed),
            ],
        },
        (_, signed) => Proof {
            secret: signed.or(secret),
            params: Vec::new(),
        },
    })
}

fn client(
    registration: &Registration,
    at: &TokenEndpoint,
    proof: &Proof,
) -> Result<TokenClient, ProviderError> {
    let url = TokenUrl::new(at.url.clone())
        .map_err(|_| ProviderError::Misconfigured("the token endpoint is no URL".into()))?;
    let client = Client::new(ClientId::new(registration.client_id.clone())).set_token_uri(url);
    let secret = proof.secret.clone().map(ClientSecret::new);
    Ok(match (at.auth, secret) {
        (ClientAuth::Basic, Some(secret)) => client
            .set_auth_type(AuthType::BasicAuth)
            .set_client_secret(secret),
        (ClientAuth::Post | ClientAuth::SignedSecret, Some(secret)) => client
            .set_auth_type(AuthType::RequestBody)
            .set_client_secret(secret),
        // The bridge sets the header; the id alone goes into the body.
        _ => client.set_auth_type(AuthType::RequestBody),
    })
}

fn bridge<'a>(
    registration: &'a Registration,
    at: &TokenEndpoint,
    transport: &'a dyn Transport,
) -> Result<Bridge<'a>, ProviderError> {
    let mut headers = match &registration.spec.token {
        Some(endpoint) => headers(endpoint, &|name| registration.lookup_inside(name, None))?,
        None => Vec::new(),
    };
    if let (ClientAuth::BasicUnencoded, Some(secret)) = (at.auth, &registration.client_secret) {
        headers.push(
            basic_unencoded(&registration.client_id, secret).ok_or_else(|| {
                ProviderError::Misconfigured(
                    "the client's credentials do not fit in a header".into(),
                )
            })?,
        );
    }
    Ok(Bridge {
        transport,
        headers,
        spec: &registration.spec,
        seen: OnceLock::new(),
    })
}

fn granted(answer: TokenAnswer, bridge: Bridge<'_>, now: Timestamp) -> Granted {
    Granted {
        tokens: answer.into_tokens(now),
        cookies: bridge
            .seen
            .into_inner()
            .map(|seen| seen.cookies)
            .unwrap_or_default(),
    }
}

/// `oauth2`'s errors can hold the whole answer; of that only the code goes on.
fn named(error: RequestTokenError<BridgeError, BasicErrorResponse>) -> ProviderError {
    match error {
        RequestTokenError::ServerResponse(refusal) => ProviderError::Refused {
            error: plain_code(refusal.error().as_ref()),
        },
        RequestTokenError::Request(BridgeError(error)) => error,
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            Misbehaviour::TokenAnswer.into()
        }
    }
}
