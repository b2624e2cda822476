//! This file is the module of BoxyHQ SAML: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("boxyhq-saml", "BoxyHQ SAML");

/// What the server says of someone (`GET /api/oauth/userinfo`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The NameID, or a hash of the address where there is none.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe", rename = "firstName")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe", rename = "lastName")]
    pub last_name: Option<String>,
    /// The roles, where the company sends them.
    #[serde(default, deserialize_with = "typed::texts")]
    pub roles: Vec<String>,
    /// The groups, where the company sends them.
    #[serde(default, deserialize_with = "typed::texts")]
    pub groups: Vec<String>,
    /// What was asked for.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub requested: Option<Requested>,
}

/// Which connection answered.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Requested {
    /// The company.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub tenant: Option<String>,
    /// The application.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub product: Option<String>,
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
