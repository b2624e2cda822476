//! Stores users, and changes them.
//!
//! In a table of Auth.js's or of the application's own, an unverified address stands in the unique column of
//! addresses, and only while no other user has it there. A user for whom the address is verified takes the
//! column over in the same transaction
//! (`a_verified_address_is_taken_over_from_who_has_it_unverified`).

use authcore::{
    adapter::AdapterError,
    model::{NewAccount, NewUser, User, UserChanges, UserId},
};

use super::{About, SqlAdapter, transaction::Step};
use crate::{
    driver::{Driver, Fault, Value},
    record,
    schema::{Kept, NewIds, Unverified},
    statement::{Arg, Arguments},
};

impl<D: Driver> SqlAdapter<D> {
    /// Stores a user, perhaps with their first account.
    pub(super) async fn create(
        &self,
        user: NewUser,
        account: Option<&NewAccount>,
    ) -> Result<User, AdapterError> {
        let user = user.with_addresses_apart();
        let shares = self.form.unverified == Unverified::Shared && user.unverified_email.is_some();
        // What has no place is left out, and not remembered as if it were there.
        let left_out = |user: NewUser| NewUser {
            unverified_email: None,
            ..user
        };
        if !shares {
            return self.create_once(user, account).await;
        }
        if user.email.is_some() {
            return self.create_once(left_out(user), account).await;
        }
        match self.create_once(user.clone(), account).await {
            // Another user has the address, verified or not.
            Err(AdapterError::Conflict { what: "email" }) => {
                self.create_once(left_out(user), account).await
            }
            answer => answer,
        }
    }

    async fn create_once(
        &self,
        user: NewUser,
        account: Option<&NewAccount>,
    ) -> Result<User, AdapterError> {
        let statements = &self.statements;
        let mut user_values = self.user_values(&user)?;
        let mut account_values = account.map_or(Ok(Vec::new()), |it| self.account_values(it))?;
        let id = self.new_id().await?;
        if let Some(id) = &id {
            user_values.extend(self.by_user(id));
            account_values.extend(self.by_user(id));
        }
        let mut steps = self.release(user.email.is_some(), &user_values)?;
        let users = &statements.users;
        steps.push(Step::write(&users.create, &user_values, About::User)?);
        let Some(id) = id else {
            let told_id = users.told_id.as_ref().ok_or_else(no_id)?;
            // Before anything else is stored: the database tells of the last row only.
            steps.push(Step::read(told_id, &Vec::new(), About::User)?);
            if let Some(account) = account {
                let link = statements.accounts.create_of_told.as_ref();
                let link = link.ok_or_else(no_id)?;
                steps.push(Step::write(link, &account_values, About::Account)?);
                steps.extend(self.authority_beside(account)?);
            }
            let row = self.transaction_of(&steps, About::Account).await?.row;
            let number = row.and_then(record::number).ok_or_else(no_id)?;
            return Ok(user.with_id(UserId::new(number.to_string())));
        };
        match account {
            None if steps.len() == 1 => {
                self.execute(&users.create, &user_values, About::User)
                    .await?;
            }
            None => {
                self.transaction_of(&steps, About::User).await?;
            }
            Some(account) => {
                let link = &statements.accounts.create;
                steps.push(Step::write(link, &account_values, About::Account)?);
                steps.extend(self.authority_beside(account)?);
                self.transaction_of(&steps, About::Account).await?;
            }
        }
        Ok(user.with_id(id))
    }

    /// Changes a user.
    pub(super) async fn update(
        &self,
        id: &UserId,
        changes: UserChanges,
    ) -> Result<User, AdapterError> {
        let changes = changes.with_addresses_apart();
        let has_verified = matches!(changes.email, Some(Some(_)));
        let has_unverified = matches!(changes.unverified_email, Some(Some(_)));
        let shares = self.form.unverified == Unverified::Shared && has_unverified && !has_verified;
        match self.update_once(id, changes.clone()).await {
            Err(AdapterError::Conflict { what: "email" }) if shares => {
                let changes = UserChanges {
                    unverified_email: Some(None),
                    ..changes
                };
                self.update_once(id, changes).await
            }
            answer => answer,
        }
    }

    async fn update_once(&self, id: &UserId, changes: UserChanges) -> Result<User, AdapterError> {
        let changes_state = changes.disabled_at.is_some() || changes.sessions_valid_from.is_some();
        if changes_state && self.form.states == Kept::Nowhere {
            return Err(AdapterError::Refused { what: "user" });
        }
        let is_verified = matches!(changes.email, Some(Some(_)))
            && matches!(changes.email_verified, Some(Some(_)));
        let mut values = self.by_user(id);
        values.push(self.written_at());
        let extra = changes
            .extra
            .map(|extra| record::extra_value(self.form, &extra))
            .transpose()?;
        for (whether, arg, value) in [
            (Arg::SetName, Arg::Name, changes.name.map(Value::from)),
            (
                Arg::SetEmail,
                Arg::Email,
                changes.email.map(|it| record::email_value(it.as_ref())),
            ),
            (
                Arg::SetEmailVerified,
                Arg::EmailVerified,
                changes.email_verified.map(record::time_value),
            ),
            (
                Arg::SetUnverifiedEmail,
                Arg::UnverifiedEmail,
                changes
                    .unverified_email
                    .map(|it| record::email_value(it.as_ref())),
            ),
            (Arg::SetImage, Arg::Image, changes.image.map(Value::from)),
            (Arg::SetUserExtra, Arg::UserExtra, extra),
            (
                Arg::SetDisabledAt,
                Arg::DisabledAt,
                changes.disabled_at.map(record::time_value),
            ),
            (
                Arg::SetValidFrom,
                Arg::ValidFrom,
                changes.sessions_valid_from.map(record::time_value),
            ),
        ] {
            values.push((whether, i64::from(value.is_some()).into()));
            // What is not to be set keeps its kind all the same.
            values.push((arg, value.unwrap_or_else(|| nothing(arg))));
        }
        let users = &self.statements.users;
        let mut steps = self.release(is_verified, &values)?;
        steps.push(Step::write(&users.update, &values, About::User)?);
        if let Some(states) = users.states.as_ref().filter(|_| changes_state) {
            steps.push(Step::expect_user(&users.by_id, &values)?);
            steps.push(Step::write(&states.keep, &values, About::User)?);
        }
        steps.push(Step::read(&users.by_id, &values, About::User)?);
        let row = self.transaction_of(&steps, About::User).await?.row;
        record::user(row.ok_or(AdapterError::NotFound { what: "user" })?)
    }

    /// Takes a verified address from whoever has it unverified, where both would share the column.
    fn release(&self, is_verified: bool, values: &Arguments) -> Result<Vec<Step>, AdapterError> {
        let release = self.statements.users.release.as_ref();
        let release = release.filter(|_| is_verified);
        release
            .map(|release| Step::write(release, values, About::User))
            .into_iter()
            .collect()
    }

    /// Notes who gave out the subject of a new account, where that stands beside it. What may be left of
    /// another account of this key is gone.
    pub(super) fn authority_beside(&self, account: &NewAccount) -> Result<Vec<Step>, AdapterError> {
        let Some(authorities) = &self.statements.authorities else {
            return Ok(Vec::new());
        };
        let Some(beside) = &authorities.beside else {
            return Ok(Vec::new());
        };
        let mut values = record::key_values(&account.key);
        let delete = Step::write(&beside.delete, &values, About::Account)?;
        let Some(authority) = &account.authority else {
            return Ok(vec![delete]);
        };
        values.push((Arg::Authority, authority.as_str().into()));
        let set = Step::write(&authorities.set, &values, About::Account)?;
        Ok(vec![delete, set])
    }

    /// An id for a new user; none where the database makes it while the user is stored.
    async fn new_id(&self) -> Result<Option<UserId>, AdapterError> {
        match (self.form.new_ids, &self.statements.users.next_id) {
            (NewIds::Made, _) => Ok(Some(UserId::new(self.uuid()?))),
            (NewIds::Told, _) => Ok(None),
            (NewIds::Asked, Some(next)) => {
                let row = self.row(next, &Vec::new(), About::User).await?;
                let number = row.and_then(record::number).ok_or_else(no_id)?;
                Ok(Some(UserId::new(number.to_string())))
            }
            (NewIds::Asked, None) => Err(no_id()),
        }
    }

    fn user_values(&self, user: &NewUser) -> Result<Arguments, AdapterError> {
        let mut values = record::user_values(self.form, user)?;
        values.push(self.written_at());
        Ok(values)
    }

    pub(super) fn account_values(&self, account: &NewAccount) -> Result<Arguments, AdapterError> {
        let mut values = self.of_new_row()?;
        values.extend(record::key_values(&account.key));
        values.push((Arg::Kind, account.kind.as_str().into()));
        values.push((Arg::Authority, account.authority.clone().into()));
        values.extend(self.token_form().values(&account.key, &account.tokens)?);
        Ok(values)
    }
}

fn no_id() -> AdapterError {
    AdapterError::Failed(Box::new(Fault::new(
        None,
        "the ids of the table of users are not counted by the database: these are not the tables of \
         @auth/pg-adapter, nor what `UserTable::id` says",
    )))
}

fn nothing(arg: Arg) -> Value {
    match arg {
        Arg::EmailVerified | Arg::DisabledAt | Arg::ValidFrom => Value::Int(None),
        _ => Value::Text(None),
    }
}
