//! This file is the module of NAVER: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("naver", "NAVER");

/// What NAVER says of someone (`response` of `GET /v1/nid/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The person's id for this application.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The nickname. Parts of it are hidden for some people.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub nickname: Option<String>,
    /// The name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The address for letters to the account.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile_image: Option<String>,
    /// `F`, `M`, or `U` for unknown.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub gender: Option<String>,
    /// A range of ages, such as `40-49`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub age: Option<String>,
    /// The birthday, as `MM-DD`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub birthday: Option<String>,
    /// The year of birth.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub birthyear: Option<String>,
    /// The telephone number.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub mobile: Option<String>,
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
