//! This file is the module of Mastodon: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("mastodon", "Mastodon");

/// What Mastodon says of someone (`GET /api/v1/accounts/verify_credentials`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number on this server.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The user name, without the server.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The same, for accounts of this server.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub acct: Option<String>,
    /// The name to show. It may hold shortcodes of the server's own emoji.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub display_name: Option<String>,
    /// The URL of the person's page.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub url: Option<String>,
    /// The URL of a picture, which may move.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar: Option<String>,
    /// The URL of the same picture, standing still.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_static: Option<String>,
    /// What they write of themselves, as HTML that is not yours to trust.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub note: Option<String>,
    /// Whether the account says that a machine runs it.
    #[serde(default, deserialize_with = "typed::truth")]
    pub bot: Option<bool>,
    /// Whether followers must be approved.
    #[serde(default, deserialize_with = "typed::truth")]
    pub locked: Option<bool>,
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
