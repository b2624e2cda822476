//! The module of Douyin: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("douyin", "Douyin");

/// What Douyin says of someone (`data` of `POST /oauth/userinfo/`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are to this application.
    #[serde(deserialize_with = "typed::id")]
    pub open_id: String,
    /// Who they are to all applications of the developer.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub union_id: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub nickname: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar: Option<String>,
    /// What they say of themselves.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub description: Option<String>,
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
