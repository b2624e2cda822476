//! This file is the module of Reddit: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("reddit", "Reddit");

/// What Reddit says of someone (`GET /api/v1/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's id, without the prefix `t2_`.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub icon_img: Option<String>,
    /// The URL of a drawn picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub snoovatar_img: Option<String>,
    /// Whether the account has an address that was verified. Which one, Reddit does not tell.
    #[serde(default, deserialize_with = "typed::truth")]
    pub has_verified_email: Option<bool>,
    /// Whether the account is suspended.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_suspended: Option<bool>,
    /// Whether the person says to be of age.
    #[serde(default, deserialize_with = "typed::truth")]
    pub over_18: Option<bool>,
    /// When the account was made, in seconds since 1970.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub created_utc: Option<f64>,
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
