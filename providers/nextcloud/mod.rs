//! This file is the module of Nextcloud: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("nextcloud", "Nextcloud");

/// What Nextcloud says of someone (`ocs.data` of `GET /ocs/v2.php/cloud/user`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The user id. It cannot be changed.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub displayname: Option<String>,
    /// The address, if one is set.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the account is enabled.
    #[serde(default, deserialize_with = "typed::truth")]
    pub enabled: Option<bool>,
    /// The groups that the person belongs to.
    #[serde(default, deserialize_with = "typed::texts")]
    pub groups: Vec<String>,
    /// Where the account is kept, such as `Database` or `LDAP`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub backend: Option<String>,
    /// The language.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub language: Option<String>,
    /// The locale, if one is set.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub locale: Option<String>,
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
