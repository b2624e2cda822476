//! This file reads a provider's answer into a struct, leniently: a field of another kind than
//! documented is absent, so that one odd member does not hide the rest. The id alone must be there.

// Which of these are used depends on the features.
#![allow(dead_code)]

use authcore::provider::Profile;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error},
};
use serde_json::Value;

/// Why an answer is not of a provider's form: it has no id. What it has instead is not told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProfileError;

impl std::fmt::Display for ProfileError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the answer is not of this provider's form")
    }
}

impl std::error::Error for ProfileError {}

/// The whole answer as a struct.
pub(crate) fn read<T: DeserializeOwned>(profile: &Profile) -> Result<T, ProfileError> {
    T::deserialize(Value::Object(profile.raw.clone())).map_err(|_| ProfileError)
}

/// An id that is a text or an integer.
pub(crate) fn id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    match Value::deserialize(from)? {
        Value::String(text) if !text.is_empty() => Ok(text),
        Value::Number(number) if !number.is_f64() => Ok(number.to_string()),
        _ => Err(D::Error::custom("no id")),
    }
}

/// A field, unless it is null or of another kind.
pub(crate) fn maybe<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Ok(T::deserialize(Value::deserialize(from)?).ok())
}

/// The texts of an array, or of an object where a server writes an array with gaps as one.
pub(crate) fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    let items: Vec<Value> = match Value::deserialize(from)? {
        Value::Array(items) => items,
        Value::Object(members) => members.into_iter().map(|(_, item)| item).collect(),
        _ => Vec::new(),
    };
    Ok(items
        .into_iter()
        .filter_map(|item| match item {
            Value::String(text) => Some(text),
            _ => None,
        })
        .collect())
}

/// A truth that some servers write as a text.
pub(crate) fn truth<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::Bool(truth) => Some(truth),
        Value::String(text) if text == "true" => Some(true),
        Value::String(text) if text == "false" => Some(false),
        _ => None,
    })
}
