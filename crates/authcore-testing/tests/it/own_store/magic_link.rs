//! This file is the provider of the book that needs a store.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use authcore::{
    adapter::{Store, VerificationStore},
    model::{Email, JsonMap, ProviderId, Subject},
    provider::{
        Finish, ProfileEmail, Proof, Provider, ProviderError, ProviderInfo, ProviderKind, Start,
        Started,
    },
    random,
};

/// Takes an address and a link to it, and sends it there.
pub(crate) type Send = Arc<dyn Fn(&Email, String) + std::marker::Send + Sync>;

/// Lets in whoever follows a link that was sent to their address.
pub(crate) struct MagicLink {
    info: ProviderInfo,
    send: Send,
}

#[async_trait]
impl Provider for MagicLink {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    fn needs(&self) -> &[Store] {
        &[Store::Verifications]
    }

    async fn start(&self, cx: &Start<'_>) -> Result<Started, ProviderError> {
        let (tokens, token) = (store(cx.stores.verifications())?, random::token()?);
        let address = Email::parse(cx.form.get("email").unwrap_or("")).map_err(|_| wrong())?;
        let end = cx.now.plus(Duration::from_secs(600));
        tokens
            .create_verification(address.as_str(), &token, end)
            .await?;
        let state = cx.attempt.state();
        (self.send)(
            &address,
            format!("{}?state={state}&token={token}", cx.callback_url),
        );
        Ok(Started::Redirect {
            url: "https://app.example.org/look-into-your-mail".into(),
            keep: JsonMap::from_iter([("email".into(), address.as_str().into())]),
        })
    }

    async fn finish(&self, cx: &Finish<'_>) -> Result<Proof, ProviderError> {
        let tokens = store(cx.stores.verifications())?;
        let kept = cx
            .keep
            .get("email")
            .and_then(|it| it.as_str())
            .unwrap_or("");
        let address = Email::parse(kept).map_err(|_| wrong())?;
        let token = cx.params.get("token").unwrap_or("");
        if !tokens
            .take_verification(address.as_str(), token, cx.now)
            .await?
        {
            return Err(wrong());
        }
        let mut proof = Proof::new(Subject::new(address.as_str()).map_err(|_| wrong())?);
        proof.profile.email = Some(ProfileEmail {
            address,
            verified: true,
        });
        Ok(proof)
    }
}

fn store(found: Option<&dyn VerificationStore>) -> Result<&dyn VerificationStore, ProviderError> {
    found.ok_or_else(|| ProviderError::Misconfigured("there are no verification tokens".into()))
}

fn wrong() -> ProviderError {
    ProviderError::BadCredentials {
        code: "link".into(),
    }
}

pub(crate) fn magic_link(send: Send) -> Result<MagicLink, authcore::model::IdError> {
    let info = ProviderInfo::new(ProviderId::new("link")?, "A link", ProviderKind::Email);
    Ok(MagicLink { info, send })
}
