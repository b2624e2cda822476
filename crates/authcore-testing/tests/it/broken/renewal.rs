//! This file breaks leases, revocations and lists of users on purpose.

use async_trait::async_trait;
use authcore::{
    adapter::{
        Adapter, AdapterError, Lease, Revocation, RevocationStore, TokenStore, UserDirectory,
        UserQuery,
    },
    model::{AccountKey, Timestamp, TokenSet, User},
};

use super::{BrokenAdapter, Fault};

#[async_trait]
impl TokenStore for BrokenAdapter {
    async fn lease_tokens(
        &self,
        key: &AccountKey,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<(Lease, TokenSet)>, AdapterError> {
        if self.fault != Fault::AsksThenLeases {
            return self.sound.lease_tokens(key, now, until).await;
        }
        let held = self.leased.lock().unwrap().get(key).copied();
        if held.is_some_and(|held| held > now) {
            return Ok(None);
        }
        // Lets everyone else ask before anyone leases.
        for _ in 0..5_000 {
            tokio::task::yield_now().await;
        }
        self.leased.lock().unwrap().insert(key.clone(), until);
        let any_time = Timestamp::from_millis(i64::MAX);
        self.sound.lease_tokens(key, any_time, until).await
    }

    async fn replace_tokens(
        &self,
        key: &AccountKey,
        lease: Lease,
        tokens: TokenSet,
    ) -> Result<bool, AdapterError> {
        if self.fault == Fault::IgnoresLeases {
            self.sound.update_tokens(key, tokens).await?;
            return Ok(true);
        }
        self.sound.replace_tokens(key, lease, tokens).await
    }

    async fn release_tokens(&self, key: &AccountKey, lease: Lease) -> Result<(), AdapterError> {
        self.sound.release_tokens(key, lease).await
    }
}

#[async_trait]
impl RevocationStore for BrokenAdapter {
    async fn take_revocations(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Revocation>, AdapterError> {
        let until = match self.fault {
            Fault::GivesToAll => now,
            _ => until,
        };
        self.sound.take_revocations(now, until, limit).await
    }

    async fn finish_revocation(&self, it: &Revocation) -> Result<(), AdapterError> {
        self.sound.finish_revocation(it).await
    }

    async fn postpone_revocation(
        &self,
        it: &Revocation,
        due_at: Timestamp,
    ) -> Result<(), AdapterError> {
        self.sound.postpone_revocation(it, due_at).await
    }
}

#[async_trait]
impl UserDirectory for BrokenAdapter {
    async fn users(&self, query: &UserQuery) -> Result<Vec<User>, AdapterError> {
        match (&query.extra, &query.after) {
            (Some((name, value)), _) if self.fault == Fault::ComparesAsText => {
                let text = value.to_string();
                let mut all = query.clone();
                all.extra = None;
                let users = self.sound.users(&all).await?;
                let bare = |text: &str| text.trim_matches('"').to_owned();
                let has = |user: &User| {
                    let own = user.extra.get(name).map(ToString::to_string);
                    own.is_some_and(|own| bare(&own) == bare(&text))
                };
                Ok(users.into_iter().filter(has).collect())
            }
            // Leaves out as many as were shown before, as `OFFSET` does.
            (None, after) if self.fault == Fault::CountsPages => {
                let all = self.sound.users(&UserQuery::first(u32::MAX)).await?;
                let mut shown = self.shown.lock().unwrap();
                let before = after.as_ref().and_then(|after| shown.get(after).copied());
                let before = before.unwrap_or(0);
                let page = all.into_iter().skip(before).take(query.limit as usize);
                let page: Vec<_> = page.collect();
                if let Some(last) = page.last() {
                    shown.insert(last.id.clone(), before + page.len());
                }
                Ok(page)
            }
            _ => self.sound.users(query).await,
        }
    }
}
