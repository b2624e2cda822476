//! This file is the module of Okta: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("okta", "Okta");

/// What Okta says of someone (the claims of its ID token).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's id in the organisation.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The user name, an address in most organisations. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is marked as verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The language, such as `en-US`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub locale: Option<String>,
    /// The time zone, such as `America/Los_Angeles`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub zoneinfo: Option<String>,
    /// The groups, where the authorization server has a claim named `groups`.
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
