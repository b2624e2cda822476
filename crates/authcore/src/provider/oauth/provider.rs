//! This file runs a spec: the one provider that OAuth 2 and OpenID Connect share.
//!
//! ```text
//! start    discovery? → the authorization URL
//! finish   whose answer → code → tokens → ID token? → profile? → who it is
//! refresh  refresh token → tokens → ID token?
//! revoke   refresh token, access token → the revocation endpoint
//! ```
//!
//! How ID tokens are checked is in `provider/tokens.rs`, what is asked again later in
//! `provider/later.rs`. A question mark stands at what depends on the provider's data. No step sees a
//! token before the one above it has agreed to it.

mod later;
mod tokens;

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use serde_json::Value;

use crate::{
    model::{JsonMap, Subject, Timestamp, TokenSet},
    oauth::{
        authorize,
        cache::{Cached, Wanted},
        callback::{self, IssPromise},
        discovery::{self, Metadata},
        id_token::CheckedIdToken,
        keys::KeySet,
        registration::Registration,
        token::{self, Granted, Trade},
        userinfo::{Asking, Fetched},
    },
    provider::{
        Finish, Misbehaviour, Proof, Provider, ProviderError, ProviderInfo, Refresh, Revoke,
        RevokeError, Start, Started,
        spec::{ProfileFrom, ProfileSource, Protocol},
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

    async fn token_url(&self, net: Net<'_>) -> Result<String, ProviderError> {
        match &self.registration.spec.token {
            Some(endpoint) => self
                .registration
                .url(&endpoint.url, None)
                .ok_or_else(unfilled),
            None => {
                let metadata = self.metadata(net).await?;
                metadata.token.clone().ok_or(Misbehaviour::Discovery.into())
            }
        }
    }

    /// Where a refresh token is traded.
    async fn refresh_url(&self, net: Net<'_>) -> Result<String, ProviderError> {
        let token = self.registration.spec.token.as_ref();
        match token.and_then(|token| token.refresh_url.as_ref()) {
            Some(template) => self.registration.url(template, None).ok_or_else(unfilled),
            None => self.token_url(net).await,
        }
    }

    /// Whether the provider's data finds this subject in claims.
    fn is_about(&self, claims: &JsonMap, subject: &Subject) -> bool {
        let lookup = |name: &str| self.registration.lookup(name);
        let claims = Value::Object(claims.clone());
        let mapped = self.registration.spec.profile.apply(&claims, &lookup);
        mapped.is_ok_and(|(mapped, _)| mapped == *subject)
    }

    /// The profile's answer, complete.
    async fn profile(
        &self,
        granted: &Granted,
        id_token: Option<&CheckedIdToken>,
        metadata: Option<&Metadata>,
        token_url: &str,
        cx: &Finish<'_>,
    ) -> Result<JsonMap, ProviderError> {
        let spec = &self.registration.spec;
        let asking = Asking {
            registration: &self.registration,
            granted,
            token_url,
            transport: cx.transport,
        };
        let discovered = metadata.and_then(|metadata| metadata.userinfo.as_deref());
        // UserInfo is a recommended endpoint, not a required one (OpenID Connect Discovery 1.0,
        // section 3): where there is none, the ID token is all that the provider says.
        let is_in_token = spec.protocol == Protocol::Oidc
            && (spec.id_token.profile_from == ProfileSource::IdToken
                || (spec.userinfo.is_none() && discovered.is_none()));
        let claims = match (&self.registration.access_token, id_token) {
            (Some(rule), _) => Some(self.access_token(rule, granted, Net::of(cx)).await?),
            (None, id_token) => id_token.map(|token| token.claims().clone()),
        };
        let is_in_token = is_in_token || self.registration.access_token.is_some();
        let mut profile = match claims {
            Some(claims) if is_in_token => claims,
            claims => {
                let fetched = match spec.profile_from {
                    ProfileFrom::UserInfo => asking.profile(discovered).await?,
                    ProfileFrom::TokenAnswer => {
                        Fetched::Plain(Value::Object(granted.tokens.extra.clone()))
                    }
                };
                let answer = match fetched {
                    Fetched::Plain(answer) => answer,
                    Fetched::Signed(token) => {
                        let document = metadata.map(|metadata| metadata.issuer.as_str());
                        self.signed_profile(&token, document, Net::of(cx)).await?
                    }
                };
                let answer = asking.unwrap(&answer, id_token)?;
                let mut profile = match spec.protocol {
                    Protocol::Oidc => claims.unwrap_or_default(),
                    Protocol::OAuth2 | Protocol::Custom => JsonMap::new(),
                };
                profile.extend(answer);
                profile
            }
        };
        callback::merge_fields(&self.registration, cx.params, &mut profile)?;
        asking.complete(profile).await
    }
}

#[async_trait]
impl Provider for OAuthProvider {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    async fn start(&self, cx: &Start<'_>) -> Result<Started, ProviderError> {
        let registration = &self.registration;
        let endpoint = match &registration.spec.authorization {
            Some(endpoint) => registration.url(&endpoint.url, None).ok_or_else(unfilled)?,
            None => {
                let net = Net {
                    transport: cx.transport,
                    now: cx.now,
                };
                let metadata = self.metadata(net).await?;
                metadata
                    .authorization
                    .clone()
                    .ok_or(Misbehaviour::Discovery)?
            }
        };
        authorize::request(registration, &endpoint, &self.info.passes, cx)
    }

    async fn finish(&self, cx: &Finish<'_>) -> Result<Proof, ProviderError> {
        let registration = &self.registration;
        // Before the first request: an answer that names another issuer ends here.
        callback::check_iss(registration, cx.params)?;
        let metadata = self.discovered(Net::of(cx)).await?;
        let promise = match &metadata {
            Some(metadata) if metadata.promises_iss => IssPromise::Made,
            _ => IssPromise::NotMade,
        };
        let code = callback::authorization_code(registration, promise, cx.params)?;

        let token_url = self.token_url(Net::of(cx)).await?;
        let trade = Trade {
            code: code.clone(),
            code_verifier: cx.attempt.code_verifier(),
            callback_url: cx.callback_url,
            answer: cx.params,
        };
        let granted =
            token::exchange(registration, &token_url, trade, cx.transport, cx.now).await?;
        let document = metadata.as_deref().map(|it| it.issuer.as_str());
        let id_token = self.id_token(&granted, &code, document, cx).await?;
        let answer = self
            .profile(
                &granted,
                id_token.as_ref(),
                metadata.as_deref(),
                &token_url,
                cx,
            )
            .await?;
        let lookup = |name: &str| registration.lookup_with(name, Some(&granted.tokens));
        let (subject, profile) = registration
            .spec
            .profile
            .apply(&Value::Object(answer), &lookup)
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
