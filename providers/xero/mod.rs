//! This file is the module of Xero: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("xero", "Xero");

/// What Xero says of someone (the claims of its ID token).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are to the issuer.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The user's id in Xero's other interfaces.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub xero_userid: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
    /// The address that they sign in with.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The session at Xero.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub global_session_id: Option<String>,
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
