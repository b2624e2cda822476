//! This file works off what was put aside: tokens of accounts that went, to be revoked at their provider.
//!
//! RFC 7009, section 2.2.1: a server that does not serve now says when it will, and is asked then. The
//! others are asked again after a minute, two, four and so on, at most six hours, and given up after a
//! week, which the application is told.

use std::{collections::HashSet, time::Duration};

use crate::{
    adapter::{AdapterError, Revocation, RevocationStore},
    context::Context,
    hooks::{Event, GivenUp},
    model::ProviderId,
    provider::{Provider, ProviderError, Revoke, RevokeError},
};

/// How many are taken from the store at once, and for how long: time for all of them to wait for a
/// provider that does not answer.
const AT_ONCE: u32 = 10;
const TAKEN_FOR: Duration = Duration::from_secs(600);
/// How long it is waited after the first try, and at most.
const FIRST_WAIT: Duration = Duration::from_secs(60);
const LONGEST_WAIT: Duration = Duration::from_secs(6 * 60 * 60);
/// The longest that a server can ask to be left alone.
const LONGEST_LEAVE: Duration = Duration::from_secs(24 * 60 * 60);
/// When it is given up.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What became of tokens that were due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RevokedTokens {
    /// Accounts whose tokens were revoked.
    pub revoked: u32,
    /// Accounts whose tokens are tried again later.
    pub postponed: u32,
    /// Accounts whose tokens are no longer tried.
    pub given_up: u32,
}

impl RevokedTokens {
    /// All of them; 0 when nothing was due.
    #[must_use]
    pub fn total(self) -> u32 {
        self.revoked + self.postponed + self.given_up
    }
}

/// Revokes what is due, of at most so many accounts.
pub(crate) async fn revoke_due(
    cx: &Context,
    store: &dyn RevocationStore,
    limit: u32,
) -> Result<RevokedTokens, AdapterError> {
    let mut round = Round {
        cx,
        store,
        done: RevokedTokens::default(),
        away: HashSet::new(),
    };
    while round.done.total() < limit {
        let now = cx.now();
        let some = AT_ONCE.min(limit - round.done.total());
        let due = store
            .take_revocations(now, now.plus(TAKEN_FOR), some)
            .await?;
        if due.is_empty() {
            break;
        }
        for it in &due {
            round.one(it).await?;
        }
    }
    Ok(round.done)
}

struct Round<'a> {
    cx: &'a Context,
    store: &'a dyn RevocationStore,
    done: RevokedTokens,
    /// Who did not answer this time: the others' tokens do not wait for them once more.
    away: HashSet<ProviderId>,
}

impl Round<'_> {
    async fn one(&mut self, it: &Revocation) -> Result<(), AdapterError> {
        let id = &it.account.provider;
        let Some(provider) = self.cx.provider(id) else {
            return self.give_up(it, GivenUp::NoProvider).await;
        };
        if self.away.contains(id) {
            return self.postpone(it, None).await;
        }
        match self.ask(provider, it).await {
            Ok(()) => {
                self.store.finish_revocation(it).await?;
                self.done.revoked += 1;
                Ok(())
            }
            Err(RevokeError::Unsupported) => self.give_up(it, GivenUp::Unsupported).await,
            Err(error) => {
                let code = error.code();
                tracing::warn!(provider = %id, code, tries = it.tries, "tokens are not revoked yet");
                let after = match error {
                    RevokeError::NotNow { after, .. } => after,
                    _ => None,
                };
                let is_away = matches!(
                    error,
                    RevokeError::NotNow { .. } | RevokeError::Failed(ProviderError::Unreachable(_))
                );
                if is_away {
                    self.away.insert(id.clone());
                }
                self.postpone(it, after).await
            }
        }
    }

    async fn ask(&self, provider: &dyn Provider, it: &Revocation) -> Result<(), RevokeError> {
        if !provider.revokes() {
            return Err(RevokeError::Unsupported);
        }
        let (refresh, access) = (it.refresh_token.as_ref(), it.access_token.as_ref());
        let transport = self.cx.transport.as_ref();
        let asked = Revoke::new(refresh, access, transport, self.cx.now());
        provider.revoke(&asked).await
    }

    async fn postpone(
        &mut self,
        it: &Revocation,
        after: Option<Duration>,
    ) -> Result<(), AdapterError> {
        let now = self.cx.now();
        if it.created_at.plus(GIVEN_UP_AFTER) <= now {
            return self.give_up(it, GivenUp::TooLong).await;
        }
        let wait = wait(it.tries, after);
        self.store.postpone_revocation(it, now.plus(wait)).await?;
        self.done.postponed += 1;
        Ok(())
    }

    async fn give_up(&mut self, it: &Revocation, why: GivenUp) -> Result<(), AdapterError> {
        self.store.finish_revocation(it).await?;
        self.done.given_up += 1;
        let account = &it.account;
        tracing::warn!(provider = %account.provider, ?why, "tokens are given up unrevoked");
        let event = Event::RevocationGivenUp { account, why };
        self.cx.hooks.event(&event).await;
        Ok(())
    }
}

/// How long until the next try, after so many.
fn wait(tries: u32, after: Option<Duration>) -> Duration {
    let usual = FIRST_WAIT.saturating_mul(2_u32.saturating_pow(tries.saturating_sub(1)));
    let asked = after.unwrap_or_default().min(LONGEST_LEAVE);
    usual.min(LONGEST_WAIT).max(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_to_its_bound_and_a_server_can_lengthen_it() {
        let minutes = |tries, after: Option<u64>| {
            wait(
                tries,
                after.map(|minutes| Duration::from_secs(minutes * 60)),
            )
            .as_secs()
                / 60
        };
        for (tries, expected) in [
            (0, 1),
            (1, 1),
            (2, 2),
            (3, 4),
            (9, 256),
            (10, 360),
            (u32::MAX, 360),
        ] {
            assert_eq!(minutes(tries, None), expected, "{tries}");
        }
        assert_eq!(minutes(1, Some(30)), 30);
        assert_eq!(minutes(6, Some(30)), 32);
        assert_eq!(minutes(1, Some(u64::MAX / 60)), 24 * 60);
    }
}
