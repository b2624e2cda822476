//! This file is the module of Microsoft Entra ID: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("microsoft-entra-id", "Microsoft");

/// What Microsoft says of someone (the claims of its ID token, version 2.0).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are to this application.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// Who they are in their organisation, to every application.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub oid: Option<String>,
    /// Their organisation.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub tid: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// How they are called in their organisation. It changes, and is no address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// The address that an administrator wrote; verified only where `xms_edov` says so.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Their groups, if the application is told them.
    #[serde(default, deserialize_with = "typed::texts")]
    pub groups: Vec<String>,
    /// Their roles in the application.
    #[serde(default, deserialize_with = "typed::texts")]
    pub roles: Vec<String>,
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
