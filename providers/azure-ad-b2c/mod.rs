//! This file is the module of Azure AD B2C: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("azure-ad-b2c", "Azure AD B2C");

/// What Azure AD B2C says of someone (the claims of the ID token).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's object id.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The display name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
    /// The addresses.
    #[serde(default, deserialize_with = "typed::texts")]
    pub emails: Vec<String>,
    /// The user flow.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub tfp: Option<String>,
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
