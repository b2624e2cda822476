//! This file keeps tokens of accounts that went until they are revoked at their provider (RFC 7009).
//!
//! The attack it stops: access that outlives the account it was given to, because the provider was down
//! or the process ended between the two (`an_end_between_any_two_statements_leaves_all_or_nothing`).

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, Revocation, RevocationStore, TokensThen},
    model::Timestamp,
};

use super::{About, SqlAdapter, transaction::Step};
use crate::{
    driver::{Driver, Row},
    record,
    statement::{Arg, Arguments},
    statements::RevocationStatements,
};

/// The columns of a revocation's key.
const KEY: usize = 3;

const NO_PLACE: AdapterError = AdapterError::Refused { what: "revocation" };

#[async_trait]
impl<D: Driver> RevocationStore for SqlAdapter<D> {
    async fn take_revocations(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Revocation>, AdapterError> {
        let revocations = self.statements.revocations.as_ref().ok_or(NO_PLACE)?;
        let mut values = vec![
            (Arg::Now, now.millis().into()),
            (Arg::Limit, i64::from(limit).into()),
            (Arg::Until, until.millis().into()),
        ];
        // Each row's own stand here when its turn comes.
        for arg in [Arg::RevocationId, Arg::Provider, Arg::Subject] {
            values.push((arg, "".into()));
        }
        let steps = [
            Step::read_all(&revocations.due, &values, About::Revocation)?,
            Step::each_row(KEY, &revocations.take, &values, About::Revocation)?,
        ];
        let rows = self.transaction(steps, About::Revocation).await?.rows;
        self.readable(rows)
    }

    async fn finish_revocation(&self, it: &Revocation) -> Result<(), AdapterError> {
        let finish = &self.statements.revocations.as_ref().ok_or(NO_PLACE)?.finish;
        let values = by_revocation(it);
        self.execute(finish, &values, About::Revocation).await?;
        Ok(())
    }

    async fn postpone_revocation(
        &self,
        it: &Revocation,
        due_at: Timestamp,
    ) -> Result<(), AdapterError> {
        let revocations = self.statements.revocations.as_ref().ok_or(NO_PLACE)?;
        let mut values = by_revocation(it);
        values.push((Arg::Until, due_at.millis().into()));
        self.execute(&revocations.postpone, &values, About::Revocation)
            .await?;
        Ok(())
    }
}

impl<D: Driver> SqlAdapter<D> {
    /// What puts tokens aside, where that is wanted and there is a table for it.
    pub(super) fn revoking(
        &self,
        tokens: TokensThen,
    ) -> Result<Option<&RevocationStatements>, AdapterError> {
        match tokens {
            TokensThen::Forget => Ok(None),
            TokensThen::Revoke => match &self.statements.revocations {
                Some(revocations) => Ok(Some(revocations)),
                None => Err(NO_PLACE),
            },
        }
    }

    pub(super) fn of_new_revocation(&self) -> Result<Arguments, AdapterError> {
        Ok(vec![
            (Arg::RevocationId, self.uuid()?.into()),
            (Arg::CreatedAt, self.clock.now().millis().into()),
        ])
    }

    /// One that no secret opens must not keep the others from being revoked. It stays where it is: an
    /// operator may still find that secret.
    fn readable(&self, rows: Vec<Row>) -> Result<Vec<Revocation>, AdapterError> {
        let form = self.token_form();
        let mut readable = Vec::new();
        for row in rows {
            match form.revocation(row) {
                Ok(revocation) => readable.push(revocation),
                Err(error @ AdapterError::Corrupt { .. }) => {
                    tracing::error!(
                        code = error.code(),
                        "tokens that are to be revoked cannot be read: add the secret that they \
                         were stored under"
                    );
                }
                Err(error) => return Err(error),
            }
        }
        Ok(readable)
    }
}

fn by_revocation(it: &Revocation) -> Arguments {
    let mut values = record::key_values(&it.account);
    values.push((Arg::RevocationId, it.id.as_str().into()));
    values
}
