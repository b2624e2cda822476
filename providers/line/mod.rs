//! This file is the module of LINE: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("line", "LINE");

/// What LINE says of someone (the claims of its ID token).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The person's id, for all channels of one provider.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The name to show, with the scope `profile`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The URL of a picture, with the scope `profile`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub picture: Option<String>,
    /// The address, with the scope `email`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// How the person proved who they are: `pwd`, `lineautologin`, `lineqr`, `linesso`, `mfa`.
    #[serde(default, deserialize_with = "typed::texts")]
    pub amr: Vec<String>,
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
