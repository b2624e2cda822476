//! This file is the module of Telegram: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("telegram", "Telegram");

/// What Telegram says of someone (the claims of its ID token).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are to the issuer.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The user's number, by which bots know them.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub id: Option<u64>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The user name, if one is set. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub picture: Option<String>,
    /// The telephone number, with the scope `phone`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub phone_number: Option<String>,
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
