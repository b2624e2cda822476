//! The module of Meetup: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("meetup", "Meetup");

/// What Meetup says of someone (`data.self` of its GraphQL).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The member's id.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The name.
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
