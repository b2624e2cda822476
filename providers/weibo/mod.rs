//! The module of Weibo: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("weibo", "Weibo");

/// What Weibo says of someone (`GET /2/users/show.json`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The same as a text.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub idstr: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub screen_name: Option<String>,
    /// The name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// Where they say that they are.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub location: Option<String>,
    /// What they say of themselves.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub description: Option<String>,
    /// The URL of their page elsewhere.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub url: Option<String>,
    /// The picture in 50 × 50.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile_image_url: Option<String>,
    /// The picture in 180 × 180.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_large: Option<String>,
    /// The picture as it was uploaded.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_hd: Option<String>,
    /// The name in the URL of their page.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub domain: Option<String>,
    /// `m`, `f`, or `n` where it is not known.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub gender: Option<String>,
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
