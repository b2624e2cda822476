//! This file is the module of GitHub: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("github", "GitHub");

/// What GitHub says of someone (`GET /user`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The login. It can be changed, and then taken by somebody else.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub login: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The address that is shown to everybody.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
    /// The URL of the person's page.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub html_url: Option<String>,
    /// Where they work.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub company: Option<String>,
    /// Where they are.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub location: Option<String>,
    /// What they write of themselves.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub bio: Option<String>,
    /// A page of theirs.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub blog: Option<String>,
    /// When the account was made (RFC 3339).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub created_at: Option<String>,
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
