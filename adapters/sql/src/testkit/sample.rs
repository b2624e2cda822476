//! This file makes the people, accounts and sessions that tests of a driver's crate work with.

use authcore::{
    adapter::StoredSession,
    model::{
        AccountKey, IdError, NewAccount, NewUser, ProviderId, Subject, Timestamp, TokenSet, UserId,
    },
    provider::ProviderKind,
};

/// What tokens are sealed with.
pub const SECRET: &str = "a secret for tests, 32 bytes long";

/// The present of all cases: 2023-11-14T22:13:20.123Z.
pub const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_123);

/// A moment so many milliseconds after the present.
#[must_use]
pub fn later(millis: i64) -> Timestamp {
    Timestamp::from_millis(NOW.millis() + millis)
}

/// Someone with a name and nothing else.
#[must_use]
pub fn ada() -> NewUser {
    NewUser {
        name: Some("Ada".to_owned()),
        ..NewUser::default()
    }
}

/// An account at the provider `wiki`.
///
/// # Errors
/// [`IdError`] when the subject is none.
pub fn key(subject: &str) -> Result<AccountKey, IdError> {
    Ok(AccountKey {
        provider: ProviderId::new("wiki")?,
        subject: Subject::new(subject)?,
    })
}

/// The same with tokens.
///
/// # Errors
/// As [`key`].
pub fn account(subject: &str, tokens: TokenSet) -> Result<NewAccount, IdError> {
    Ok(NewAccount {
        tokens,
        ..NewAccount::new(key(subject)?, ProviderKind::OAuth2)
    })
}

/// An access token alone.
#[must_use]
pub fn access(token: &str) -> TokenSet {
    TokenSet {
        access_token: Some(token.into()),
        ..TokenSet::default()
    }
}

/// A session of a user that ends a second from the present.
#[must_use]
pub fn session(user: &UserId) -> StoredSession {
    StoredSession {
        created_at: Some(NOW),
        ..StoredSession::new(user.clone(), later(1_000))
    }
}
