//! This file removes sessions and used sign-in attempts that have ended: nobody else does.
//!
//! What has ended lets nobody in, whether its row is there or not; this is about room, not safety. So a
//! database that does not answer is asked again an hour later.

use std::time::Duration;

use authcore::{
    Auth,
    clock::{Clock, SystemClock},
};

/// How often it is looked whether something has ended.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// How many rows are removed in one transaction: some milliseconds' work, so that nobody waits for it.
const BATCH: u32 = 1_000;

/// Removes at once what ended while the demo was away, and then every hour.
pub(crate) async fn run(auth: Auth) {
    let Some(adapter) = auth.adapter() else {
        return;
    };
    let mut hourly = tokio::time::interval(EVERY);
    loop {
        hourly.tick().await;
        loop {
            match adapter.remove_expired(SystemClock.now(), BATCH).await {
                Ok(0) => break,
                Ok(rows) => tracing::debug!(rows, "removed what had ended"),
                Err(error) => {
                    tracing::warn!(%error, "what has ended could not be removed");
                    break;
                }
            }
        }
    }
}
