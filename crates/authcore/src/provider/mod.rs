//! This folder says what a way to sign in is: one trait with two steps, and what makes it from data.
//!
//! ```text
//! spec/     a provider as data: read from TOML, checked, defaults filled in
//! map/      from a provider's answer to a profile: pointers, templates, predicates
//! oauth/    what fills a spec in and runs it: the Provider that OAuth 2 and OpenID Connect share
//! revoke.rs what ends the tokens of an account that went
//! custom.rs what fills a spec in whose protocol is code
//! authority.rs  the server behind a provider's id, as accounts keep it
//! fill.rs   a spec's id, name and variables as the application sets them
//! ```

mod attempt;
mod authority;
mod custom;
mod error;
mod fill;
mod info;
pub mod map;
mod oauth;
mod proof;
mod revoke;
pub mod spec;

use async_trait::async_trait;

pub use attempt::Attempt;
pub use custom::{Custom, CustomSetting};
pub use error::{Misbehaviour, ProviderError, StoreFailure};
pub use info::{Correlation, EmailLinking, ProviderInfo, ProviderKind, ResponseMode, Style};
pub use oauth::{DangerousOAuth, OAuth, OAuthProvider};
pub use proof::{Profile, ProfileEmail, Proof};
pub use revoke::{Revoke, RevokeError};

use crate::{
    adapter::{Store, Stores},
    model::{JsonMap, Params, Secret, Subject, Timestamp, TokenSet},
    transport::Transport,
};

/// A way to sign in. OAuth 2, OpenID Connect, e-mail and passkeys are implementations like yours.
///
/// The framework does the rest for every provider alike: CSRF, the sealed cookie that ties an
/// attempt to this browser and this provider, its single use, linking, hooks, sessions.
#[async_trait]
pub trait Provider: Send + Sync {
    /// Who this provider is.
    fn info(&self) -> &ProviderInfo;

    /// Begins an attempt: says where the browser goes, or that a message is on its way.
    ///
    /// # Errors
    /// [`ProviderError`] when the attempt cannot begin. The visitor sees a page and may try again.
    async fn start(&self, cx: &Start<'_>) -> Result<Started, ProviderError>;

    /// Ends an attempt: checks what came back and says who it is.
    ///
    /// It is called only after `state` was found to belong to this browser, this provider and an
    /// unused attempt.
    ///
    /// # Errors
    /// [`ProviderError`] when it is not certain who it is. Nobody is signed in or out.
    async fn finish(&self, cx: &Finish<'_>) -> Result<Proof, ProviderError>;

    /// The optional stores that it cannot do without. `build()` refuses an adapter that lacks one.
    /// Default: none.
    fn needs(&self) -> &[Store] {
        &[]
    }

    /// Trades a refresh token for new tokens; what the answer leaves out, the refresh token
    /// included, is as before. Default: there is no such thing.
    ///
    /// # Errors
    /// [`ProviderError::SignInAgain`] when only a new sign-in gives new tokens; another
    /// [`ProviderError`] when the tokens may still be good and this try was not.
    async fn refresh(&self, _cx: &Refresh<'_>) -> Result<TokenSet, ProviderError> {
        Err(ProviderError::SignInAgain)
    }

    /// Whether it may revoke tokens. Where it does not, those of an account that goes are forgotten, and
    /// [`revoke`](Self::revoke) is not asked. Default: it does not.
    fn revokes(&self) -> bool {
        false
    }

    /// Ends tokens at the provider, for certain or not at all: both of them where it can. Tokens that it
    /// does not know are revoked already. Default: there is no such thing.
    ///
    /// # Errors
    /// [`RevokeError::Unsupported`] when asking again is of no use; another [`RevokeError`] when it may be
    /// done at a later try.
    async fn revoke(&self, _cx: &Revoke<'_>) -> Result<(), RevokeError> {
        Err(RevokeError::Unsupported)
    }
}

/// What a provider is given to begin an attempt.
#[non_exhaustive]
pub struct Start<'a> {
    /// The attempt's own secrets: `state`, `nonce`, the PKCE verifier and challenge.
    pub attempt: &'a Attempt,
    /// Where the provider sends the browser back to, from configuration.
    pub callback_url: &'a str,
    /// What the application passed along, only names that [`ProviderInfo::passes`] allows.
    pub params: &'a Params,
    /// What the visitor filled in.
    pub form: &'a Params,
    /// The way to the network.
    pub transport: &'a dyn Transport,
    /// The present moment.
    pub now: Timestamp,
    /// The stores of the application's adapter that a provider may use.
    pub stores: Stores<'a>,
}

impl<'a> Start<'a> {
    /// What [`Provider::start`] is given, for a provider's own tests.
    #[must_use]
    pub fn new(
        attempt: &'a Attempt,
        callback_url: &'a str,
        params: &'a Params,
        form: &'a Params,
        transport: &'a dyn Transport,
        now: Timestamp,
    ) -> Self {
        Self {
            attempt,
            callback_url,
            params,
            form,
            transport,
            now,
            stores: Stores::default(),
        }
    }

    /// With the stores of an adapter.
    #[must_use]
    pub fn with_stores(mut self, stores: Stores<'a>) -> Self {
        self.stores = stores;
        self
    }
}

/// How an attempt began.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Started {
    /// The browser goes to the provider.
    Redirect {
        /// Where to.
        url: String,
        /// What [`Provider::finish`] must see again; it is sealed with the attempt. Keep it small:
        /// it is part of a cookie.
        keep: JsonMap,
    },
    /// A message was sent; the visitor is told to look for it.
    MessageSent,
}

impl Started {
    /// The browser goes to this URL, and nothing is to be kept.
    #[must_use]
    pub fn redirect(url: impl Into<String>) -> Self {
        Self::Redirect {
            url: url.into(),
            keep: JsonMap::new(),
        }
    }
}

/// What a provider is given to end an attempt.
#[non_exhaustive]
pub struct Finish<'a> {
    /// The same secrets as at the start.
    pub attempt: &'a Attempt,
    /// The same callback URL as at the start.
    pub callback_url: &'a str,
    /// What came back with the browser: the query, or the form of a `form_post` answer.
    pub params: &'a Params,
    /// What [`Started::Redirect`] asked to keep.
    pub keep: &'a JsonMap,
    /// The way to the network.
    pub transport: &'a dyn Transport,
    /// The present moment.
    pub now: Timestamp,
    /// The stores of the application's adapter that a provider may use.
    pub stores: Stores<'a>,
}

impl<'a> Finish<'a> {
    /// What [`Provider::finish`] is given, for a provider's own tests.
    #[must_use]
    pub fn new(
        attempt: &'a Attempt,
        callback_url: &'a str,
        params: &'a Params,
        keep: &'a JsonMap,
        transport: &'a dyn Transport,
        now: Timestamp,
    ) -> Self {
        Self {
            attempt,
            callback_url,
            params,
            keep,
            transport,
            now,
            stores: Stores::default(),
        }
    }

    /// With the stores of an adapter.
    #[must_use]
    pub fn with_stores(mut self, stores: Stores<'a>) -> Self {
        self.stores = stores;
        self
    }
}

/// What a provider is given to trade a refresh token.
#[non_exhaustive]
pub struct Refresh<'a> {
    /// The refresh token.
    pub refresh_token: &'a Secret,
    /// Whose it is, if the application knows; an ID token about somebody else is then refused.
    pub subject: Option<&'a Subject>,
    /// The way to the network.
    pub transport: &'a dyn Transport,
    /// The present moment.
    pub now: Timestamp,
}

impl<'a> Refresh<'a> {
    /// What [`Provider::refresh`] is given.
    #[must_use]
    pub fn new(
        refresh_token: &'a Secret,
        subject: Option<&'a Subject>,
        transport: &'a dyn Transport,
        now: Timestamp,
    ) -> Self {
        Self {
            refresh_token,
            subject,
            transport,
            now,
        }
    }
}
