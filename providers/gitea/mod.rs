//! This file is the module of Gitea: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("gitea", "Gitea");

/// What Gitea says of someone (`GET /api/v1/user`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number on this server.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The user name. It can be changed, and then taken by somebody else.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub login: Option<String>,
    /// The name to show; empty when none is set.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub full_name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
    /// The URL of the profile.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub html_url: Option<String>,
    /// The language of the interface.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub language: Option<String>,
    /// Whether they administer the server.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_admin: Option<bool>,
    /// Whether the account sees only what it is let into.
    #[serde(default, deserialize_with = "typed::truth")]
    pub restricted: Option<bool>,
    /// Whether the account is activated.
    #[serde(default, deserialize_with = "typed::truth")]
    pub active: Option<bool>,
    /// When the account was made, in ISO 8601.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub created: Option<String>,
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
