//! This folder turns a provider's answer into a subject and a profile, as the provider's data says.
//!
//! ```text
//! pointer.rs     where something stands in an answer (RFC 6901)
//! expression.rs  how one field is worked out
//! builtin.rs     the few functions that data can name; discord_avatar.rs is one
//! display.rs     text and pictures that are shown to people
//! said.rs        what was said in several documents; an address and what is said of it
//! error.rs       why an answer says nobody
//! ```
//!
//! The attack it stops: an account for nobody. An id that is missing, empty, zero where the provider
//! means nobody by it, or of another kind than a text or an integer is refused and never made up, so
//! that no two people become one (`an_id_is_never_made_up`). An address counts as verified only by
//! the provider's word for it, and a picture is an https address and nothing that a page would run.

mod builtin;
mod discord_avatar;
mod display;
mod error;
mod expression;
mod pointer;
mod said;

use std::collections::BTreeMap;

use serde_json::Value;

pub use builtin::Builtin;
pub use error::{Found, MapError};
pub use expression::{Condition, Expression};
pub use pointer::{Pointer, PointerError};
pub(crate) use said::Said;

use super::Profile;
use crate::model::{JsonMap, Subject};

/// From an answer to a profile.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ProfileMap {
    /// Who they are to the provider.
    pub subject: SubjectRule,
    /// The name to show.
    pub name: Option<Expression>,
    /// Their address.
    pub email: Option<Expression>,
    /// Whether the provider vouches for the address.
    pub email_verified: EmailVerified,
    /// The address of a picture.
    pub image: Option<Expression>,
    /// Fields beyond these.
    pub extra: BTreeMap<String, Expression>,
}

/// Where the subject is and what cannot be one.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SubjectRule {
    /// Where it is: the first place where something stands decides.
    pub from: Vec<Expression>,
    /// What the provider means nobody by, as text: `0`. The empty text always is nobody.
    pub reject: Vec<String>,
}

/// Whether a provider vouches for an address.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum EmailVerified {
    /// It gives verified addresses only.
    Always,
    /// It does not say.
    Never,
    /// It does when one of these is `true`, or the text `"true"`.
    AnyOf(Vec<Expression>),
}

impl ProfileMap {
    /// The standard claims (OpenID Connect Core 1.0, section 5.1).
    #[must_use]
    pub fn openid() -> Self {
        let at = |name: &str| Expression::At(Pointer::member(name));
        Self {
            subject: SubjectRule::at(at("sub")),
            name: Some(Expression::First(vec![
                at("name"),
                at("preferred_username"),
                at("nickname"),
            ])),
            email: Some(at("email")),
            email_verified: EmailVerified::AnyOf(vec![at("email_verified")]),
            image: Some(at("picture")),
            extra: BTreeMap::new(),
        }
    }

    /// A map that gives a subject and nothing more.
    #[must_use]
    pub fn of_subject(subject: Expression) -> Self {
        Self {
            subject: SubjectRule::at(subject),
            name: None,
            email: None,
            email_verified: EmailVerified::Never,
            image: None,
            extra: BTreeMap::new(),
        }
    }

    /// All expressions, each with the key that it stands at.
    pub(crate) fn expressions(&self) -> Vec<(&str, &Expression)> {
        let fields = [
            ("name", &self.name),
            ("email", &self.email),
            ("image", &self.image),
        ];
        let verified = match &self.email_verified {
            EmailVerified::AnyOf(all) => all.as_slice(),
            EmailVerified::Always | EmailVerified::Never => &[],
        };
        let mut all: Vec<(&str, &Expression)> = fields
            .into_iter()
            .filter_map(|(key, field)| Some((key, field.as_ref()?)))
            .collect();
        all.extend(self.subject.from.iter().map(|from| ("subject", from)));
        all.extend(verified.iter().map(|from| ("email_verified", from)));
        all.extend(self.extra.iter().map(|(name, from)| (name.as_str(), from)));
        all
    }

    /// Reads an answer. `lookup` knows what is not in it: variables, `client_id`, and, as
    /// `token.user_id`, the members of the token answer.
    ///
    /// # Errors
    /// [`MapError`] when the answer is no object or does not say who it is.
    pub fn apply(
        &self,
        answer: &Value,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(Subject, Profile), MapError> {
        let Value::Object(raw) = answer else {
            return Err(MapError {
                pointer: String::new(),
                found: Found::NoObject,
            });
        };
        self.apply_to(&Said::one(raw.clone()), lookup)
    }

    /// Whether a document gives every field that the map has and these scopes can bring. A picture alone
    /// is not worth a request: most people of most providers have none.
    pub(crate) fn is_complete(
        &self,
        document: &Value,
        lookup: &dyn Fn(&str) -> Option<String>,
        scopes: &[String],
    ) -> bool {
        let is_there = |from: &Expression| from.value(document, lookup).is_some();
        let is_said = |from: &Expression| {
            let word = self.email_verified.word(from, document, lookup);
            is_there(from) && word.is_some()
        };
        let name = self.name.as_ref().filter(|_| can_bring(scopes, "profile"));
        let email = self.email.as_ref().filter(|_| can_bring(scopes, "email"));
        name.is_none_or(is_there) && email.is_none_or(is_said) && self.extra.values().all(is_there)
    }

    /// Reads what was said in one or several documents.
    pub(crate) fn apply_to(
        &self,
        said: &Said,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(Subject, Profile), MapError> {
        let answer = said.whole();
        let raw = answer.as_object().cloned().unwrap_or_default();
        let subject = self.subject.read(answer, lookup)?;
        // The first of several that something is left of.
        let shown = |expression: &Option<Expression>, clean: fn(&str) -> Option<String>| {
            let alternatives = match expression.as_ref()? {
                Expression::First(all) => all.as_slice(),
                one => std::slice::from_ref(one),
            };
            alternatives.iter().find_map(|from| {
                let value = from.value(answer, lookup)?;
                clean(&expression::text_of(&value)?)
            })
        };
        let profile = Profile {
            name: shown(&self.name, display::name),
            email: said::email(self, said, lookup),
            image: shown(&self.image, display::picture),
            extra: self
                .extra
                .iter()
                .filter_map(|(name, from)| {
                    let value = from.value(answer, lookup)?;
                    Some((name.clone(), display::without_nul(value)))
                })
                .collect::<JsonMap>(),
            raw,
        };
        Ok((subject, profile))
    }
}

impl SubjectRule {
    /// The subject is there, whatever it is.
    #[must_use]
    pub fn at(from: Expression) -> Self {
        Self {
            from: vec![from],
            reject: Vec::new(),
        }
    }

    fn read(
        &self,
        answer: &Value,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Subject, MapError> {
        for from in &self.from {
            let refused = |found| MapError {
                pointer: from.place(),
                found,
            };
            // An empty text is an answer here, not an absence: falling through to another field
            // would make somebody of nobody.
            let value = match from {
                Expression::At(pointer) => pointer.find(answer).cloned(),
                other => other.value(answer, lookup),
            };
            let Some(value) = value else { continue };
            let text = match &value {
                Value::String(text) if text.trim().is_empty() => return Err(refused(Found::Empty)),
                Value::String(text) => text.clone(),
                Value::Number(number) if number.is_i64() || number.is_u64() => number.to_string(),
                other => return Err(refused(Found::of(other))),
            };
            if self.reject.contains(&text) {
                return Err(refused(Found::Nobody));
            }
            return Subject::new(text).map_err(|error| refused(Found::from(&error)));
        }
        Err(MapError {
            pointer: self.from.first().map(Expression::place).unwrap_or_default(),
            found: Found::Nothing,
        })
    }
}

/// Whether scopes bring what the standard has this one for (OpenID Connect Core 1.0, section 5.4); of
/// scopes that are not the standard's, nobody knows.
fn can_bring(scopes: &[String], wanted: &str) -> bool {
    const STANDARD: [&str; 6] = [
        "openid",
        "profile",
        "email",
        "address",
        "phone",
        "offline_access",
    ];
    let mut scopes = scopes.iter();
    scopes.any(|scope| scope == wanted || !STANDARD.contains(&scope.as_str()))
}

#[cfg(test)]
mod tests;
