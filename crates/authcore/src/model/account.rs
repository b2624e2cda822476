//! This file ties a user to what one provider knows of them.

use std::{fmt, str::FromStr};

use super::{IdError, ProviderId, Subject, TokenSet, UserId};
use crate::provider::ProviderKind;

/// What identifies an account everywhere: the provider and whom it means.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountKey {
    /// The provider.
    pub provider: ProviderId,
    /// Who they are there.
    pub subject: Subject,
}

impl fmt::Display for AccountKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.provider, self.subject)
    }
}

/// The text that [`Display`](fmt::Display) writes: no id of a provider has a slash in it.
impl FromStr for AccountKey {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let (provider, subject) = text.split_once('/').unwrap_or((text, ""));
        Ok(Self {
            provider: ProviderId::new(provider)?,
            subject: Subject::new(subject)?,
        })
    }
}

/// An account about to be stored; the adapter is told separately whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAccount {
    /// What identifies it.
    pub key: AccountKey,
    /// The kind of its provider.
    pub kind: ProviderKind,
    /// What the token endpoint gave, where there is one.
    pub tokens: TokenSet,
    /// Who gave out the subject: the issuer for OpenID, the origin of the token endpoint for OAuth 2.
    pub authority: Option<String>,
}

impl NewAccount {
    /// An account without tokens, of an authority that is not known.
    #[must_use]
    pub fn new(key: AccountKey, kind: ProviderKind) -> Self {
        Self {
            key,
            kind,
            tokens: TokenSet::default(),
            authority: None,
        }
    }
}

/// An account as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Whose it is.
    pub user_id: UserId,
    /// What identifies it.
    pub key: AccountKey,
    /// The kind of its provider.
    pub kind: ProviderKind,
    /// The tokens of the latest sign-in.
    pub tokens: TokenSet,
    /// Whether all tokens that are stored could be read.
    pub token_state: TokenState,
    /// Who gave out the subject; `None` when it was stored before that was noted, or by Auth.js.
    pub authority: Option<String>,
}

/// Whether the stored tokens of an account could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TokenState {
    /// They could: what is absent was never given.
    #[default]
    Readable,
    /// At least one could not, as under a secret that is no longer configured, and is absent. The next
    /// sign-in with this account writes all of them again.
    Unreadable,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_from_its_text() {
        for text in ["hub/7", "hub/a/b", "my-hub/ü"] {
            let key: AccountKey = text.parse().unwrap();
            assert_eq!(key.to_string(), text);
        }
        for text in ["", "hub", "hub/", "/7", "Hub/7", "hub/\n"] {
            assert!(text.parse::<AccountKey>().is_err(), "{text:?}");
        }
    }
}
