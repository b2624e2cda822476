//! This file is the module of Linear: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("linear", "Linear");

/// What Linear says of someone (`viewer` of its GraphQL).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's id, in one workspace.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The full name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The URL of a picture.
    #[serde(default, rename = "avatarUrl", deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
    /// Whether the user is active.
    #[serde(default, deserialize_with = "typed::truth")]
    pub active: Option<bool>,
    /// When the user was made (RFC 3339).
    #[serde(default, rename = "createdAt", deserialize_with = "typed::maybe")]
    pub created_at: Option<String>,
    /// When the user was last changed (RFC 3339).
    #[serde(default, rename = "updatedAt", deserialize_with = "typed::maybe")]
    pub updated_at: Option<String>,
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
