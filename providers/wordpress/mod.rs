//! This file is the module of WordPress.com: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("wordpress", "WordPress.com");

/// What WordPress.com says of someone (`GET /rest/v1.1/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(rename = "ID", deserialize_with = "typed::id")]
    pub id: String,
    /// The user name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub display_name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The URL of a picture.
    #[serde(default, rename = "avatar_URL", deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
    /// The Gravatar profile.
    #[serde(default, rename = "profile_URL", deserialize_with = "typed::maybe")]
    pub profile_url: Option<String>,
    /// The language.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub language: Option<String>,
    /// The number of their first site.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub primary_blog: Option<i64>,
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
