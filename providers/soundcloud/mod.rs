//! This file is the module of SoundCloud: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("soundcloud", "SoundCloud");

/// What SoundCloud says of someone (`GET /me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's id, such as `soundcloud:users:3207`.
    #[serde(deserialize_with = "typed::id")]
    pub urn: String,
    /// The name that they chose. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The full name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub full_name: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// The name in the address of the profile. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub permalink: Option<String>,
    /// The URL of the profile.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub permalink_url: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
    /// The city.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub city: Option<String>,
    /// The country.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub country: Option<String>,
    /// What they pay for.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub plan: Option<String>,
    /// Whether they have confirmed their address, which is not told.
    #[serde(default, deserialize_with = "typed::truth")]
    pub primary_email_confirmed: Option<bool>,
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
