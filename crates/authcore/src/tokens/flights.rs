//! This file lets one refresh of an account run at a time in this process; whoever comes meanwhile waits
//! for its outcome.
//!
//! A refresh runs by itself: a visitor who hangs up must not cut it off between the provider's answer and
//! the store (`a_caller_who_goes_away_does_not_lose_the_answer`). A failure is remembered for a moment, so
//! that a dead provider or store is not asked, and waited for, at every request.
//!
//! No lock is held while anything is awaited.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{runtime::Handle, sync::watch};
use tracing::Instrument;

use super::{
    find::Failed,
    fresh,
    refresh::{self, Carried},
};
use crate::{
    context::Context,
    model::{Account, AccountKey, Secret, Timestamp, TokenSet},
    transport::TransportError,
};

/// How long before its end a token is renewed, unless set otherwise: clocks are apart, and requests are on
/// their way for a while. Of a token that lives less than four times as long, it is the last quarter of its
/// life.
pub const REFRESH_MARGIN: Duration = Duration::from_secs(60);
/// How long a failure is remembered.
const FAILURE_KEPT: Duration = Duration::from_secs(10);
/// The most accounts that are remembered; about 10 MB.
const MOST: usize = 10_000;

type Landed = Result<TokenSet, Failed>;

/// The refreshes of this process.
pub(crate) struct Flights {
    margin: Duration,
    /// How long the latest token of an account lives, where that is not long: not every store keeps it.
    lives: Mutex<HashMap<AccountKey, (Secret, Duration)>>,
    states: Mutex<HashMap<AccountKey, State>>,
    /// Whether it was said that no other process is known of.
    said_alone: AtomicBool,
}

enum State {
    UnderWay(watch::Receiver<Option<Landed>>),
    /// The refresh token was presented in vain.
    Failed {
        presented: Option<Secret>,
        failed: Failed,
        until: Timestamp,
    },
    /// The answer is not in the store yet, and is tried to be stored again then.
    Unstored {
        carried: Box<Carried>,
        until: Timestamp,
    },
}

impl Flights {
    pub(crate) fn new(margin: Duration) -> Self {
        Self {
            margin,
            lives: Mutex::default(),
            states: Mutex::default(),
            said_alone: AtomicBool::new(false),
        }
    }

    /// How long before its end the account's token is renewed.
    pub(super) fn margin_of(&self, account: &Account) -> Duration {
        let own = fresh::lifetime(&account.tokens).or_else(|| {
            let lives = self.lives.lock().unwrap_or_else(PoisonError::into_inner);
            let (token, lifetime) = lives.get(&account.key)?;
            (account.tokens.access_token.as_ref() == Some(token)).then_some(*lifetime)
        });
        fresh::bounded(self.margin, own)
    }

    fn remember_life(&self, key: &AccountKey, tokens: &TokenSet) {
        let mut lives = self.lives.lock().unwrap_or_else(PoisonError::into_inner);
        lives.remove(key);
        if let (Some(token), Some(lifetime)) = (&tokens.access_token, fresh::lifetime(tokens))
            && fresh::bounded(self.margin, Some(lifetime)) < self.margin
            && lives.len() < MOST
        {
            lives.insert(key.clone(), (token.clone(), lifetime));
        }
    }

    /// The tokens that a refresh of this account brings: of the one under way, or of another.
    pub(super) async fn join(&self, cx: &Arc<Context>, account: &Account) -> Landed {
        self.say_when_alone(cx);
        let mut landed = match self.look(cx, account) {
            Look::Wait(landed) => landed,
            Look::Begin(landed, flight) => {
                let flight = flight.in_current_span();
                match Handle::try_current() {
                    Ok(runtime) => drop(runtime.spawn(flight)),
                    Err(_) => flight.await,
                }
                landed
            }
            Look::Known(landed) => return *landed,
        };
        let outcome = landed.wait_for(Option::is_some).await;
        let outcome = outcome.ok().and_then(|outcome| outcome.clone());
        // Without an outcome, the refresh ended with its runtime or by a panic of the provider's.
        outcome.unwrap_or(Err(Failed::Later(TransportError::Broken.into())))
    }

    fn look(&self, cx: &Arc<Context>, account: &Account) -> Look<impl Future<Output = ()> + use<>> {
        let now = cx.now();
        let mut states = self.lock();
        let mut carried = None;
        match states.get(&account.key) {
            Some(State::UnderWay(landed)) if landed.has_changed().is_ok() => {
                return Look::Wait(landed.clone());
            }
            Some(State::Failed {
                presented,
                failed,
                until,
            }) if *presented == account.tokens.refresh_token && now < *until => {
                return Look::Known(Box::new(Err(failed.clone())));
            }
            Some(State::Unstored { carried: it, until }) if it.is_for(account) && now < *until => {
                return Look::Known(Box::new(Ok(it.tokens.clone())));
            }
            Some(State::Unstored { carried: it, .. }) => carried = Some(Carried::clone(it)),
            _ => {}
        }
        let (land, landed) = watch::channel(None);
        states.insert(account.key.clone(), State::UnderWay(landed.clone()));
        Look::Begin(landed, fly(Arc::clone(cx), account.clone(), carried, land))
    }

    fn land(&self, account: &Account, landed: &Landed, carried: Option<Carried>, now: Timestamp) {
        if let Ok(tokens) = landed {
            self.remember_life(&account.key, tokens);
        }
        let mut states = self.lock();
        states.remove(&account.key);
        if states.len() >= MOST {
            states
                .retain(|_, state| !matches!(state, State::Failed { until, .. } if *until <= now));
        }
        let state = match (landed, carried) {
            (_, Some(carried)) => State::Unstored {
                carried: Box::new(carried),
                until: now.plus(FAILURE_KEPT),
            },
            (Err(failed @ (Failed::SignInAgain | Failed::Later(_))), None) => State::Failed {
                presented: account.tokens.refresh_token.clone(),
                failed: failed.clone(),
                until: now.plus(FAILURE_KEPT),
            },
            _ => return,
        };
        if states.len() < MOST {
            states.insert(account.key.clone(), state);
        }
    }

    fn say_when_alone(&self, cx: &Context) {
        let leases = cx.adapter.as_deref().and_then(|it| it.tokens());
        if leases.is_none() && !self.said_alone.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "the store leases no tokens: they are refreshed one at a time within this process, and \
                 another process that uses it must not refresh any"
            );
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<AccountKey, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Look<F> {
    Wait(watch::Receiver<Option<Landed>>),
    Begin(watch::Receiver<Option<Landed>>, F),
    Known(Box<Landed>),
}

async fn fly(
    cx: Arc<Context>,
    account: Account,
    carried: Option<Carried>,
    land: watch::Sender<Option<Landed>>,
) {
    let Some(adapter) = cx.adapter.as_deref() else {
        return;
    };
    let outcome = refresh::refresh(&cx, adapter, &account, carried).await;
    cx.flights
        .land(&account, &outcome.result, outcome.carried, cx.now());
    // Nobody may be waiting any more.
    land.send_replace(Some(outcome.result));
}
