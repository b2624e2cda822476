//! This file keeps passkeys.
//!
//! The attacks it stops: two uses with one counter, of a passkey that was copied (the counter is raised
//! by one conditional statement; `of_many_uses_of_a_passkey_one_raises_the_counter`), and the last two
//! ways in taken away at the same moment (passkeys and accounts are counted behind one lock;
//! `of_an_account_and_a_passkey_taken_away_at_once_one_is_left`).

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, LastWayIn, Passkey, PasskeyStore, PasskeyUse, Unlinked},
    model::UserId,
};

use super::{
    About, SqlAdapter,
    transaction::{Came, Step},
};
use crate::{
    driver::{Driver, Fault, Row},
    record::{self, authenticators},
    schema::Passkeys,
    statement::{Arg, Arguments},
    statements::PasskeyStatements,
};

/// Web Authentication, Level 3, section 4: credential id.
pub(crate) const LONGEST_CREDENTIAL_ID: usize = 1023;

#[async_trait]
impl<D: Driver> PasskeyStore for SqlAdapter<D> {
    async fn create_passkey(&self, passkey: Passkey) -> Result<(), AdapterError> {
        let (longest, mut values) = match self.form.passkeys {
            Passkeys::Authenticators => (
                authenticators::LONGEST_ID,
                authenticators::authenticator_values(self.form, &passkey)?,
            ),
            Passkeys::Ours | Passkeys::None => (
                LONGEST_CREDENTIAL_ID,
                record::passkey_values(self.form, &passkey)?,
            ),
        };
        if !(1..=longest).contains(&passkey.credential_id.len()) {
            return Err(AdapterError::Refused { what: "passkey" });
        }
        let statements = self.of_passkeys()?;
        let mut steps = vec![Step::expect_user(&self.statements.users.by_id, &values)?];
        if let Some(account) = &statements.account {
            values.extend(self.of_new_row()?);
            let anothers = &account.anothers;
            steps.push(Step::require_none(anothers, &values, About::Passkey)?);
            steps.push(Step::write(&account.create, &values, About::Passkey)?);
        }
        let create = &statements.create;
        steps.push(Step::write(create, &values, About::Passkey)?);
        match self.permitted(&steps, About::Passkey).await? {
            Came::Done(_) => Ok(()),
            Came::Forbidden { .. } => Err(AdapterError::Conflict { what: "passkey" }),
        }
    }

    async fn passkey(&self, credential_id: &[u8]) -> Result<Option<Passkey>, AdapterError> {
        let values = self.by_id(credential_id);
        let read = &self.of_passkeys()?.read;
        let found = self.row(read, &values, About::Passkey).await?;
        found.map(|row| self.read_passkey(row)).transpose()
    }

    async fn passkeys(&self, user: &UserId) -> Result<Vec<Passkey>, AdapterError> {
        let values = vec![(Arg::UserId, record::user_id_value(self.form, user))];
        let read = &self.of_passkeys()?.of_user;
        let rows = self.rows(read, &values, About::Passkey).await?;
        rows.into_iter().map(|row| self.read_passkey(row)).collect()
    }

    async fn use_passkey(
        &self,
        credential_id: &[u8],
        it: PasskeyUse,
    ) -> Result<bool, AdapterError> {
        let mut values = self.by_id(credential_id);
        values.extend(match self.form.passkeys {
            Passkeys::Authenticators => authenticators::authenticator_use_values(it),
            Passkeys::Ours | Passkeys::None => record::passkey_use_values(it),
        });
        let statements = self.of_passkeys()?;
        let steps = [
            Step::write(&statements.raise, &values, About::Passkey)?,
            Step::read(&statements.read, &values, About::Passkey)?,
        ];
        let done = self.transaction(steps, About::Passkey).await?;
        match done.row {
            Some(_) => Ok(done.changed > 0),
            None => Err(AdapterError::NotFound { what: "passkey" }),
        }
    }

    async fn rename_passkey(
        &self,
        user: &UserId,
        credential_id: &[u8],
        name: Option<String>,
    ) -> Result<(), AdapterError> {
        let mut values = self.by_owner(user, credential_id);
        let statements = self.of_passkeys()?;
        let is_there = match &statements.rename {
            Some(rename) => {
                values.push((Arg::Name, name.into()));
                self.execute(rename, &values, About::Passkey).await? > 0
            }
            // There is no place for a name.
            None if name.is_some() => return Err(AdapterError::Refused { what: "passkey" }),
            None => {
                let found = &statements.is_of_user;
                self.row(found, &values, About::Passkey).await?.is_some()
            }
        };
        match is_there {
            false => Err(AdapterError::NotFound { what: "passkey" }),
            true => Ok(()),
        }
    }

    async fn delete_passkey(
        &self,
        user: &UserId,
        credential_id: &[u8],
        last: LastWayIn,
    ) -> Result<Unlinked, AdapterError> {
        let values = self.by_owner(user, credential_id);
        let (statements, passkeys) = (&self.statements, self.of_passkeys()?);
        let fewest = super::fewest_ways_in(last);
        let mut steps = vec![
            Step::require(&statements.users.lock, &values, About::User)?,
            Step::require(&passkeys.is_of_user, &values, About::Passkey)?,
            Step::at_least(
                fewest,
                &statements.accounts.ways_in,
                &values,
                About::Passkey,
            )?,
            Step::write(&passkeys.delete, &values, About::Passkey)?,
        ];
        if let Some(account) = &passkeys.account {
            steps.push(Step::write(&account.delete, &values, About::Passkey)?);
        }
        let came = self.permitted(&steps, About::Passkey).await?;
        Ok(super::unlinked(&came))
    }
}

impl<D: Driver> SqlAdapter<D> {
    fn of_passkeys(&self) -> Result<&PasskeyStatements, AdapterError> {
        let statements = self.statements.passkeys.as_ref();
        statements.ok_or_else(|| {
            let text = "these tables have no place for passkeys: use `Schema::authcore()`, or say with \
                        `with_authenticators` that Auth.js's table of them is there";
            AdapterError::Failed(Box::new(Fault::new(None, text)))
        })
    }

    fn by_owner(&self, user: &UserId, credential_id: &[u8]) -> Arguments {
        let mut values = self.by_id(credential_id);
        values.push((Arg::UserId, record::user_id_value(self.form, user)));
        values
    }

    fn by_id(&self, credential_id: &[u8]) -> Arguments {
        let id = match self.form.passkeys {
            Passkeys::Authenticators => authenticators::authenticator_id(credential_id),
            Passkeys::Ours | Passkeys::None => credential_id.to_vec().into(),
        };
        vec![(Arg::CredentialId, id)]
    }

    fn read_passkey(&self, row: Row) -> Result<Passkey, AdapterError> {
        match self.form.passkeys {
            Passkeys::Authenticators => authenticators::authenticator(row),
            Passkeys::Ours | Passkeys::None => record::passkey(row),
        }
    }
}
