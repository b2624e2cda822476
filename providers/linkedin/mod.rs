//! This file is the module of LinkedIn: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("linkedin", "LinkedIn");

/// What LinkedIn says of someone (the claims of its ID token, and `GET /v2/userinfo`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The person's id for this app.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
    /// The primary address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The URL of a picture. It stops working after some weeks.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub picture: Option<String>,
    /// The language, such as `en-US`. Some answers have an object in its place, which is left
    /// out.
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
