//! This file is the module of Spotify: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("spotify", "Spotify");

/// What Spotify says of someone (`GET /v1/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's id, which never changes.
    #[serde(deserialize_with = "typed::id")]
    pub account_id: String,
    /// The user's id. Not to be used to recognise an account.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub id: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub display_name: Option<String>,
    /// The address, which nobody has verified; with the scope `user-read-email`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The country (ISO 3166-1 alpha-2); with the scope `user-read-private`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub country: Option<String>,
    /// The kind of subscription, such as `premium`; with the scope `user-read-private`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub product: Option<String>,
    /// The Spotify URI.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub uri: Option<String>,
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
