//! This file is the module of Stack Exchange: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("stack-exchange", "Stack Exchange");

/// What Stack Exchange says of someone (the first item of `GET /2.3/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number, the same on all sites.
    #[serde(deserialize_with = "typed::id")]
    pub account_id: String,
    /// The user's number on this site.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub user_id: Option<u64>,
    /// The name to show on this site.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub display_name: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile_image: Option<String>,
    /// The URL of the profile.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub link: Option<String>,
    /// Their own site.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub website_url: Option<String>,
    /// Where they say they are.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub location: Option<String>,
    /// The reputation on this site.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub reputation: Option<u64>,
    /// `registered`, `moderator` and others.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub user_type: Option<String>,
    /// Whether they work for Stack Exchange.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_employee: Option<bool>,
    /// When the user was made, in seconds since 1970.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub creation_date: Option<u64>,
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
