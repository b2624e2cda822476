//! This file is the module of Kanidm: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("kanidm", "Kanidm");

/// What Kanidm says of someone (the claims of its ID token).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's UUID.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The display name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The SPN, or the short name. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// The primary address, with the scope `email`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// True for every address; Kanidm does not check it.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The scopes that were granted.
    #[serde(default, deserialize_with = "typed::texts")]
    pub scopes: Vec<String>,
    /// The groups, with the scope `groups`.
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
