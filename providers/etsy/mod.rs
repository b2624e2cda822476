//! The module of Etsy: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("etsy", "Etsy");

/// What Etsy says of someone (`GET /users/me`, and `user`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub user_id: String,
    /// The number of their shop.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub shop_id: Option<u64>,
    /// More of them, with the scope `email_r`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub user: Option<User>,
}

/// What Etsy says of someone (`GET /users/{user_id}`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct User {
    /// The account's number.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub user_id: Option<u64>,
    /// The address; nothing says whether it was verified.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub primary_email: Option<String>,
    /// The first name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub image_url_75x75: Option<String>,
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
