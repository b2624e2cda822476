//! This file shows a person the accounts that they sign in with, and takes away what they wish to be rid
//! of; and it deletes a user with all that is theirs.
//!
//! The attacks it stops: an id from elsewhere that takes away somebody else's account
//! (`an_account_of_somebody_else_is_not_unlinked`); access at a provider that outlives the account
//! (`tokens_of_an_account_that_went_are_revoked`).

use std::collections::BTreeSet;

use http::HeaderMap;

use super::{Auth, SessionUnavailable, Unavailable};
use crate::{
    adapter::{Adapter, LastWayIn, TokensThen, Unlinked},
    current::{self, Standing},
    hooks::Event,
    model::{Account, AccountKey, ProviderId, User, UserId},
    provider::ProviderKind,
    tokens::{self, RevokedTokens},
    web::jar::Jar,
};

/// One of a visitor's accounts, for a page that shows what they sign in with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OwnAccount {
    /// What identifies it: the provider, and who they are there. As a text it can stand in a form.
    pub key: AccountKey,
    /// The provider's name, or its id where it is not plugged in any more.
    pub provider_name: String,
    /// The kind of its provider.
    pub kind: ProviderKind,
    /// Whether it is their last way in, which cannot be taken away: there is no other account whose
    /// provider is plugged in, and no passkey.
    pub is_last_way_in: bool,
}

/// Why accounts are not shown, taken away or deleted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AccountsError {
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    SignedOut,
    /// They signed in too long ago for this: have them sign in again
    /// ([`Auth::sign_in_again_url`]).
    #[error("this needs a recent sign-in")]
    NotRecent,
    /// There is no store that keeps this.
    #[error("there is no store that keeps this: call adapter() with one that does")]
    NotKept,
    /// The store failed.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<crate::adapter::AdapterError> for AccountsError {
    fn from(error: crate::adapter::AdapterError) -> Self {
        Self::Unavailable(error.into())
    }
}

/// For an account page: "How you sign in". Changes come from forms of the application's, which guards them
/// as all of its own ([`check_form`](Self::check_form)). Another account is connected on a
/// page of ours ([`connect_url`](Self::connect_url)).
///
/// ```
/// # use authcore::{AccountsError, Auth, adapter::Unlinked, model::AccountKey};
/// # use http::HeaderMap;
/// async fn list(auth: &Auth, headers: &HeaderMap) -> Result<Vec<String>, AccountsError> {
///     let own = auth.own_accounts(headers).await?;
///     let line = |it: &authcore::OwnAccount| match it.is_last_way_in {
///         true => format!("{}, your only way in", it.provider_name),
///         false => format!("{} (disconnect: {})", it.provider_name, it.key),
///     };
///     Ok(own.iter().map(line).collect())
/// }
///
/// async fn disconnect(
///     auth: &Auth,
///     headers: &HeaderMap,
///     posted: &str,
/// ) -> Result<Unlinked, AccountsError> {
///     match posted.parse::<AccountKey>() {
///         Ok(key) => auth.unlink_own_account(headers, &key).await,
///         Err(_) => Ok(Unlinked::NotTheirs),
///     }
/// }
/// ```
impl Auth {
    /// The visitor's accounts, by provider in the application's order.
    ///
    /// # Errors
    /// [`AccountsError`].
    pub async fn own_accounts(
        &self,
        headers: &HeaderMap,
    ) -> Result<Vec<OwnAccount>, AccountsError> {
        let adapter = self.store()?;
        let user = self.signed_in(headers).await?;
        let mut accounts = adapter.accounts(&user.id).await?;
        accounts.sort_by_key(|it| (self.place(&it.key.provider), it.key.clone()));
        let others = self.passkeys(adapter, &user.id).await?;
        let usable = accounts.iter().filter(|it| self.is_usable(it)).count();
        let own = accounts.iter().map(|it| OwnAccount {
            is_last_way_in: self.is_usable(it) && usable + others < 2,
            provider_name: self.name_of(&it.key.provider),
            key: it.key.clone(),
            kind: it.kind,
        });
        Ok(own.collect())
    }

    /// Takes one of the visitor's accounts away, unless it is their last way in. Its tokens are put aside
    /// for their revocation in the same write, where the store and the provider can
    /// ([`revoke_due_tokens`](Self::revoke_due_tokens)). An account of another user is none of theirs.
    /// Needs a recent sign-in.
    ///
    /// # Errors
    /// [`AccountsError`].
    pub async fn unlink_own_account(
        &self,
        headers: &HeaderMap,
        account: &AccountKey,
    ) -> Result<Unlinked, AccountsError> {
        let adapter = self.store()?;
        let user = self.recently_signed_in(headers).await?;
        // The store knows accounts, and not which of them anybody can still sign in with.
        let accounts = adapter.accounts(&user.id).await?;
        let mut others = accounts.iter().filter(|it| it.key != *account);
        let has_other = others.any(|it| self.is_usable(it));
        let mut theirs = accounts.iter().filter(|it| it.key == *account);
        let is_way_in = theirs.any(|it| self.is_usable(it));
        if is_way_in && !has_other && self.passkeys(adapter, &user.id).await? == 0 {
            return Ok(Unlinked::LastWayIn);
        }
        let tokens = self.then([&account.provider]);
        let unlinked = adapter
            .unlink_account(&user.id, account, LastWayIn::Keep, tokens)
            .await?;
        if unlinked == Unlinked::Done {
            tracing::info!(provider = %account.provider, "an account was unlinked");
            let user = &user;
            self.cx
                .hooks
                .event(&Event::AccountUnlinked { user, account })
                .await;
        }
        Ok(unlinked)
    }

    /// Deletes the visitor with everything that is theirs, as [`delete_user`](Self::delete_user) does.
    /// Needs a recent sign-in.
    ///
    /// # Errors
    /// [`AccountsError`].
    pub async fn delete_own_user(&self, headers: &HeaderMap) -> Result<(), AccountsError> {
        let user = self.recently_signed_in(headers).await?;
        self.delete_user(&user.id).await.map(drop)
    }

    /// Deletes a user with everything that is theirs, and says whether there was such a one. Their sessions
    /// end; those that are only in browsers ([`lists_sessions`](Self::lists_sessions) says `false`) when
    /// they are renewed, or at their next read where
    /// [`UserCheck::AtEveryRead`](crate::session::UserCheck::AtEveryRead) is set. Tokens are put aside for their revocation, as by
    /// [`unlink_own_account`](Self::unlink_own_account). Who may do that is for the caller to see to.
    ///
    /// # Errors
    /// [`AccountsError::NotKept`], [`AccountsError::Unavailable`].
    pub async fn delete_user(&self, user: &UserId) -> Result<bool, AccountsError> {
        let adapter = self.store()?;
        let Some(user) = adapter.user(user).await? else {
            return Ok(false);
        };
        let accounts = adapter.accounts(&user.id).await?;
        let tokens = self.then(accounts.iter().map(|it| &it.key.provider));
        adapter.delete_user(&user.id, tokens).await?;
        tracing::info!("a user was deleted");
        let user = &user;
        self.cx.hooks.event(&Event::UserDeleted { user }).await;
        Ok(true)
    }

    /// Revokes tokens of accounts that went, those that are due, of at most `limit` accounts, and says what
    /// became of them. Meant to be called by the application's own schedule, every minute say, and again
    /// until its [`total`](RevokedTokens::total) is 0. All processes may do it: each is given others.
    ///
    /// A provider that is away is asked again after a minute, then after twice that each time, at most six
    /// hours, or when it said; after a week it is given up, and so is what nobody can revoke, each with an
    /// event.
    ///
    /// # Errors
    /// [`AccountsError::NotKept`] when the store puts nothing aside; [`AccountsError::Unavailable`].
    pub async fn revoke_due_tokens(&self, limit: u32) -> Result<RevokedTokens, AccountsError> {
        let store = self.store()?.revocations().ok_or(AccountsError::NotKept)?;
        Ok(tokens::revoke_due(&self.cx, store, limit).await?)
    }

    fn store(&self) -> Result<&dyn Adapter, AccountsError> {
        self.adapter().ok_or(AccountsError::NotKept)
    }

    async fn signed_in(&self, headers: &HeaderMap) -> Result<User, AccountsError> {
        let session = self.session(headers).await.map_err(Unavailable::from)?;
        Ok(session.ok_or(AccountsError::SignedOut)?.user)
    }

    async fn recently_signed_in(&self, headers: &HeaderMap) -> Result<User, AccountsError> {
        let jar = Jar::read(&self.cx.cookies, headers);
        let unknown = |error| Unavailable::from(SessionUnavailable::new(error));
        let current = current::read(&self.cx, &jar).await.map_err(unknown)?;
        let standing = current::standing(&self.cx, &current)
            .await
            .map_err(unknown)?;
        match (standing, current.into_session()) {
            (Standing::Recent, Some(session)) => Ok(session.user),
            (Standing::Stale, _) => Err(AccountsError::NotRecent),
            _ => Err(AccountsError::SignedOut),
        }
    }

    async fn passkeys(&self, adapter: &dyn Adapter, user: &UserId) -> Result<usize, AccountsError> {
        match adapter.passkeys() {
            Some(store) => Ok(store.passkeys(user).await?.len()),
            None => Ok(0),
        }
    }

    /// Whether somebody can sign in with it: its provider is plugged in.
    fn is_usable(&self, account: &Account) -> bool {
        self.cx.provider_of(account).is_some()
    }

    fn place(&self, id: &ProviderId) -> usize {
        let mut providers = self.cx.providers.iter();
        let last = self.cx.providers.len();
        providers.position(|it| it.info().id == *id).unwrap_or(last)
    }

    fn name_of(&self, id: &ProviderId) -> String {
        let provider = self.cx.provider(id);
        provider.map_or_else(|| id.to_string(), |it| it.info().name.clone())
    }

    /// What becomes of the tokens of accounts with these providers.
    fn then<'a>(&self, providers: impl IntoIterator<Item = &'a ProviderId>) -> TokensThen {
        let providers: BTreeSet<_> = providers.into_iter().collect();
        let revoked = |id: &&ProviderId| self.cx.provider(id).is_some_and(|it| it.revokes());
        let is_kept = self.adapter().is_some_and(|it| it.revocations().is_some());
        match is_kept && providers.iter().any(revoked) {
            true => TokensThen::Revoke,
            false => TokensThen::Forget,
        }
    }
}
