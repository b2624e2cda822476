//! This file is the module of Login.gov: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("login-gov", "Login.gov");

/// What Login.gov says of someone (its UserInfo).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are for this application.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// All addresses, with the scope for them.
    #[serde(default, deserialize_with = "typed::texts")]
    pub all_emails: Vec<String>,
    /// The language, with the scope for it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub locale: Option<String>,
    /// The given name, of verified people.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name, of verified people.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
    /// The date of birth, of verified people.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub birthdate: Option<String>,
    /// The telephone number, of verified people.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub phone: Option<String>,
    /// Whether that number is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub phone_verified: Option<bool>,
    /// When their identity was verified, in seconds since 1970; absent if it never was.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub verified_at: Option<i64>,
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
