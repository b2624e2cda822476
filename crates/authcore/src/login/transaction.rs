//! This file keeps an attempt to sign in with the browser that began it: one sealed cookie each.
//!
//! RFC 6749, section 10.12; RFC 9700, section 4.7; RFC 9207. The cookie is bound to the provider and
//! its authority, to who was signed in when it began, and to 15 minutes; its name is the beginning of
//! `state`, so that any number of tabs finish in any order. Attacks stopped: a callback that another
//! browser, another provider or another attempt began (CVE-2023-27490, GHSA-x445-f3h2-j279), and
//! attempts without end that fill the cookie jar (CVE-2021-22119).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::{
    context::{ATTEMPT_LIFETIME, Context},
    model::{JsonMap, Params, Timestamp, UserId},
    provider::{Attempt, Correlation, ProviderInfo, ResponseMode},
    random::NoEntropy,
    web::{
        cookie::{self, Lifetime, SameSite, SetCookies},
        request::Request,
        seal::{Encryption, Sealer},
    },
};

/// The most attempts that a browser has open at once; a further one ends the oldest.
const MOST_OPEN: usize = 16;

/// The most bytes that open attempts may take in the `Cookie` header: proxies allow 8 KiB for a line.
const MOST_BYTES: usize = 7 * 1024;

/// How much of `state` is the cookie's name.
const ID_LENGTH: usize = 12;

/// Why a callback ends no attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AttemptFault {
    #[error("this browser has no such attempt open")]
    Missing,
    #[error("the answer belongs to another attempt")]
    State,
    #[error("the attempt began with another provider")]
    Provider,
    #[error("the attempt began too long ago")]
    Expired,
    #[error("the attempt has ended already")]
    Used,
    #[error("somebody else is signed in than when the attempt began")]
    Visitor,
    #[error("the answer came in a way that was not asked for")]
    Method,
}

impl AttemptFault {
    #[cfg(test)]
    pub(crate) const ALL: &[Self] = &[
        Self::Missing,
        Self::State,
        Self::Provider,
        Self::Expired,
        Self::Used,
        Self::Visitor,
        Self::Method,
    ];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Missing => "attempt_missing",
            Self::State => "attempt_state",
            Self::Provider => "attempt_provider",
            Self::Expired => "attempt_expired",
            Self::Used => "attempt_used",
            Self::Visitor => "attempt_visitor",
            Self::Method => "attempt_method",
        }
    }
}

/// An attempt that this browser began with this provider, and whose time has not run out. Only
/// [`open`] makes one.
pub(crate) struct Transaction {
    attempt: Attempt,
    sealed: Sealed,
}

impl Transaction {
    pub(crate) fn attempt(&self) -> &Attempt {
        &self.attempt
    }

    /// Where the browser goes in the end; checked before it was sealed.
    pub(crate) fn callback_url(&self) -> &str {
        &self.sealed.callback_url
    }

    /// What the provider wanted to see again.
    pub(crate) fn keep(&self) -> &JsonMap {
        &self.sealed.keep
    }

    /// Who was signed in when it began: the account is then linked to them.
    pub(crate) fn linking_to(&self) -> Option<&UserId> {
        self.sealed.user.as_ref()
    }

    /// What names it among used attempts.
    pub(crate) fn id(&self) -> String {
        self.attempt.state()
    }

    pub(crate) fn ends_at(&self) -> Timestamp {
        self.sealed.begun_at.plus(ATTEMPT_LIFETIME)
    }
}

/// What the cookie says, in names as short as its header line is.
#[derive(Serialize, Deserialize)]
struct Sealed {
    #[serde(rename = "p")]
    provider: String,
    #[serde(rename = "a")]
    authority: String,
    #[serde(rename = "s")]
    seed: String,
    #[serde(rename = "c")]
    callback_url: String,
    #[serde(rename = "k", default, skip_serializing_if = "JsonMap::is_empty")]
    keep: JsonMap,
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    #[serde(rename = "t")]
    begun_at: Timestamp,
}

/// Gives the browser the attempt's cookie, and takes from it what is too old or too much.
pub(crate) fn seal(
    cx: &Context,
    request: &Request,
    cookies: &mut SetCookies,
    info: &ProviderInfo,
    attempt: &Attempt,
    rest: Rest,
) -> Result<(), NoEntropy> {
    let sealed = Sealed {
        provider: info.id.to_string(),
        authority: info.authority.clone(),
        seed: BASE64.encode(attempt.seed()),
        callback_url: rest.callback_url,
        keep: rest.keep,
        user: rest.linking_to,
        begun_at: cx.now(),
    };
    let plain = serde_json::to_vec(&sealed).map_err(|_| NoEntropy)?;
    let value = sealer(cx).seal(&plain, Encryption::Gcm)?;
    let name = cookie_name(cx, &attempt.state());
    make_room(cx, request, cookies, name.len() + value.len());
    let same_site = match info.response_mode {
        ResponseMode::Query => SameSite::Lax,
        ResponseMode::FormPost => SameSite::None,
    };
    let ends_at = cx.now().plus(ATTEMPT_LIFETIME);
    cookies.set(
        &name,
        &value,
        Lifetime::Until(ends_at, ATTEMPT_LIFETIME),
        same_site,
    );
    Ok(())
}

/// What an attempt carries beside its provider and its secrets.
pub(crate) struct Rest {
    pub(crate) callback_url: String,
    pub(crate) keep: JsonMap,
    pub(crate) linking_to: Option<UserId>,
}

/// Finds the attempt that an answer ends, and takes its cookie from the browser, whatever comes of
/// it: an attempt is tried once.
#[tracing::instrument(name = "transaction", level = "debug", skip_all)]
pub(crate) fn open(
    cx: &Context,
    request: &Request,
    cookies: &mut SetCookies,
    info: &ProviderInfo,
    params: &Params,
) -> Result<Transaction, AttemptFault> {
    let denied = params.get("error").is_some();
    let transaction = match (params.get("state"), info.correlation) {
        (Some(state), _) => by_state(cx, request, cookies, state)?,
        (None, Correlation::StateExceptOnDenial) if denied => latest(cx, request, cookies, info)?,
        (None, _) => return Err(AttemptFault::Missing),
    };
    let sealed = &transaction.sealed;
    if sealed.provider != info.id.as_str() || sealed.authority != info.authority {
        return Err(AttemptFault::Provider);
    }
    if transaction.ends_at() <= cx.now() {
        return Err(AttemptFault::Expired);
    }
    Ok(transaction)
}

fn by_state(
    cx: &Context,
    request: &Request,
    cookies: &mut SetCookies,
    state: &str,
) -> Result<Transaction, AttemptFault> {
    if state.len() < ID_LENGTH || !state.is_ascii() {
        return Err(AttemptFault::State);
    }
    let name = cookie_name(cx, state);
    let value = cookie::get(&request.headers, &name).ok_or(AttemptFault::Missing)?;
    let transaction = read(cx, &value).ok_or(AttemptFault::Missing)?;
    if !bool::from(
        transaction
            .attempt
            .state()
            .as_bytes()
            .ct_eq(state.as_bytes()),
    ) {
        return Err(AttemptFault::State);
    }
    cookies.remove(&name);
    Ok(transaction)
}

fn latest(
    cx: &Context,
    request: &Request,
    cookies: &mut SetCookies,
    info: &ProviderInfo,
) -> Result<Transaction, AttemptFault> {
    let transaction = cookie::with_prefix(&request.headers, &cx.names.attempt)
        .iter()
        .filter_map(|(_, value)| read(cx, value))
        .filter(|transaction| transaction.sealed.provider == info.id.as_str())
        .max_by_key(|transaction| transaction.sealed.begun_at)
        .ok_or(AttemptFault::Missing)?;
    cookies.remove(&cookie_name(cx, &transaction.attempt.state()));
    Ok(transaction)
}

fn read(cx: &Context, value: &str) -> Option<Transaction> {
    let plain = sealer(cx).open(value).ok()?;
    let sealed: Sealed = serde_json::from_slice(&plain).ok()?;
    let seed: [u8; 32] = BASE64.decode(&sealed.seed).ok()?.try_into().ok()?;
    Some(Transaction {
        attempt: Attempt::from_seed(seed),
        sealed,
    })
}

/// Removes attempts that have ended, and the oldest until a new one of this size fits.
fn make_room(cx: &Context, request: &Request, cookies: &mut SetCookies, size: usize) {
    let prefix = &cx.names.attempt;
    let mut open = Vec::new();
    for (id, value) in cookie::with_prefix(&request.headers, prefix) {
        match read(cx, &value) {
            Some(transaction) if transaction.ends_at() > cx.now() => {
                open.push((
                    transaction.sealed.begun_at,
                    id,
                    prefix.len() + id.len() + value.len(),
                ));
            }
            _ => cookies.remove(&format!("{prefix}{id}")),
        }
    }
    open.sort_by_key(|(begun_at, ..)| std::cmp::Reverse(*begun_at));
    let (mut count, mut bytes) = (1, size);
    for (_, id, length) in open {
        count += 1;
        bytes += length + "=; ".len();
        if count > MOST_OPEN || bytes > MOST_BYTES {
            cookies.remove(&format!("{prefix}{id}"));
        }
    }
}

fn cookie_name(cx: &Context, state: &str) -> String {
    let id: String = state
        .chars()
        .take(ID_LENGTH)
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    format!("{}{id}", cx.names.attempt)
}

fn sealer(cx: &Context) -> &Sealer {
    cx.attempts.sealer()
}
