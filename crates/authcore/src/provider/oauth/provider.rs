//! This file runs a spec: the one provider that OAuth 2 and OpenID Connect share.
//!
//! ```text
//! start    discovery? → the authorization URL
//! finish   whose answer → code → tokens → ID token? → profile? → who it is
//! refresh  refresh token → tokens → ID token?
//! revoke   refresh token, access token → the revocation endpoint
//! ```
//!
//! How ID tokens are checked is in `provider/tokens.rs`, where the profile comes from in
//! `provider/profile.rs`, what is asked again later in `provider/later.rs`. A question mark stands at what depends on the provider's data. No step sees a
//! token before the one above it has agreed to it.

mod later;
mod profile;
mod tokens;

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use profile::Came;
use serde_json::Value;

use crate::{
    model::{JsonMap, Subject, Timestamp, TokenSet},
    oauth::{
        agreed, authorize,
        cache::{Cached, Wanted},
        callback::{self, IssPromise},
        discovery::{self, Metadata},
        keys::KeySet,
        reach::Outgoing,
        registration::{Registration, fixed},
        token::{self, TokenEndpoint, Trade},
    },
    provider::{
        Finish, Misbehaviour, Proof, Provider, ProviderError, ProviderInfo, Refresh, Revoke,
        RevokeError, Start, Started, spec::Protocol,
    },
    transport::Transport,
};

/// A provider that is made of data, filled in and ready.
pub struct OAuthProvider {
    info: ProviderInfo,
    registration: Registration,
    metadata: Cached<Metadata>,
    keys: Cached<KeySet>,
}

impl OAuthProvider {
    pub(super) fn new(info: ProviderInfo, registration: Registration) -> Self {
        Self {
            info,
            registration,
            metadata: Cached::default(),
            keys: Cached::default(),
        }
    }

    /// The way to the network, on which only what the operator named is not public.
    fn outgoing<'a>(&'a self, transport: &'a dyn Transport) -> Outgoing<'a> {
        Outgoing {
            inner: transport,
            reach: &self.registration.reach,
        }
    }

    /// The issuer's endpoints, for everybody at once.
    async fn metadata(&self, net: Net<'_>) -> Result<Arc<Metadata>, ProviderError> {
        let registration = &self.registration;
        let issuer = registration.issuer().ok_or_else(unfilled)?;
        let url = match (&registration.spec.discovery, &registration.issuer) {
            (Some(template), _) => registration.url(template, None).ok_or_else(unfilled)?,
            (None, Some(issuer)) => discovery::well_known(issuer),
            (None, None) => return Err(unfilled()),
        };
        self.metadata
            .get(net.now, Wanted::Current, || {
                discovery::fetch(&url, issuer, net.transport)
            })
            .await
    }

    /// The same, if anything that a login needs must be discovered.
    async fn discovered(&self, net: Net<'_>) -> Result<Option<Arc<Metadata>>, ProviderError> {
        if self.registration.is_discovered() {
            self.metadata(net).await.map(Some)
        } else {
            Ok(None)
        }
    }

    /// Where codes are traded, and how the application proves there who it is.
    async fn token_endpoint(&self, net: Net<'_>) -> Result<TokenEndpoint, ProviderError> {
        let metadata = self.discovered(net).await?;
        let url = match fixed(&self.registration.spec.token) {
            Some(template) => self.registration.url(template, None).ok_or_else(unfilled)?,
            None => {
                let url = metadata.as_deref().and_then(|it| it.token.clone());
                url.ok_or(Misbehaviour::Discovery)?
            }
        };
        let auth = agreed::client_auth(&self.registration, metadata.as_deref())?;
        Ok(TokenEndpoint { url, auth })
    }

    /// Where a refresh token is traded.
    async fn refresh_endpoint(&self, net: Net<'_>) -> Result<TokenEndpoint, ProviderError> {
        let mut at = self.token_endpoint(net).await?;
        let token = self.registration.spec.token.as_ref();
        if let Some(template) = token.and_then(|token| token.refresh_url.as_ref()) {
            at.url = self.registration.url(template, None).ok_or_else(unfilled)?;
        }
        Ok(at)
    }

    /// Whether the provider's data finds this subject in claims.
    fn is_about(&self, claims: &JsonMap, subject: &Subject) -> bool {
        let lookup = |name: &str| self.registration.lookup(name);
        let claims = Value::Object(claims.clone());
        let mapped = self.registration.spec.profile.apply(&claims, &lookup);
        mapped.is_ok_and(|(mapped, _)| mapped == *subject)
    }
}

#[async_trait]
impl Provider for OAuthProvider {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    async fn start(&self, cx: &Start<'_>) -> Result<Started, ProviderError> {
        let registration = &self.registration;
        let mut metadata = None;
        let endpoint = match fixed(&registration.spec.authorization) {
            Some(template) => registration.url(template, None).ok_or_else(unfilled)?,
            None => {
                let outgoing = self.outgoing(cx.transport);
                let net = Net {
                    transport: &outgoing,
                    now: cx.now,
                };
                let found = self.metadata(net).await?;
                let endpoint = found.authorization.clone();
                metadata = Some(found);
                endpoint.ok_or(Misbehaviour::Discovery)?
            }
        };
        let metadata = metadata.as_deref();
        // Nobody is sent away for an answer that could not be used.
        agreed::client_auth(registration, metadata)?;
        agreed::response_mode(registration, metadata)?;
        let challenge = agreed::challenge(metadata);
        authorize::request(registration, &endpoint, challenge, &self.info.passes, cx)
    }

    async fn finish(&self, cx: &Finish<'_>) -> Result<Proof, ProviderError> {
        let registration = &self.registration;
        let outgoing = self.outgoing(cx.transport);
        let cx = &Finish {
            transport: &outgoing,
            ..*cx
        };
        // Before the first request: an answer that names another issuer ends here.
        callback::look_at_state(registration, cx.attempt, cx.params);
        callback::check_iss(registration, cx.params)?;
        let metadata = self.discovered(Net::of(cx)).await?;
        let promise = match &metadata {
            Some(metadata) if metadata.promises_iss => IssPromise::Made,
            _ => IssPromise::NotMade,
        };
        let code = callback::authorization_code(registration, promise, cx.params)?;

        let token_endpoint = self.token_endpoint(Net::of(cx)).await?;
        let trade = Trade {
            code: code.clone(),
            code_verifier: cx.attempt.code_verifier(),
            callback_url: cx.callback_url,
            answer: cx.params,
        };
        let granted =
            token::exchange(registration, &token_endpoint, trade, cx.transport, cx.now).await?;
        let document = metadata.as_deref().map(|it| it.issuer.as_str());
        let id_token = self.id_token(&granted, &code, document, cx).await?;
        let came = Came {
            granted: &granted,
            id_token: id_token.as_ref(),
            metadata: metadata.as_deref(),
            token_endpoint: &token_endpoint,
        };
        let said = self.profile(&came, cx).await?;
        let lookup = |name: &str| registration.lookup_with(name, Some(&granted.tokens));
        let (subject, profile) = registration
            .spec
            .profile
            .apply_to(&said, &lookup)
            .map_err(|error| {
                // The log says which pointer found nobody; the answer itself stays out of it.
                tracing::warn!(provider = %self.info.id, %error, "the profile does not say who it is");
                Misbehaviour::from(error)
            })?;
        Ok(Proof {
            subject,
            profile,
            tokens: granted.tokens,
        })
    }

    async fn refresh(&self, cx: &Refresh<'_>) -> Result<TokenSet, ProviderError> {
        self.refreshed(cx).await
    }

    fn revokes(&self) -> bool {
        let spec = &self.registration.spec;
        spec.revocation.is_some() || spec.protocol == Protocol::Oidc
    }

    async fn revoke(&self, cx: &Revoke<'_>) -> Result<(), RevokeError> {
        self.revoked(cx).await
    }
}

impl fmt::Debug for OAuthProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthProvider")
            .field("info", &self.info)
            .field("registration", &self.registration)
            .finish_non_exhaustive()
    }
}

/// The way out, and the time.
#[derive(Clone, Copy)]
struct Net<'a> {
    transport: &'a dyn Transport,
    now: Timestamp,
}

impl<'a> Net<'a> {
    fn of(cx: &Finish<'a>) -> Self {
        Self {
            transport: cx.transport,
            now: cx.now,
        }
    }
}

/// What was checked when the provider was plugged in does not hold.
fn unfilled() -> ProviderError {
    ProviderError::Misconfigured("an address of the provider's data is not filled in".into())
}

#[cfg(test)]
mod tests;
