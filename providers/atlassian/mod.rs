//! This file is the module of Atlassian: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("atlassian", "Atlassian");

/// What Atlassian says of someone (`GET /me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's id.
    #[serde(deserialize_with = "typed::id")]
    pub account_id: String,
    /// What kind of account it is: `atlassian` for people.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub account_type: Option<String>,
    /// Whether it is `active`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub account_status: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// What they want to be called by.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub nickname: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub picture: Option<String>,
    /// The language.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub locale: Option<String>,
    /// The time zone.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub zoneinfo: Option<String>,
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
