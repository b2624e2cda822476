//! This file is the module of Lark: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("lark", "Lark");

/// What Lark says of someone (`data` of `GET /open-apis/authen/v1/user_info`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// Who they are in this application.
    #[serde(deserialize_with = "typed::id")]
    pub open_id: String,
    /// Who they are for all applications of one developer.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub union_id: Option<String>,
    /// Who they are in their company; an administrator can change it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub user_id: Option<String>,
    /// The company.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub tenant_key: Option<String>,
    /// The name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The name in English.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub en_name: Option<String>,
    /// The address; an administrator has set it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// The company's address.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub enterprise_email: Option<String>,
    /// The telephone number; an administrator has set it.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub mobile: Option<String>,
    /// Their number in the company.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub employee_no: Option<String>,
    /// The URL of a picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_url: Option<String>,
    /// The picture in 72 × 72.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_thumb: Option<String>,
    /// The picture in 240 × 240.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_middle: Option<String>,
    /// The picture in 640 × 640.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub avatar_big: Option<String>,
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
