//! This file is the module of Shopify: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("shopify", "Shopify");

/// What Shopify says of a customer (the claims of its ID token).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The customer's id.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The session at the shop.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub sid: Option<String>,
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
