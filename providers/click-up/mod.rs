//! This file is the module of ClickUp: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("click-up", "ClickUp");

/// What ClickUp says of someone (`user` of `GET /api/v2/user`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe", rename = "profilePicture")]
    pub profile_picture: Option<String>,
    /// The initials.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub initials: Option<String>,
    /// The colour that stands for them, `#rrggbb`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub color: Option<String>,
    /// The first day of their week; 0 is Sunday.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub week_start_day: Option<i64>,
    /// The time zone.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub timezone: Option<String>,
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
