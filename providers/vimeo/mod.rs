//! The module of Vimeo: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("vimeo", "Vimeo");

/// What Vimeo says of someone (`GET /me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Where they are in the API: `/users/` and their number.
    #[serde(deserialize_with = "typed::id")]
    pub uri: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The URL of their page.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub link: Option<String>,
    /// Where they say that they are.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub location: Option<String>,
    /// What they say of themselves.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub bio: Option<String>,
    /// When they came (RFC 3339).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub created_time: Option<String>,
    /// The kind of account: `basic`, or one that is paid for.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub account: Option<String>,
    /// Their picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub pictures: Option<Pictures>,
}

/// The picture of someone, in its sizes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Pictures {
    /// Where it is in the API.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub uri: Option<String>,
    /// The URL of the picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub base_link: Option<String>,
    /// Its sizes.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub sizes: Option<Vec<Size>>,
}

/// One size of a picture.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Size {
    /// The width in pixels.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub width: Option<u32>,
    /// The height in pixels.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub height: Option<u32>,
    /// The URL.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub link: Option<String>,
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
