//! The module of Amazon: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("amazon", "Amazon");

/// What Amazon says of someone (`GET /user/profile`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are to all applications of one developer.
    #[serde(deserialize_with = "typed::id")]
    pub user_id: String,
    /// The name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The address that they have registered; nothing says whether it was verified.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The postal code, with the scope `postal_code`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub postal_code: Option<String>,
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
