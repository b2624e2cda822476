//! This file says what a store that counts answers: how often something was tried in a while.
//!
//! What is counted under is a text of the caller's that may hold an address; implementations store its
//! SHA-256. The attack it stops: guesses that count once because they came at the same moment
//! (`many_hits_at_once_all_count`).

use std::time::Duration;

use async_trait::async_trait;

use super::AdapterError;
use crate::model::Timestamp;

/// How often something was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hits {
    /// How often since the while began, this time included.
    pub count: u32,
    /// When the while ends and the count begins anew.
    pub ends_at: Timestamp,
}

/// Where tries are counted.
#[async_trait]
pub trait LimitStore: Send + Sync {
    /// Counts a try. A while begins with the first and lasts as long as that one said; a try at its
    /// end or later begins another. Of many at once each is told another count.
    async fn hit(&self, key: &str, within: Duration, now: Timestamp) -> Result<Hits, AdapterError>;

    /// Forgets what was counted, as after a success. Forgetting nothing is no error.
    async fn forget_hits(&self, key: &str) -> Result<(), AdapterError>;
}
