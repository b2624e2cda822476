//! This file is the module of Bitbucket: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("bitbucket", "Bitbucket");

/// What Bitbucket says of someone (`GET /2.0/user`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The Atlassian account's id.
    #[serde(deserialize_with = "typed::id")]
    pub account_id: String,
    /// The id within Bitbucket, in braces.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub uuid: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub display_name: Option<String>,
    /// What they want to be called by. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub nickname: Option<String>,
    /// Whether the account is `active`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub account_status: Option<String>,
    /// When the account was made (RFC 3339).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub created_on: Option<String>,
    /// Whether a second factor is set up, where Bitbucket tells it.
    #[serde(default, deserialize_with = "typed::truth")]
    pub has_2fa_enabled: Option<bool>,
    /// Where more of them is.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub links: Option<Links>,
}

/// Where more of someone is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Links {
    /// Their picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar: Option<Link>,
    /// Their page.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub html: Option<Link>,
}

/// An address.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Link {
    /// The URL.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub href: Option<String>,
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
