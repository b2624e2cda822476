//! This file checks what a provider signed: ID tokens, profiles that are tokens, and access tokens that
//! are profiles.
//!
//! OpenID Connect Core 1.0, sections 3.1.3.7, 5.3.2 and 10.1.1; RFC 9068.
//!
//! The attack it stops: a token of this issuer for another application, sent in a profile's place.

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use super::{Net, OAuthProvider, profile::Came, unfilled};
use crate::{
    model::{JsonMap, Secret, Timestamp},
    oauth::{
        access_token::AccessTokenRule,
        agreed, authorize,
        cache::Wanted,
        id_token::{CheckedIdToken, Expected, Nonce},
        jws::{self, Algorithm, Kind, Signed, Vouched},
        keys::{self, KeySet},
        tenant::Issuer,
        token::Granted,
    },
    provider::{Finish, Misbehaviour, ProviderError, spec::Protocol},
};

/// The longest that clocks may be apart, whatever a provider's data says.
const MOST_TOLERANCE: Duration = Duration::from_secs(600);

impl OAuthProvider {
    async fn keys(&self, net: Net<'_>, wanted: Wanted) -> Result<Arc<KeySet>, ProviderError> {
        let url = match &self.registration.spec.jwks {
            Some(template) => self.registration.url(template, None).ok_or_else(unfilled)?,
            None => {
                let metadata = self.metadata(net).await?;
                metadata.jwks.clone().ok_or(Misbehaviour::Discovery)?
            }
        };
        self.keys
            .get(net.now, wanted, || keys::fetch(&url, net.transport))
            .await
    }

    /// The claims of a token, if the issuer has signed them. A key that is not known may be new, and one
    /// that does not fit may have been replaced under its id: the keys are fetched once more, at most
    /// once in the cool-down of [`Wanted::Anew`].
    async fn verified(
        &self,
        token: &Secret,
        kind: Kind,
        allowed: &[Algorithm],
        net: Net<'_>,
    ) -> Result<Signed, ProviderError> {
        let unverified = jws::split(token.expose(), kind, allowed)?;
        if unverified.is_symmetric() {
            let secret = self.registration.client_secret.as_ref();
            let secret = secret.ok_or(Misbehaviour::IdTokenKey)?;
            return Ok(unverified.verify_with_secret(secret)?);
        }
        let known = self.keys(net, Wanted::Current).await?;
        match known.verify(&unverified) {
            Ok(signed) => Ok(signed),
            Err(first) => match self.keys(net, Wanted::Anew).await {
                Ok(fresh) if !Arc::ptr_eq(&known, &fresh) => Ok(fresh.verify(&unverified)?),
                // A signature that does not fit is wrong, whether the keys can be had or not.
                Err(error) if first == Misbehaviour::IdTokenKey => Err(error),
                _ => Err(first.into()),
            },
        }
    }

    /// Signature, then claims.
    pub(super) async fn check_id_token(
        &self,
        token: &Secret,
        expected: &Expected<'_>,
        net: Net<'_>,
    ) -> Result<CheckedIdToken, ProviderError> {
        let metadata = self.discovered(net).await?;
        let allowed = agreed::algorithms(&self.registration, metadata.as_deref());
        let signed = self.verified(token, Kind::Identity, &allowed, net).await?;
        Ok(CheckedIdToken::check(signed, expected)?)
    }

    pub(super) fn expected<'a>(&'a self, issuer: Issuer<'a>, now: Timestamp) -> Expected<'a> {
        Expected {
            issuer,
            document: None,
            client_id: &self.registration.client_id,
            nonce: Nonce::NotSent,
            access_token: None,
            code: None,
            max_age: None,
            now,
            tolerance: self.tolerance(),
        }
    }

    fn tolerance(&self) -> Duration {
        let seconds = self.registration.spec.id_token.tolerance_seconds;
        Duration::from_secs(seconds.into()).min(MOST_TOLERANCE)
    }

    /// The ID token that came with a code, checked; `None` where the provider gives none, or none
    /// that anybody could check.
    pub(super) async fn id_token(
        &self,
        granted: &Granted,
        code: &str,
        document: Option<&str>,
        cx: &Finish<'_>,
    ) -> Result<Option<CheckedIdToken>, ProviderError> {
        let registration = &self.registration;
        let (token, issuer) = match (&granted.tokens.id_token, registration.issuer()) {
            (Some(token), Some(issuer)) => (token, issuer),
            _ if registration.spec.protocol == Protocol::Oidc => {
                return Err(Misbehaviour::IdTokenMissing.into());
            }
            _ => return Ok(None),
        };
        let mut expected = self.expected(issuer, cx.now);
        expected.document = document;
        if authorize::sends_nonce(registration) {
            expected.nonce = Nonce::Sent(cx.attempt.nonce());
        }
        expected.access_token = granted.tokens.access_token.as_ref().map(Secret::expose);
        expected.code = Some(code);
        expected.max_age = cx.keep.get(authorize::MAX_AGE).and_then(Value::as_u64);
        let checked = self.check_id_token(token, &expected, Net::of(cx)).await?;
        Ok(Some(checked))
    }

    /// The profile that the access token is, where the provider's data says so.
    pub(super) async fn access_token(
        &self,
        rule: &AccessTokenRule,
        granted: &Granted,
        net: Net<'_>,
    ) -> Result<JsonMap, ProviderError> {
        let token = granted.tokens.access_token.as_ref();
        let token = token.ok_or(Misbehaviour::AccessTokenMissing)?;
        let allowed = &self.registration.algorithms;
        let signed = self.verified(token, Kind::Access, allowed, net).await;
        let signed = signed.map_err(|error| match error {
            // Nobody knows more of the keys than that they cannot be had.
            ProviderError::Misbehaved(Misbehaviour::KeySet) => error,
            ProviderError::Misbehaved(_) => Misbehaviour::AccessTokenSignature.into(),
            other => other,
        })?;
        let client_id = &self.registration.client_id;
        Ok(rule.claims(signed, client_id, net.now, self.tolerance())?)
    }

    /// A profile that came as a token: signed by this issuer, said by it, and for this application.
    /// Whose it is, is compared later.
    pub(super) async fn signed_profile(
        &self,
        token: &Secret,
        came: &Came<'_>,
        net: Net<'_>,
    ) -> Result<JsonMap, ProviderError> {
        let registration = &self.registration;
        let document = came.metadata.map(|it| it.issuer.as_str());
        let has_keys = registration.spec.jwks.is_some() || document.is_some();
        let issuer = registration.issuer().filter(|_| has_keys);
        let issuer = issuer.ok_or(Misbehaviour::ProfileSigned)?;
        let allowed = &registration.algorithms;
        let signed = self.verified(token, Kind::Identity, allowed, net).await?;
        let vouched = match came.id_token {
            Some(_) => Vouched::ByTheIdToken,
            None => Vouched::ByItself,
        };
        let expected = self.expected(issuer, net.now);
        Ok(signed.profile_claims(&expected, document, vouched)?)
    }
}
