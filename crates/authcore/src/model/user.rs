//! This file holds the application's users. An e-mail address is optional: many have none.

use serde::{Deserialize, Serialize};

use super::{Email, JsonMap, Timestamp, UserId};

/// A user as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Who they are to the application.
    pub id: UserId,
    /// The name to show.
    pub name: Option<String>,
    /// The e-mail address, if they have one. Unique among users.
    pub email: Option<Email>,
    /// When the address was last shown to be theirs; `None`: nobody vouches for it.
    pub email_verified: Option<Timestamp>,
    /// The URL of a picture.
    pub image: Option<String>,
    /// The application's own fields.
    #[serde(default)]
    pub extra: JsonMap,
}

/// A user about to be stored. The adapter gives the id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewUser {
    /// The name to show.
    pub name: Option<String>,
    /// The e-mail address, if they have one.
    pub email: Option<Email>,
    /// When the address was shown to be theirs.
    pub email_verified: Option<Timestamp>,
    /// The URL of a picture.
    pub image: Option<String>,
    /// The application's own fields.
    pub extra: JsonMap,
}

/// What to change of a user. `None` leaves a field alone; `Some(None)` empties it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UserChanges {
    /// The name to show.
    pub name: Option<Option<String>>,
    /// The e-mail address.
    pub email: Option<Option<Email>>,
    /// When the address was shown to be theirs.
    pub email_verified: Option<Option<Timestamp>>,
    /// The URL of a picture.
    pub image: Option<Option<String>>,
    /// The application's own fields, replaced as a whole.
    pub extra: Option<JsonMap>,
}

impl UserChanges {
    /// Whether there is nothing to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
