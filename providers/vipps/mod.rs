//! This file is the module of Vipps MobilePay: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("vipps", "Vipps MobilePay");

/// What Vipps MobilePay says of someone (the claims of UserInfo), without addresses and accounts.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are to this sales unit.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The session.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub sid: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
    /// The address, with the scope `email`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The telephone number with its country code, with the scope `phoneNumber`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub phone_number: Option<String>,
    /// The date of birth, as `YYYY-MM-DD`, with the scope `birthDate`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub birthdate: Option<String>,
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
