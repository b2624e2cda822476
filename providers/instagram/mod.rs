//! This file is the module of Instagram: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("instagram", "Instagram");

/// What Instagram says of someone (`GET /me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The person's number for this app.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The number of the professional account.
    #[serde(default, deserialize_with = "typed::maybe_id")]
    pub user_id: Option<String>,
    /// The user name. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// `Business` or `Media_Creator`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub account_type: Option<String>,
    /// The URL of a picture. It stops working after some days.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile_picture_url: Option<String>,
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
