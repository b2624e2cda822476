//! This file is the module of Patreon: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("patreon", "Patreon");

/// What Patreon says of someone (the member `data` of `GET /api/oauth2/v2/identity`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's id.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// What was asked for of it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub attributes: Option<Attributes>,
}

/// The members of a Patreon account that were asked for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Attributes {
    /// The full name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub full_name: Option<String>,
    /// The address, with the scope `identity[email]`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is confirmed.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_email_verified: Option<bool>,
    /// The URL of a picture, 400 pixels wide.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub image_url: Option<String>,
    /// The URL of the person's page.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub url: Option<String>,
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
