//! This file is the module of Threads: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("threads", "Threads");

/// What Threads says of someone (`GET /v1.0/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// This person at this application.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The user name. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub threads_profile_picture_url: Option<String>,
    /// What they write of themselves, if `threads_biography` was asked for.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub threads_biography: Option<String>,
    /// Whether Threads has verified who they are, if `is_verified` was asked for.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_verified: Option<bool>,
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
