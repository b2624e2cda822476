//! This file is the module of Heroku: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("heroku", "Heroku");

/// What Heroku says of someone (`GET /account`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's id.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The full name, if one is set.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the account has been verified with billing information; not the address.
    #[serde(default, deserialize_with = "typed::truth")]
    pub verified: Option<bool>,
    /// Whether a company's identity provider signs them in.
    #[serde(default, deserialize_with = "typed::truth")]
    pub federated: Option<bool>,
    /// Whether a second factor is on.
    #[serde(default, deserialize_with = "typed::truth")]
    pub two_factor_authentication: Option<bool>,
    /// The country.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub country_of_residence: Option<String>,
    /// When the account was made (RFC 3339).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub created_at: Option<String>,
    /// When they were last let in (RFC 3339).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub last_login: Option<String>,
    /// When the account was suspended, if it is (RFC 3339).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub suspended_at: Option<String>,
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
