//! This file is the module of Mailchimp: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("mailchimp", "Mailchimp");

/// What Mailchimp says of someone (`GET /oauth2/metadata`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The person.
    pub login: Login,
    /// The account's name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub accountname: Option<String>,
    /// What the person may do in the account, such as `owner` or `admin`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub role: Option<String>,
    /// The data centre of the account, such as `us6`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub dc: Option<String>,
    /// Where the account's Marketing API is.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub api_endpoint: Option<String>,
}

/// A person who signs in to Mailchimp.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Login {
    /// The login's number.
    #[serde(deserialize_with = "typed::id")]
    pub login_id: String,
    /// The user name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub login_name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub login_email: Option<String>,
    /// The same, in older answers.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar: Option<String>,
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
