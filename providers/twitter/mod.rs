//! This file is the module of X: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("twitter", "X");

/// What X says of someone (`data` in the answer of `GET /2/users/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The user name, without `@`. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The address, with the scope `users.email`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub confirmed_email: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile_image_url: Option<String>,
    /// Whether the account has a badge, which says nothing of an address.
    #[serde(default, deserialize_with = "typed::truth")]
    pub verified: Option<bool>,
    /// Whether only followers read what they write.
    #[serde(default, deserialize_with = "typed::truth")]
    pub protected: Option<bool>,
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
