//! This file is the module of Rauthy: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("rauthy", "Rauthy");

/// What Rauthy says of someone (the claims of its ID token).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's id.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The whole name; in UserInfo only.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The user name, if the server has such.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name, if there is one.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
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
    /// The roles.
    #[serde(default, deserialize_with = "typed::texts")]
    pub roles: Vec<String>,
    /// The groups, with the scope `groups`.
    #[serde(default, deserialize_with = "typed::texts")]
    pub groups: Vec<String>,
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
