//! This file is the module of Pinterest: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("pinterest", "Pinterest");

/// What Pinterest says of someone (`GET /v5/user_account`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The user name. It can be changed, and then taken by somebody else.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The name of the business, for business accounts.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub business_name: Option<String>,
    /// `PINNER` or `BUSINESS`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub account_type: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile_image: Option<String>,
    /// A page of theirs.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub website_url: Option<String>,
    /// What they write of themselves.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub about: Option<String>,
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
