//! This file is the module of Box: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("box", "Box");

/// What Box says of someone (`GET /2.0/users/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's id.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The primary address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub login: Option<String>,
    /// Whether the account is `active`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub status: Option<String>,
    /// What they do.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub job_title: Option<String>,
    /// The telephone number.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub phone: Option<String>,
    /// The postal address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub address: Option<String>,
    /// The language.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub language: Option<String>,
    /// The time zone.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub timezone: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
    /// When the account was made (RFC 3339).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub created_at: Option<String>,
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
