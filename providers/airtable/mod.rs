//! This file is the module of Airtable: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("airtable", "Airtable");

/// What Airtable says of someone (`GET /v0/meta/whoami`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's id.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The address, with the scope for it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// What the token may do.
    #[serde(default, deserialize_with = "typed::texts")]
    pub scopes: Vec<String>,
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
