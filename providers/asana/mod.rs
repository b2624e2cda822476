//! The module of Asana: its data, and its answer as a struct.
//!
#![doc = include_str!("guide.md")]

use serde::Deserialize;

use crate::typed;

entry!("asana", "Asana");

/// What Asana says of someone (`data` of `GET /users/me`).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Profile {
    /// The account's id.
    #[serde(deserialize_with = "typed::id")]
    pub gid: String,
    /// The name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
    /// The address; nothing says whether it was verified.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub email: Option<String>,
    /// Their picture.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub photo: Option<Photo>,
    /// The workspaces that they and the app share.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub workspaces: Option<Vec<Workspace>>,
}

/// The picture of someone, in its sizes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Photo {
    /// In 21 × 21.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub image_21x21: Option<String>,
    /// In 27 × 27.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub image_27x27: Option<String>,
    /// In 36 × 36.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub image_36x36: Option<String>,
    /// In 60 × 60.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub image_60x60: Option<String>,
    /// In 128 × 128.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub image_128x128: Option<String>,
}

/// A workspace.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Workspace {
    /// Its id.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub gid: Option<String>,
    /// Its name.
    #[serde(default, deserialize_with = "typed::maybe")]
    pub name: Option<String>,
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
