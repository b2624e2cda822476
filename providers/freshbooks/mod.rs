//! This file is the module of FreshBooks: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("freshbooks", "FreshBooks");

/// What FreshBooks says of someone (`GET /auth/api/v1/users/me`, member `response`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The identity's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The given name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// When an address was confirmed, in ISO 8601.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub confirmed_at: Option<String>,
    /// When the identity was made, in ISO 8601.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub created_at: Option<String>,
    /// The language.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub language: Option<String>,
    /// The businesses, and the part in each.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub business_memberships: Option<Vec<Membership>>,
}

impl Profile {
    /// Reads the whole answer that a profile was made of.
    ///
    /// # Errors
    /// [`ProfileError`](crate::ProfileError) when it has no id; it is another provider's then.
    pub fn from_raw(profile: &authcore::provider::Profile) -> Result<Self, crate::ProfileError> {
        typed::read::<Answer>(profile).map(|it| it.response)
    }
}

#[derive(Deserialize)]
struct Answer {
    response: Profile,
}

/// A part in a business.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Membership {
    /// The membership's number, which is not the business's.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub id: Option<u64>,
    /// The part: `owner`, `business_employee` and others.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub role: Option<String>,
    /// The business.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub business: Option<Business>,
}

/// A business.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Business {
    /// Its number.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub id: Option<u64>,
    /// Its name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// What its accounting is addressed by.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub account_id: Option<String>,
}
