//! This file keeps users, accounts, sessions and what is used once in memory, for tests; the files of its
//! folder keep the rest. It passes the conformance suite, and the deliberately broken adapters that must
//! fail it are made of it.

mod directory;
mod leases;
mod limits;
mod passkeys;
mod revocations;
mod verifications;

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use authcore::{
    adapter::{
        AccountOwner, Adapter, AdapterError, Hits, LastWayIn, LimitStore, Once, OnceStore, Passkey,
        PasskeyStore, RevocationStore, SessionId, SessionStore, StoredSession, TokenStore,
        TokensThen, Unlinked, UserDirectory, VerificationStore,
    },
    clock::{Clock, SystemClock},
    model::{
        Account, AccountKey, Email, NewAccount, NewUser, Timestamp, TokenSet, TokenState, User,
        UserChanges, UserId,
    },
    provider::ProviderKind,
    random,
};
use sha2::{Digest, Sha256};

use leases::Leased;
use revocations::Waiting;

/// An adapter that forgets everything when it is dropped.
#[derive(Default)]
pub struct MemoryAdapter(Mutex<Contents>);

#[derive(Default)]
struct Contents {
    users: BTreeMap<UserId, User>,
    accounts: BTreeMap<AccountKey, Account>,
    sessions: HashMap<[u8; 32], StoredSession>,
    used: HashMap<(Once, String), Timestamp>,
    verifications: HashMap<(String, [u8; 32]), Timestamp>,
    passkeys: BTreeMap<Vec<u8>, Passkey>,
    limits: HashMap<[u8; 32], Hits>,
    leases: HashMap<AccountKey, Leased>,
    revocations: Vec<Waiting>,
}

impl MemoryAdapter {
    /// An adapter without any user.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contents {
    fn check_email(&self, email: Option<&Email>, own: Option<&UserId>) -> Result<(), AdapterError> {
        let taken = email.is_some()
            && self
                .users
                .values()
                .any(|user| user.email.as_ref() == email && Some(&user.id) != own);
        if taken {
            return Err(AdapterError::Conflict { what: "email" });
        }
        Ok(())
    }

    fn check_account(&self, key: &AccountKey) -> Result<(), AdapterError> {
        if self.accounts.contains_key(key) {
            return Err(AdapterError::Conflict { what: "account" });
        }
        Ok(())
    }

    fn insert_user(&mut self, user: NewUser) -> Result<User, AdapterError> {
        no_zero([&user.name, &user.image], "user")?;
        let id = random::uuid_at(SystemClock.now())
            .map_err(|error| AdapterError::Failed(Box::new(error)))?;
        let user = user.with_id(UserId::new(id.to_string()));
        self.users.insert(user.id.clone(), user.clone());
        Ok(user)
    }

    /// How many ways in a user has. The accounts that passkeys are known by are none besides them.
    fn ways_in(&self, user: &UserId) -> usize {
        let accounts = self.accounts.values().filter(|it| it.user_id == *user);
        let is_of_a_passkey = |it: &&Account| it.kind == ProviderKind::WebAuthn;
        let (known_by, others): (Vec<_>, Vec<_>) = accounts.partition(is_of_a_passkey);
        let passkeys = self.passkeys.values().filter(|it| it.user_id == *user);
        others.len()
            + match passkeys.count() {
                0 => known_by.len(),
                passkeys => passkeys,
            }
    }

    fn insert_account(&mut self, user_id: UserId, account: NewAccount) {
        let stored = Account {
            user_id,
            key: account.key.clone(),
            kind: account.kind,
            tokens: account.tokens,
            token_state: TokenState::Readable,
            authority: account.authority,
        };
        self.accounts.insert(account.key, stored);
    }

    fn remove_accounts(
        &mut self,
        tokens: TokensThen,
        which: impl Fn(&Account) -> bool,
    ) -> Result<(), AdapterError> {
        let accounts = self.accounts.values().filter(|account| which(account));
        let gone: Vec<_> = accounts.cloned().collect();
        if tokens == TokensThen::Revoke {
            self.put_aside(&gone)?;
        }
        for account in gone {
            self.accounts.remove(&account.key);
            self.leases.remove(&account.key);
        }
        Ok(())
    }
}

#[async_trait]
impl Adapter for MemoryAdapter {
    async fn create_user(&self, user: NewUser) -> Result<User, AdapterError> {
        let user = user.with_addresses_apart();
        let mut contents = self.contents();
        contents.check_email(user.email.as_ref(), None)?;
        contents.insert_user(user)
    }

    async fn create_user_with_account(
        &self,
        user: NewUser,
        account: NewAccount,
    ) -> Result<User, AdapterError> {
        let user = user.with_addresses_apart();
        no_zero_in_tokens(&account.tokens)?;
        let mut contents = self.contents();
        contents.check_email(user.email.as_ref(), None)?;
        contents.check_account(&account.key)?;
        let user = contents.insert_user(user)?;
        contents.insert_account(user.id.clone(), account);
        Ok(user)
    }

    async fn user(&self, id: &UserId) -> Result<Option<User>, AdapterError> {
        Ok(self.contents().users.get(id).cloned())
    }

    async fn user_by_email(&self, email: &Email) -> Result<Option<User>, AdapterError> {
        let contents = self.contents();
        let mut users = contents.users.values();
        Ok(users
            .find(|user| user.email.as_ref() == Some(email))
            .cloned())
    }

    async fn account_owner(&self, key: &AccountKey) -> Result<Option<AccountOwner>, AdapterError> {
        let contents = self.contents();
        Ok(contents.accounts.get(key).and_then(|account| {
            let user = contents.users.get(&account.user_id)?.clone();
            Some(AccountOwner::new(user, account.authority.clone()))
        }))
    }

    async fn set_authority(&self, key: &AccountKey, authority: &str) -> Result<(), AdapterError> {
        let mut contents = self.contents();
        let account = contents.accounts.get_mut(key);
        let account = account.ok_or(AdapterError::NotFound { what: "account" })?;
        account.authority = Some(authority.to_owned());
        Ok(())
    }

    async fn update_user(&self, id: &UserId, changes: UserChanges) -> Result<User, AdapterError> {
        let changes = changes.with_addresses_apart();
        let texts = [&changes.name, &changes.image].map(|it| it.clone().flatten());
        no_zero(texts.each_ref(), "user")?;
        let mut contents = self.contents();
        if let Some(email) = &changes.email {
            contents.check_email(email.as_ref(), Some(id))?;
        }
        let user = contents
            .users
            .get_mut(id)
            .ok_or(AdapterError::NotFound { what: "user" })?;
        user.name = changes.name.unwrap_or_else(|| user.name.clone());
        user.email = changes.email.unwrap_or_else(|| user.email.clone());
        user.email_verified = changes.email_verified.unwrap_or(user.email_verified);
        let unverified = changes.unverified_email;
        user.unverified_email = unverified.unwrap_or_else(|| user.unverified_email.clone());
        user.image = changes.image.unwrap_or_else(|| user.image.clone());
        user.disabled_at = changes.disabled_at.unwrap_or(user.disabled_at);
        let valid_from = changes.sessions_valid_from;
        user.sessions_valid_from = valid_from.unwrap_or(user.sessions_valid_from);
        user.extra = changes.extra.unwrap_or_else(|| user.extra.clone());
        *user = user.clone().with_addresses_apart();
        Ok(user.clone())
    }

    async fn delete_user(&self, id: &UserId, tokens: TokensThen) -> Result<(), AdapterError> {
        let mut contents = self.contents();
        contents.remove_accounts(tokens, |account| account.user_id == *id)?;
        contents.users.remove(id);
        contents
            .sessions
            .retain(|_, session| session.user_id != *id);
        contents
            .passkeys
            .retain(|_, passkey| passkey.user_id != *id);
        Ok(())
    }

    async fn link_account(&self, user: &UserId, account: NewAccount) -> Result<(), AdapterError> {
        no_zero_in_tokens(&account.tokens)?;
        let mut contents = self.contents();
        if !contents.users.contains_key(user) {
            return Err(AdapterError::NotFound { what: "user" });
        }
        contents.check_account(&account.key)?;
        contents.insert_account(user.clone(), account);
        Ok(())
    }

    async fn update_tokens(&self, key: &AccountKey, tokens: TokenSet) -> Result<(), AdapterError> {
        no_zero_in_tokens(&tokens)?;
        let mut contents = self.contents();
        let account = contents
            .accounts
            .get_mut(key)
            .ok_or(AdapterError::NotFound { what: "account" })?;
        account.tokens = tokens;
        contents.leases.entry(key.clone()).or_default().end();
        Ok(())
    }

    async fn unlink_account(
        &self,
        user: &UserId,
        key: &AccountKey,
        last: LastWayIn,
        tokens: TokensThen,
    ) -> Result<Unlinked, AdapterError> {
        let mut contents = self.contents();
        let of_user = |account: &&Account| account.user_id == *user;
        if contents.accounts.get(key).filter(of_user).is_none() {
            return Ok(Unlinked::NotTheirs);
        }
        if last == LastWayIn::Keep && contents.ways_in(user) < 2 {
            return Ok(Unlinked::LastWayIn);
        }
        contents.remove_accounts(tokens, |account| account.key == *key)?;
        Ok(Unlinked::Done)
    }

    async fn accounts(&self, user: &UserId) -> Result<Vec<Account>, AdapterError> {
        let contents = self.contents();
        let accounts = contents.accounts.values();
        Ok(accounts
            .filter(|account| account.user_id == *user)
            .cloned()
            .collect())
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

    fn tokens(&self) -> Option<&dyn TokenStore> {
        Some(self)
    }

    fn revocations(&self) -> Option<&dyn RevocationStore> {
        Some(self)
    }

    fn directory(&self) -> Option<&dyn UserDirectory> {
        Some(self)
    }

    fn passkeys(&self) -> Option<&dyn PasskeyStore> {
        Some(self)
    }

    fn limits(&self) -> Option<&dyn LimitStore> {
        Some(self)
    }

    async fn remove_expired(&self, now: Timestamp, limit: u32) -> Result<u64, AdapterError> {
        let contents = &mut *self.contents();
        let limit = limit as usize;
        let sessions = &mut contents.sessions;
        Ok(remove_ended(sessions, now, limit, |it| it.expires_at)
            + remove_ended(&mut contents.used, now, limit, |at| *at)
            + remove_ended(&mut contents.verifications, now, limit, |at| *at)
            + remove_ended(&mut contents.limits, now, limit, |it| it.ends_at))
    }
}

/// Removes at most so many that ended before now, and says how many.
fn remove_ended<K: Clone + Eq + Hash, V>(
    rows: &mut HashMap<K, V>,
    now: Timestamp,
    limit: usize,
    end: impl Fn(&V) -> Timestamp,
) -> u64 {
    let ended = rows.iter().filter(|(_, row)| end(row) < now);
    let ended: Vec<_> = ended.map(|(key, _)| key.clone()).take(limit).collect();
    for key in &ended {
        rows.remove(key);
    }
    ended.len() as u64
}

#[async_trait]
impl SessionStore for MemoryAdapter {
    async fn create_session(
        &self,
        token: &str,
        session: StoredSession,
    ) -> Result<(), AdapterError> {
        no_zero([&session.user_agent, &session.address], "session")?;
        let mut contents = self.contents();
        if !contents.users.contains_key(&session.user_id) {
            return Err(AdapterError::NotFound { what: "user" });
        }
        if contents.sessions.contains_key(&hash(token)) {
            return Err(AdapterError::Conflict { what: "session" });
        }
        contents.sessions.insert(hash(token), session);
        Ok(())
    }

    async fn session(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<(StoredSession, User)>, AdapterError> {
        let contents = self.contents();
        let session = contents
            .sessions
            .get(&hash(token))
            .filter(|session| session.expires_at > now);
        Ok(session.and_then(|session| {
            let user = contents.users.get(&session.user_id)?;
            Some((session.clone(), user.clone()))
        }))
    }

    async fn extend_session(&self, token: &str, expires_at: Timestamp) -> Result<(), AdapterError> {
        if let Some(session) = self.contents().sessions.get_mut(&hash(token)) {
            session.expires_at = expires_at;
        }
        Ok(())
    }

    async fn delete_session(&self, token: &str) -> Result<Option<StoredSession>, AdapterError> {
        Ok(self.contents().sessions.remove(&hash(token)))
    }

    async fn mark_session_seen(&self, token: &str, at: Timestamp) -> Result<(), AdapterError> {
        if let Some(session) = self.contents().sessions.get_mut(&hash(token)) {
            session.last_seen_at = session.last_seen_at.max(Some(at));
        }
        Ok(())
    }

    async fn sessions_of_user(
        &self,
        user: &UserId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(SessionId, StoredSession)>, AdapterError> {
        let contents = self.contents();
        let mut listed: Vec<_> = contents
            .sessions
            .iter()
            .filter(|(_, session)| session.user_id == *user && session.expires_at > now)
            .map(|(hash, session)| (SessionId::of_hash(hash), session.clone()))
            .collect();
        listed.sort_by_key(|(_, session)| std::cmp::Reverse(session.expires_at));
        listed.truncate(limit as usize);
        Ok(listed)
    }

    async fn delete_session_of_user(
        &self,
        user: &UserId,
        session: &SessionId,
    ) -> Result<bool, AdapterError> {
        let mut contents = self.contents();
        let Some(hash) = session.hash() else {
            return Ok(false);
        };
        let theirs = |session: &StoredSession| session.user_id == *user;
        let is_theirs = contents.sessions.get(&hash).is_some_and(theirs);
        if is_theirs {
            contents.sessions.remove(&hash);
        }
        Ok(is_theirs)
    }

    async fn delete_sessions_of_user(
        &self,
        user: &UserId,
        but: Option<&SessionId>,
    ) -> Result<u64, AdapterError> {
        let mut contents = self.contents();
        let kept = but.and_then(SessionId::hash);
        let before = contents.sessions.len();
        contents
            .sessions
            .retain(|hash, session| session.user_id != *user || Some(*hash) == kept);
        Ok((before - contents.sessions.len()) as u64)
    }
}

#[async_trait]
impl OnceStore for MemoryAdapter {
    async fn use_once(
        &self,
        kind: Once,
        id: &str,
        expires_at: Timestamp,
    ) -> Result<bool, AdapterError> {
        no_zero([&Some(id.to_owned())], "attempt")?;
        let mut contents = self.contents();
        match contents.used.entry((kind, id.to_owned())) {
            Entry::Occupied(_) => Ok(false),
            Entry::Vacant(free) => {
                free.insert(expires_at);
                Ok(true)
            }
        }
    }
}

/// No text with a zero byte is stored: PostgreSQL holds none.
fn no_zero<const N: usize>(
    texts: [&Option<String>; N],
    what: &'static str,
) -> Result<(), AdapterError> {
    let mut texts = texts.into_iter().flatten();
    match texts.any(|text| text.contains('\0')) {
        true => Err(AdapterError::Refused { what }),
        false => Ok(()),
    }
}

fn no_zero_in_tokens(tokens: &TokenSet) -> Result<(), AdapterError> {
    let texts = [&tokens.token_type, &tokens.scope, &tokens.session_state];
    no_zero(texts, "account")
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
