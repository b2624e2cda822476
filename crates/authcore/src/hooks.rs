//! This file is where an application has its say: who may enter, where they go, what a session
//! carries and shows, and what happened.

use async_trait::async_trait;
use serde_json::Value;

use crate::{
    model::{AccountKey, ActiveSession, JsonMap, TokenSet, User, UserId},
    provider::{Profile, Proof, ProviderInfo},
};

/// Why a hook could not decide. The visitor is neither let in nor signed out.
#[derive(Debug, thiserror::Error)]
#[error("a hook of the application failed")]
pub struct HookError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// The application's say. Every method has a default.
#[async_trait]
pub trait Hooks: Send + Sync {
    /// May they enter? Asked once a provider has proved who it is, before anything is stored.
    /// Default: yes.
    async fn sign_in(&self, _entry: &Entry<'_>) -> Result<Admission, HookError> {
        Ok(Admission::Allow)
    }

    /// Where does the browser go after signing in or out? `wanted` is what the request asked for,
    /// `base` the application's origin. `None` follows the rule of Auth.js: paths and URLs of the
    /// same origin are allowed, everything else goes to the origin. Whatever a hook returns must be
    /// an absolute `http` or `https` URL or a path; anything else goes to the origin.
    fn redirect(&self, _wanted: &str, _base: &str) -> Option<String> {
        None
    }

    /// What a JWT session carries. Asked at sign-in, at each reading and at an update from the
    /// browser, whose JSON is in [`ClaimsMoment::Update`] and must not be trusted.
    /// Default: [`ClaimsDecision::Keep`].
    async fn claims(
        &self,
        _moment: &ClaimsMoment<'_>,
        _claims: &JsonMap,
    ) -> Result<ClaimsDecision, HookError> {
        Ok(ClaimsDecision::Keep)
    }

    /// What `GET /session` shows to the browser. `shown` is the default: name, e-mail address,
    /// picture and the end. `update` is the JSON of a browser that asks for a change, and must not be
    /// trusted. Default: as it is.
    async fn session(
        &self,
        _session: &ActiveSession,
        shown: Value,
        _update: Option<&Value>,
    ) -> Result<Value, HookError> {
        Ok(shown)
    }

    /// What happened. It has happened: nothing that a hook does here changes it.
    async fn event(&self, _event: &Event<'_>) {}
}

/// The default hooks.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoHooks;

impl Hooks for NoHooks {}

/// Someone at the door.
#[derive(Debug)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// The provider.
    pub provider: &'a ProviderInfo,
    /// What it proved.
    pub proof: &'a Proof,
    /// The user they will be, if they are known already.
    pub user: Option<&'a User>,
}

/// Whether they may enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Admission {
    /// They may.
    Allow,
    /// They may not: the error page with `AccessDenied`.
    Deny,
    /// Not now: the browser goes there without being signed in. Subject to [`Hooks::redirect`].
    SendTo(String),
}

/// What becomes of a session's claims.
#[derive(Debug, Clone, PartialEq)]
pub enum ClaimsDecision {
    /// They stay as they are.
    Keep,
    /// These take their place.
    Replace(JsonMap),
    /// The session ends.
    End,
}

/// When claims are asked for.
#[derive(Debug)]
#[non_exhaustive]
pub enum ClaimsMoment<'a> {
    /// Someone has just signed in.
    SignIn {
        /// The user.
        user: &'a User,
        /// The account they signed in with.
        account: &'a AccountKey,
        /// What the provider says of them.
        profile: &'a Profile,
        /// The tokens, for an application that carries one of them in the session.
        tokens: &'a TokenSet,
        /// Whether the user is new.
        is_new_user: bool,
    },
    /// A session is read.
    Read,
    /// The browser asks for a change with this JSON.
    Update(&'a Value),
}

/// What happened.
#[derive(Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Someone signed in.
    SignIn {
        /// The user.
        user: &'a User,
        /// The account.
        account: &'a AccountKey,
        /// Whether the user is new.
        is_new_user: bool,
    },
    /// Someone signed out; the session is the one that ended, if it was still readable.
    SignOut {
        /// The session.
        session: Option<&'a ActiveSession>,
    },
    /// A user was stored.
    UserCreated {
        /// The user.
        user: &'a User,
    },
    /// A user was changed.
    UserUpdated {
        /// The user as they are now.
        user: &'a User,
    },
    /// An account was given to a user.
    AccountLinked {
        /// The user.
        user: &'a User,
        /// The account.
        account: &'a AccountKey,
    },
    /// A user wanted to connect an account, and could not. It may be somebody else who acts as them.
    AccountRefused {
        /// The user.
        user: &'a UserId,
        /// The account.
        account: &'a AccountKey,
        /// Why.
        why: Refusal,
    },
    /// An account was taken away from a user.
    AccountUnlinked {
        /// The user.
        user: &'a User,
        /// The account.
        account: &'a AccountKey,
    },
    /// A user was deleted, with everything that was theirs.
    UserDeleted {
        /// The user as they were.
        user: &'a User,
    },
    /// A provider gave new tokens and the store took none of them. Until it does, they are in the memory
    /// of this process; if it ends before, the user may have to sign in again.
    TokensNotStored {
        /// The account.
        account: &'a AccountKey,
    },
    /// Tokens of an account that went are no longer tried to be revoked.
    RevocationGivenUp {
        /// The account.
        account: &'a AccountKey,
        /// Why.
        why: GivenUp,
    },
    /// A session was shown to a browser.
    SessionRead {
        /// The session.
        session: &'a ActiveSession,
    },
}

/// Why an account was not connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// It is another user's.
    OfAnotherUser,
    /// [`Hooks::sign_in`] said no.
    ByTheApplication,
}

/// Why tokens are no longer tried to be revoked. They end by themselves, when their provider says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GivenUp {
    /// No provider of this id is plugged in any more.
    NoProvider,
    /// The provider revokes no tokens, or none of this kind.
    Unsupported,
    /// It was tried in vain for a week.
    TooLong,
}
