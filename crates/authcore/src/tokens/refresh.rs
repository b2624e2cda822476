//! This file refreshes the tokens of one account: it takes the lease, asks the provider, and stores the
//! answer before anybody is given it.
//!
//! RFC 6749, section 6. Who finds the lease taken waits for what its holder brings: the store is asked
//! again after a pause that grows to a second, for some 20 seconds, and nothing is held meanwhile. A holder
//! who has died is waited for no longer than their lease.
//!
//! The attack it stops: a refresh token that is presented twice, which a provider takes for a thief's
//! (RFC 9700, section 4.14.2; `of_fifty_who_want_a_token_one_refreshes`). So an answer that could not be
//! stored is kept in memory, and not asked for again with the token that it used up
//! (`an_answer_that_cannot_be_stored_is_given_and_stored_later`).

use std::{ops::ControlFlow, time::Duration};

use super::{
    find::Failed,
    fresh::{self, Standing, standing},
    keeper::{Hold, Keeper},
};
use crate::{
    adapter::{Adapter, AdapterError},
    context::Context,
    hooks::Event,
    model::{Account, Secret, TokenSet},
    provider::{ProviderError, Refresh, Revoke},
    transport::TransportError,
};

/// The pauses of who waits for another's refresh grow from the first to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How long they wait in all.
const PATIENCE: Duration = Duration::from_secs(20);
/// When it is tried to store an answer: at once, and again after each of these.
const STORE_PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(100),
    Duration::from_millis(400),
];

/// A provider's answer that is not in the store.
#[derive(Clone)]
pub(super) struct Carried {
    /// The refresh token that was given for it.
    presented: Secret,
    pub(super) tokens: TokenSet,
    /// By what right it can still be stored, and in place of what: nobody waits for their own lease.
    hold: Option<(Hold, TokenSet)>,
}

impl Carried {
    /// Whether an account still has what this is to take the place of.
    pub(super) fn is_for(&self, account: &Account) -> bool {
        account.tokens.refresh_token.as_ref() == Some(&self.presented)
    }
}

/// What came of a refresh.
pub(super) struct Outcome {
    pub(super) result: Result<TokenSet, Failed>,
    /// An answer that was given to those who waited, and has yet to be stored.
    pub(super) carried: Option<Carried>,
}

/// New tokens for an account whose tokens were `before`, or those that somebody else has brought.
pub(super) async fn refresh(
    cx: &Context,
    adapter: &dyn Adapter,
    before: &Account,
    carried: Option<Carried>,
) -> Outcome {
    let keeper = Keeper::new(adapter, before);
    let mut run = Run {
        cx,
        keeper,
        before,
        carried,
    };
    let (mut pause, mut waited) = (FIRST_PAUSE, Duration::ZERO);
    let result = loop {
        match run.turn().await {
            ControlFlow::Break(result) => break result,
            ControlFlow::Continue(()) if waited < PATIENCE => {
                tokio::time::sleep(pause).await;
                waited += pause;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
            ControlFlow::Continue(()) => break Err(Failed::Later(TransportError::Timeout.into())),
        }
    };
    let (Err(Failed::Later(why)), Some(carried)) = (&result, &run.carried) else {
        return Outcome {
            result,
            carried: None,
        };
    };
    let account = &before.key;
    tracing::error!(
        provider = %account.provider,
        code = why.code(),
        "refreshed tokens could not be stored; until they are, only this process has them"
    );
    cx.hooks.event(&Event::TokensNotStored { account }).await;
    // That the store is away is in nobody's way: the tokens are good.
    Outcome {
        result: Ok(carried.tokens.clone()),
        carried: run.carried,
    }
}

/// What came of a turn, or that there is another.
type Turn = ControlFlow<Result<TokenSet, Failed>>;

const AGAIN: Turn = ControlFlow::Continue(());

struct Run<'a> {
    cx: &'a Context,
    keeper: Keeper<'a>,
    before: &'a Account,
    carried: Option<Carried>,
}

impl Run<'_> {
    async fn turn(&mut self) -> Turn {
        if let Some((hold, read)) = self.carried.as_mut().and_then(|it| it.hold.take())
            && let ControlFlow::Break(result) = self.store(hold, read).await
        {
            return ControlFlow::Break(result);
        }
        let now = self.cx.now();
        match self.keeper.take(now).await {
            Ok(Some((hold, tokens))) => self.held(hold, tokens).await,
            // What the holder brings is there before the lease is given back.
            Ok(None) => match self.keeper.tokens().await {
                Ok(tokens) if self.is_newer(&tokens) => {
                    self.carried = None;
                    ControlFlow::Break(Ok(tokens))
                }
                Ok(_) => AGAIN,
                Err(error) => self.failed(error).await,
            },
            Err(error) => self.failed(error).await,
        }
    }

    async fn held(&mut self, hold: Hold, tokens: TokenSet) -> Turn {
        if let Some(carried) = &self.carried {
            let is_stored = tokens.access_token == carried.tokens.access_token;
            let is_as_it_was = tokens.refresh_token.as_ref() == Some(&carried.presented);
            if is_as_it_was && !is_stored {
                return self.store(hold, tokens).await;
            }
            self.carried = None;
            return self.over(hold, Ok(tokens)).await;
        }
        if self.is_newer(&tokens) {
            return self.over(hold, Ok(tokens)).await;
        }
        let Some(presented) = tokens.refresh_token.clone() else {
            return self.over(hold, Err(Failed::NoRefreshToken)).await;
        };
        let key = &self.before.key;
        // What another server gave out is not for this one to see.
        let Some(provider) = self.cx.provider_of(self.before) else {
            return self.over(hold, Err(Failed::NoProvider)).await;
        };
        let transport = self.cx.transport.as_ref();
        let asked = Refresh::new(&presented, Some(&key.subject), transport, self.cx.now());
        match provider.refresh(&asked).await {
            Ok(answer) => {
                self.carried = Some(Carried {
                    presented,
                    tokens: fresh::merged(tokens.clone(), answer),
                    hold: None,
                });
                self.store(hold, tokens).await
            }
            Err(ProviderError::SignInAgain) => self.over(hold, Err(Failed::SignInAgain)).await,
            Err(error) => self.over(hold, Err(Failed::Later(error))).await,
        }
    }

    /// Stores the answer in place of what was read. Where the lease was passed on meanwhile, the next turn
    /// finds out to whom.
    async fn store(&mut self, hold: Hold, read: TokenSet) -> Turn {
        let Some(carried) = self.carried.clone() else {
            return AGAIN;
        };
        let mut outcome = AGAIN;
        for pause in STORE_PAUSES {
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
            match self.keeper.keep(hold, &read, carried.tokens.clone()).await {
                Ok(true) => {
                    self.carried = None;
                    return ControlFlow::Break(Ok(carried.tokens));
                }
                Ok(false) => return AGAIN,
                Err(error @ AdapterError::NotFound { .. }) => return self.failed(error).await,
                Err(error) => outcome = ControlFlow::Break(Err(error.into())),
            }
        }
        if let Some(carried) = &mut self.carried {
            carried.hold = Some((hold, read));
        }
        outcome
    }

    async fn over(&self, hold: Hold, result: Result<TokenSet, Failed>) -> Turn {
        self.keeper.release(hold).await;
        ControlFlow::Break(result)
    }

    /// Somebody has brought tokens since `before` was read.
    fn is_newer(&self, tokens: &TokenSet) -> bool {
        tokens.access_token != self.before.tokens.access_token
            && standing(tokens, Duration::ZERO, self.cx.now()) != Standing::Ended
    }

    async fn failed(&mut self, error: AdapterError) -> Turn {
        ControlFlow::Break(Err(match error {
            AdapterError::NotFound { .. } => {
                if let Some(carried) = self.carried.take() {
                    self.revoke(&carried.tokens).await;
                }
                Failed::NoAccount
            }
            error => Failed::Later(error.into()),
        }))
    }

    /// The account went while the provider answered: what was put aside with it is used up by now, and what
    /// could still be used is here.
    async fn revoke(&self, tokens: &TokenSet) {
        let id = &self.before.key.provider;
        let provider = self.cx.provider_of(self.before);
        let Some(provider) = provider.filter(|it| it.revokes()) else {
            return;
        };
        let (refresh, access) = (&tokens.refresh_token, &tokens.access_token);
        let transport = self.cx.transport.as_ref();
        let it = Revoke::new(refresh.as_ref(), access.as_ref(), transport, self.cx.now());
        if let Err(error) = provider.revoke(&it).await {
            let code = error.code();
            tracing::warn!(provider = %id, code, "tokens of an account that went are not revoked");
        }
    }
}
