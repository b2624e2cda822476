//! This file is the module of Facebook: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("facebook", "Facebook");

/// What Facebook says of someone (`GET /me`, with the fields that are asked for).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's id for this application.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// The address, unless it was refused or there is none.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub picture: Option<Picture>,
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

/// A picture, inside the member that it comes in.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Picture {
    /// The picture itself.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub data: Option<PictureData>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct PictureData {
    /// The URL, which stops working after some weeks.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub url: Option<String>,
    /// Whether it is the one of those who have set none.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_silhouette: Option<bool>,
    /// The width in pixels.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub width: Option<u64>,
    /// The height in pixels.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub height: Option<u64>,
}
