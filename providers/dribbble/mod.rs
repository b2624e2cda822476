//! This file is the module of Dribbble: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("dribbble", "Dribbble");

/// What Dribbble says of someone (`GET /v2/user`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The login. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub login: Option<String>,
    /// The URL of the profile.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub html_url: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
    /// What they say of themselves, with HTML in it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub bio: Option<String>,
    /// Where they are, as they write it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub location: Option<String>,
    /// Whether they pay for the account.
    #[serde(default, deserialize_with = "typed::truth")]
    pub pro: Option<bool>,
    /// Whether they may publish.
    #[serde(default, deserialize_with = "typed::truth")]
    pub can_upload_shot: Option<bool>,
    /// `User` or `Team`.
    #[serde(rename = "type", default, deserialize_with = "typed::maybe")]
    pub kind: Option<String>,
    /// When the account was made, in ISO 8601.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub created_at: Option<String>,
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
