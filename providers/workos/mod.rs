//! This file is the module of WorkOS: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("workos", "WorkOS");

/// What WorkOS says of someone (`GET /sso/profile`), without attributes that companies define.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are in this connection.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The connection that they came by.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub connection_id: Option<String>,
    /// Its kind, such as `OktaSAML`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub connection_type: Option<String>,
    /// The organization that the connection belongs to.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub organization_id: Option<String>,
    /// Who they are to the company's provider.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub idp_id: Option<String>,
    /// The address, as the company says it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// The groups, where the connection maps them.
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
