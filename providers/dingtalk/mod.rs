//! The module of DingTalk: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("dingtalk", "DingTalk");

/// What DingTalk says of someone (`GET /v1.0/contact/users/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are to all applications of a developer.
    #[serde(rename = "unionId", deserialize_with = "typed::id")]
    pub union_id: String,
    /// Who they are to this application.
    #[serde(rename = "openId", default, deserialize_with = "typed::maybe")]
    pub open_id: Option<String>,
    /// The name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub nick: Option<String>,
    /// The URL of a picture.
    #[serde(rename = "avatarUrl", default, deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
    /// The telephone number, with the permission for it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub mobile: Option<String>,
    /// The country of the telephone number.
    #[serde(rename = "stateCode", default, deserialize_with = "typed::maybe")]
    pub state_code: Option<String>,
    /// The address, with the permission for it; nothing says whether it was verified.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
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
