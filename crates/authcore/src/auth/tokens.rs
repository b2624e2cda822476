//! This file gives an application the access token of a user's account with a provider, good now.
//!
//! RFC 6749, section 6. How it is refreshed, and what happens when that fails, is in the folder `tokens`.

use super::{Auth, Unavailable};
use crate::{
    model::{AccountKey, ProviderId, UserId},
    tokens::{self, AccessToken, Failed, Wanted, Which},
};

/// Why there is no access token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccessTokenError {
    /// Tokens are kept with accounts, and nothing keeps these.
    #[error("there is no store that keeps tokens: call adapter()")]
    NotKept,
    /// The user has no such account.
    #[error("the user has no such account: let them connect one")]
    NoAccount,
    /// The user has several accounts with this provider.
    #[error("the user has several accounts with this provider: ask for one, by access_token_of()")]
    SeveralAccounts,
    /// The access token has ended, and the provider gave no refresh token.
    #[error(
        "the access token has ended and there is no refresh token: let the user sign in again, and ask for \
         the scope or parameter by which this provider gives one"
    )]
    NoRefreshToken,
    /// The access token has ended, and its provider is not plugged in.
    #[error("the access token has ended, and the provider of this account is not plugged in")]
    NoProvider,
    /// The provider renews the tokens no more: the user has taken back their consent, or it has ended. The
    /// account and the session stay as they are.
    #[error("the provider renews the tokens no more: let the user sign in with it again")]
    SignInAgain,
    /// The provider or the store failed.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl AccessTokenError {
    /// The stable code, as in the book.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotKept => "tokens_not_kept",
            Self::NoAccount => "account_missing",
            Self::SeveralAccounts => "account_ambiguous",
            Self::NoRefreshToken => "refresh_token_missing",
            Self::NoProvider => "unknown_provider",
            Self::SignInAgain => "sign_in_again",
            Self::Unavailable(error) => error.code(),
        }
    }
}

impl From<Failed> for AccessTokenError {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::NotKept => Self::NotKept,
            Failed::NoAccount => Self::NoAccount,
            Failed::SeveralAccounts => Self::SeveralAccounts,
            Failed::NoRefreshToken => Self::NoRefreshToken,
            Failed::NoProvider => Self::NoProvider,
            Failed::SignInAgain => Self::SignInAgain,
            Failed::Later(error) => Self::Unavailable(error.into()),
        }
    }
}

/// For requests to a provider's own interfaces on behalf of a user. Whose token may be asked for is for the
/// caller to see to.
///
/// ```
/// # use authcore::{AccessTokenError, Auth, model::{ProviderId, UserId}};
/// # use http::{HeaderValue, header::InvalidHeaderValue};
/// # enum NoHeader { Token(AccessTokenError), Value(InvalidHeaderValue) }
/// async fn bearer(auth: &Auth, user: &UserId, hub: &ProviderId) -> Result<HeaderValue, NoHeader> {
///     let token = auth.access_token(user, hub).await.map_err(NoHeader::Token)?;
///     let mut header = HeaderValue::from_str(&format!("Bearer {}", token.token.expose()))
///         .map_err(NoHeader::Value)?;
///     header.set_sensitive(true);
///     Ok(header)
/// }
/// ```
impl Auth {
    /// The access token of the user's account with this provider: as stored while it lasts longer than the
    /// [margin](crate::AuthBuilder::refresh_margin), else refreshed. Of many who ask at once, in all
    /// processes, one refreshes and the others get the same; what the provider gave is stored first. A
    /// store that leases no tokens can see to that within one process only.
    ///
    /// One that has not ended yet is given also when it cannot be refreshed. One of which nobody has said
    /// when it ends is given as it is; see [`renew_access_token`](Self::renew_access_token).
    ///
    /// A refresh goes on when the caller goes away; it runs on the Tokio runtime of the caller.
    ///
    /// # Errors
    /// [`AccessTokenError`].
    pub async fn access_token(
        &self,
        user: &UserId,
        provider: &ProviderId,
    ) -> Result<AccessToken, AccessTokenError> {
        self.find(user, Which::With(provider), Wanted::Lasting)
            .await
    }

    /// The same for one account, of a user who may have several with its provider.
    ///
    /// # Errors
    /// [`AccessTokenError`].
    pub async fn access_token_of(
        &self,
        user: &UserId,
        account: &AccountKey,
    ) -> Result<AccessToken, AccessTokenError> {
        self.find(user, Which::This(account), Wanted::Lasting).await
    }

    /// Another token in place of one that the provider's interface has just refused (401): refreshed, or
    /// what somebody else has refreshed since. Ask once; whoever is refused again is not let in.
    ///
    /// # Errors
    /// [`AccessTokenError`].
    pub async fn renew_access_token(
        &self,
        user: &UserId,
        refused: &AccessToken,
    ) -> Result<AccessToken, AccessTokenError> {
        let wanted = Wanted::OtherThan(&refused.token);
        self.find(user, Which::This(&refused.account), wanted).await
    }

    async fn find(
        &self,
        user: &UserId,
        which: Which<'_>,
        wanted: Wanted<'_>,
    ) -> Result<AccessToken, AccessTokenError> {
        Ok(tokens::find(&self.cx, user, which, wanted).await?)
    }
}
