//! This file is the module of United Effects: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("united-effects", "United Effects");

/// What United Effects says of someone (the claims of UserInfo).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's id in the Auth Group.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The Auth Group.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub group: Option<String>,
    /// The user name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the account counts as verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub verified: Option<bool>,
    /// Where to ask for more.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile: Option<String>,
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
