//! This file is the module of Todoist: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("todoist", "Todoist");

/// What Todoist says of someone (`GET /api/v1/user`), without their settings.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's id.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub full_name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Their picture, 195 pixels wide.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_big: Option<String>,
    /// Their picture, 60 pixels wide.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_medium: Option<String>,
    /// Their picture, 35 pixels wide.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_small: Option<String>,
    /// The language.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub lang: Option<String>,
    /// Whether they pay for it.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_premium: Option<bool>,
    /// The business account that they belong to.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub business_account_id: Option<String>,
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
