//! This file is the module of Frontegg: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("frontegg", "Frontegg");

/// What Frontegg says of someone (the claims of its tokens).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's id in the environment.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the environment has verified the address.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The URL of a picture.
    #[serde(
        rename = "profilePictureUrl",
        default,
        deserialize_with = "typed::maybe"
    )]
    pub profile_picture_url: Option<String>,
    /// The tenant that they act for.
    #[serde(rename = "tenantId", default, deserialize_with = "typed::maybe")]
    pub tenant_id: Option<String>,
    /// All their tenants.
    #[serde(rename = "tenantIds", default, deserialize_with = "typed::texts")]
    pub tenant_ids: Vec<String>,
    /// The roles in the tenant.
    #[serde(default, deserialize_with = "typed::texts")]
    pub roles: Vec<String>,
    /// What these roles allow.
    #[serde(default, deserialize_with = "typed::texts")]
    pub permissions: Vec<String>,
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
