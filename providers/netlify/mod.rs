//! This file is the module of Netlify: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("netlify", "Netlify");

/// What Netlify says of someone (`GET /api/v1/user`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The person's id.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub full_name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
    /// How they sign in to Netlify, such as `github`.
    #[serde(default, deserialize_with = "typed::texts")]
    pub login_providers: Vec<String>,
    /// When the account was made (RFC 3339).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub created_at: Option<String>,
    /// When they last signed in to Netlify (RFC 3339).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub last_login: Option<String>,
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
