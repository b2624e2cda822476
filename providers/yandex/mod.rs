//! This file is the module of Yandex: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("yandex", "Yandex");

/// What Yandex says of someone (`GET login.yandex.ru/info`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The login.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub login: Option<String>,
    /// Who they are to this application.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub psuid: Option<String>,
    /// The application that the token was made for.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub client_id: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub display_name: Option<String>,
    /// Given and family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub real_name: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// `male`, `female`, or none.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub sex: Option<String>,
    /// The address, with the scope `login:email`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub default_email: Option<String>,
    /// All addresses, with the scope `login:email`.
    #[serde(default, deserialize_with = "typed::texts")]
    pub emails: Vec<String>,
    /// The picture's id, with the scope `login:avatar`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub default_avatar_id: Option<String>,
    /// Whether no picture was set.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_avatar_empty: Option<bool>,
    /// The date of birth, with the scope `login:birthday`; unknown parts are zeros.
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
