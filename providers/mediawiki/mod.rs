//! This file is the module of MediaWiki: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("mediawiki", "MediaWiki");

/// What MediaWiki says of someone (`oauth2/resource/profile`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number on the wiki.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The user name; absent when an administrator has hidden it. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The real name, where the application may see it and the person has given one.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub realname: Option<String>,
    /// The address, where the application may see it; empty when there is none.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is confirmed.
    #[serde(default, deserialize_with = "typed::truth")]
    pub confirmed_email: Option<bool>,
    /// The same; absent before MediaWiki 1.42.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The number of edits.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub editcount: Option<u64>,
    /// Whether the account is blocked, or the address of the server that asked is. A block from some pages
    /// only does not count.
    #[serde(default, deserialize_with = "typed::truth")]
    pub blocked: Option<bool>,
    /// When the account was made, as `YYYYMMDDHHMMSS` in UTC; unknown for the oldest.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub registered: Option<String>,
    /// The groups.
    #[serde(default, deserialize_with = "typed::texts")]
    pub groups: Vec<String>,
    /// The rights that the application was granted.
    #[serde(default, deserialize_with = "typed::texts")]
    pub rights: Vec<String>,
    /// What the application was granted.
    #[serde(default, deserialize_with = "typed::texts")]
    pub grants: Vec<String>,
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
