//! This file keeps verification tokens.
//!
//! The attack it stops: one link used twice at the same moment. Two may have read the row; only who
//! removed it is told that it proves anything (`of_many_takers_of_a_verification_one_wins`).

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, VerificationStore},
    model::Timestamp,
};

use super::{About, SqlAdapter, transaction::Step};
use crate::{
    driver::Driver,
    record,
    schema::Layout,
    statement::{Arg, Arguments},
};

#[async_trait]
impl<D: Driver> VerificationStore for SqlAdapter<D> {
    async fn create_verification(
        &self,
        identifier: &str,
        token: &str,
        expires_at: Timestamp,
    ) -> Result<(), AdapterError> {
        if self.is_reserved(identifier) {
            return Err(AdapterError::Refused {
                what: "verification",
            });
        }
        let mut values = self.by_verification(identifier, token);
        values.push((Arg::ExpiresAt, expires_at.millis().into()));
        let create = &self.statements.verifications.create;
        self.execute(create, &values, About::Verification).await?;
        Ok(())
    }

    async fn take_verification(
        &self,
        identifier: &str,
        token: &str,
        now: Timestamp,
    ) -> Result<bool, AdapterError> {
        if self.is_reserved(identifier) {
            return Ok(false);
        }
        let values = self.by_verification(identifier, token);
        let statements = &self.statements.verifications;
        let steps = [
            Step::read(&statements.read, &values, About::Verification)?,
            Step::write(&statements.delete, &values, About::Verification)?,
        ];
        let done = self.transaction(steps, About::Verification).await?;
        let end = done.row.and_then(record::number);
        Ok(done.changed > 0 && end.is_some_and(|end| now.millis() < end))
    }

    async fn delete_verifications(&self, identifier: &str) -> Result<u64, AdapterError> {
        if self.is_reserved(identifier) {
            return Ok(0);
        }
        let values = vec![(Arg::Identifier, identifier.into())];
        let delete = &self.statements.verifications.delete_all;
        self.execute(delete, &values, About::Verification).await
    }
}

impl<D: Driver> SqlAdapter<D> {
    /// Whether an identifier is none of a person's: Auth.js's table holds what was used once as well.
    fn is_reserved(&self, identifier: &str) -> bool {
        self.layout() == Layout::Authjs && identifier.starts_with(record::ONCE)
    }

    fn by_verification(&self, identifier: &str, token: &str) -> Arguments {
        vec![
            (Arg::Identifier, identifier.into()),
            (Arg::Verification, record::token_value(self.layout(), token)),
        ]
    }
}
