//! This file is the module of Zoom: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("zoom", "Zoom");

/// What Zoom says of someone (`GET /v2/users/me`), without settings of meetings.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's id.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The account that pays for them.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub account_id: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub display_name: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified: 1, or 0.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub verified: Option<i64>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub pic_url: Option<String>,
    /// The language.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub language: Option<String>,
    /// The time zone.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub timezone: Option<String>,
    /// `active`, `inactive` or `pending`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub status: Option<String>,
    /// Their role in the account.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub role_name: Option<String>,
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
