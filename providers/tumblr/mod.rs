//! The module of Tumblr: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("tumblr", "Tumblr");

/// What Tumblr says of someone (`response.user` of `GET /v2/user/info`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The name of their primary blog, which can change.
    #[serde(deserialize_with = "typed::id")]
    pub name: String,
    /// The blogs that they can post to.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub blogs: Option<Vec<Blog>>,
    /// How many blogs they follow.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub following: Option<u64>,
    /// How much they like.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub likes: Option<u64>,
    /// How they write: `html`, `markdown` or `raw`.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub default_post_format: Option<String>,
}

/// A blog.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Blog {
    /// The blog's id.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub uuid: Option<String>,
    /// Its name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// Its title.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub title: Option<String>,
    /// Its URL.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub url: Option<String>,
    /// Whether it is the primary blog of someone.
    #[serde(default, deserialize_with = "typed::truth")]
    pub primary: Option<bool>,
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
