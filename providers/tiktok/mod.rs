//! This file is the module of TikTok: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("tiktok", "TikTok");

/// What TikTok says of someone (`user` in the answer of `GET /v2/user/info/`).
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
    pub display_name: Option<String>,
    /// The URL of a picture, good for a limited time.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
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
