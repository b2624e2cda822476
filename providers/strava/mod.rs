//! This file is the module of Strava: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("strava", "Strava");

/// What Strava says of someone (`GET /athlete`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The athlete's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The user name, if one is set.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The first name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub firstname: Option<String>,
    /// The last name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub lastname: Option<String>,
    /// The URL of a picture; a path where none was set.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile: Option<String>,
    /// The city.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub city: Option<String>,
    /// The state or region.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub state: Option<String>,
    /// The country.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub country: Option<String>,
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
