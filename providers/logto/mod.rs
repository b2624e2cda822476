//! This file is the module of Logto: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("logto", "Logto");

/// What Logto says of someone (the claims of its ID token).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The person's id in the tenant.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The user name. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub picture: Option<String>,
    /// The address, with the scope `email`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The telephone number, with the scope `phone`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub phone_number: Option<String>,
    /// Whether the telephone number is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub phone_number_verified: Option<bool>,
    /// The roles, with the scope `roles`.
    #[serde(default, deserialize_with = "typed::texts")]
    pub roles: Vec<String>,
    /// The ids of the organisations that the person belongs to, with the scope
    /// `urn:logto:scope:organizations`.
    #[serde(default, deserialize_with = "typed::texts")]
    pub organizations: Vec<String>,
    /// The roles there, as `organization:role`, with the scope
    /// `urn:logto:scope:organization_roles`.
    #[serde(default, deserialize_with = "typed::texts")]
    pub organization_roles: Vec<String>,
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
