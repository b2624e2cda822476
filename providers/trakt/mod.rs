//! This file is the module of Trakt: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("trakt", "Trakt");

/// What Trakt says of someone (`user` in the answer of `GET /users/settings`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Their ids.
    pub ids: Ids,
    /// The user name. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// Whether the profile is private.
    #[serde(default, deserialize_with = "typed::truth")]
    pub private: Option<bool>,
    /// Whether they pay for it.
    #[serde(default, deserialize_with = "typed::truth")]
    pub vip: Option<bool>,
    /// When they came, as RFC 3339 writes it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub joined_at: Option<String>,
    /// The place, as they wrote it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub location: Option<String>,
    /// What they say of themselves.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub about: Option<String>,
}

/// The ids of someone at Trakt.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Ids {
    /// Who they are.
    #[serde(deserialize_with = "typed::id")]
    pub uuid: String,
    /// The user name as in URLs. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub slug: Option<String>,
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
