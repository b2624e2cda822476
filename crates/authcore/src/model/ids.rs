//! This file names people, providers and the people that providers know.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text is empty.
    #[error("an id cannot be empty")]
    Empty,
    /// The text is longer than allowed.
    #[error("an id has at most {limit} characters")]
    TooLong {
        /// The most characters that are allowed.
        limit: usize,
    },
    /// The text holds a character that an id cannot have.
    #[error("{0:?} cannot be part of an id")]
    Character(char),
}

/// The id of a provider, as it stands in URLs: `wikimedia`, `my-company`.
///
/// Lower-case letters, digits and hyphens; 1 to 64 characters; no hyphen at either end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProviderId(String);

impl ProviderId {
    /// Checks a text and takes it as a provider's id.
    ///
    /// # Errors
    /// [`IdError`] when it is empty, longer than 64 characters, or not made of `a-z`, `0-9` and inner `-`.
    pub fn new(id: impl Into<String>) -> Result<Self, IdError> {
        let id = id.into();
        if id.is_empty() {
            return Err(IdError::Empty);
        }
        if id.len() > 64 {
            return Err(IdError::TooLong { limit: 64 });
        }
        if let Some(odd) = id
            .chars()
            .find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-'))
        {
            return Err(IdError::Character(odd));
        }
        if id.starts_with('-') || id.ends_with('-') {
            return Err(IdError::Character('-'));
        }
        Ok(Self(id))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as it stands in names of environment variables: `azure-ad` is `AZURE_AD`.
    #[must_use]
    pub fn env_name(&self) -> String {
        self.0.to_ascii_uppercase().replace('-', "_")
    }

    /// The environment variable that fills in this of the provider: `base_url` of `wikimedia` is
    /// `AUTH_WIKIMEDIA_BASE_URL`.
    #[must_use]
    pub fn env_variable(&self, name: &str) -> String {
        format!("AUTH_{}_{}", self.env_name(), name.to_ascii_uppercase())
    }
}

impl TryFrom<String> for ProviderId {
    type Error = IdError;
    fn try_from(id: String) -> Result<Self, IdError> {
        Self::new(id)
    }
}

impl From<ProviderId> for String {
    fn from(id: ProviderId) -> String {
        id.0
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who someone is to one provider. Compared byte for byte; never an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Subject(String);

impl Subject {
    /// Checks a text and takes it as a subject.
    ///
    /// # Errors
    /// [`IdError`] when it is empty, longer than 255 characters (OpenID Connect Core 1.0, section 2)
    /// or holds a control character.
    pub fn new(subject: impl Into<String>) -> Result<Self, IdError> {
        let subject = subject.into();
        if subject.is_empty() {
            return Err(IdError::Empty);
        }
        if subject.chars().count() > 255 {
            return Err(IdError::TooLong { limit: 255 });
        }
        if let Some(odd) = subject.chars().find(|c| c.is_control()) {
            return Err(IdError::Character(odd));
        }
        Ok(Self(subject))
    }

    /// The subject as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Subject {
    type Error = IdError;
    fn try_from(subject: String) -> Result<Self, IdError> {
        Self::new(subject)
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> String {
        subject.0
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who someone is to the application. The adapter gives it; without an adapter it is derived from
/// the provider and the subject, so that it stays the same at the next visit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UserId(String);

impl UserId {
    /// Takes a text as a user's id. An id that no store gave finds nobody.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_id_is_what_a_path_and_a_variable_can_hold() {
        let id = ProviderId::new("azure-ad").unwrap();
        assert_eq!(id.env_name(), "AZURE_AD");
        assert_eq!(id.env_variable("base_url"), "AUTH_AZURE_AD_BASE_URL");
        assert_eq!(ProviderId::new(""), Err(IdError::Empty));
        assert_eq!(ProviderId::new("Wiki"), Err(IdError::Character('W')));
        assert_eq!(ProviderId::new("a/b"), Err(IdError::Character('/')));
        assert_eq!(ProviderId::new("-a"), Err(IdError::Character('-')));
        assert!(ProviderId::new("a".repeat(65)).is_err());
    }

    #[test]
    fn a_subject_is_never_empty_long_or_made_of_control_characters() {
        assert_eq!(Subject::new(""), Err(IdError::Empty));
        assert_eq!(Subject::new("a\0b"), Err(IdError::Character('\0')));
        assert!(Subject::new("x".repeat(256)).is_err());
        assert_eq!(Subject::new("12345").unwrap().as_str(), "12345");
    }
}
