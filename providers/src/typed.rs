//! This file reads a provider's answer into a struct, leniently: a member of another kind than
//! documented is absent, so that one odd member does not hide the rest. What is promised, the id above
//! all, must be there; where it is not, the error names the place and the kind of thing that stood
//! there, and never the thing, which is a person's.
//!
//! The attack it stops: an answer made to be read for ever. Each odd member costs one more reading, so
//! that their number is bounded (`an_answer_of_odd_members_is_given_up`).

// Which of these are used depends on the features.
#![allow(dead_code)]

use std::fmt;

use authcore::{model::JsonMap, provider::Profile};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;
use serde_path_to_error::Segment;

/// How many odd members an answer may have before it is given up.
const ODD: usize = 32;

/// Where an answer is not as a provider documents it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProfileError {
    /// Where: a JSON pointer into the answer.
    pub pointer: String,
    /// The kind of thing that stands there: `nothing`, `a text`, `an object`. Never the thing itself.
    pub found: &'static str,
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pointer, found } = self;
        write!(
            f,
            "the answer is not of this provider's form: at `{pointer}` there is {found}"
        )
    }
}

impl std::error::Error for ProfileError {}

/// What of an answer is of another kind than documented: the members that a `from_raw` of the catalogue
/// leaves out of its struct, and those without which it is an error. At most 33 are told; an element of
/// a list is counted among those that are left in it. A struct of a part of the answer, as
/// `concept2`'s is of `data`, is compared with that part.
///
/// ```
/// # #[cfg(feature = "github")] {
/// use authcore_providers::{github, odd_members};
///
/// let mut profile = authcore::provider::Profile::default();
/// profile.raw.insert("id".into(), 7.into());
/// profile.raw.insert("company".into(), false.into());
/// assert_eq!(github::Profile::from_raw(&profile).unwrap().company, None);
/// let odd = odd_members::<github::Profile>(&profile.raw);
/// assert_eq!((odd[0].pointer.as_str(), odd[0].found), ("/company", "a boolean"));
/// # }
/// ```
#[must_use]
pub fn odd_members<T: DeserializeOwned>(answer: &JsonMap) -> Vec<ProfileError> {
    let mut odd = Vec::new();
    if let Err(error) = examine::<T>(answer, &mut odd)
        && !odd.contains(&error)
    {
        odd.push(error);
    }
    odd
}

/// The whole answer as a struct.
pub(crate) fn read<T: DeserializeOwned>(profile: &Profile) -> Result<T, ProfileError> {
    examine(&profile.raw, &mut Vec::new())
}

/// Reads an answer again without each member that does not fit, until the rest fits.
fn examine<T: DeserializeOwned>(
    answer: &JsonMap,
    odd: &mut Vec<ProfileError>,
) -> Result<T, ProfileError> {
    let mut answer = Value::Object(answer.clone());
    let mut readings = 0;
    loop {
        readings += 1;
        let error = match serde_path_to_error::deserialize::<_, T>(&answer) {
            Ok(read) => return Ok(read),
            Err(error) => error,
        };
        let at = pointer(error.path());
        let missing = missing(error.inner()).map(|name| format!("{at}{}", escaped(&name)));
        let place = missing.as_ref().unwrap_or(&at);
        let found = ProfileError {
            pointer: place.clone(),
            found: answer.pointer(place).map_or("nothing", kind),
        };
        // What is missing may be so because it was odd and was taken out before.
        let inside = format!("{place}/");
        let known = odd
            .iter()
            .rev()
            .find(|one| one.pointer == *place || one.pointer.starts_with(&inside));
        let cause = known.unwrap_or(&found).clone();
        if known.is_none_or(|known| missing.is_none() && *known == found) {
            odd.push(found);
        }
        if readings > ODD || !take_out(&mut answer, &at) {
            return Err(cause);
        }
    }
}

/// Takes the member or element out; `false` when there is none, or it is the whole.
fn take_out(answer: &mut Value, pointer: &str) -> bool {
    let Some((above, name)) = pointer.rsplit_once('/') else {
        return false;
    };
    let name = name.replace("~1", "/").replace("~0", "~");
    match answer.pointer_mut(above) {
        Some(Value::Object(members)) => members.remove(&name).is_some(),
        Some(Value::Array(items)) => match name.parse::<usize>() {
            Ok(at) if at < items.len() => {
                items.remove(at);
                true
            }
            _ => false,
        },
        _ => false,
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    path.iter()
        .map_while(|segment| match segment {
            Segment::Map { key } => Some(escaped(key)),
            Segment::Seq { index } => Some(format!("/{index}")),
            _ => None,
        })
        .collect()
}

/// A step of a JSON pointer (RFC 6901, section 3).
fn escaped(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// The member that a struct must have and the answer has not: serde says so in words only.
fn missing(error: &serde_json::Error) -> Option<String> {
    let text = error.to_string();
    let (name, _) = text.strip_prefix("missing field `")?.split_once('`')?;
    Some(name.to_owned())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(text) if text.is_empty() => "an empty text",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// An id that is a text or an integer.
pub(crate) fn id<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    match Value::deserialize(from)? {
        Value::String(text) if !text.is_empty() => Ok(text),
        Value::Number(number) if !number.is_f64() => Ok(number.to_string()),
        _ => Err(D::Error::custom("no id")),
    }
}

/// An id that is a text or an integer, or is not there.
pub(crate) fn maybe_id<'de, D: Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text).filter(|text| !text.is_empty())),
        Value::Number(number) if !number.is_f64() => Ok(Some(number.to_string())),
        _ => Err(D::Error::custom("no id")),
    }
}

/// A field that may be null.
pub(crate) fn maybe<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(from)
}

/// The texts of an array, or of an object where a server writes an array with gaps as one; a text that
/// stands alone is a list of one.
pub(crate) fn texts<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    struct Texts;

    impl<'de> Visitor<'de> for Texts {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("texts")
        }

        fn visit_unit<E: Error>(self) -> Result<Vec<String>, E> {
            Ok(Vec::new())
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Vec<String>, E> {
            Ok(vec![text.to_owned()])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Vec<String>, A::Error> {
            let mut all = Vec::new();
            while let Some(text) = from.next_element()? {
                all.push(text);
            }
            Ok(all)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Vec<String>, A::Error> {
            let mut all = Vec::new();
            while let Some((_, text)) = from.next_entry::<IgnoredAny, _>()? {
                all.push(text);
            }
            Ok(all)
        }
    }

    from.deserialize_any(Texts)
}

/// A truth that some servers write as a text.
pub(crate) fn truth<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    match Value::deserialize(from)? {
        Value::Null => Ok(None),
        Value::Bool(truth) => Ok(Some(truth)),
        Value::String(text) if text == "true" => Ok(Some(true)),
        Value::String(text) if text == "false" => Ok(Some(false)),
        _ => Err(D::Error::custom("neither true nor false")),
    }
}
