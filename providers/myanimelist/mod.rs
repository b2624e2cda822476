//! The module of MyAnimeList: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("myanimelist", "MyAnimeList");

/// What MyAnimeList says of someone (`GET /v2/users/@me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The name, which can change.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub picture: Option<String>,
    /// Where they say that they are.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub location: Option<String>,
    /// When they came (RFC 3339).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub joined_at: Option<String>,
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
