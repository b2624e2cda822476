//! This file says how long an access token lasts, and what of the old tokens is as before after a refresh.

use std::time::Duration;

use crate::model::{Account, AccountKey, Secret, Timestamp, TokenSet};

/// An access token that is good now, for requests to a provider on behalf of a user.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AccessToken {
    /// Whose it is.
    pub account: AccountKey,
    /// The token itself. `Debug` does not show it.
    pub token: Secret,
    /// How it is presented, in lower case: `bearer`.
    pub token_type: Option<String>,
    /// The scopes that were granted, separated by spaces, where the provider has said so.
    pub scope: Option<String>,
    /// When it ends, where the provider has said so.
    pub expires_at: Option<Timestamp>,
}

impl AccessToken {
    /// That of an account, if there is one.
    pub(super) fn of(account: &Account) -> Option<Self> {
        let tokens = &account.tokens;
        Some(Self {
            account: account.key.clone(),
            token: tokens.access_token.clone()?,
            token_type: tokens.token_type.clone(),
            scope: tokens.scope.clone(),
            expires_at: tokens.expires_at,
        })
    }
}

/// How an access token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It lasts longer than the margin, or nobody has said when it ends.
    Lasting,
    /// It is good now, and may not be when it arrives.
    Ending,
    /// It has ended, or there is none.
    Ended,
}

/// A token is renewed in the last part of its life at most: one in so many.
const SHARE: u32 = 4;

/// How long an access token lives from its first moment to its last, where that is known.
pub(super) fn lifetime(tokens: &TokenSet) -> Option<Duration> {
    let seconds = tokens.extra.get(TokenSet::LIFETIME)?.as_u64()?;
    Some(Duration::from_secs(seconds))
}

/// The margin for a token of this life: a token that lives as long as the margin, or less, would be
/// renewed at every call otherwise.
pub(super) fn bounded(margin: Duration, lifetime: Option<Duration>) -> Duration {
    lifetime.map_or(margin, |lifetime| margin.min(lifetime / SHARE))
}

/// How the access token stands at this moment.
pub(super) fn standing(tokens: &TokenSet, margin: Duration, now: Timestamp) -> Standing {
    match (&tokens.access_token, tokens.expires_at) {
        (None, _) => Standing::Ended,
        (Some(_), None) => Standing::Lasting,
        (Some(_), Some(end)) if now.plus(margin) < end => Standing::Lasting,
        (Some(_), Some(end)) if now < end => Standing::Ending,
        (Some(_), Some(_)) => Standing::Ended,
    }
}

/// What an answer to a refresh leaves out is as before (RFC 6749, sections 5.1 and 6), but for the end of
/// the access token: that of the old one says nothing of the new.
pub(super) fn merged(old: TokenSet, answer: TokenSet) -> TokenSet {
    let mut extra = old.extra;
    extra.extend(answer.extra);
    TokenSet {
        access_token: answer.access_token.or(old.access_token),
        refresh_token: answer.refresh_token.or(old.refresh_token),
        id_token: answer.id_token.or(old.id_token),
        token_type: answer.token_type.or(old.token_type),
        scope: answer.scope.or(old.scope),
        expires_at: answer.expires_at,
        session_state: answer.session_state.or(old.session_state),
        extra,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending(seconds: Option<i64>) -> TokenSet {
        TokenSet {
            access_token: Some("access".into()),
            expires_at: seconds.map(Timestamp::from_seconds),
            ..TokenSet::default()
        }
    }

    #[test]
    fn a_token_is_renewed_before_it_ends() {
        let at = |tokens: &TokenSet, now| {
            standing(
                tokens,
                Duration::from_secs(60),
                Timestamp::from_seconds(now),
            )
        };
        for (now, expected) in [
            (0, Standing::Lasting),
            (39, Standing::Lasting),
            (40, Standing::Ending),
            (99, Standing::Ending),
            (100, Standing::Ended),
            (101, Standing::Ended),
        ] {
            assert_eq!(at(&ending(Some(100)), now), expected, "{now}");
        }
        assert_eq!(at(&ending(None), i64::MAX), Standing::Lasting);
        assert_eq!(at(&TokenSet::default(), 0), Standing::Ended);
    }

    #[test]
    fn the_margin_is_a_share_of_a_short_life() {
        let margin = Duration::from_secs(60);
        for (lifetime, expected) in [
            (None, 60),
            (Some(3600), 60),
            (Some(240), 60),
            (Some(120), 30),
            (Some(60), 15),
            (Some(30), 7),
            (Some(1), 0),
        ] {
            let lifetime = lifetime.map(Duration::from_secs);
            assert_eq!(
                bounded(margin, lifetime).as_secs(),
                expected,
                "{lifetime:?}"
            );
        }
    }

    #[test]
    fn what_a_refresh_does_not_say_stays_but_for_the_end() {
        let mut old = ending(Some(100));
        old.refresh_token = Some("refresh".into());
        old.scope = Some("read".into());
        old.id_token = Some("id".into());
        old.extra.insert("user_id".into(), 7.into());
        old.extra.insert("level".into(), 1.into());
        let mut answer = TokenSet {
            access_token: Some("new".into()),
            ..TokenSet::default()
        };
        answer.extra.insert("level".into(), 2.into());
        let after = merged(old.clone(), answer);
        assert_eq!(after.access_token, Some("new".into()));
        assert_eq!(after.refresh_token, old.refresh_token);
        assert_eq!((after.scope, after.id_token), (old.scope, old.id_token));
        assert_eq!(after.expires_at, None);
        assert_eq!(
            (&after.extra["user_id"], &after.extra["level"]),
            (&7.into(), &2.into())
        );
    }
}
