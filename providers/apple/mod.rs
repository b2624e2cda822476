//! This file is the module of Apple: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("apple", "Apple");

/// What Apple says of someone: the claims of its ID token, and the name of the first consent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are to the team's applications.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The address, their own or a relay's.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether Apple has verified the address; it says so of every address.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// Whether the address is a relay's.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_private_email: Option<bool>,
    /// Whether a person is behind it: 0 not known on this platform, 1 not known, 2 likely.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub real_user_status: Option<i64>,
    /// The form's field of the first consent. The browser can write anything there.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub user: Option<FirstConsent>,
}

/// What comes with the first consent only.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct FirstConsent {
    /// Their name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<Name>,
}

/// A name, as the person agreed to tell it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Name {
    /// The given name.
    #[serde(rename = "firstName", default, deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(rename = "lastName", default, deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
}

impl Profile {
    /// Reads the whole answer that a profile was made of.
    ///
    /// # Errors
    /// [`ProfileError`](crate::ProfileError) when it has no id; it is another provider's then.
    pub fn from_raw(profile: &authcore::provider::Profile) -> Result<Self, crate::ProfileError> {
        typed::read(profile)
    }
}
