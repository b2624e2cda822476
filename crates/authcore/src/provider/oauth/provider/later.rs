//! This file runs what comes after the login: new tokens for a refresh token, and the end of both.
//!
//! RFC 6749, section 6; OpenID Connect Core 1.0, section 12.2; RFC 7009.
//!
//! The attack it stops: tokens of somebody else in the answer to a refresh
//! (`a_new_id_token_is_about_the_same_person`).

use serde_json::Value;

use super::{Net, OAuthProvider, unfilled};
use crate::{
    model::{Secret, Subject, TokenSet},
    oauth::{
        registration::fixed,
        revocation,
        token::{self, Granted},
    },
    provider::{Misbehaviour, ProviderError, Refresh, Revoke, RevokeError, spec::ProfileFrom},
};

impl OAuthProvider {
    pub(super) async fn refreshed(&self, cx: &Refresh<'_>) -> Result<TokenSet, ProviderError> {
        let outgoing = self.outgoing(cx.transport);
        let net = Net {
            transport: &outgoing,
            now: cx.now,
        };
        let at = self.refresh_endpoint(net).await?;
        let mut granted = token::refresh(
            &self.registration,
            &at,
            cx.refresh_token,
            net.transport,
            cx.now,
        )
        .await?;
        match self.about_the_same(&granted, cx.subject, net).await {
            Ok(()) => Ok(granted.tokens),
            // A refresh token may be good once: an answer that cannot be checked now is not lost for it.
            // What it says of a person is: nobody has looked at the signature.
            Err(error) if is_away(&error) => {
                tracing::warn!(
                    provider = %self.info.id,
                    code = error.code(),
                    "the issuer's keys cannot be had: refreshed tokens are taken without their ID token"
                );
                granted.tokens.id_token = None;
                Ok(granted.tokens)
            }
            Err(error) => Err(error),
        }
    }

    /// OpenID Connect Core 1.0, section 12.2: the same issuer, application and person; the nonce may be
    /// missing.
    async fn about_the_same(
        &self,
        granted: &Granted,
        subject: Option<&Subject>,
        net: Net<'_>,
    ) -> Result<(), ProviderError> {
        if let (Some(token), Some(issuer)) = (&granted.tokens.id_token, self.registration.issuer())
        {
            let metadata = self.discovered(net).await?;
            let mut expected = self.expected(issuer, net.now);
            expected.document = metadata.as_deref().map(|it| it.issuer.as_str());
            expected.access_token = granted.tokens.access_token.as_ref().map(Secret::expose);
            let checked = self.check_id_token(token, &expected, net).await?;
            if let Some(subject) = subject {
                let is_same = checked.subject() == subject.as_str()
                    || self.is_about(checked.claims(), subject);
                if !is_same {
                    return Err(Misbehaviour::IdTokenSubject.into());
                }
            }
        }
        if let Some(rule) = &self.registration.access_token {
            let claims = self.access_token(rule, granted, net).await?;
            let is_same = subject.is_none_or(|own| self.is_about(&claims, own));
            if !is_same {
                return Err(Misbehaviour::ProfileSubject.into());
            }
        }
        if self.registration.spec.profile_from == ProfileFrom::TokenAnswer {
            // The answer to a refresh may leave the person out.
            let lookup = |name: &str| self.registration.lookup_with(name, Some(&granted.tokens));
            let answer = Value::Object(granted.tokens.extra.clone());
            let envelope = &self.registration.spec.envelope;
            let named = answer.pointer(envelope).and_then(|inner| {
                let mapped = self.registration.spec.profile.apply(inner, &lookup);
                mapped.ok().map(|(named, _)| named)
            });
            if let (Some(named), Some(subject)) = (named, subject)
                && named != *subject
            {
                return Err(Misbehaviour::ProfileSubject.into());
            }
        }
        Ok(())
    }

    pub(super) async fn revoked(&self, cx: &Revoke<'_>) -> Result<(), RevokeError> {
        let outgoing = self.outgoing(cx.transport);
        let cx = &Revoke {
            transport: &outgoing,
            ..*cx
        };
        let net = Net {
            transport: &outgoing,
            now: cx.now,
        };
        let url = match fixed(&self.registration.spec.revocation) {
            Some(template) => self.registration.url(template, None),
            None if self.registration.issuer().is_some() => {
                let metadata = self.metadata(net).await?;
                Some(
                    metadata
                        .revocation
                        .clone()
                        .ok_or(RevokeError::Unsupported)?,
                )
            }
            None => return Err(RevokeError::Unsupported),
        };
        let url = url.ok_or_else(unfilled)?;
        let at = self.token_endpoint(net).await?;
        revocation::revoke(&self.registration, &url, &at, cx).await
    }
}

/// Whether somebody is not there, rather than there and wrong.
fn is_away(error: &ProviderError) -> bool {
    matches!(
        error,
        ProviderError::Unreachable(_)
            | ProviderError::Unavailable { .. }
            | ProviderError::NotNow { .. }
            | ProviderError::UserAgentRefused
            | ProviderError::Misbehaved(Misbehaviour::KeySet | Misbehaviour::Discovery)
    )
}
