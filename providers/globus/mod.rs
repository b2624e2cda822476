//! This file is the module of Globus: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("globus", "Globus");

/// What Globus says of someone (its UserInfo).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The identity's UUID.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The name at the institution, with its domain.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// The address, as the institution has it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// What they wrote as their organisation.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub organization: Option<String>,
    /// The institution's UUID.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub identity_provider: Option<String>,
    /// The institution's name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub identity_provider_display_name: Option<String>,
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
