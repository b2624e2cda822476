//! This file is the module of Intuit: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("intuit", "Intuit");

/// What Intuit says of someone (its UserInfo).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's id.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The given name.
    #[serde(rename = "givenName", default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name.
    #[serde(rename = "familyName", default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified.
    #[serde(rename = "emailVerified", default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The telephone number, with the scope `phone`.
    #[serde(rename = "phoneNumber", default, deserialize_with = "typed::maybe")]
    pub phone_number: Option<String>,
    /// Whether the number is verified.
    #[serde(
        rename = "phoneNumberVerified",
        default,
        deserialize_with = "typed::truth"
    )]
    pub phone_number_verified: Option<bool>,
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
