//! This file is the module of PayPal: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("paypal", "PayPal");

/// What PayPal says of someone (`GET /v1/identity/oauth2/userinfo`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are for this application, written as an address.
    #[serde(deserialize_with = "typed::id")]
    pub user_id: String,
    /// The full name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
    /// The id of the PayPal account, with the scope for it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub payer_id: Option<String>,
    /// Whether PayPal has verified the account; not the address.
    #[serde(default, deserialize_with = "typed::truth")]
    pub verified_account: Option<bool>,
    /// The addresses.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub emails: Option<Vec<Email>>,
}

/// An address.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Email {
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub value: Option<String>,
    /// Whether it is the primary one.
    #[serde(default, deserialize_with = "typed::truth")]
    pub primary: Option<bool>,
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
