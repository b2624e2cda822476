//! This file counts tries in memory.

use std::time::Duration;

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, Hits, LimitStore},
    model::Timestamp,
};

use super::{MemoryAdapter, hash};

#[async_trait]
impl LimitStore for MemoryAdapter {
    async fn hit(&self, key: &str, within: Duration, now: Timestamp) -> Result<Hits, AdapterError> {
        let mut contents = self.contents();
        let begun = Hits {
            count: 0,
            ends_at: now.plus(within),
        };
        let hits = contents.limits.entry(hash(key)).or_insert(begun);
        if hits.ends_at <= now {
            *hits = begun;
        }
        hits.count = hits.count.saturating_add(1);
        Ok(*hits)
    }

    async fn forget_hits(&self, key: &str) -> Result<(), AdapterError> {
        self.contents().limits.remove(&hash(key));
        Ok(())
    }
}
