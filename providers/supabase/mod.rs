//! This file is the module of Supabase: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("supabase", "Supabase");

/// What Supabase says of someone (its UserInfo).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's UUID.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is confirmed, or the project asks nobody to confirm one.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The name; the address when there is none.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The user name that they set.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub picture: Option<String>,
    /// When the user was last changed, in seconds since 1970.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub updated_at: Option<i64>,
    /// What they write about themselves.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub user_metadata: Option<serde_json::Map<String, serde_json::Value>>,
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
