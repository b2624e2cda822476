//! This file breaks the memory adapter on purpose, one sentence of the contract at a time, in ways
//! that real stores were broken.
//!
//! ```text
//! broken.rs    the adapter with one fault, and what its stores share
//! faults.rs    the faults
//! people.rs    those of users and accounts
//! sessions.rs  those of sessions and what is used once
//! stores.rs    those of verification tokens, passkeys and counts
//! renewal.rs   those of leases, revocations and pages of users
//! ```

mod faults;
mod people;
mod renewal;
mod sessions;
mod stores;

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use authcore::{
    adapter::{Adapter, AdapterError, LastWayIn, TokensThen},
    model::{
        AccountKey, Email, JsonMap, NewAccount, NewUser, ProviderId, Subject, Timestamp, TokenSet,
        UserId,
    },
};
use authcore_testing::memory::MemoryAdapter;

pub(crate) use faults::Fault;

/// The memory adapter with one fault.
pub(crate) struct BrokenAdapter {
    sound: MemoryAdapter,
    fault: Fault,
    used: Mutex<HashSet<String>>,
    has_unaddressed: Mutex<bool>,
    /// Addresses that nobody vouches for.
    unverified: Mutex<HashSet<Email>>,
    /// Verification tokens, by whose they are.
    there: Mutex<HashSet<(String, String)>>,
    /// How many have read, and then written or will.
    read: AtomicUsize,
    leased: Mutex<HashMap<AccountKey, Timestamp>>,
    /// How many users were shown when this one was the last of a page.
    shown: Mutex<HashMap<UserId, usize>>,
    asked: Mutex<Vec<&'static str>>,
}

impl BrokenAdapter {
    pub(crate) fn new(fault: Fault) -> Self {
        Self {
            sound: MemoryAdapter::new(),
            fault,
            used: Mutex::default(),
            has_unaddressed: Mutex::default(),
            unverified: Mutex::default(),
            there: Mutex::default(),
            read: AtomicUsize::default(),
            leased: Mutex::default(),
            shown: Mutex::default(),
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
        if self.fault == Fault::ForgetsAuthorities {
            account.authority = None;
        }
        account
    }

    fn tokens(&self, mut tokens: TokenSet) -> TokenSet {
        if self.fault == Fault::DropsExtra {
            tokens.extra = JsonMap::new();
        }
        if self.fault == Fault::CutsAtZero {
            tokens.scope = tokens.scope.map(cut_at_zero);
            tokens.token_type = tokens.token_type.map(cut_at_zero);
            tokens.session_state = tokens.session_state.map(cut_at_zero);
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
            Fault::CutsAtZero => {
                user.name = user.name.map(cut_at_zero);
                user.image = user.image.map(cut_at_zero);
            }
            Fault::TrustsAddresses if user.email.is_some() => {
                user.email_verified.get_or_insert(Timestamp::from_millis(0));
            }
            Fault::CountsUnverified => {
                let email = user.unverified_email.clone();
                let mut taken = self.unverified.lock().unwrap();
                if email.is_some_and(|email| !taken.insert(email)) {
                    return Err(AdapterError::Conflict { what: "email" });
                }
            }
            Fault::KeepsAddresses => {
                let mut taken = self.unverified.lock().unwrap();
                if user.email.as_ref().is_some_and(|it| taken.contains(it)) {
                    return Err(AdapterError::Conflict { what: "email" });
                }
                taken.extend(user.unverified_email.clone());
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

fn cut_at_zero(text: String) -> String {
    text.chars().take_while(|it| *it != '\0').collect()
}
