//! This file is the module of Lichess: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("lichess", "Lichess");

/// What Lichess says of someone (`GET /api/account`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user name in lower case.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The user name as they write it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// A title, such as `GM`, or `BOT`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub title: Option<String>,
    /// Whether they support Lichess.
    #[serde(default, deserialize_with = "typed::truth")]
    pub patron: Option<bool>,
    /// Their page.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub url: Option<String>,
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
