//! This file breaks what is stored of users and accounts.

use async_trait::async_trait;
use authcore::{
    adapter::{
        AccountOwner, Adapter, AdapterError, LastWayIn, LimitStore, OnceStore, PasskeyStore,
        RevocationStore, SessionStore, TokenStore, TokensThen, Unlinked, UserDirectory, UserQuery,
        VerificationStore,
    },
    model::{
        Account, AccountKey, Email, NewAccount, NewUser, Timestamp, TokenSet, User, UserChanges,
        UserId,
    },
};

use super::{BrokenAdapter, Fault, cut_at_zero};

#[async_trait]
impl Adapter for BrokenAdapter {
    async fn create_user(&self, user: NewUser) -> Result<User, AdapterError> {
        self.sound.create_user(self.person(user)?).await
    }

    async fn create_user_with_account(
        &self,
        user: NewUser,
        account: NewAccount,
    ) -> Result<User, AdapterError> {
        let (user, account) = (self.person(user)?, self.account(account));
        if self.fault == Fault::LeavesHalf {
            let user = self.sound.create_user(user).await?;
            self.sound.link_account(&user.id, account).await?;
            return Ok(user);
        }
        self.sound.create_user_with_account(user, account).await
    }

    async fn user(&self, id: &UserId) -> Result<Option<User>, AdapterError> {
        self.sound.user(id).await
    }

    async fn user_by_email(&self, email: &Email) -> Result<Option<User>, AdapterError> {
        if self.fault == Fault::FindsUnverified {
            let all = self.sound.directory().unwrap();
            let all = all.users(&UserQuery::first(100)).await?;
            let theirs = |user: &User| user.unverified_email.as_ref() == Some(email);
            if let Some(user) = all.into_iter().find(theirs) {
                return Ok(Some(user));
            }
        }
        self.sound.user_by_email(email).await
    }

    async fn account_owner(&self, key: &AccountKey) -> Result<Option<AccountOwner>, AdapterError> {
        self.sound.account_owner(&self.key(key)).await
    }

    async fn set_authority(&self, key: &AccountKey, authority: &str) -> Result<(), AdapterError> {
        let key = self.key(key);
        let owner = self.sound.account_owner(&key).await?;
        if self.fault == Fault::KeepsAuthorities && owner.is_some_and(|it| it.authority.is_some()) {
            return Ok(());
        }
        self.sound.set_authority(&key, authority).await
    }

    async fn update_user(
        &self,
        id: &UserId,
        mut changes: UserChanges,
    ) -> Result<User, AdapterError> {
        if self.fault == Fault::LetsTheLockedIn {
            changes.disabled_at = None;
        }
        if self.fault == Fault::CutsAtZero {
            changes.name = changes.name.map(|it| it.map(cut_at_zero));
            changes.image = changes.image.map(|it| it.map(cut_at_zero));
        }
        if self.fault == Fault::CannotEmpty {
            changes.name = changes.name.filter(Option::is_some);
            changes.image = changes.image.filter(Option::is_some);
        }
        if self.fault == Fault::LosesUpdates {
            let read = self.sound.user(id).await?;
            self.let_others_go_first().await;
            if let Some(read) = read {
                changes.name = changes.name.or(Some(read.name));
                changes.email = changes.email.or(Some(read.email));
                changes.email_verified = changes.email_verified.or(Some(read.email_verified));
                changes.image = changes.image.or(Some(read.image));
            }
        }
        self.sound.update_user(id, changes).await
    }

    async fn delete_user(&self, id: &UserId, tokens: TokensThen) -> Result<(), AdapterError> {
        match self.fault {
            Fault::LeavesSessions => {
                for account in self.sound.accounts(id).await? {
                    self.take_away(id, &account.key).await?;
                }
                Ok(())
            }
            Fault::MissesTheMissing if self.sound.user(id).await?.is_none() => {
                Err(AdapterError::NotFound { what: "user" })
            }
            _ => self.sound.delete_user(id, self.then(tokens)).await,
        }
    }

    async fn link_account(&self, user: &UserId, account: NewAccount) -> Result<(), AdapterError> {
        let account = self.account(account);
        if self.fault == Fault::LetsAccountsMove
            && let Some(owner) = self
                .sound
                .account_owner(&account.key)
                .await?
                .map(|it| it.user)
        {
            self.take_away(&owner.id, &account.key).await?;
        }
        match self.sound.link_account(user, account).await {
            Err(AdapterError::Conflict { .. }) if self.fault == Fault::SwallowsConflicts => Ok(()),
            linked => linked,
        }
    }

    async fn update_tokens(&self, key: &AccountKey, tokens: TokenSet) -> Result<(), AdapterError> {
        let mut tokens = self.tokens(tokens);
        if self.fault == Fault::KeepsOldTokens
            && let Some(user) = self.sound.account_owner(key).await?.map(|it| it.user)
        {
            let accounts = self.sound.accounts(&user.id).await?;
            let old = accounts.into_iter().find(|account| account.key == *key);
            let old = old.map(|account| account.tokens.refresh_token);
            tokens.refresh_token = tokens.refresh_token.or(old.flatten());
        }
        self.sound.update_tokens(&self.key(key), tokens).await
    }

    async fn unlink_account(
        &self,
        user: &UserId,
        key: &AccountKey,
        last: LastWayIn,
        tokens: TokensThen,
    ) -> Result<Unlinked, AdapterError> {
        let (key, tokens) = (self.key(key), self.then(tokens));
        if self.fault == Fault::CountsThenUnlinks && last == LastWayIn::Keep {
            if self.ways_in(user).await? < 2 {
                return Ok(Unlinked::LastWayIn);
            }
            self.let_others_go_first().await;
            let last = LastWayIn::Remove;
            return self.sound.unlink_account(user, &key, last, tokens).await;
        }
        self.sound.unlink_account(user, &key, last, tokens).await
    }

    async fn accounts(&self, user: &UserId) -> Result<Vec<Account>, AdapterError> {
        self.sound.accounts(user).await
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
        Some(self)
    }

    fn tokens(&self) -> Option<&dyn TokenStore> {
        Some(self)
    }

    fn revocations(&self) -> Option<&dyn RevocationStore> {
        Some(self)
    }

    fn directory(&self) -> Option<&dyn UserDirectory> {
        Some(self)
    }

    fn limits(&self) -> Option<&dyn LimitStore> {
        Some(self)
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, AdapterError> {
        let limit = match self.fault {
            Fault::IgnoresLimit => u32::MAX,
            _ => limit,
        };
        self.sound.remove_expired(now, limit).await
    }
}
