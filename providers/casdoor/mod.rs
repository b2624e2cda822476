//! This file is the module of Casdoor: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("casdoor", "Casdoor");

/// What Casdoor says of someone (its UserInfo).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's id.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The display name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The user name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Casdoor's word that the address is verified. It gives it of every address.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub picture: Option<String>,
    /// The name that was checked, if one was.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub real_name: Option<String>,
    /// The groups.
    #[serde(default, deserialize_with = "typed::texts")]
    pub groups: Vec<String>,
    /// The roles.
    #[serde(default, deserialize_with = "typed::texts")]
    pub roles: Vec<String>,
    /// The permissions.
    #[serde(default, deserialize_with = "typed::texts")]
    pub permissions: Vec<String>,
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
