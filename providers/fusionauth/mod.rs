//! This file is the module of FusionAuth: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("fusionauth", "FusionAuth");

/// What FusionAuth says of someone (the claims of its ID token and UserInfo).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's UUID.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The full name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The user name. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The middle name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub middle_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub picture: Option<String>,
    /// The date of birth, as `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub birthdate: Option<String>,
    /// The telephone number.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub phone_number: Option<String>,
    /// The tenant's id.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub tid: Option<String>,
    /// The roles in the application, with the compatible handling of scopes only.
    #[serde(default, deserialize_with = "typed::texts")]
    pub roles: Vec<String>,
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
