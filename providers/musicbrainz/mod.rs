//! This file is the module of MusicBrainz: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("musicbrainz", "MusicBrainz");

/// What MusicBrainz says of someone (`GET /oauth2/userinfo`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The editor's number.
    #[serde(deserialize_with = "typed::id")]
    pub metabrainz_user_id: String,
    /// The user name. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub sub: Option<String>,
    /// The URL of the profile.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile: Option<String>,
    /// The address, with the scope for it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address was confirmed.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// Their website.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub website: Option<String>,
    /// Their gender, in small letters.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub gender: Option<String>,
    /// The time zone.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub zoneinfo: Option<String>,
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
