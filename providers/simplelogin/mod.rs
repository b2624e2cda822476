//! This file is the module of SimpleLogin: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("simplelogin", "SimpleLogin");

/// What SimpleLogin says of someone (the claims of its ID token).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// This person at this application.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The name that the person gave to the application.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The address: the person's own, or an alias.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is confirmed.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The URL of a picture; it expires.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
    /// The application's name at SimpleLogin.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub client: Option<String>,
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
