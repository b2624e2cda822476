//! The module of GOV.UK One Login: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("gov-uk-one-login", "GOV.UK One Login");

/// What GOV.UK One Login says of someone (its UserInfo).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are to the services of one sector.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The telephone number, with the scope `phone`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub phone_number: Option<String>,
    /// Whether codes go to that number.
    #[serde(default, deserialize_with = "typed::truth")]
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
