//! This file signs people in with their Steam account: OpenID 2.0 says who it is, and Steam's Web API
//! what they are called.
//!
//! OpenID Authentication 2.0, sections 9 (the question), 10 (the answer) and 11 (its verification). The
//! OpenID provider's address is written down here and comes from nowhere else, so that there is no
//! discovery to be led astray; there is no association, so that each answer is confirmed by Steam itself.
//!
//! ```text
//! assertion.rs   what the answer in the browser must say before anybody is asked about it
//! verdict.rs     what Steam says of the answer
//! ```
//!
//! Attacks stopped: an answer that another provider, or nobody, vouches for (`assertion.rs`,
//! `verdict.rs`); an answer to another question, replayed, or brought by another browser (the framework
//! finds the attempt by `state` in this browser only and once, and `return_to`, which is signed, names
//! that `state`); a profile of somebody else. Tests: `providers/tests/it/steam`.
//!
#![doc = include_str!("guide.md")]

mod assertion;
mod verdict;

use std::sync::Arc;

use async_trait::async_trait;
use authcore::{
    config::Problem,
    model::Params,
    provider::{
        Attempt, CustomSetting, Finish, Misbehaviour, Proof, Provider, ProviderError, ProviderInfo,
        Start, Started,
    },
};
use http::{HeaderValue, Request, StatusCode, header::ACCEPT};
use serde::Deserialize;
use url::Url;

use crate::typed;
use assertion::Assertion;

entry!("steam", "Steam", make);

/// Steam's OpenID provider. Every request of the protocol goes here, whatever an answer says.
const PROVIDER: &str = "https://steamcommunity.com/openid/login";

/// What says that a message is one of OpenID 2.0 (section 4.1.2).
const NAMESPACE: &str = "http://specs.openid.net/auth/2.0";

/// Stands for an account that the visitor chooses at Steam (section 9.1).
const ANY_ACCOUNT: &str = "http://specs.openid.net/auth/2.0/identifier_select";

/// Steam's Web API: what people are called.
const SUMMARIES: &str = "https://api.steampowered.com/ISteamUser/GetPlayerSummaries/v2/";

/// The header that carries the key (partner.steamgames.com/doc/webapi_overview/auth, 2026-11). An
/// address is written into logs, a header is not.
const KEY_HEADER: &str = "x-webapi-key";

/// What Steam's Web API says of someone (`GetPlayerSummaries`). Who hides their profile shows less.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The SteamID64.
    #[serde(deserialize_with = "typed::id")]
    pub steamid: String,
    /// What they call themselves; it changes.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub personaname: Option<String>,
    /// Their page.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profileurl: Option<String>,
    /// A picture of 32 pixels.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar: Option<String>,
    /// A picture of 64 pixels.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatarmedium: Option<String>,
    /// A picture of 184 pixels.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatarfull: Option<String>,
    /// 3 for a profile that everybody sees, else 1.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub communityvisibilitystate: Option<i64>,
    /// The name behind the name, where they show it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub realname: Option<String>,
    /// When the account was made, in seconds since 1970, where they show it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub timecreated: Option<i64>,
    /// Their country (ISO 3166), where they show it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub loccountrycode: Option<String>,
}

impl Profile {
    /// Reads the whole answer that a profile was made of.
    ///
    /// # Errors
    /// [`ProfileError`](crate::ProfileError) when it has no SteamID; it is another provider's then.
    pub fn from_raw(profile: &authcore::provider::Profile) -> Result<Self, crate::ProfileError> {
        typed::read(profile)
    }
}

struct Steam {
    setting: CustomSetting,
    key: HeaderValue,
}

fn make(setting: CustomSetting) -> Result<Arc<dyn Provider>, Vec<Problem>> {
    let key = setting.variable("api_key");
    let is_word =
        |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_alphanumeric());
    match HeaderValue::from_str(key.expose()) {
        Ok(mut header) if is_word(key.expose()) => {
            header.set_sensitive(true);
            Ok(Arc::new(Steam {
                setting,
                key: header,
            }))
        }
        _ => Err(vec![Problem::new(
            "variable_invalid",
            "`api_key` is no key of Steam's Web API: it has other characters than letters and digits",
            "copy it from https://steamcommunity.com/dev/apikey once more",
        )]),
    }
}

#[async_trait]
impl Provider for Steam {
    fn info(&self) -> &ProviderInfo {
        &self.setting.info
    }

    async fn start(&self, cx: &Start<'_>) -> Result<Started, ProviderError> {
        let callback = Url::parse(cx.callback_url)
            .map_err(|_| ProviderError::Misconfigured("the callback URL is none".into()))?;
        let question = Params::from_iter([
            ("openid.ns", NAMESPACE),
            ("openid.mode", "checkid_setup"),
            ("openid.claimed_id", ANY_ACCOUNT),
            ("openid.identity", ANY_ACCOUNT),
            ("openid.return_to", &return_to(cx.callback_url, cx.attempt)),
            // Steam shows it to the visitor, and sends nobody back to anywhere else.
            ("openid.realm", &callback.origin().ascii_serialization()),
        ]);
        Ok(Started::redirect(format!(
            "{PROVIDER}?{}",
            question.encode()
        )))
    }

    async fn finish(&self, cx: &Finish<'_>) -> Result<Proof, ProviderError> {
        let return_to = return_to(cx.callback_url, cx.attempt);
        let assertion = Assertion::read(cx.params, &return_to, cx.now)?;
        let answer = cx.transport.send(verdict::question(&assertion)?).await?;
        verdict::read(&answer)?;
        self.proof(cx, assertion.steam_id()).await
    }
}

impl Steam {
    /// What the account is called. Whatever fails here ends the attempt: nobody is signed in with half
    /// a profile, which a user who is made now would keep.
    async fn proof(&self, cx: &Finish<'_>, steam_id: &str) -> Result<Proof, ProviderError> {
        let request = Request::get(format!("{SUMMARIES}?steamids={steam_id}"))
            .header(KEY_HEADER, self.key.clone())
            .header(ACCEPT, "application/json")
            .body(Vec::new())
            .map_err(|_| unsendable())?;
        let answer = cx.transport.send(request).await?;
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(ProviderError::Misconfigured(format!(
                    "Steam's Web API does not accept the key: set `AUTH_{}_API_KEY` to the one that \
                     https://steamcommunity.com/dev/apikey shows",
                    self.setting.info.id.env_name()
                )));
            }
            status => {
                return Err(ProviderError::Unavailable {
                    status: status.as_u16(),
                });
            }
        }
        let answer =
            serde_json::from_slice(answer.body()).map_err(|_| Misbehaviour::ProfileAnswer)?;
        let (subject, profile) = self.setting.read(&answer)?;
        if subject.as_str() != steam_id {
            return Err(Misbehaviour::ProfileSubject.into());
        }
        Ok(Proof {
            profile,
            ..Proof::new(subject)
        })
    }
}

/// Where Steam sends the browser back to, letter for letter: it is signed, and it names the attempt.
fn return_to(callback_url: &str, attempt: &Attempt) -> String {
    format!("{callback_url}?state={}", attempt.state())
}

fn unsendable() -> ProviderError {
    authcore::transport::TransportError::Unsendable.into()
}
