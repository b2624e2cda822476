//! This file makes the people, accounts and sessions that the cases work with.

use authcore::{
    adapter::StoredSession,
    model::{
        AccountKey, Email, JsonMap, NewAccount, NewUser, ProviderId, Subject, Timestamp, TokenSet,
        User, UserId,
    },
    provider::ProviderKind,
};

use super::check::Broken;

/// The present of all cases: 2023-11-14T22:13:20.123Z.
pub(super) const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_123);

/// A moment so many milliseconds after the present.
pub(super) fn later(millis: i64) -> Timestamp {
    Timestamp::from_millis(NOW.millis() + millis)
}

pub(super) fn email(text: &str) -> Result<Email, Broken> {
    Email::parse(text).map_err(|error| Broken(format!("{text:?} is {error}")))
}

/// Someone with a name and nothing else.
pub(super) fn named(name: &str) -> NewUser {
    NewUser {
        name: Some(name.to_owned()),
        ..NewUser::default()
    }
}

/// Someone with a name and an address that was shown to be theirs.
pub(super) fn addressed(name: &str, address: &str) -> Result<NewUser, Broken> {
    Ok(NewUser {
        email: Some(email(address)?),
        email_verified: Some(NOW),
        ..named(name)
    })
}

/// Someone with a name and an address that nobody vouches for.
pub(super) fn unverified(name: &str, address: &str) -> Result<NewUser, Broken> {
    Ok(NewUser {
        unverified_email: Some(email(address)?),
        ..named(name)
    })
}

/// Someone with everything that authcore has a column for.
pub(super) fn whole(name: &str, address: &str) -> Result<NewUser, Broken> {
    Ok(NewUser {
        image: Some("https://example.org/ada.png?size=64&v=1".to_owned()),
        ..addressed(name, address)?
    })
}

/// How a new user is expected to be read back.
pub(super) fn stored(id: UserId, new: NewUser) -> User {
    User {
        name: new.name,
        email: new.email,
        email_verified: new.email_verified,
        unverified_email: new.unverified_email,
        image: new.image,
        extra: new.extra,
        ..User::new(id)
    }
}

pub(super) fn json(text: &str) -> Result<JsonMap, Broken> {
    serde_json::from_str(text).map_err(|error| Broken(format!("the sample is no JSON: {error}")))
}

pub(super) fn key(provider: &str, subject: &str) -> Result<AccountKey, Broken> {
    Ok(AccountKey {
        provider: ProviderId::new(provider).map_err(|error| Broken(error.to_string()))?,
        subject: Subject::new(subject).map_err(|error| Broken(error.to_string()))?,
    })
}

/// An account without tokens.
pub(super) fn account(provider: &str, subject: &str) -> Result<NewAccount, Broken> {
    Ok(NewAccount::new(
        key(provider, subject)?,
        ProviderKind::OAuth2,
    ))
}

/// Tokens with everything that authcore has a column for.
pub(super) fn tokens() -> Result<TokenSet, Broken> {
    Ok(TokenSet {
        access_token: Some("access".into()),
        refresh_token: Some("refresh".into()),
        id_token: Some("head.body.signature".into()),
        token_type: Some("bearer".to_owned()),
        scope: Some("openid email".to_owned()),
        // Whole seconds: a token answer counts in seconds (RFC 6749, section 5.1), and Auth.js's
        // tables keep no more.
        expires_at: Some(Timestamp::from_seconds(1_700_003_600)),
        session_state: Some("state".to_owned()),
        extra: JsonMap::new(),
    })
}

/// A session of a user that ends an hour from the present.
pub(super) fn session(user: &UserId) -> StoredSession {
    StoredSession {
        created_at: Some(NOW),
        ..StoredSession::new(user.clone(), later(3_600_000))
    }
}
