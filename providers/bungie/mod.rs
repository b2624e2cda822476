//! This file is the module of Bungie: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("bungie", "Bungie");

/// What Bungie says of someone (`bungieNetUser` of `GET /User/GetMembershipsForCurrentUser/`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The Bungie.net account's number.
    #[serde(deserialize_with = "typed::id", rename = "membershipId")]
    pub membership_id: String,
    /// The name with its number, such as `Guardian#1234`.
    #[serde(default, deserialize_with = "typed::maybe", rename = "uniqueName")]
    pub unique_name: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe", rename = "displayName")]
    pub display_name: Option<String>,
    /// Where the picture is on www.bungie.net.
    #[serde(
        default,
        deserialize_with = "typed::maybe",
        rename = "profilePicturePath"
    )]
    pub profile_picture_path: Option<String>,
    /// Whether the account is deleted.
    #[serde(default, deserialize_with = "typed::truth", rename = "isDeleted")]
    pub is_deleted: Option<bool>,
    /// The language.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub locale: Option<String>,
    /// When the account was made (RFC 3339).
    #[serde(default, deserialize_with = "typed::maybe", rename = "firstAccess")]
    pub first_access: Option<String>,
    /// The name at Steam, if it is linked.
    #[serde(
        default,
        deserialize_with = "typed::maybe",
        rename = "steamDisplayName"
    )]
    pub steam_display_name: Option<String>,
    /// The name at PlayStation, if it is linked.
    #[serde(default, deserialize_with = "typed::maybe", rename = "psnDisplayName")]
    pub psn_display_name: Option<String>,
    /// The name at Xbox, if it is linked.
    #[serde(default, deserialize_with = "typed::maybe", rename = "xboxDisplayName")]
    pub xbox_display_name: Option<String>,
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
