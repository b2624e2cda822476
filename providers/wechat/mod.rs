//! This file is the module of WeChat: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("wechat", "WeChat");

/// What WeChat says of someone.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are to this application.
    #[serde(deserialize_with = "typed::id")]
    pub openid: String,
    /// Who they are to all applications of the Open Platform account.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub unionid: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub nickname: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub headimgurl: Option<String>,
    /// 1 male, 2 female, 0 not told.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub sex: Option<i64>,
    /// The country, as they wrote it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub country: Option<String>,
    /// The province, as they wrote it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub province: Option<String>,
    /// The city, as they wrote it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub city: Option<String>,
    /// Privileges, of a paying user such as `chinaunicom`.
    #[serde(default, deserialize_with = "typed::texts")]
    pub privilege: Vec<String>,
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
