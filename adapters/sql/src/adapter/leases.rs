//! This file lets one process at a time renew the tokens of an account.
//!
//! The attack it stops: a refresh token that is presented twice, at which a provider takes both for a
//! thief's (RFC 9700, section 4.14.2; `of_many_who_renew_tokens_one_has_the_lease`).

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, Lease, TokenStore},
    model::{AccountKey, Timestamp, TokenSet},
};

use super::{About, SqlAdapter, transaction::Step};
use crate::{
    driver::{Driver, Fault},
    record,
    statement::Arg,
    statements::LeaseStatements,
};

#[async_trait]
impl<D: Driver> TokenStore for SqlAdapter<D> {
    async fn lease_tokens(
        &self,
        key: &AccountKey,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<(Lease, TokenSet)>, AdapterError> {
        let leases = self.leases()?;
        let mut values = record::key_values(key);
        values.push((Arg::Now, now.millis().into()));
        values.push((Arg::Until, until.millis().into()));
        let steps = [
            Step::write(&leases.lease, &values, About::Account)?,
            Step::read(&leases.leased, &values, About::Account)?,
        ];
        let done = self.transaction(steps, About::Account).await?;
        match (done.row, done.changed) {
            (None, _) => Err(AdapterError::NotFound { what: "account" }),
            (Some(_), 0) => Ok(None),
            (Some(row), _) => {
                let (number, account) = self.token_form().leased_account(row)?;
                Ok(Some((Lease::new(number), account.tokens)))
            }
        }
    }

    async fn replace_tokens(
        &self,
        key: &AccountKey,
        lease: Lease,
        tokens: TokenSet,
    ) -> Result<bool, AdapterError> {
        let mut values = record::key_values(key);
        values.push((Arg::Lease, lease.number().into()));
        values.extend(self.token_form().values(key, &tokens)?);
        let replace = &self.leases()?.replace;
        let changed = self.execute(replace, &values, About::Account).await?;
        Ok(changed > 0)
    }

    async fn release_tokens(&self, key: &AccountKey, lease: Lease) -> Result<(), AdapterError> {
        let mut values = record::key_values(key);
        values.push((Arg::Lease, lease.number().into()));
        let release = &self.leases()?.release;
        self.execute(release, &values, About::Account).await?;
        Ok(())
    }
}

impl<D: Driver> SqlAdapter<D> {
    fn leases(&self) -> Result<&LeaseStatements, AdapterError> {
        let leases = self.statements.leases.as_ref();
        leases.ok_or_else(|| {
            let text = "these tables have no place for leases of tokens";
            AdapterError::Failed(Box::new(Fault::new(None, text)))
        })
    }
}
