//! This file is the module of GitLab: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("gitlab", "GitLab");

/// What GitLab says of someone (`GET /api/v4/user`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number on this server.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The user name. It can be changed, and then taken by somebody else.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The primary address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The address that is shown to everybody, if one is.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub public_email: Option<String>,
    /// When the account was confirmed, in ISO 8601.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub confirmed_at: Option<String>,
    /// `active`, `blocked` and others.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub state: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
    /// The URL of the profile.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub web_url: Option<String>,
    /// Whether a second factor is set up.
    #[serde(default, deserialize_with = "typed::truth")]
    pub two_factor_enabled: Option<bool>,
    /// Whether the server's administrators mark the account as one from outside.
    #[serde(default, deserialize_with = "typed::truth")]
    pub external: Option<bool>,
    /// When the account was made, in ISO 8601.
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
