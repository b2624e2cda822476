//! This file is the module of ORCID: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("orcid", "ORCID");

/// What ORCID says of someone (its UserInfo).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The ORCID iD.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The name that they publish under, if one is set and not private.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The given name, unless it is private.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name, if there is one and it is not private.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
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
