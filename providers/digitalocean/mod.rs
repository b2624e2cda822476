//! This file is the module of DigitalOcean: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("digitalocean", "DigitalOcean");

/// What DigitalOcean says of someone (`account` of `GET /v2/account`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The person's id.
    #[serde(deserialize_with = "typed::id")]
    pub uuid: String,
    /// The name to show, if one is set.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The address that they registered with.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether they have verified it.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// `active`, `warning` or `locked`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub status: Option<String>,
    /// More about that.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub status_message: Option<String>,
    /// How many servers they may have at once.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub droplet_limit: Option<i64>,
    /// The team that they agreed for.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub team: Option<Team>,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Team {
    /// The team's id.
    #[serde(deserialize_with = "typed::id")]
    pub uuid: String,
    /// The team's name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
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
