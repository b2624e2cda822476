//! This file works out one field: a pointer, what stands behind a beginning of its text, the first of
//! several that is there, a constant, a join, a template, an element found in an array, a member of the token answer, a built-in.
//!
//! Nothing here fails: what cannot be worked out is absent. Null and the empty text are absent too,
//! because providers write both for "none".

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Builtin, Pointer};
use crate::provider::spec::Template;

/// How one field is worked out.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Expression {
    /// What stands at a pointer.
    At(Pointer),
    /// What stands behind a beginning of the text at a pointer; absent when it begins otherwise.
    After {
        /// Where the text is.
        pointer: Pointer,
        /// Its beginning.
        beginning: String,
    },
    /// The first of several that is there.
    First(Vec<Expression>),
    /// Always the same.
    Constant(Value),
    /// The parts that are there, with a text between them.
    Join {
        /// The parts.
        parts: Vec<Expression>,
        /// What stands between two. Default: a space.
        with: String,
    },
    /// A template; absent when a part is missing.
    Template(Template),
    /// A part of the first element of an array that fits.
    Find {
        /// Where the array is.
        array: Pointer,
        /// What the element must be like.
        fits: Condition,
        /// What is taken of it: a pointer inside the element.
        take: Pointer,
    },
    /// A member of the token answer.
    Token(String),
    /// An address that may be relative to a base.
    Relative {
        /// The base.
        base: Template,
        /// The address.
        address: Box<Expression>,
    },
    /// A function of ours, by its name.
    Builtin(Builtin),
    /// The expression, if the answer is like that.
    When(Condition, Box<Expression>),
}

/// What an answer, or an element of an array, must be like.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Condition {
    /// Something is there that is not null, false, zero or empty.
    Truthy(Pointer),
    /// At every pointer stands the value.
    Equal(BTreeMap<Pointer, Value>),
    /// The text at a pointer ends like this; ASCII letters of either case are the same.
    EndsWith(Pointer, String),
    /// All of them hold.
    All(Vec<Condition>),
    /// One of them holds.
    Any(Vec<Condition>),
}

impl Expression {
    /// The value, if there is one.
    #[must_use]
    pub fn value(&self, answer: &Value, lookup: &dyn Fn(&str) -> Option<String>) -> Option<Value> {
        let value = match self {
            Self::At(pointer) => pointer.find(answer).cloned(),
            Self::After { pointer, beginning } => pointer
                .find(answer)
                .and_then(Value::as_str)
                .and_then(|text| text.strip_prefix(beginning.as_str()))
                .map(Value::from),
            Self::First(all) => all.iter().find_map(|one| one.value(answer, lookup)),
            Self::Constant(value) => Some(value.clone()),
            Self::Join { parts, with } => {
                let parts: Vec<String> = parts
                    .iter()
                    .filter_map(|part| text_of(&part.value(answer, lookup)?))
                    .collect();
                Some(parts.join(with).into())
            }
            Self::Template(template) => fill(template, answer, lookup).map(Value::from),
            Self::Find { array, fits, take } => array
                .find(answer)
                .and_then(Value::as_array)
                .and_then(|elements| elements.iter().find(|element| fits.holds(element)))
                .and_then(|element| take.find(element))
                .cloned(),
            Self::Token(member) => lookup(&format!("token.{member}")).map(Value::from),
            Self::Relative { base, address } => {
                let base = url::Url::parse(&fill(base, answer, lookup)?).ok()?;
                let address = text_of(&address.value(answer, lookup)?)?;
                Some(String::from(base.join(&address).ok()?).into())
            }
            Self::Builtin(builtin) => builtin.run(answer).map(Value::from),
            Self::When(condition, then) => {
                if condition.holds(answer) {
                    then.value(answer, lookup)
                } else {
                    None
                }
            }
        };
        value.filter(|value| !is_absent(value))
    }

    /// The element of an array that it finds, where it is of that kind.
    pub(super) fn element<'v>(&self, answer: &'v Value) -> Option<&'v Value> {
        match self {
            Self::Find { array, fits, .. } => {
                let elements = array.find(answer).and_then(Value::as_array)?;
                elements.iter().find(|element| fits.holds(element))
            }
            Self::When(_, then) => then.element(answer),
            _ => None,
        }
    }

    /// Where it looks, for error texts: its first pointer, or what stands in its place.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::At(pointer) | Self::After { pointer, .. } => pointer.to_string(),
            Self::First(all) | Self::Join { parts: all, .. } => {
                all.first().map(Self::place).unwrap_or_default()
            }
            Self::Constant(_) => "constant".into(),
            Self::Template(template) => template.to_string(),
            Self::Find { array, .. } => array.to_string(),
            Self::Token(member) => format!("token.{member}"),
            Self::Relative { address, .. } => address.place(),
            Self::Builtin(builtin) => builtin.name().into(),
            Self::When(_, then) => then.place(),
        }
    }
}

impl Condition {
    /// Whether a value is like that.
    #[must_use]
    pub fn holds(&self, value: &Value) -> bool {
        match self {
            Self::Truthy(pointer) => pointer.find(value).is_some_and(|found| {
                !is_absent(found) && *found != Value::Bool(false) && found.as_f64() != Some(0.0)
            }),
            Self::Equal(wanted) => wanted
                .iter()
                .all(|(pointer, wanted)| value.pointer(pointer.as_str()) == Some(wanted)),
            Self::EndsWith(pointer, ending) => pointer
                .find(value)
                .and_then(Value::as_str)
                .is_some_and(|text| ends_with(text, ending)),
            Self::All(all) => all.iter().all(|one| one.holds(value)),
            Self::Any(all) => all.iter().any(|one| one.holds(value)),
        }
    }
}

/// Whether a text ends like this and has something before it. Host names know no case (RFC 4343), so
/// that ASCII letters of either case are the same; no other characters are. Behind an ending that begins
/// with `@` is a whole domain: the text must be one address.
fn ends_with(text: &str, ending: &str) -> bool {
    let is_one = !ending.starts_with('@') || text.matches('@').count() == 1;
    let at = text.len().checked_sub(ending.len()).filter(|at| *at > 0);
    let end = at.and_then(|at| text.get(at..));
    is_one && end.is_some_and(|end| end.eq_ignore_ascii_case(ending))
}

/// The text of a text or a number; nothing else has one.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Fills in a template whose pointers point into the answer.
fn fill(
    template: &Template,
    answer: &Value,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    template.fill(&|place| {
        if place.starts_with('/') {
            answer.pointer(place).and_then(text_of)
        } else {
            lookup(place)
        }
    })
}

pub(super) fn is_absent(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}
