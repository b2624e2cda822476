//! This file is the module of Pipedrive: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("pipedrive", "Pipedrive");

/// What Pipedrive says of someone (the member `data` of `GET /v1/users/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user's number; unique together with `company_id`.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The company's number.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub company_id: Option<u64>,
    /// The company's name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub company_name: Option<String>,
    /// The company's part of its address at Pipedrive.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub company_domain: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub icon_url: Option<String>,
    /// Whether the account is active.
    #[serde(default, deserialize_with = "typed::truth")]
    pub active_flag: Option<bool>,
    /// The form of dates and numbers, such as `en_US`; not the language.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub locale: Option<String>,
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
