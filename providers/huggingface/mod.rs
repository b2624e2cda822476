//! This file is the module of Hugging Face: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("huggingface", "Hugging Face");

/// What Hugging Face says of someone (`GET /oauth/userinfo`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's id. It stays when somebody is renamed.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The user name. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// The address, with the scope `email`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address is verified, with the scope `email`.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub picture: Option<String>,
    /// The URL of the person's page.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile: Option<String>,
    /// A page of theirs.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub website: Option<String>,
    /// Whether they have a paid subscription.
    #[serde(default, deserialize_with = "typed::truth", rename = "isPro")]
    pub is_pro: Option<bool>,
    /// Whether they have a way to pay set up, with the scope `read-billing`.
    #[serde(default, deserialize_with = "typed::truth", rename = "canPay")]
    pub can_pay: Option<bool>,
    /// The organisations that the application may see.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub orgs: Option<Vec<Organization>>,
}

/// An organisation that somebody belongs to.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Organization {
    /// The organisation's id.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The name in addresses. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub preferred_username: Option<String>,
    /// What the person is there: `admin`, `write`, `read` or `contributor`.
    #[serde(default, deserialize_with = "typed::maybe", rename = "roleInOrg")]
    pub role_in_org: Option<String>,
    /// Whether the organisation's own login is still to be done.
    #[serde(default, deserialize_with = "typed::truth", rename = "pendingSSO")]
    pub pending_sso: Option<bool>,
    /// Whether a second factor is still to be set up.
    #[serde(default, deserialize_with = "typed::truth", rename = "missingMFA")]
    pub missing_mfa: Option<bool>,
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
