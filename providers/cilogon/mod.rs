//! This file is the module of CILogon: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("cilogon", "CILogon");

/// What CILogon says of someone (its UserInfo).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are at their institution.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
    /// The address, as the institution has it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The institution's entity id.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub idp: Option<String>,
    /// The institution's name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub idp_name: Option<String>,
    /// The name at the institution (eduPersonPrincipalName).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub eppn: Option<String>,
    /// A pseudonym for CILogon (eduPersonTargetedID).
    #[serde(default, deserialize_with = "typed::maybe")]
    pub eptid: Option<String>,
    /// What they are there, with semicolons between.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub affiliation: Option<String>,
    /// The part of the institution.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub ou: Option<String>,
    /// The subject at ORCID, GitHub, Google or Microsoft, if they came from there.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub oidc: Option<String>,
    /// How the institution signed them in.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub acr: Option<String>,
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
