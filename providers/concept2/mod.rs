//! This file is the module of Concept2: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("concept2", "Concept2");

/// What the Logbook says of someone (`GET /api/users/me`, member `data`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The user name. It can be changed.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub username: Option<String>,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// `M` or `F`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub gender: Option<String>,
    /// The date of birth, as `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub dob: Option<String>,
    /// The country, in three letters.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub country: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub profile_image: Option<String>,
    /// Whether the account is a child's.
    #[serde(default, deserialize_with = "typed::truth")]
    pub age_restricted: Option<bool>,
    /// Whether Concept2 may write to the address.
    #[serde(default, deserialize_with = "typed::truth")]
    pub email_permission: Option<bool>,
    /// The highest heart rate, in beats a minute.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub max_heart_rate: Option<u64>,
    /// The weight, as the Logbook keeps it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub weight: Option<u64>,
    /// Who may see the results: `private`, `partners`, `logged_in` or `everyone`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub logbook_privacy: Option<String>,
}

impl Profile {
    /// Reads the whole answer that a profile was made of.
    ///
    /// # Errors
    /// [`ProfileError`](crate::ProfileError) when it has no id; it is another provider's then.
    pub fn from_raw(profile: &authcore::provider::Profile) -> Result<Self, crate::ProfileError> {
        typed::read::<Answer>(profile).map(|it| it.data)
    }
}

#[derive(Deserialize)]
struct Answer {
    data: Profile,
}
