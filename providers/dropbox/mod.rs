//! This file is the module of Dropbox: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("dropbox", "Dropbox");

/// What Dropbox says of someone (`POST /2/users/get_current_account`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's id.
    #[serde(deserialize_with = "typed::id")]
    pub account_id: String,
    /// The name in its forms.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<Name>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Whether the address was verified. It may have been lost since.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_verified: Option<bool>,
    /// Whether the account is disabled.
    #[serde(default, deserialize_with = "typed::truth")]
    pub disabled: Option<bool>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile_photo_url: Option<String>,
    /// The language.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub locale: Option<String>,
    /// The country, in two letters.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub country: Option<String>,
    /// The id in the team, for a member of one.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub team_member_id: Option<String>,
    /// Whether a personal and a work account are linked.
    #[serde(default, deserialize_with = "typed::truth")]
    pub is_paired: Option<bool>,
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

/// A name in the forms that Dropbox keeps.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Name {
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub display_name: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub given_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub surname: Option<String>,
    /// How those who know them say.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub familiar_name: Option<String>,
    /// The initials.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub abbreviated_name: Option<String>,
}
