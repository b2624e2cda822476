//! The application's users. An e-mail address is optional: many have none.
//!
//! The attack it stops: an address that no provider vouches for occupies the unique column, so that its
//! real owner can never sign in, and the refusal tells who is registered. Such an address is kept apart
//! from the verified one, decides nothing, and is marked wherever it is shown.

use serde::{Deserialize, Serialize};

use super::{Email, JsonMap, Timestamp, UserId};

/// A user as stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Who they are to the application.
    pub id: UserId,
    /// The name to show.
    pub name: Option<String>,
    /// The e-mail address that was shown to be theirs, if they have one. Unique among users.
    pub email: Option<Email>,
    /// When the address was last shown to be theirs. Set whenever there is an [`email`](Self::email).
    pub email_verified: Option<Timestamp>,
    /// An address that nobody vouches for. Several users may have the same one, and nothing is looked up
    /// or linked by it.
    #[serde(default)]
    pub unverified_email: Option<Email>,
    /// The URL of a picture.
    pub image: Option<String>,
    /// Since when they are locked out; `None`: they are not.
    #[serde(default)]
    pub disabled_at: Option<Timestamp>,
    /// Sessions that were made before this moment are no longer valid, wherever they are kept.
    #[serde(default)]
    pub sessions_valid_from: Option<Timestamp>,
    /// The application's own fields.
    #[serde(default)]
    pub extra: JsonMap,
}

/// Whether an address was shown to be the user's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Vouched {
    /// It was: by its provider, or by a message sent there.
    Verified,
    /// It was not. Show it with a mark, send nothing confidential there, and decide nothing by it.
    Unverified,
}

impl User {
    /// A user of whom nothing else is known.
    ///
    /// ```
    /// use authcore::model::{User, UserId};
    ///
    /// let user = User {
    ///     name: Some("Ada".into()),
    ///     ..User::new(UserId::new("7"))
    /// };
    /// assert!(user.address().is_none() && !user.is_disabled());
    /// ```
    #[must_use]
    pub fn new(id: UserId) -> Self {
        Self {
            id,
            name: None,
            email: None,
            email_verified: None,
            unverified_email: None,
            image: None,
            disabled_at: None,
            sessions_valid_from: None,
            extra: JsonMap::new(),
        }
    }

    /// The address to show, and whether it was shown to be theirs. The verified one goes first.
    #[must_use]
    pub fn address(&self) -> Option<(&Email, Vouched)> {
        match (&self.email, &self.unverified_email) {
            (Some(email), _) if self.email_verified.is_some() => Some((email, Vouched::Verified)),
            (Some(email), _) | (None, Some(email)) => Some((email, Vouched::Unverified)),
            (None, None) => None,
        }
    }

    /// The same user, whose address counts as verified only with the moment at which it was: without one
    /// it is unverified. For a store, whose rows may say otherwise.
    #[must_use]
    pub fn with_addresses_apart(mut self) -> Self {
        if self.email.is_some() && self.email_verified.is_none() {
            self.unverified_email = self.email.take();
        }
        self
    }

    /// Whether they are locked out.
    #[must_use]
    pub fn is_disabled(&self) -> bool {
        self.disabled_at.is_some()
    }
}

/// A user about to be stored. The adapter gives the id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NewUser {
    /// The name to show.
    pub name: Option<String>,
    /// The e-mail address that was shown to be theirs, if they have one.
    pub email: Option<Email>,
    /// When the address was shown to be theirs.
    pub email_verified: Option<Timestamp>,
    /// An address that nobody vouches for.
    pub unverified_email: Option<Email>,
    /// The URL of a picture.
    pub image: Option<String>,
    /// The application's own fields.
    pub extra: JsonMap,
}

impl NewUser {
    /// The same, whose address counts as verified only with the moment at which it was. A store writes
    /// users so, whatever its caller says.
    #[must_use]
    pub fn with_addresses_apart(mut self) -> Self {
        if self.email.is_some() && self.email_verified.is_none() {
            self.unverified_email = self.email.take();
        }
        self
    }

    /// The user as stored under this id.
    #[must_use]
    pub fn with_id(self, id: UserId) -> User {
        User {
            name: self.name,
            email: self.email,
            email_verified: self.email_verified,
            unverified_email: self.unverified_email,
            image: self.image,
            extra: self.extra,
            ..User::new(id)
        }
    }
}

/// What to change of a user. `None` leaves a field alone; `Some(None)` empties it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UserChanges {
    /// The name to show.
    pub name: Option<Option<String>>,
    /// The e-mail address that was shown to be theirs.
    pub email: Option<Option<Email>>,
    /// When the address was shown to be theirs.
    pub email_verified: Option<Option<Timestamp>>,
    /// An address that nobody vouches for.
    pub unverified_email: Option<Option<Email>>,
    /// The URL of a picture.
    pub image: Option<Option<String>>,
    /// Since when they are locked out.
    pub disabled_at: Option<Option<Timestamp>>,
    /// The moment before which no session of theirs is valid.
    pub sessions_valid_from: Option<Option<Timestamp>>,
    /// The application's own fields, replaced as a whole.
    pub extra: Option<JsonMap>,
}

impl UserChanges {
    /// The same, in which a new address whose verification is taken back is an unverified one. A store
    /// changes users so, whatever its caller says.
    #[must_use]
    pub fn with_addresses_apart(mut self) -> Self {
        if let (Some(Some(email)), Some(None)) = (&self.email, &self.email_verified) {
            self.unverified_email = Some(Some(email.clone()));
            self.email = Some(None);
        }
        self
    }

    /// Whether there is nothing to change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
