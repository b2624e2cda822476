//! This file counts tries.
//!
//! The attack it stops: guesses that count once because they came at the same moment. Each raises the
//! count by one statement and reads it before anyone else can (`many_hits_at_once_all_count`). What is
//! counted under may hold an address and is stored as its SHA-256.

use std::time::Duration;

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, Hits, LimitStore},
    model::Timestamp,
};

use super::{About, SqlAdapter, transaction::Step};
use crate::{
    driver::{Driver, Fault},
    record,
    statement::{Arg, Arguments},
    statements::LimitStatements,
};

#[async_trait]
impl<D: Driver> LimitStore for SqlAdapter<D> {
    async fn hit(&self, key: &str, within: Duration, now: Timestamp) -> Result<Hits, AdapterError> {
        let mut values = by_key(key);
        values.push((Arg::Now, now.millis().into()));
        values.push((Arg::ExpiresAt, now.plus(within).millis().into()));
        let statements = self.of_limits()?;
        let steps = [
            Step::write(&statements.hit, &values, About::Limit)?,
            Step::read(&statements.read, &values, About::Limit)?,
        ];
        let row = self.transaction(steps, About::Limit).await?.row;
        record::hits(row.ok_or(AdapterError::Corrupt { what: "limit" })?)
    }

    async fn forget_hits(&self, key: &str) -> Result<(), AdapterError> {
        let forget = &self.of_limits()?.forget;
        self.execute(forget, &by_key(key), About::Limit).await?;
        Ok(())
    }
}

impl<D: Driver> SqlAdapter<D> {
    fn of_limits(&self) -> Result<&LimitStatements, AdapterError> {
        let statements = self.statements.limits.as_ref();
        statements.ok_or_else(|| {
            let text = "Auth.js's tables have no place for counts: use `Schema::authcore()`";
            AdapterError::Failed(Box::new(Fault::new(None, text)))
        })
    }
}

fn by_key(key: &str) -> Arguments {
    vec![(Arg::LimitKey, record::hash_value(key))]
}
