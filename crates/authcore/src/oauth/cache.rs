//! This file fetches a public document once for everybody who needs it, and keeps it for a while.
//!
//! One fetch at a time: whoever comes while it runs waits for its outcome, and if the one who
//! fetches goes away, the next who waits takes over. No lock is held while anything is awaited.
//! A document that cannot be fetched anew is served as it was for up to a day, so that a provider's
//! bad minute signs nobody out of reach; a failure is remembered for a moment, so that a dead
//! provider is not asked by every visitor.
//!
//! The attack it stops: tokens with invented key ids that make us flood an issuer; a document asked
//! for anew out of turn is fetched at most once in [`COOL_DOWN`].

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::OnceCell;

use crate::{model::Timestamp, provider::ProviderError};

/// The least time between two fetches out of turn.
pub(crate) const COOL_DOWN: Duration = Duration::from_secs(30);
/// How long a failure is remembered while there is nothing to serve.
const FAILURE_KEPT: Duration = Duration::from_secs(5);
/// How long after its end a document is served when it cannot be fetched anew.
const STALE_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

/// A document and how long it may be kept.
#[derive(Debug)]
pub(crate) struct Loaded<T> {
    pub(crate) value: T,
    pub(crate) lifetime: Duration,
}

/// How fresh a document must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Not older than it may be.
    Current,
    /// Fetched anew if the last such fetch is longer ago than [`COOL_DOWN`]: what is kept does not
    /// hold what is looked for.
    Anew,
}

/// One document, for everybody.
pub(crate) struct Cached<T> {
    state: Mutex<State<T>>,
}

type Outcome<T> = Result<Arc<T>, ProviderError>;
type Flight<T> = OnceCell<(Outcome<T>, Duration)>;

struct State<T> {
    kept: Option<Kept<T>>,
    failure: Option<(Timestamp, ProviderError)>,
    fetched_anew: Option<Timestamp>,
    flight: Option<Arc<Flight<T>>>,
}

struct Kept<T> {
    value: Arc<T>,
    until: Timestamp,
}

impl<T> Default for Cached<T> {
    fn default() -> Self {
        Self {
            state: Mutex::new(State {
                kept: None,
                failure: None,
                fetched_anew: None,
                flight: None,
            }),
        }
    }
}

impl<T> Cached<T> {
    /// The document; `fetch` is called when it must be fetched and nobody is fetching it.
    pub(crate) async fn get<F>(
        &self,
        now: Timestamp,
        wanted: Wanted,
        fetch: impl FnOnce() -> F,
    ) -> Outcome<T>
    where
        F: Future<Output = Result<Loaded<T>, ProviderError>>,
    {
        let flight = match self.look(now, wanted) {
            Look::Here(outcome) => return outcome,
            Look::Fetch(flight) => flight,
        };
        let (outcome, lifetime) = flight
            .get_or_init(|| async {
                match fetch().await {
                    Ok(loaded) => (Ok(Arc::new(loaded.value)), loaded.lifetime),
                    Err(error) => (Err(error), Duration::ZERO),
                }
            })
            .await;
        self.land(&flight, outcome, *lifetime, now, wanted)
    }

    fn look(&self, now: Timestamp, wanted: Wanted) -> Look<T> {
        let mut state = self.lock();
        if wanted == Wanted::Current {
            if let Some(outcome) = state.current(now) {
                return Look::Here(outcome);
            }
        } else if state
            .fetched_anew
            .is_some_and(|at| now < at.plus(COOL_DOWN))
            && state.flight.is_none()
            && let Some(kept) = &state.kept
        {
            return Look::Here(Ok(kept.value.clone()));
        }
        if wanted == Wanted::Anew {
            state.fetched_anew = Some(now);
        }
        Look::Fetch(state.flight.get_or_insert_default().clone())
    }

    /// Takes in what a fetch gave; only the first of those who waited for it does.
    fn land(
        &self,
        flight: &Arc<Flight<T>>,
        outcome: &Outcome<T>,
        lifetime: Duration,
        now: Timestamp,
        wanted: Wanted,
    ) -> Outcome<T> {
        let mut state = self.lock();
        if state
            .flight
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(current, flight))
        {
            state.flight = None;
            match outcome {
                Ok(value) => {
                    state.failure = None;
                    state.kept = Some(Kept {
                        value: value.clone(),
                        until: now.plus(lifetime),
                    });
                }
                Err(error) => state.failure = Some((now, error.clone())),
            }
        }
        match (outcome, wanted, state.stale(now)) {
            (Err(error), Wanted::Current, Some(stale)) => {
                tracing::warn!(code = error.code(), "a provider's document is served stale");
                Ok(stale)
            }
            _ => outcome.clone(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Look<T> {
    Here(Outcome<T>),
    Fetch(Arc<Flight<T>>),
}

impl<T> State<T> {
    fn current(&self, now: Timestamp) -> Option<Outcome<T>> {
        if let Some(kept) = &self.kept
            && now < kept.until
        {
            return Some(Ok(kept.value.clone()));
        }
        let (at, error) = self.failure.as_ref()?;
        match self.stale(now) {
            Some(stale) if now < at.plus(COOL_DOWN) => Some(Ok(stale)),
            None if now < at.plus(FAILURE_KEPT) => Some(Err(error.clone())),
            _ => None,
        }
    }

    fn stale(&self, now: Timestamp) -> Option<Arc<T>> {
        self.kept
            .as_ref()
            .filter(|kept| now < kept.until.plus(STALE_LIMIT))
            .map(|kept| kept.value.clone())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::transport::TransportError;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(1_800_000_000 + seconds)
    }

    struct Source {
        fetches: AtomicUsize,
        answer: Mutex<Result<u32, ProviderError>>,
    }

    impl Source {
        fn new(value: u32) -> Self {
            Self {
                fetches: AtomicUsize::new(0),
                answer: Mutex::new(Ok(value)),
            }
        }

        fn says(&self, answer: Result<u32, ProviderError>) {
            *self.answer.lock().unwrap() = answer;
        }

        async fn fetch(&self) -> Result<Loaded<u32>, ProviderError> {
            self.fetches.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            self.answer.lock().unwrap().clone().map(|value| Loaded {
                value,
                lifetime: Duration::from_secs(3600),
            })
        }

        fn count(&self) -> usize {
            self.fetches.load(Ordering::SeqCst)
        }
    }

    const DEAD: ProviderError = ProviderError::Unreachable(TransportError::Connect);

    async fn get(
        cached: &Cached<u32>,
        source: &Source,
        now: Timestamp,
    ) -> Result<u32, ProviderError> {
        let value = cached.get(now, Wanted::Current, || source.fetch()).await?;
        Ok(*value)
    }

    async fn anew(
        cached: &Cached<u32>,
        source: &Source,
        now: Timestamp,
    ) -> Result<u32, ProviderError> {
        let value = cached.get(now, Wanted::Anew, || source.fetch()).await?;
        Ok(*value)
    }

    #[tokio::test]
    async fn fifty_who_come_together_are_served_by_one_fetch() {
        let (cached, source) = (Arc::new(Cached::default()), Arc::new(Source::new(7)));
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..50 {
            let (cached, source) = (cached.clone(), source.clone());
            tasks.spawn(async move { get(&cached, &source, at(0)).await });
        }
        while let Some(outcome) = tasks.join_next().await {
            assert_eq!(outcome.unwrap(), Ok(7));
        }
        assert_eq!(source.count(), 1);
    }

    #[tokio::test]
    async fn who_waits_takes_over_from_one_who_left() {
        let (cached, source) = (Cached::default(), Source::new(7));
        {
            let leaver = cached.get(at(0), Wanted::Current, || async {
                std::future::pending::<()>().await;
                Err(DEAD)
            });
            let mut leaver = std::pin::pin!(leaver);
            let first_step = std::future::poll_fn(|cx| {
                std::task::Poll::Ready(leaver.as_mut().poll(cx).is_pending())
            });
            assert!(first_step.await);
        }
        assert_eq!(get(&cached, &source, at(0)).await, Ok(7));
        assert_eq!(source.count(), 1);
    }

    #[tokio::test]
    async fn a_document_is_fetched_again_when_its_time_is_over() {
        let (cached, source) = (Cached::default(), Source::new(1));
        assert_eq!(get(&cached, &source, at(0)).await, Ok(1));
        source.says(Ok(2));
        assert_eq!(get(&cached, &source, at(3599)).await, Ok(1));
        assert_eq!(get(&cached, &source, at(3600)).await, Ok(2));
        assert_eq!(source.count(), 2);
    }

    #[tokio::test]
    async fn an_old_document_is_served_while_the_provider_is_down() {
        let (cached, source) = (Cached::default(), Source::new(1));
        assert_eq!(get(&cached, &source, at(0)).await, Ok(1));
        source.says(Err(DEAD));
        assert_eq!(get(&cached, &source, at(4000)).await, Ok(1));
        assert_eq!(get(&cached, &source, at(4001)).await, Ok(1));
        assert_eq!(source.count(), 2, "the failure is remembered");
        assert_eq!(get(&cached, &source, at(4031)).await, Ok(1));
        assert_eq!(source.count(), 3, "but not for long");
        assert_eq!(get(&cached, &source, at(3600 + 86_400)).await, Err(DEAD));
    }

    #[tokio::test]
    async fn a_failure_is_remembered_for_a_moment() {
        let (cached, source) = (Cached::default(), Source::new(1));
        source.says(Err(DEAD));
        assert_eq!(get(&cached, &source, at(0)).await, Err(DEAD));
        assert_eq!(get(&cached, &source, at(4)).await, Err(DEAD));
        assert_eq!(source.count(), 1);
        source.says(Ok(1));
        assert_eq!(get(&cached, &source, at(5)).await, Ok(1));
    }

    #[tokio::test]
    async fn a_fetch_out_of_turn_happens_once_in_the_cool_down() {
        let (cached, source) = (Cached::default(), Source::new(1));
        assert_eq!(get(&cached, &source, at(0)).await, Ok(1));
        source.says(Ok(2));
        assert_eq!(anew(&cached, &source, at(1)).await, Ok(2));
        source.says(Ok(3));
        for second in 2..31 {
            assert_eq!(anew(&cached, &source, at(second)).await, Ok(2));
        }
        assert_eq!(source.count(), 2);
        assert_eq!(anew(&cached, &source, at(31)).await, Ok(3));
    }

    #[tokio::test]
    async fn a_fetch_out_of_turn_that_fails_says_so() {
        let (cached, source) = (Cached::default(), Source::new(1));
        assert_eq!(get(&cached, &source, at(0)).await, Ok(1));
        source.says(Err(DEAD));
        assert_eq!(anew(&cached, &source, at(1)).await, Err(DEAD));
        assert_eq!(get(&cached, &source, at(2)).await, Ok(1));
    }
}
