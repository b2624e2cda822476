//! This file breaks the memory adapter on purpose, one sentence of the contract at a time, in ways
//! that real stores were broken.
//!
//! ```text
//! broken.rs  the faults, and those of users, accounts, sessions and what is used once
//! stores.rs  those of verification tokens, passkeys and counts
//! renewal.rs  those of leases, revocations and pages of users
//! ```

mod renewal;
mod stores;

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use authcore::{
    adapter::{
        Adapter, AdapterError, LastWayIn, LimitStore, Once, OnceStore, PasskeyStore,
        RevocationStore, SessionId, SessionStore, StoredSession, TokenStore, TokensThen, Unlinked,
        UserDirectory, VerificationStore,
    },
    model::{
        Account, AccountKey, Email, JsonMap, NewAccount, NewUser, ProviderId, Subject, Timestamp,
        TokenSet, User, UserChanges, UserId,
    },
};
use authcore_testing::memory::MemoryAdapter;

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Compares subjects in lower case, as some collations do.
    IgnoresCase,
    /// Compares subjects without spaces at the end, as padded collations do.
    IgnoresTrailingSpace,
    /// Finds an account by its subject alone.
    IgnoresProvider,
    /// Stores the user, then the account: not as one.
    LeavesHalf,
    /// Gives an account to whoever links it last.
    LetsAccountsMove,
    /// Allows one user without an address.
    CountsMissingAddresses,
    /// Takes "empty this field" for "leave it alone".
    CannotEmpty,
    /// Updates only the tokens that a later sign-in brought.
    KeepsOldTokens,
    /// Has no place for members that it does not know.
    DropsExtra,
    /// Cuts text at 255 characters.
    CutsText,
    /// Counts whole seconds.
    RoundsTimes,
    /// Removes a user's accounts and leaves the sessions.
    LeavesSessions,
    /// Returns a session as long as its row is there.
    ReturnsEnded,
    /// Removes whatever has ended, however much it is.
    IgnoresLimit,
    /// Asks whether an attempt was used, and then marks it.
    AsksThenMarks,
    /// Fails where there is nothing to delete.
    MissesTheMissing,
    /// Counts the ways in, and then takes one away.
    CountsThenUnlinks,
    /// Takes a logout token for an attempt of the same id.
    IgnoresKind,
    /// Ends all sessions where all others were meant.
    EndsThisOneToo,
    /// Says that it linked an account that is taken, and leaves it where it is.
    SwallowsConflicts,
    /// Writes the whole user back that it read before.
    LosesUpdates,
    /// Looks for a session by the beginning of its token.
    CutsTokens,
    /// Takes a verification token for the proof of any address.
    IgnoresIdentifier,
    /// Takes a verification token that has ended for proof.
    ProvesAfterTheEnd,
    /// Reads a verification token, and then takes it away.
    ReadsThenTakes,
    /// Cuts credential ids at 255 bytes.
    CutsCredentialIds,
    /// Reads the counter of a passkey, and then raises it.
    ReadsThenUses,
    /// Counts, and then reads how many there are.
    CountsThenReads,
    /// Never begins a count anew.
    CountsForEver,
    /// Asks whether somebody has the lease, and then takes it.
    AsksThenLeases,
    /// Stores the tokens of whoever comes, whose lease it was.
    IgnoresLeases,
    /// Forgets tokens that were to be revoked.
    ForgetsRevocations,
    /// Gives a revocation to whoever asks until it is finished.
    GivesToAll,
    /// Looks for a member by its text.
    ComparesAsText,
    /// Counts users instead of going on after one.
    CountsPages,
    /// Has no place for so long a name of a browser.
    CutsUserAgents,
    /// Writes the moment of every use, also of one that was earlier.
    SeesBackwards,
    /// Cannot write that a session was used.
    CannotSee,
}

impl Fault {
    /// All faults, each with the case that must fail.
    pub(crate) const ALL: [(Self, &'static str); 40] = [
        (
            Self::IgnoresCase,
            "subjects_that_nearly_match_are_different_people",
        ),
        (
            Self::IgnoresTrailingSpace,
            "subjects_that_nearly_match_are_different_people",
        ),
        (Self::IgnoresProvider, "provider_and_subject_both_count"),
        (Self::LeavesHalf, "a_taken_account_leaves_no_user"),
        (
            Self::LetsAccountsMove,
            "linking_a_taken_account_is_a_conflict",
        ),
        (
            Self::CountsMissingAddresses,
            "several_users_can_have_no_address",
        ),
        (Self::CannotEmpty, "an_update_can_empty_every_field"),
        (Self::KeepsOldTokens, "a_later_sign_in_replaces_all_tokens"),
        (
            Self::DropsExtra,
            "other_members_of_a_token_answer_come_back",
        ),
        (Self::CutsText, "unusual_text_is_stored_exactly_or_refused"),
        (Self::RoundsTimes, "times_are_kept_to_the_millisecond"),
        (
            Self::LeavesSessions,
            "deleting_a_user_takes_only_their_sessions",
        ),
        (
            Self::ReturnsEnded,
            "a_session_that_has_ended_is_not_returned",
        ),
        (
            Self::IgnoresLimit,
            "ended_sessions_are_removed_a_few_at_a_time",
        ),
        (Self::AsksThenMarks, "of_many_users_of_an_attempt_one_wins"),
        (Self::MissesTheMissing, "deleting_nobody_is_no_error"),
        (
            Self::CountsThenUnlinks,
            "of_many_who_take_ways_in_away_one_is_left_a_way_in",
        ),
        (Self::IgnoresKind, "ids_of_different_kinds_never_meet"),
        (
            Self::EndsThisOneToo,
            "all_other_sessions_of_a_user_are_ended",
        ),
        (
            Self::SwallowsConflicts,
            "linking_a_taken_account_is_a_conflict",
        ),
        (Self::LosesUpdates, "updates_of_different_fields_all_hold"),
        (Self::CutsTokens, "an_unknown_token_finds_no_session"),
        (
            Self::IgnoresIdentifier,
            "a_verification_proves_its_own_address_only",
        ),
        (
            Self::ProvesAfterTheEnd,
            "an_ended_verification_is_taken_away_and_proves_nothing",
        ),
        (
            Self::ReadsThenTakes,
            "of_many_takers_of_a_verification_one_wins",
        ),
        (
            Self::CutsCredentialIds,
            "long_credential_ids_are_told_apart",
        ),
        (
            Self::ReadsThenUses,
            "of_many_uses_of_a_passkey_one_raises_the_counter",
        ),
        (
            Self::CountsThenUnlinks,
            "of_an_account_and_a_passkey_taken_away_at_once_one_is_left",
        ),
        (
            Self::CountsThenUnlinks,
            "the_account_of_a_passkey_is_no_way_in_besides_it",
        ),
        (Self::CountsThenReads, "many_hits_at_once_all_count"),
        (
            Self::CountsForEver,
            "a_count_begins_anew_at_the_end_of_its_while",
        ),
        (
            Self::AsksThenLeases,
            "of_many_who_renew_tokens_one_has_the_lease",
        ),
        (
            Self::IgnoresLeases,
            "tokens_of_a_lease_that_was_passed_on_are_not_stored",
        ),
        (
            Self::ForgetsRevocations,
            "tokens_of_an_account_that_went_are_put_aside",
        ),
        (
            Self::GivesToAll,
            "of_many_takers_each_revocation_is_given_to_one",
        ),
        (
            Self::ComparesAsText,
            "texts_numbers_and_truth_values_are_told_apart",
        ),
        (
            Self::CountsPages,
            "users_who_come_and_go_move_nobody_to_another_page",
        ),
        (
            Self::CutsUserAgents,
            "browser_and_address_of_a_session_come_back_as_they_were",
        ),
        (
            Self::SeesBackwards,
            "a_session_was_last_seen_at_its_latest_use",
        ),
        (Self::CannotSee, "a_session_was_last_seen_at_its_latest_use"),
    ];
}

/// The memory adapter with one fault.
pub(crate) struct BrokenAdapter {
    sound: MemoryAdapter,
    fault: Fault,
    used: Mutex<HashSet<String>>,
    has_unaddressed: Mutex<bool>,
    /// Verification tokens, by whose they are.
    there: Mutex<HashSet<(String, String)>>,
    /// How many have read, and then written or will.
    read: AtomicUsize,
    leased: Mutex<HashMap<AccountKey, Timestamp>>,
    asked: Mutex<Vec<&'static str>>,
}

impl BrokenAdapter {
    pub(crate) fn new(fault: Fault) -> Self {
        Self {
            sound: MemoryAdapter::new(),
            fault,
            used: Mutex::default(),
            has_unaddressed: Mutex::default(),
            there: Mutex::default(),
            read: AtomicUsize::default(),
            leased: Mutex::default(),
            asked: Mutex::default(),
        }
    }

    /// Lets others read before this one writes: until somebody has read after it, or for a while.
    async fn let_others_go_first(&self) {
        let after_this = self.read.fetch_add(1, Ordering::SeqCst) + 1;
        for _ in 0..1_000 {
            // The machine may be busy with the thread that has them.
            std::thread::yield_now();
            tokio::task::yield_now().await;
            if self.read.load(Ordering::SeqCst) > after_this {
                break;
            }
        }
    }

    /// What the store of sessions was asked since this was last called.
    pub(crate) fn asked(&self) -> Vec<&'static str> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    fn key(&self, key: &AccountKey) -> AccountKey {
        let subject = match self.fault {
            Fault::IgnoresCase => key.subject.as_str().to_lowercase(),
            Fault::IgnoresTrailingSpace => key.subject.as_str().trim_end_matches(' ').to_owned(),
            _ => key.subject.as_str().to_owned(),
        };
        let provider = match self.fault {
            Fault::IgnoresProvider => ProviderId::new("any").unwrap(),
            _ => key.provider.clone(),
        };
        AccountKey {
            provider,
            subject: Subject::new(subject).unwrap(),
        }
    }

    async fn take_away(&self, user: &UserId, key: &AccountKey) -> Result<(), AdapterError> {
        let (last, tokens) = (LastWayIn::Remove, TokensThen::Forget);
        self.sound.unlink_account(user, key, last, tokens).await?;
        Ok(())
    }

    fn account(&self, mut account: NewAccount) -> NewAccount {
        account.key = self.key(&account.key);
        account.tokens = self.tokens(account.tokens);
        account
    }

    fn tokens(&self, mut tokens: TokenSet) -> TokenSet {
        if self.fault == Fault::DropsExtra {
            tokens.extra = JsonMap::new();
        }
        tokens
    }

    fn then(&self, tokens: TokensThen) -> TokensThen {
        match self.fault {
            Fault::ForgetsRevocations => TokensThen::Forget,
            _ => tokens,
        }
    }

    fn token<'a>(&self, token: &'a str) -> &'a str {
        match self.fault {
            Fault::CutsTokens => token.get(..43).unwrap_or(token),
            _ => token,
        }
    }

    fn person(&self, mut user: NewUser) -> Result<NewUser, AdapterError> {
        match self.fault {
            Fault::CutsText => {
                user.name = user.name.map(|name| name.chars().take(255).collect());
            }
            Fault::RoundsTimes => {
                let seconds = |time: Timestamp| Timestamp::from_seconds(time.seconds());
                user.email_verified = user.email_verified.map(seconds);
            }
            Fault::CountsMissingAddresses if user.email.is_none() => {
                let mut has_one = self.has_unaddressed.lock().unwrap();
                if *has_one {
                    return Err(AdapterError::Conflict { what: "email" });
                }
                *has_one = true;
            }
            _ => {}
        }
        Ok(user)
    }
}

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
        self.sound.user_by_email(email).await
    }

    async fn user_by_account(&self, key: &AccountKey) -> Result<Option<User>, AdapterError> {
        self.sound.user_by_account(&self.key(key)).await
    }

    async fn update_user(
        &self,
        id: &UserId,
        mut changes: UserChanges,
    ) -> Result<User, AdapterError> {
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
            && let Some(owner) = self.sound.user_by_account(&account.key).await?
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
            && let Some(user) = self.sound.user_by_account(key).await?
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

#[async_trait]
impl SessionStore for BrokenAdapter {
    async fn create_session(
        &self,
        token: &str,
        mut session: StoredSession,
    ) -> Result<(), AdapterError> {
        if self.fault == Fault::CutsUserAgents {
            let cut = |text: String| text.chars().take(255).collect();
            session.user_agent = session.user_agent.map(cut);
        }
        self.sound.create_session(self.token(token), session).await
    }

    async fn session(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<(StoredSession, User)>, AdapterError> {
        self.asked.lock().unwrap().push("session");
        let now = match self.fault {
            Fault::ReturnsEnded => Timestamp::from_millis(i64::MIN),
            _ => now,
        };
        self.sound.session(self.token(token), now).await
    }

    async fn extend_session(&self, token: &str, expires_at: Timestamp) -> Result<(), AdapterError> {
        self.sound
            .extend_session(self.token(token), expires_at)
            .await
    }

    async fn delete_session(&self, token: &str) -> Result<Option<StoredSession>, AdapterError> {
        self.sound.delete_session(self.token(token)).await
    }

    async fn mark_session_seen(&self, token: &str, at: Timestamp) -> Result<(), AdapterError> {
        self.asked.lock().unwrap().push("mark_session_seen");
        if self.fault == Fault::CannotSee {
            return Err(AdapterError::Unavailable("it is read-only".into()));
        }
        if self.fault == Fault::SeesBackwards
            && let Some(mut session) = self.sound.delete_session(token).await?
        {
            session.last_seen_at = Some(at);
            return self.sound.create_session(token, session).await;
        }
        self.sound.mark_session_seen(token, at).await
    }

    async fn sessions_of_user(
        &self,
        user: &UserId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(SessionId, StoredSession)>, AdapterError> {
        self.sound.sessions_of_user(user, now, limit).await
    }

    async fn delete_session_of_user(
        &self,
        user: &UserId,
        session: &SessionId,
    ) -> Result<bool, AdapterError> {
        self.sound.delete_session_of_user(user, session).await
    }

    async fn delete_sessions_of_user(
        &self,
        user: &UserId,
        but: Option<&SessionId>,
    ) -> Result<u64, AdapterError> {
        let but = match self.fault {
            Fault::EndsThisOneToo => None,
            _ => but,
        };
        self.sound.delete_sessions_of_user(user, but).await
    }
}

#[async_trait]
impl OnceStore for BrokenAdapter {
    async fn use_once(
        &self,
        kind: Once,
        id: &str,
        expires_at: Timestamp,
    ) -> Result<bool, AdapterError> {
        let kind = match self.fault {
            Fault::IgnoresKind => Once::Attempt,
            _ => kind,
        };
        if self.fault != Fault::AsksThenMarks {
            return self.sound.use_once(kind, id, expires_at).await;
        }
        if self.used.lock().unwrap().contains(id) {
            return Ok(false);
        }
        self.let_others_go_first().await;
        self.used.lock().unwrap().insert(id.to_owned());
        Ok(true)
    }
}
