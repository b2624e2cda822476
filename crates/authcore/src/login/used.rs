//! This file lets an attempt end once, even when its cookie was copied.
//!
//! RFC 9700, section 4.7.1. An adapter that keeps used attempts is asked, so that several processes
//! agree; without one, this process remembers them until they would have ended anyway.

use std::{
    collections::{BTreeSet, HashSet},
    sync::{Mutex, PoisonError},
};

use super::landing::Landings;
use crate::{
    adapter::{Adapter, AdapterError, Once},
    model::{Secret, Timestamp},
    web::seal::Sealer,
};

/// The most attempts that a process remembers; about 10 MB. Beyond it the oldest are forgotten.
const MOST: usize = 100_000;

/// What attempts need beside their cookies: the key that seals them, and which have ended.
pub(crate) struct Attempts {
    sealer: Sealer,
    used: Mutex<Used>,
    pub(super) landings: Landings,
}

#[derive(Default)]
struct Used {
    ids: HashSet<String>,
    by_end: BTreeSet<(Timestamp, String)>,
}

impl Attempts {
    pub(crate) fn new(secrets: &[Secret]) -> Self {
        Self {
            sealer: Sealer::new(secrets, "authcore.attempt"),
            used: Mutex::default(),
            landings: Landings::default(),
        }
    }

    pub(crate) fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// Marks an attempt as ended. `true` for the first caller only.
    pub(crate) async fn use_once(
        &self,
        adapter: Option<&dyn Adapter>,
        id: &str,
        ends_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, AdapterError> {
        match adapter.and_then(Adapter::once) {
            Some(store) => store.use_once(Once::Attempt, id, ends_at).await,
            None => Ok(self.remember(id, ends_at, now)),
        }
    }

    fn remember(&self, id: &str, ends_at: Timestamp, now: Timestamp) -> bool {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((end, _)) = used.by_end.first()
            && (*end <= now || used.ids.len() >= MOST)
            && let Some((_, oldest)) = used.by_end.pop_first()
        {
            used.ids.remove(&oldest);
        }
        let first = used.ids.insert(id.to_owned());
        if first {
            used.by_end.insert((ends_at, id.to_owned()));
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attempt_is_used_once() {
        let attempts = Attempts::new(&[]);
        let (now, end) = (Timestamp::from_seconds(0), Timestamp::from_seconds(900));
        assert!(attempts.remember("a", end, now));
        assert!(!attempts.remember("a", end, now));
        assert!(attempts.remember("b", end, now));
    }

    #[test]
    fn what_is_remembered_is_bounded_in_time_and_number() {
        let attempts = Attempts::new(&[]);
        let now = Timestamp::from_seconds(0);
        for i in 0..MOST + 10 {
            assert!(attempts.remember(&i.to_string(), Timestamp::from_seconds(900), now));
        }
        assert_eq!(attempts.used.lock().unwrap().ids.len(), MOST);
        assert!(attempts.remember(
            "new",
            Timestamp::from_seconds(1800),
            Timestamp::from_seconds(900)
        ));
        assert_eq!(attempts.used.lock().unwrap().ids.len(), 1);
    }
}
