//! The module of Snapchat: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("snapchat", "Snapchat");

/// What Snapchat says of someone (`data.me` of `GET /v1/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are to this app.
    #[serde(rename = "externalId", deserialize_with = "typed::id")]
    pub external_id: String,
    /// The name to show.
    #[serde(rename = "displayName", default, deserialize_with = "typed::maybe")]
    pub display_name: Option<String>,
    /// The Bitmoji, if they share it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub bitmoji: Option<Bitmoji>,
}

/// The Bitmoji of someone.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Bitmoji {
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar: Option<String>,
    /// Its id.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub id: Option<String>,
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
