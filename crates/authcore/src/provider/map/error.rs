//! This file says why an answer gives no profile: where, and what kind of thing stood there. What
//! stood there is not told, since it is a person's.

use std::fmt;

use serde_json::Value;

use crate::{model::IdError, provider::Misbehaviour};

/// Why an answer gives no profile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no id at `{pointer}`: {found}")]
pub struct MapError {
    /// Where: a JSON pointer, or `token.` and a member of the token answer.
    pub pointer: String,
    /// What stood there.
    pub found: Found,
}

/// A kind of thing that is no usable id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Found {
    /// Nothing, or null.
    Nothing,
    /// A text without a visible character.
    Empty,
    /// A value that the provider uses for nobody, such as `0`.
    Nobody,
    /// True or false.
    Boolean,
    /// A number that is not whole, or too large to be exact.
    InexactNumber,
    /// An array.
    Array,
    /// An object.
    Object,
    /// A text of more than 255 characters.
    TooLong,
    /// A text with a control character.
    ControlCharacter,
    /// The answer as a whole is not a JSON object.
    NoObject,
}

impl Found {
    /// The kind of a value that no id can be made of.
    pub(crate) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Nothing,
            Value::Bool(_) => Self::Boolean,
            Value::Number(_) => Self::InexactNumber,
            Value::String(_) => Self::Empty,
            Value::Array(_) => Self::Array,
            Value::Object(_) => Self::Object,
        }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nothing => "there is nothing",
            Self::Empty => "there is an empty text",
            Self::Nobody => "there is the provider's word for nobody",
            Self::Boolean => "there is a boolean",
            Self::InexactNumber => "there is a number that is not an exact integer",
            Self::Array => "there is an array",
            Self::Object => "there is an object",
            Self::TooLong => "there is a text of more than 255 characters",
            Self::ControlCharacter => "there is a text with a control character",
            Self::NoObject => "the answer is not a JSON object",
        })
    }
}

impl From<&IdError> for Found {
    fn from(error: &IdError) -> Self {
        match error {
            IdError::Empty => Self::Empty,
            IdError::TooLong { .. } => Self::TooLong,
            IdError::Character(_) => Self::ControlCharacter,
        }
    }
}

impl From<MapError> for Misbehaviour {
    fn from(error: MapError) -> Self {
        match error.found {
            Found::NoObject => Self::ProfileAnswer,
            Found::Nothing => Self::SubjectMissing,
            _ => Self::SubjectInvalid,
        }
    }
}
