//! This file revokes tokens of accounts that were disconnected, at their providers: every minute those that
//! are due.

use std::time::Duration;

use authcore::{AccountsError, Auth};

/// How often it is looked whether something is due.
const EVERY: Duration = Duration::from_secs(60);
/// Of how many accounts at once.
const BATCH: u32 = 100;

/// Goes on until the demo ends; at once where nothing is ever put aside.
pub(crate) async fn run(auth: Auth) {
    let mut minutely = tokio::time::interval(EVERY);
    loop {
        minutely.tick().await;
        loop {
            match auth.revoke_due_tokens(BATCH).await {
                Ok(done) if done.total() == 0 => break,
                Ok(done) => tracing::info!(
                    done.revoked,
                    done.postponed,
                    done.given_up,
                    "tokens of accounts that went"
                ),
                Err(AccountsError::NotKept) => return,
                Err(error) => {
                    tracing::warn!(%error, "tokens that are due could not be revoked");
                    break;
                }
            }
        }
    }
}
