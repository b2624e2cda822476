//! An attempt to sign in, kept with the browser that began it: one sealed cookie each.
//!
//! RFC 6749, section 10.12; RFC 9700, section 4.7; RFC 9207. The cookie is bound to the provider and
//! its authority, to what the attempt is for, and to 15 minutes; its name is the beginning of `state`, so
//! that any number of tabs finish in any order. A refusal ends no attempt: a visitor who cancels, goes
//! back and allows is signed in. One that has ended leaves a mark for the rest of its time, so that
//! coming back to it leads on. Attacks stopped: a callback that another browser, another provider or
//! another attempt began (CVE-2023-27490, GHSA-x445-f3h2-j279), and attempts without end that fill the
//! cookie jar (CVE-2021-22119).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

use crate::{
    context::{ATTEMPT_LIFETIME, Context},
    login::Purpose,
    model::{JsonMap, Params, Timestamp},
    provider::{Attempt, ProviderInfo},
    random::NoEntropy,
    web::{
        cookie::{Lifetime, Scope},
        jar::Jar,
        seal::{Encryption, Sealer},
    },
};

/// The most attempts that a browser has open at once; a further one ends the oldest.
const MOST_OPEN: usize = 16;

/// The most bytes that our cookies may take in the `Cookie` header: proxies allow 8 KiB for a line.
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
    #[error("the session that was there when the provider was asked ended meanwhile")]
    SessionEnded,
    #[error("the account is another user's than the one who was to sign in again")]
    StepUp,
    #[error("the answer came in a way that was not asked for")]
    Method,
    #[error("the answer is too long")]
    TooLong,
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
        Self::SessionEnded,
        Self::StepUp,
        Self::Method,
        Self::TooLong,
    ];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Missing => "attempt_missing",
            Self::State => "attempt_state",
            Self::Provider => "attempt_provider",
            Self::Expired => "attempt_expired",
            Self::Used => "attempt_used",
            Self::Visitor => "attempt_visitor",
            Self::SessionEnded => "attempt_session_ended",
            Self::StepUp => "attempt_step_up",
            Self::Method => "attempt_method",
            Self::TooLong => "attempt_too_long",
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

    /// What it is for.
    pub(crate) fn purpose(&self) -> &Purpose {
        &self.sealed.purpose
    }

    /// Whether it has ended already, successfully, in this browser.
    pub(crate) fn has_ended(&self) -> bool {
        self.sealed.ended
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
    #[serde(rename = "w", default, skip_serializing_if = "Purpose::is_sign_in")]
    purpose: Purpose,
    #[serde(rename = "e", default, skip_serializing_if = "std::ops::Not::not")]
    ended: bool,
    #[serde(rename = "t")]
    begun_at: Timestamp,
}

/// Gives the browser the attempt's cookie, and takes from it what is too old or too much.
pub(crate) fn seal(
    cx: &Context,
    jar: &mut Jar<'_>,
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
        purpose: rest.purpose,
        ended: false,
        begun_at: cx.now(),
    };
    let name = cookie_name(cx, &attempt.state());
    let value = sealed.seal(cx)?;
    make_room(cx, jar, name.len() + value.len());
    jar.set(&name, &value, lifetime(cx, &sealed), Scope::Attempt);
    Ok(())
}

/// Leaves a mark in place of an attempt that has ended: the browser may come back to its address.
pub(crate) fn mark_ended(
    cx: &Context,
    jar: &mut Jar<'_>,
    transaction: Transaction,
) -> Result<(), NoEntropy> {
    let name = cookie_name(cx, &transaction.attempt.state());
    let sealed = Sealed {
        ended: true,
        keep: JsonMap::new(),
        purpose: Purpose::SignIn,
        ..transaction.sealed
    };
    let value = sealed.seal(cx)?;
    jar.set(&name, &value, lifetime(cx, &sealed), Scope::Attempt);
    Ok(())
}

/// Takes an attempt from the browser.
pub(crate) fn forget(cx: &Context, jar: &mut Jar<'_>, transaction: &Transaction) {
    jar.remove(
        &cookie_name(cx, &transaction.attempt.state()),
        Scope::Attempt,
    );
}

impl Sealed {
    fn seal(&self, cx: &Context) -> Result<String, NoEntropy> {
        let plain = serde_json::to_vec(self).map_err(|_| NoEntropy)?;
        sealer(cx).seal(&plain, Encryption::Gcm)
    }
}

fn lifetime(cx: &Context, sealed: &Sealed) -> Lifetime {
    let ends_at = sealed.begun_at.plus(ATTEMPT_LIFETIME);
    Lifetime::Until(ends_at, ends_at.since(cx.now()))
}

/// What an attempt carries beside its provider and its secrets.
pub(crate) struct Rest {
    pub(crate) callback_url: String,
    pub(crate) keep: JsonMap,
    pub(crate) purpose: Purpose,
}

/// Finds the attempt that an answer belongs to. Without `state` there is none.
#[tracing::instrument(name = "transaction", level = "debug", skip_all)]
pub(crate) fn open(
    cx: &Context,
    jar: &Jar<'_>,
    info: &ProviderInfo,
    params: &Params,
) -> Result<Transaction, AttemptFault> {
    let state = params.get("state").ok_or(AttemptFault::Missing)?;
    let transaction = by_state(cx, jar, state)?;
    let sealed = &transaction.sealed;
    if sealed.provider != info.id.as_str() || sealed.authority != info.authority {
        return Err(AttemptFault::Provider);
    }
    if transaction.ends_at() <= cx.now() {
        return Err(AttemptFault::Expired);
    }
    Ok(transaction)
}

fn by_state(cx: &Context, jar: &Jar<'_>, state: &str) -> Result<Transaction, AttemptFault> {
    if state.len() < ID_LENGTH || !state.is_ascii() {
        return Err(AttemptFault::State);
    }
    let mut fault = AttemptFault::Missing;
    for value in jar.values(&cookie_name(cx, state)) {
        let Some(transaction) = read(cx, &value) else {
            continue;
        };
        let known = transaction.attempt.state();
        if bool::from(known.as_bytes().ct_eq(state.as_bytes())) {
            return Ok(transaction);
        }
        fault = AttemptFault::State;
    }
    Err(fault)
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

/// Removes attempts that have expired, and the oldest until a new one of this size fits. What cannot be
/// read is another program's, and stays; of what was not looked at nothing is known.
fn make_room(cx: &Context, jar: &mut Jar<'_>, size: usize) {
    let prefix = &cx.cookies.names.attempt;
    let mut open = Vec::new();
    let mut gone = Vec::new();
    for (id, value) in jar.attempts() {
        let Some(transaction) = read(cx, &value) else {
            continue;
        };
        let name = format!("{prefix}{id}");
        if transaction.ends_at() <= cx.now() {
            gone.push(name);
        } else {
            let sealed = &transaction.sealed;
            let length = name.len() + value.len();
            // Marks of attempts that have ended go before open ones.
            open.push(((!sealed.ended, sealed.begun_at), name, length));
        }
    }
    open.sort_by_key(|(age, ..)| std::cmp::Reverse(*age));
    let (mut count, mut bytes) = (1, size + jar.bytes_beside_attempts());
    for (_, name, length) in open {
        count += 1;
        bytes += length + "=; ".len();
        if count > MOST_OPEN || bytes > MOST_BYTES {
            gone.push(name);
        }
    }
    for name in gone {
        jar.remove(&name, Scope::Attempt);
    }
}

fn cookie_name(cx: &Context, state: &str) -> String {
    let id: String = state
        .chars()
        .take(ID_LENGTH)
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    format!("{}{id}", cx.cookies.names.attempt)
}

fn sealer(cx: &Context) -> &Sealer {
    cx.attempts.sealer()
}
