//! The module of FranceConnect: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("franceconnect", "FranceConnect");

/// What FranceConnect says of someone (its UserInfo).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are to this service.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The given names.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name at birth.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
    /// The name in use.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// The address; nothing says whether it was verified.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The day of birth, with the scope for it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub birthdate: Option<String>,
    /// `male` or `female`, with the scope for it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub gender: Option<String>,
    /// The number of the town of birth, with the scope for it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub birthplace: Option<String>,
    /// The number of the country of birth, with the scope for it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub birthcountry: Option<String>,
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
