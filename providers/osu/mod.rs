//! This file is the module of osu!: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("osu", "osu!");

/// What osu! says of someone (`GET /api/v2/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The name. It can be changed, and then taken by somebody else.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
    /// The country (ISO 3166-1 alpha-2).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub country_code: Option<String>,
    /// Whether the account is restricted.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_restricted: Option<bool>,
    /// Whether the account is a bot's.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_bot: Option<bool>,
    /// Whether the account is a supporter's.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_supporter: Option<bool>,
    /// When the account was made (RFC 3339).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub join_date: Option<String>,
    /// The mode that is played most: `osu`, `taiko`, `fruits` or `mania`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub playmode: Option<String>,
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
