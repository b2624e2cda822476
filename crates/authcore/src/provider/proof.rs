//! This file holds what a provider ends an attempt with: who it is, and what it says of them.

use std::fmt;

use crate::model::{Email, JsonMap, Subject, TokenSet};

/// A provider's word on who is there.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// Who they are to the provider. With the provider it is the identity; nothing else is.
    pub subject: Subject,
    /// What the provider says of them.
    pub profile: Profile,
    /// What the token endpoint gave, where there is one.
    pub tokens: TokenSet,
}

impl Proof {
    /// A proof of who is there and nothing more.
    #[must_use]
    pub fn new(subject: Subject) -> Self {
        Self {
            subject,
            profile: Profile::default(),
            tokens: TokenSet::default(),
        }
    }
}

/// What a provider says of someone.
#[derive(Clone, Default, PartialEq)]
pub struct Profile {
    /// The name to show.
    pub name: Option<String>,
    /// Their address, if they have one and the provider gives it.
    pub email: Option<ProfileEmail>,
    /// The URL of a picture.
    pub image: Option<String>,
    /// Fields that the provider's data maps beyond these.
    pub extra: JsonMap,
    /// The provider's whole answer, for hooks that want more of it.
    pub raw: JsonMap,
}

/// `Debug` shows which fields are there, not what they say of a person.
impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("name", &self.name.is_some())
            .field("email", &self.email.is_some())
            .field("image", &self.image.is_some())
            .field("extra", &self.extra.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// An address and whether the provider vouches for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileEmail {
    /// The address.
    pub address: Email,
    /// Whether the provider has verified that it is theirs. `false` unless the provider says so.
    pub verified: bool,
}
