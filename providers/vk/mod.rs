//! This file is the module of VK ID: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("vk", "VK ID");

/// What VK ID says of someone (`POST /oauth2/user_info`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who it is.
    pub user: User,
}

/// Who it is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub user_id: String,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name, perhaps its first letter only.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// The address, with the scope `email`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The telephone number, with the scope `phone`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub phone: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar: Option<String>,
    /// Whether VK has confirmed the account's page; it says nothing of the address.
    #[serde(default, deserialize_with = "typed::truth")]
    pub verified: Option<bool>,
    /// The birthday as `DD.MM.YYYY`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub birthday: Option<String>,
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
