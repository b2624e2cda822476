//! This file is the module of Epic Games: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("epic-games", "Epic Games");

/// What Epic says of someone (`GET /epic/oauth/v2/userInfo`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The Epic account id.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The display name. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// A name, where it is given.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
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
