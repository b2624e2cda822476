//! This file finds the access token that an application wants: as stored while it lasts, else refreshed.
//!
//! A token that has not ended is given also when it cannot be renewed: a dead provider stops nobody before
//! it must.

use std::{sync::Arc, time::Duration};

use super::fresh::{AccessToken, Standing, standing};
use crate::{
    adapter::{Adapter, AdapterError},
    context::Context,
    model::{Account, AccountKey, ProviderId, Secret, UserId},
    provider::{Misbehaviour, ProviderError},
};

/// Which account of a user is meant.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Which<'a> {
    /// The only one with this provider.
    With(&'a ProviderId),
    /// This one.
    This(&'a AccountKey),
}

/// Which token is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// One that lasts a while.
    Lasting,
    /// Another than this one, which was refused where it was presented.
    OtherThan(&'a Secret),
}

/// Why there is no token.
#[derive(Debug, Clone)]
pub(crate) enum Failed {
    NotKept,
    NoAccount,
    SeveralAccounts,
    NoRefreshToken,
    NoProvider,
    SignInAgain,
    Later(ProviderError),
}

impl From<AdapterError> for Failed {
    fn from(error: AdapterError) -> Self {
        Self::Later(error.into())
    }
}

/// The token, or why there is none.
pub(crate) async fn find(
    cx: &Arc<Context>,
    user: &UserId,
    which: Which<'_>,
    wanted: Wanted<'_>,
) -> Result<AccessToken, Failed> {
    let adapter = cx.adapter.as_deref().ok_or(Failed::NotKept)?;
    // A refresh that was under way may have begun before the token that is wanted no more was given out.
    for _ in 0..2 {
        let account = account(adapter, user, which).await?;
        let margin = cx.flights.margin_of(&account);
        if let Some(token) = good(cx, &account, wanted, margin) {
            return Ok(token);
        }
        match cx.flights.join(cx, &account).await {
            Ok(tokens) => {
                let refreshed = Account { tokens, ..account };
                if let Some(token) = good(cx, &refreshed, wanted, Duration::ZERO) {
                    return Ok(token);
                }
            }
            Err(failed) => {
                return match wanted {
                    Wanted::Lasting => good(cx, &account, wanted, Duration::ZERO).ok_or(failed),
                    Wanted::OtherThan(_) => Err(failed),
                };
            }
        }
    }
    // It gives out tokens that have ended, or the same one again.
    Err(Failed::Later(Misbehaviour::TokenAnswer.into()))
}

async fn account(
    adapter: &dyn Adapter,
    user: &UserId,
    which: Which<'_>,
) -> Result<Account, Failed> {
    let mut accounts = adapter.accounts(user).await?;
    accounts.retain(|account| match which {
        Which::With(provider) => account.key.provider == *provider,
        Which::This(key) => account.key == *key,
    });
    let account = accounts.pop().ok_or(Failed::NoAccount)?;
    match accounts.is_empty() {
        true => Ok(account),
        false => Err(Failed::SeveralAccounts),
    }
}

/// The access token, if it is what is wanted and lasts longer than the margin.
fn good(
    cx: &Context,
    account: &Account,
    wanted: Wanted<'_>,
    margin: Duration,
) -> Option<AccessToken> {
    let token = AccessToken::of(account)?;
    let lasts = standing(&account.tokens, margin, cx.now()) == Standing::Lasting;
    let is_wanted = match wanted {
        Wanted::Lasting => true,
        Wanted::OtherThan(refused) => token.token != *refused,
    };
    (lasts && is_wanted).then_some(token)
}
