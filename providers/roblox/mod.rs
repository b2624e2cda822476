//! This file is the module of Roblox: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("roblox", "Roblox");

/// What Roblox says of someone (the claims of its ID token).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's number.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The name to show. Many people may share one.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The user name: unique, but it can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// When the account was made, in seconds since 1970.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub created_at: Option<i64>,
    /// The URL of the person's page.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub picture: Option<String>,
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
