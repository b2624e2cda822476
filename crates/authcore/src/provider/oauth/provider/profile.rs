//! Collects what a provider says of a person: in the ID token, at UserInfo, and in the requests that
//! complete a profile.
//!
//! OpenID Connect Core 1.0, sections 5.3 and 5.4. What only completes does not stop a sign-in unless
//! the provider's data says `required`; a log line says what was left out. An answer about another
//! person ends the attempt always.
//!
//! The attack it stops: an address out of one document that counts as verified by the word of
//! another. The documents stay apart until the map has read them.

use serde_json::Value;

use super::{Net, OAuthProvider};
use crate::{
    model::JsonMap,
    oauth::{
        callback,
        discovery::Metadata,
        id_token::CheckedIdToken,
        registration::fixed,
        token::{Granted, TokenEndpoint},
        userinfo::{Asking, Fetched},
    },
    provider::{
        Finish, Misbehaviour, ProviderError,
        map::Said,
        spec::{FollowUpNeed, ProfileFrom, ProfileSource, Protocol},
    },
};

/// What came of the code.
pub(super) struct Came<'a> {
    pub(super) granted: &'a Granted,
    pub(super) id_token: Option<&'a CheckedIdToken>,
    pub(super) metadata: Option<&'a Metadata>,
    pub(super) token_endpoint: &'a TokenEndpoint,
}

impl OAuthProvider {
    /// Everything that the provider says, document by document.
    pub(super) async fn profile(
        &self,
        came: &Came<'_>,
        cx: &Finish<'_>,
    ) -> Result<Said, ProviderError> {
        let registration = &self.registration;
        let asking = Asking {
            registration,
            granted: came.granted,
            token_endpoint: came.token_endpoint,
            transport: cx.transport,
        };
        let is_oidc = registration.spec.protocol == Protocol::Oidc;
        let mut said = match (&registration.access_token, came.id_token) {
            (Some(rule), _) => Said::one(self.access_token(rule, came.granted, Net::of(cx)).await?),
            (None, Some(token)) if is_oidc => {
                self.beside(token.claims(), &asking, came, cx).await?
            }
            (None, _) => Said::one(self.userinfo(&asking, came, cx).await?),
        };
        // No document of the provider's: whoever holds the browser can change it.
        said.change(|whole| callback::merge_fields(registration, cx.params, whole))?;
        asking.complete(&mut said).await?;
        Ok(said)
    }

    /// The ID token's claims, with UserInfo's where it is asked.
    async fn beside(
        &self,
        claims: &JsonMap,
        asking: &Asking<'_>,
        came: &Came<'_>,
        cx: &Finish<'_>,
    ) -> Result<Said, ProviderError> {
        let spec = &self.registration.spec;
        // UserInfo is a recommended endpoint, not a required one (OpenID Connect Discovery 1.0,
        // section 3): where there is none, the ID token is all that the provider says.
        let is_there = fixed(&spec.userinfo).is_some()
            || came.metadata.is_some_and(|it| it.userinfo.is_some());
        let is_required = spec.userinfo_need == FollowUpNeed::Required;
        let lookup = |name: &str| {
            self.registration
                .lookup_with(name, Some(&came.granted.tokens))
        };
        let is_asked = match spec.id_token.profile_from {
            ProfileSource::IdToken => is_required,
            ProfileSource::UserInfo => is_there || is_required,
            ProfileSource::Either => {
                is_required
                    || (is_there && {
                        let mut known = claims.clone();
                        callback::merge_fields(&self.registration, cx.params, &mut known)?;
                        let scopes = &self.registration.scopes;
                        let known = Value::Object(known);
                        !spec.profile.is_complete(&known, &lookup, scopes)
                    })
            }
        };
        if !is_asked {
            return Ok(Said::one(claims.clone()));
        }
        match self.userinfo(asking, came, cx).await {
            Ok(answer) => Ok(match spec.id_token.profile_from {
                ProfileSource::UserInfo => Said::over(claims.clone(), answer),
                ProfileSource::Either | ProfileSource::IdToken => {
                    Said::over(answer, claims.clone())
                }
            }),
            Err(error) if !is_required && is_left_out(&error) => {
                let said = Said::one(claims.clone());
                if spec.profile.apply_to(&said, &lookup).is_err() {
                    return Err(error);
                }
                tracing::warn!(
                    provider = %self.info.id,
                    code = error.code(),
                    "UserInfo is left out: the profile is what the ID token says"
                );
                Ok(said)
            }
            Err(error) => Err(error),
        }
    }

    /// What UserInfo, or the token endpoint in its place, answers, out of its envelope and about the right person.
    async fn userinfo(
        &self,
        asking: &Asking<'_>,
        came: &Came<'_>,
        cx: &Finish<'_>,
    ) -> Result<JsonMap, ProviderError> {
        let discovered = came.metadata.and_then(|it| it.userinfo.as_deref());
        let fetched = match self.registration.spec.profile_from {
            ProfileFrom::UserInfo => asking.profile(discovered).await?,
            ProfileFrom::TokenAnswer => {
                Fetched::Plain(Value::Object(came.granted.tokens.extra.clone()))
            }
        };
        let answer = match fetched {
            Fetched::Plain(answer) => answer,
            Fetched::Signed(token) => {
                let claims = self.signed_profile(&token, came, Net::of(cx)).await?;
                Value::Object(claims)
            }
        };
        asking.unwrap(&answer, came.id_token)
    }
}

/// Whether nothing was said, rather than something wrong.
fn is_left_out(error: &ProviderError) -> bool {
    match error {
        ProviderError::Unreachable(_)
        | ProviderError::Unavailable { .. }
        | ProviderError::Refused { .. } => true,
        ProviderError::Misbehaved(what) => matches!(
            what,
            Misbehaviour::ProfileRefused
                | Misbehaviour::ProfileAnswer
                | Misbehaviour::KeySet
                | Misbehaviour::Discovery
        ),
        _ => false,
    }
}
