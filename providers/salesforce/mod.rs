//! This file is the module of Salesforce: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("salesforce", "Salesforce");

/// What Salesforce says of someone (its userinfo answer).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The organisation and the user, as a URL.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The user's id in the organisation.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub user_id: Option<String>,
    /// The organisation's id. To let in one organisation only, compare this and not the address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub organization_id: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The user name, in the form of an address. It need not be one.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub family_name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The URL of a picture, which is shown to bearers of the access token.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub picture: Option<String>,
    /// Whether the user is active.
    #[serde(default, deserialize_with = "typed::truth")]
    pub active: Option<bool>,
    /// The kind of user, such as `STANDARD`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub user_type: Option<String>,
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
