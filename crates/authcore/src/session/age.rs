//! How long a session lives, and when it is renewed.

use std::time::Duration;

use crate::model::Timestamp;

/// How long a session lives.
///
/// ```
/// use authcore::session::SessionAge;
/// use std::time::Duration;
///
/// let age = SessionAge::new(Duration::from_secs(30 * 60), Duration::from_secs(86_400));
/// // A session of half an hour is renewed after a quarter, not after a day.
/// assert_eq!(age.update(), Duration::from_secs(15 * 60));
/// assert_eq!(age.absolute(), Some(SessionAge::ABSOLUTE));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionAge {
    max: Duration,
    update: Duration,
    absolute: Option<Duration>,
}

impl SessionAge {
    /// The lifetime since the last renewal, unless set otherwise: 30 days, as in Auth.js.
    pub const MAX: Duration = Duration::from_secs(30 * 86_400);
    /// How old a session is before it is renewed, unless set otherwise: 1 day, as in Auth.js.
    pub const UPDATE: Duration = Duration::from_secs(86_400);
    /// The lifetime since the sign-in, unless set otherwise: 90 days. Auth.js has no such bound.
    pub const ABSOLUTE: Duration = Duration::from_secs(90 * 86_400);

    /// A session expires `max` after it was last renewed, is renewed when that was `update` ago, or half
    /// of `max` if that is less, and expires 90 days after the sign-in at the latest.
    #[must_use]
    pub fn new(max: Duration, update: Duration) -> Self {
        Self {
            max,
            update: update.min(max / 2),
            absolute: Some(Self::ABSOLUTE),
        }
    }

    /// The lifetime since the sign-in, however often the session is renewed; `None` for no bound.
    #[must_use]
    pub fn with_absolute(mut self, absolute: Option<Duration>) -> Self {
        self.absolute = absolute;
        self
    }

    /// The lifetime since the last renewal.
    #[must_use]
    pub fn max(&self) -> Duration {
        self.max
    }

    /// How old a session is before it is renewed.
    #[must_use]
    pub fn update(&self) -> Duration {
        self.update
    }

    /// The lifetime since the sign-in, if it is bounded.
    #[must_use]
    pub fn absolute(&self) -> Option<Duration> {
        self.absolute
    }

    /// When a session expires that is renewed now.
    pub(super) fn end(&self, now: Timestamp, signed_in_at: Option<Timestamp>) -> Timestamp {
        let end = now.plus(self.max);
        match self.last_moment(signed_in_at) {
            Some(last) => end.min(last),
            None => end,
        }
    }

    /// Whether a session is too old to be used, however often it was renewed.
    pub(super) fn is_over(&self, now: Timestamp, signed_in_at: Option<Timestamp>) -> bool {
        self.last_moment(signed_in_at)
            .is_some_and(|last| last <= now)
    }

    fn last_moment(&self, signed_in_at: Option<Timestamp>) -> Option<Timestamp> {
        Some(signed_in_at?.plus(self.absolute?))
    }
}

impl Default for SessionAge {
    fn default() -> Self {
        Self::new(Self::MAX, Self::UPDATE)
    }
}

/// When the store is asked whether a session's user still exists, is not disabled, and was not signed out
/// everywhere. A session in the store is checked at every read, whatever this says: its user comes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum UserCheck {
    /// When a JWT session is renewed. The default: a read asks no store, so a change takes effect within
    /// the time after which sessions are renewed (`session_update_age`).
    #[default]
    AtRenewal,
    /// At every read of a JWT session too, for one query each. A store that fails is then a 503.
    AtEveryRead,
}
