//! This file signs people in with their account of a Discourse forum: a provider that is neither
//! OAuth 2 nor OpenID Connect, written as the two methods of the trait.
//!
//! DiscourseConnect, the forum being the provider (meta.discourse.org, topic 32974): the browser
//! carries a question and an answer, each signed with a secret that both sides know. There is no
//! request from server to server.
//!
//! Attacks stopped: an answer that the forum did not sign; an answer to another question, replayed
//! (the nonce is this attempt's); an answer from another browser (the framework finds the attempt by
//! `state`, in this browser only, and once).

use async_trait::async_trait;
use authcore::{
    model::{Email, IdError, Params, ProviderId, Secret, Subject},
    provider::{
        Finish, Misbehaviour, Profile, ProfileEmail, Proof, Provider, ProviderError, ProviderInfo,
        ProviderKind, Start, Started, Style,
    },
};
use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use url::Url;

/// A Discourse forum with `enable discourse connect provider` set.
pub(crate) struct DiscourseConnect {
    info: ProviderInfo,
    forum: String,
    secret: Secret,
}

impl DiscourseConnect {
    /// The forum at this address, with the secret that its settings hold for this application under
    /// `discourse connect provider secrets`.
    ///
    /// # Errors
    /// [`IdError`] when `id` cannot be a provider's.
    pub(crate) fn new(id: &str, forum: &str, secret: impl Into<Secret>) -> Result<Self, IdError> {
        let mut info = ProviderInfo::new(ProviderId::new(id)?, "Discourse", ProviderKind::OAuth2);
        info.authority = forum.to_owned();
        info.style = Style {
            background: "#111111".into(),
            text: "#fff9ae".into(),
        };
        Ok(Self {
            info,
            forum: forum.trim_end_matches('/').to_owned(),
            secret: secret.into(),
        })
    }

    /// The signature of a question or an answer. As a [`Secret`], so that comparing it tells nothing.
    fn sign(&self, sso: &str) -> Secret {
        let bytes = match Hmac::<Sha256>::new_from_slice(self.secret.expose().as_bytes()) {
            Ok(mac) => mac.chain_update(sso).finalize().into_bytes(),
            Err(_) => unreachable!("HMAC takes a key of any length (RFC 2104, section 2)"),
        };
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Secret::new(hex)
    }
}

#[async_trait]
impl Provider for DiscourseConnect {
    fn info(&self) -> &ProviderInfo {
        &self.info
    }

    async fn start(&self, cx: &Start<'_>) -> Result<Started, ProviderError> {
        // Discourse sends the browser back to exactly this address, its own parameters added.
        let back = with_query(cx.callback_url, &[("state", &cx.attempt.state())])?;
        let question = Params::from_iter([
            ("nonce", cx.attempt.nonce()),
            ("return_sso_url", back.into()),
        ]);
        let sso = BASE64_STANDARD.encode(question.encode());
        let sig = self.sign(&sso);
        let forum = format!("{}/session/sso_provider", self.forum);
        let url = with_query(&forum, &[("sso", &sso), ("sig", sig.expose())])?;
        Ok(Started::redirect(url))
    }

    async fn finish(&self, cx: &Finish<'_>) -> Result<Proof, ProviderError> {
        let (Some(sso), Some(sig)) = (cx.params.get("sso"), cx.params.get("sig")) else {
            return Err(Misbehaviour::CodeMissing.into());
        };
        // Nothing of the answer is read before its signature is found to be the forum's.
        if self.sign(sso) != Secret::new(sig) {
            return Err(Misbehaviour::AnswerSignature.into());
        }
        let answer = BASE64_STANDARD.decode(sso).map_err(|_| unreadable())?;
        let answer = Params::parse(&answer).map_err(|_| unreadable())?;
        let nonce = answer.get("nonce").unwrap_or_default();
        if Secret::new(nonce) != Secret::new(cx.attempt.nonce()) {
            return Err(Misbehaviour::AnswerNonce.into());
        }
        if answer.get("failed") == Some("true") {
            return Err(ProviderError::Denied);
        }
        let id = answer
            .get("external_id")
            .ok_or(Misbehaviour::SubjectMissing)?;
        let subject = Subject::new(id).map_err(|_| Misbehaviour::SubjectInvalid)?;
        Ok(Proof {
            profile: profile(&answer),
            ..Proof::new(subject)
        })
    }
}

fn profile(answer: &Params) -> Profile {
    let filled = |name| answer.get(name).filter(|value| !value.is_empty());
    Profile {
        name: filled("name").or(filled("username")).map(String::from),
        image: filled("avatar_url").map(String::from),
        // A forum may be set up not to verify addresses, and its answer does not say so.
        email: filled("email")
            .and_then(|address| Email::parse(address).ok())
            .map(|address| ProfileEmail {
                address,
                verified: false,
            }),
        raw: answer
            .iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect(),
        ..Profile::default()
    }
}

fn unreadable() -> ProviderError {
    Misbehaviour::ProfileAnswer.into()
}

fn with_query(address: &str, pairs: &[(&str, &str)]) -> Result<Url, ProviderError> {
    Url::parse_with_params(address, pairs)
        .map_err(|_| ProviderError::Misconfigured(format!("{address} is no URL")))
}

#[cfg(test)]
pub(crate) mod forum;
#[cfg(test)]
mod tests;
