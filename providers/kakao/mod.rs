//! This file is the module of Kakao: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("kakao", "Kakao");

/// What Kakao says of someone (`GET /v2/user/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The person's number for this app.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// When the person first signed in here (RFC 3339).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub connected_at: Option<String>,
    /// What the person agreed to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub kakao_account: Option<Account>,
}

/// What somebody agreed to show of their Kakao account.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Account {
    /// Nickname and picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile: Option<Shown>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is still theirs. One that is not valid was taken over by another
    /// account.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_email_valid: Option<bool>,
    /// Whether the address is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_email_verified: Option<bool>,
    /// The name in the account, which takes a review to see.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The telephone number, which takes a review to see.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub phone_number: Option<String>,
}

/// Nickname and picture of somebody.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Shown {
    /// The nickname.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub nickname: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile_image_url: Option<String>,
    /// The URL of a small picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub thumbnail_image_url: Option<String>,
    /// Whether the picture is the one of people who have set none.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_default_image: Option<bool>,
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
