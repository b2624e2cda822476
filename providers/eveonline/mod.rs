//! This file is the module of EVE Online: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("eveonline", "EVE Online");

/// What EVE Online says of a character (the claims of the access token).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The character: `CHARACTER:EVE:` and its number.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The character's name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// A hash that becomes another when the character changes hands.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub owner: Option<String>,
    /// The world, such as `tranquility`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub tenant: Option<String>,
    /// What was granted, where it is a list.
    #[serde(default, deserialize_with = "typed::texts")]
    pub scp: Vec<String>,
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
