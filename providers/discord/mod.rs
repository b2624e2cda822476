//! This file is the module of Discord: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("discord", "Discord");

/// What Discord says of someone (`GET /users/@me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's id, a snowflake.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The user name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The name to show, if one is set.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub global_name: Option<String>,
    /// The four digits of the old kind of name; `0` for the present kind.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub discriminator: Option<String>,
    /// The picture's hash.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar: Option<String>,
    /// The address, with the scope `email`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub verified: Option<bool>,
    /// Whether a second factor is set up.
    #[serde(default, deserialize_with = "typed::truth")]
    pub mfa_enabled: Option<bool>,
    /// The language.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub locale: Option<String>,
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
