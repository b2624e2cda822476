//! This file is the module of Mattermost: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("mattermost", "Mattermost");

/// What Mattermost says of someone (`GET /api/v4/users/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The person's id on the server.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The user name. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// The nickname.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub nickname: Option<String>,
    /// What they do.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub position: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified; absent when it is not.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// Where they sign in there, such as `ldap` or `saml`; empty for a password.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub auth_service: Option<String>,
    /// The roles on the whole server, separated by spaces, such as `system_user`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub roles: Option<String>,
    /// The language.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub locale: Option<String>,
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
