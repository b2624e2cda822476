//! This file is the module of AniList: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("anilist", "AniList");

/// What AniList says of someone (`Viewer` of its GraphQL).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The user name. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar: Option<Avatar>,
    /// The URL of the profile.
    #[serde(default, rename = "siteUrl", deserialize_with = "typed::maybe")]
    pub site_url: Option<String>,
}

/// A picture in two sizes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Avatar {
    /// The URL of the largest picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub large: Option<String>,
    /// The URL of a smaller one.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub medium: Option<String>,
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
