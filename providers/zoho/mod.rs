//! This file is the module of Zoho: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("zoho", "Zoho");

/// What Zoho says of someone (`GET /oauth/user/info`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(rename = "ZUID", deserialize_with = "typed::id")]
    pub zuid: String,
    /// The address.
    #[serde(default, rename = "Email", deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The given name.
    #[serde(default, rename = "First_Name", deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(default, rename = "Last_Name", deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// The name to show.
    #[serde(default, rename = "Display_Name", deserialize_with = "typed::maybe")]
    pub display_name: Option<String>,
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
