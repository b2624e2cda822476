//! This file is the module of Foursquare: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("foursquare", "Foursquare");

/// What Foursquare says of someone (`GET /v2/users/self`, member `response.user`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's number.
    #[serde(deserialize_with = "typed::id")]
    pub id: String,
    /// The given name.
    #[serde(rename = "firstName", default, deserialize_with = "typed::maybe")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(rename = "lastName", default, deserialize_with = "typed::maybe")]
    pub last_name: Option<String>,
    /// The city, as they write it.
    #[serde(rename = "homeCity", default, deserialize_with = "typed::maybe")]
    pub home_city: Option<String>,
    /// How they can be reached.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub contact: Option<Contact>,
    /// The picture, in two parts.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub photo: Option<Photo>,
}

impl Profile {
    /// Reads the whole answer that a profile was made of.
    ///
    /// # Errors
    /// [`ProfileError`](crate::ProfileError) when it has no id; it is another provider's then.
    pub fn from_raw(profile: &authcore::provider::Profile) -> Result<Self, crate::ProfileError> {
        typed::read::<Answer>(profile).map(|it| it.response.user)
    }
}

#[derive(Deserialize)]
struct Answer {
    response: Response,
}

#[derive(Deserialize)]
struct Response {
    user: Profile,
}

/// How somebody can be reached.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Contact {
    /// The address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The telephone number.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub phone: Option<String>,
}

/// A picture: the address is the two parts with a size between them, such as `original` or
/// `100x100`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Photo {
    /// What stands before the size.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub prefix: Option<String>,
    /// What stands behind it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub suffix: Option<String>,
}
