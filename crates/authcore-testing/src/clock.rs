//! This file is a clock that stands still until a test moves it.
//!
//! It stands in for sleeping: whatever ends after an hour is tested by advancing an hour.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use authcore::{
    clock::{Clock, SystemClock},
    model::Timestamp,
};

/// A clock for tests. Clones share one time, so that the application, the browser and the provider
/// of a test can all be given the same clock.
///
/// ```
/// use std::time::Duration;
/// use authcore::{clock::Clock, model::Timestamp};
/// use authcore_testing::clock::SettableClock;
///
/// let clock = SettableClock::at(Timestamp::from_seconds(1_800_000_000));
/// let shared = clock.clone();
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(shared.now(), Timestamp::from_seconds(1_800_000_060));
/// ```
#[derive(Debug, Clone)]
pub struct SettableClock {
    millis: Arc<AtomicI64>,
}

impl SettableClock {
    /// A clock that stands at this moment.
    #[must_use]
    pub fn at(moment: Timestamp) -> Self {
        Self {
            millis: Arc::new(AtomicI64::new(moment.millis())),
        }
    }

    /// A clock that stands at the machine's present moment.
    #[must_use]
    pub fn stopped_now() -> Self {
        Self::at(SystemClock.now())
    }

    /// Moves the clock to a moment, earlier or later.
    pub fn set(&self, moment: Timestamp) {
        self.millis.store(moment.millis(), Ordering::SeqCst);
    }

    /// Moves the clock on.
    pub fn advance(&self, duration: Duration) {
        let step = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        let moved = |now: i64| Some(now.saturating_add(step));
        // The closure never declines, so there is no failure to report.
        let _ = self
            .millis
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, moved);
    }
}

/// The machine's present moment, standing still.
impl Default for SettableClock {
    fn default() -> Self {
        Self::stopped_now()
    }
}

impl Clock for SettableClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.millis.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_one_time() {
        let clock = SettableClock::at(Timestamp::from_seconds(100));
        let other = clock.clone();
        clock.set(Timestamp::from_seconds(50));
        other.advance(Duration::from_millis(1));
        assert_eq!(clock.now(), Timestamp::from_millis(50_001));
    }

    #[test]
    fn the_clock_does_not_overflow() {
        let clock = SettableClock::at(Timestamp::from_millis(i64::MAX - 1));
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now(), Timestamp::from_millis(i64::MAX));
    }
}
