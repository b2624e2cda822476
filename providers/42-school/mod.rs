//! This file is the module of 42 School: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("42-school", "42 School");

/// What 42 says of someone (`GET /v2/me`), without their projects and achievements.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The login.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub login: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The name that they choose to be called by.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub usual_full_name: Option<String>,
    /// The name to show.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub displayname: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// What they are: `student`, `admin`, `external`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub kind: Option<String>,
    /// Their picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub image: Option<Image>,
    /// Whether they work for the school.
    #[serde(default, deserialize_with = "typed::truth", rename = "staff?")]
    pub is_staff: Option<bool>,
    /// Whether they are at the school now.
    #[serde(default, deserialize_with = "typed::truth", rename = "active?")]
    pub is_active: Option<bool>,
    /// The campuses that they belong to.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub campus: Option<Vec<Campus>>,
}

/// A picture, in several sizes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Image {
    /// The URL of the original.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub link: Option<String>,
}

/// A campus.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Campus {
    /// Its number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// Its name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The country that it is in.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub country: Option<String>,
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
