//! This file is the module of Slack: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("slack", "Slack");

/// What Slack says of someone (the claims of its ID token).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The member's id.
    #[serde(deserialize_with = "typed::id")]
    pub sub: String,
    /// The workspace's id. To let in one workspace only, compare this.
    #[serde(
        rename = "https://slack.com/team_id",
        default,
        deserialize_with = "typed::maybe"
    )]
    pub team_id: Option<String>,
    /// The workspace's name.
    #[serde(
        rename = "https://slack.com/team_name",
        default,
        deserialize_with = "typed::maybe"
    )]
    pub team_name: Option<String>,
    /// The workspace's part of its address at Slack.
    #[serde(
        rename = "https://slack.com/team_domain",
        default,
        deserialize_with = "typed::maybe"
    )]
    pub team_domain: Option<String>,
    /// The organisation's id, for Enterprise Grid.
    #[serde(
        rename = "https://slack.com/enterprise_id",
        default,
        deserialize_with = "typed::maybe"
    )]
    pub enterprise_id: Option<String>,
    /// The member's id as the rest of Slack's interface has it.
    #[serde(
        rename = "https://slack.com/user_id",
        default,
        deserialize_with = "typed::maybe"
    )]
    pub user_id: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
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
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub picture: Option<String>,
    /// The language.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub locale: Option<String>,
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
