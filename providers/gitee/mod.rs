//! This file is the module of Gitee: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("gitee", "Gitee");

/// What Gitee says of someone (`GET /api/v5/user`, and `GET /api/v5/emails` as `emails`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The user name. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub login: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The address that they show in public, if any.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// All addresses, with the permission for them.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub emails: Option<Vec<Email>>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
    /// The URL of the profile.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub html_url: Option<String>,
    /// What they say of themselves.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub bio: Option<String>,
    /// The address of their blog.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub blog: Option<String>,
    /// When the account was made, in ISO 8601.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub created_at: Option<String>,
}

/// An address.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Email {
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// `confirmed`, or another word.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub state: Option<String>,
    /// What it is used for, such as `primary`.
    #[serde(default, deserialize_with = "typed::texts")]
    pub scope: Vec<String>,
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
