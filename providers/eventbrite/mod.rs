//! This file is the module of Eventbrite: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("eventbrite", "Eventbrite");

/// What Eventbrite says of someone (`GET /v3/users/me/`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// The addresses.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub emails: Option<Vec<Address>>,
    /// The number of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub image_id: Option<String>,
    /// Whether the profile is shown to everybody.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_public: Option<bool>,
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

/// One of the addresses.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Address {
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether it is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub verified: Option<bool>,
    /// Whether it is the one that Eventbrite writes to.
    #[serde(default, deserialize_with = "typed::truth")]
    pub primary: Option<bool>,
}
