//! This file is the module of Coinbase: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("coinbase", "Coinbase");

/// What Coinbase says of someone (`data` of `GET /v2/user`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's id.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The user name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The address, with the scope `wallet:user:email`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Where they are.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile_location: Option<String>,
    /// What they write of themselves.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile_bio: Option<String>,
    /// The URL of their page.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile_url: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
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
