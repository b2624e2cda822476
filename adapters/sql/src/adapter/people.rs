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
    driver::{Driver, Value},
    record,
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
        self.create(user, None).await
    }

    async fn create_user_with_account(
        &self,
        user: NewUser,
        account: NewAccount,
    ) -> Result<User, AdapterError> {
        self.create(user, Some(&account)).await
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
        found.map(record::account_owner).transpose()
    }

    async fn set_authority(&self, key: &AccountKey, authority: &str) -> Result<(), AdapterError> {
        let authorities = self.statements.authorities.as_ref();
        let authorities = authorities.ok_or(AdapterError::Refused { what: "authority" })?;
        let mut values = record::key_values(key);
        values.push((Arg::Authority, authority.into()));
        let changed = self
            .execute(&authorities.set, &values, About::Account)
            .await?;
        match changed {
            0 => Err(AdapterError::NotFound { what: "account" }),
            _ => Ok(()),
        }
    }

    async fn update_user(&self, id: &UserId, changes: UserChanges) -> Result<User, AdapterError> {
        self.update(id, changes).await
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
        let beside = statements.authorities.as_ref();
        let beside = beside.and_then(|it| Some(&it.beside.as_ref()?.delete_of_user));
        let states = statements.users.states.as_ref();
        let states = states.and_then(|it| it.delete.as_ref());
        let deletes = [
            &statements.sessions.delete_of_user,
            &statements.accounts.delete_of_user,
            &statements.users.delete,
        ];
        let of_others = passkeys.into_iter().chain(beside).chain(states);
        for delete in of_others.chain(deletes) {
            steps.push(Step::write(delete, &values, About::User)?);
        }
        self.transaction_of(&steps, About::User).await?;
        Ok(())
    }

    async fn link_account(&self, user: &UserId, account: NewAccount) -> Result<(), AdapterError> {
        let mut values = self.account_values(&account)?;
        values.extend(self.by_user(user));
        let statements = &self.statements;
        let mut steps = vec![
            Step::expect_user(&statements.users.by_id, &values)?,
            Step::write(&statements.accounts.create, &values, About::Account)?,
        ];
        steps.extend(self.authority_beside(&account)?);
        self.transaction_of(&steps, About::Account).await?;
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
        let beside = statements.authorities.as_ref();
        let beside = beside.and_then(|it| Some(&it.beside.as_ref()?.delete));
        let delete = &statements.accounts.delete;
        for delete in beside.into_iter().chain([delete]) {
            steps.push(Step::write(delete, &values, About::Account)?);
        }
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

    pub(super) fn by_user(&self, id: &UserId) -> Arguments {
        vec![
            (Arg::UserId, record::user_id_value(self.form, id)),
            (Arg::UserIdText, id.as_str().into()),
        ]
    }
}
