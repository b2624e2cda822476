//! This file is the module of HubSpot: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("hubspot", "HubSpot");

/// What HubSpot says of a token and of whose it is (`POST /oauth/2026-03/token/introspect`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's number.
    #[serde(deserialize_with = "typed::id")]
    pub user_id: String,
    /// The user's address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub user: Option<String>,
    /// The number of the account that they chose.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub hub_id: Option<u64>,
    /// The account's domain.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub hub_domain: Option<String>,
    /// The application's number.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub app_id: Option<u64>,
    /// What was granted.
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
