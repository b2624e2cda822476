//! This file is the module of Webex: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("webex", "Webex");

/// What Webex says of someone (`GET /v1/people/me`), without licences, roles and telephone numbers.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The addresses.
    #[serde(default, deserialize_with = "typed::texts")]
    pub emails: Vec<String>,
    /// The name to show.
    #[serde(default, rename = "displayName", deserialize_with = "typed::maybe")]
    pub display_name: Option<String>,
    /// What they want to be called by.
    #[serde(default, rename = "nickName", deserialize_with = "typed::maybe")]
    pub nick_name: Option<String>,
    /// The given name.
    #[serde(default, rename = "firstName", deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(default, rename = "lastName", deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar: Option<String>,
    /// The organisation.
    #[serde(default, rename = "orgId", deserialize_with = "typed::maybe")]
    pub org_id: Option<String>,
    /// What it is: `person`, `bot` or `appuser`.
    #[serde(default, rename = "type", deserialize_with = "typed::maybe")]
    pub kind: Option<String>,
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
