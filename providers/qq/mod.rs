//! The module of QQ: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("qq", "QQ");

/// What QQ says of someone (`GET /user/get_user_info`). Who they are is in the token answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The name to show.
    #[serde(deserialize_with = "typed::id")]
    pub nickname: String,
    /// The picture of Qzone in 30 × 30.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub figureurl: Option<String>,
    /// The picture of Qzone in 50 × 50.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub figureurl_1: Option<String>,
    /// The picture of Qzone in 100 × 100.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub figureurl_2: Option<String>,
    /// The picture of QQ in 40 × 40.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub figureurl_qq_1: Option<String>,
    /// The picture of QQ in 100 × 100; not everybody has one.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub figureurl_qq_2: Option<String>,
    /// The gender, as a word.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub gender: Option<String>,
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
