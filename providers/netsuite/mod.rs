//! This file is the module of NetSuite: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("netsuite", "NetSuite");

/// What NetSuite says of someone (what the RESTlet of the guide answers).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The number of the person's record.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The name in the record.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The address in the record.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The number of the role that the person chose.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub role: Option<i64>,
    /// The number of the person's location, if the RESTlet tells it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub location: Option<i64>,
    /// The number of the person's department, if the RESTlet tells it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub department: Option<i64>,
    /// The number of the person's subsidiary, if the RESTlet tells it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub subsidiary: Option<i64>,
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
