//! This file keeps users and their accounts.

use async_trait::async_trait;
use authcore::{
    adapter::{
        AccountOwner, Adapter, AdapterError, LastWayIn, LimitStore, OnceStore, PasskeyStore,
        RevocationStore, SessionStore, TokenStore, TokensThen, Unlinked, UserDirectory,
        VerificationStore,
    },
    model::{
        Account, AccountKey, Email, NewAccount, NewUser, Secret, Timestamp, TokenSet, User,
        UserChanges, UserId,
    },
    random,
};

use super::{About, SqlAdapter, transaction::Step};
use crate::{
    at_rest::Keyring,
    driver::{Driver, Fault, Value},
    record,
    schema::NewIds,
    statement::{Arg, Arguments},
};

#[async_trait]
impl<D: Driver> Adapter for SqlAdapter<D> {
    fn use_secrets(&self, secrets: &[Secret]) {
        if self.keyring.get().is_some() {
            return;
        }
        // Without keys no token is stored, and the error that says so comes where one should be.
        if let Ok(keys) = Keyring::new(secrets) {
            self.keyring.get_or_init(|| keys);
        }
    }

    async fn create_user(&self, user: NewUser) -> Result<User, AdapterError> {
        let mut values = self.user_values(&user)?;
        let Some(id) = self.new_id().await? else {
            let create = Step::write(&self.statements.users.create, &values, About::User)?;
            return self.create_told(user, vec![create], Vec::new()).await;
        };
        values.extend(self.by_user(&id));
        self.execute(&self.statements.users.create, &values, About::User)
            .await?;
        Ok(user.with_id(id))
    }

    async fn create_user_with_account(
        &self,
        user: NewUser,
        account: NewAccount,
    ) -> Result<User, AdapterError> {
        let statements = &self.statements;
        let mut user_values = self.user_values(&user)?;
        let mut account_values = self.account_values(&account)?;
        let id = self.new_id().await?;
        if let Some(id) = &id {
            user_values.extend(self.by_user(id));
            account_values.extend(self.by_user(id));
        }
        let create = Step::write(&statements.users.create, &user_values, About::User)?;
        let link = |statement| Step::write(statement, &account_values, About::Account);
        match (id, &statements.accounts.create_of_told) {
            (Some(id), _) => {
                let steps = [create, link(&statements.accounts.create)?];
                self.transaction(steps, About::Account).await?;
                Ok(user.with_id(id))
            }
            (None, Some(link_told)) => {
                let link = link(link_told)?;
                self.create_told(user, vec![create], vec![link]).await
            }
            (None, None) => Err(no_id()),
        }
    }

    async fn user(&self, id: &UserId) -> Result<Option<User>, AdapterError> {
        let found = self
            .row(&self.statements.users.by_id, &self.by_user(id), About::User)
            .await?;
        found.map(record::user).transpose()
    }

    async fn user_by_email(&self, email: &Email) -> Result<Option<User>, AdapterError> {
        let values = vec![(Arg::Email, record::email_value(Some(email)))];
        let found = self
            .row(&self.statements.users.by_email, &values, About::User)
            .await?;
        found.map(record::user).transpose()
    }

    async fn account_owner(&self, key: &AccountKey) -> Result<Option<AccountOwner>, AdapterError> {
        let values = record::key_values(key);
        let found = self
            .row(&self.statements.users.by_account, &values, About::User)
            .await?;
        let user = found.map(record::user).transpose()?;
        Ok(user.map(|user| AccountOwner::new(user, None)))
    }

    async fn set_authority(&self, _: &AccountKey, _: &str) -> Result<(), AdapterError> {
        Err(AdapterError::Refused { what: "authority" })
    }

    async fn update_user(&self, id: &UserId, changes: UserChanges) -> Result<User, AdapterError> {
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
            (Arg::SetImage, Arg::Image, changes.image.map(Value::from)),
            (Arg::SetUserExtra, Arg::UserExtra, extra),
        ] {
            values.push((whether, i64::from(value.is_some()).into()));
            // What is not to be set keeps its kind all the same.
            values.push((arg, value.unwrap_or_else(|| nothing(arg))));
        }
        let statements = &self.statements;
        let steps = [
            Step::write(&statements.users.update, &values, About::User)?,
            Step::read(&statements.users.by_id, &values, About::User)?,
        ];
        let row = self.transaction(steps, About::User).await?.row;
        record::user(row.ok_or(AdapterError::NotFound { what: "user" })?)
    }

    async fn delete_user(&self, id: &UserId, tokens: TokensThen) -> Result<(), AdapterError> {
        let mut values = self.by_user(id);
        let statements = &self.statements;
        let mut steps = Vec::new();
        if let Some(revocations) = self.revoking(tokens)? {
            values.extend(self.of_new_revocation()?);
            // No account is added between this and the end of those that there are.
            steps.push(Step::read(&statements.users.lock, &values, About::User)?);
            let of_user = &revocations.of_user;
            steps.push(Step::write(of_user, &values, About::Revocation)?);
        }
        // Our own tables cascade; Auth.js's may lack the foreign keys.
        let passkeys = statements.passkeys.as_ref();
        let passkeys = passkeys.and_then(|it| Some(&it.account.as_ref()?.delete_of_user));
        let deletes = [
            &statements.sessions.delete_of_user,
            &statements.accounts.delete_of_user,
            &statements.users.delete,
        ];
        for delete in passkeys.into_iter().chain(deletes) {
            steps.push(Step::write(delete, &values, About::User)?);
        }
        self.transaction_of(&steps, About::User).await?;
        Ok(())
    }

    async fn link_account(&self, user: &UserId, account: NewAccount) -> Result<(), AdapterError> {
        let mut values = self.account_values(&account)?;
        values.extend(self.by_user(user));
        let statements = &self.statements;
        let steps = [
            Step::expect_user(&statements.users.by_id, &values)?,
            Step::write(&statements.accounts.create, &values, About::Account)?,
        ];
        self.transaction(steps, About::Account).await?;
        Ok(())
    }

    async fn update_tokens(&self, key: &AccountKey, tokens: TokenSet) -> Result<(), AdapterError> {
        let mut values = record::key_values(key);
        values.push(self.written_at());
        values.extend(self.token_form().values(key, &tokens)?);
        let changed = self
            .execute(
                &self.statements.accounts.update_tokens,
                &values,
                About::Account,
            )
            .await?;
        match changed {
            0 => Err(AdapterError::NotFound { what: "account" }),
            _ => Ok(()),
        }
    }

    async fn unlink_account(
        &self,
        user: &UserId,
        key: &AccountKey,
        last: LastWayIn,
        tokens: TokensThen,
    ) -> Result<Unlinked, AdapterError> {
        let mut values = self.by_user(user);
        values.extend(record::key_values(key));
        let statements = &self.statements;
        let fewest = super::fewest_ways_in(last);
        let mut steps = vec![
            Step::require(&statements.users.lock, &values, About::User)?,
            Step::require(&statements.accounts.is_of_user, &values, About::Account)?,
            Step::at_least(
                fewest,
                &statements.accounts.ways_in,
                &values,
                About::Account,
            )?,
        ];
        if let Some(revocations) = self.revoking(tokens)? {
            values.extend(self.of_new_revocation()?);
            let of_account = &revocations.of_account;
            steps.push(Step::write(of_account, &values, About::Revocation)?);
        }
        let delete = &statements.accounts.delete;
        steps.push(Step::write(delete, &values, About::Account)?);
        let came = self.permitted(&steps, About::Account).await?;
        Ok(super::unlinked(&came))
    }

    async fn accounts(&self, user: &UserId) -> Result<Vec<Account>, AdapterError> {
        let rows = self
            .rows(
                &self.statements.accounts.of_user,
                &self.by_user(user),
                About::Account,
            )
            .await?;
        let form = self.token_form();
        rows.into_iter().map(|row| form.account(row)).collect()
    }

    fn sessions(&self) -> Option<&dyn SessionStore> {
        Some(self)
    }

    fn once(&self) -> Option<&dyn OnceStore> {
        Some(self)
    }

    fn verifications(&self) -> Option<&dyn VerificationStore> {
        Some(self)
    }

    fn passkeys(&self) -> Option<&dyn PasskeyStore> {
        self.statements.passkeys.as_ref().map(|_| self as _)
    }

    fn limits(&self) -> Option<&dyn LimitStore> {
        self.statements.limits.as_ref().map(|_| self as _)
    }

    fn tokens(&self) -> Option<&dyn TokenStore> {
        self.statements.leases.as_ref().map(|_| self as _)
    }

    fn revocations(&self) -> Option<&dyn RevocationStore> {
        self.statements.revocations.as_ref().map(|_| self as _)
    }

    fn directory(&self) -> Option<&dyn UserDirectory> {
        Some(self)
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, AdapterError> {
        self.remove_ended(now, limit).await
    }
}

impl<D: Driver> SqlAdapter<D> {
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

    /// Stores a user whom the database counts, with what follows on them, and asks for the number.
    async fn create_told(
        &self,
        user: NewUser,
        mut steps: Vec<Step>,
        after: Vec<Step>,
    ) -> Result<User, AdapterError> {
        let told_id = self.statements.users.told_id.as_ref().ok_or_else(no_id)?;
        // Before anything else is stored: the database tells of the last row only.
        steps.push(Step::read(told_id, &Vec::new(), About::User)?);
        steps.extend(after);
        let row = self.transaction_of(&steps, About::Account).await?.row;
        let number = row.and_then(record::number).ok_or_else(no_id)?;
        Ok(user.with_id(UserId::new(number.to_string())))
    }

    pub(super) fn uuid(&self) -> Result<String, AdapterError> {
        random::uuid_at(self.clock.now())
            .map(|id| id.to_string())
            .map_err(|error| AdapterError::Failed(Box::new(error)))
    }

    /// When a row is written, for tables that say so.
    pub(super) fn written_at(&self) -> (Arg, Value) {
        (Arg::WrittenAt, self.clock.now().millis().into())
    }

    /// What every row of an account or a session has in Prisma's tables.
    pub(super) fn of_new_row(&self) -> Result<Arguments, AdapterError> {
        let mut values = vec![self.written_at()];
        if self.schema.prisma_columns().row_id.is_some() {
            values.push((Arg::RowId, self.uuid()?.into()));
        }
        Ok(values)
    }

    fn user_values(&self, user: &NewUser) -> Result<Arguments, AdapterError> {
        let mut values = record::user_values(self.form, user)?;
        values.push(self.written_at());
        Ok(values)
    }

    pub(super) fn by_user(&self, id: &UserId) -> Arguments {
        vec![(Arg::UserId, record::user_id_value(self.form, id))]
    }

    fn account_values(&self, account: &NewAccount) -> Result<Arguments, AdapterError> {
        let mut values = self.of_new_row()?;
        values.extend(record::key_values(&account.key));
        values.push((Arg::Kind, account.kind.as_str().into()));
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
        Arg::EmailVerified => Value::Int(None),
        _ => Value::Text(None),
    }
}
