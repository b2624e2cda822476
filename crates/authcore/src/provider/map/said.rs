//! Keeps apart what a provider said in several documents, so that what belongs together is read from
//! one of them.
//!
//! OpenID Connect Core 1.0, sections 5.1 and 5.7. The attack it stops: an address of one document
//! (which people can set themselves) that counts as verified by the word of another
//! (`an_address_and_its_verification_come_from_one_document`).

use serde_json::Value;

use super::{EmailVerified, Expression, ProfileMap, expression};
use crate::{
    model::{Email, JsonMap},
    provider::ProfileEmail,
};

/// What a provider said of a person.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Said {
    whole: Value,
    /// Each document by itself; the one that counts most is first.
    documents: Vec<Value>,
}

impl Said {
    /// One document is all.
    pub(crate) fn one(document: JsonMap) -> Self {
        let document = Value::Object(document);
        Self {
            whole: document.clone(),
            documents: vec![document],
        }
    }

    /// One document over another.
    pub(crate) fn over(lower: JsonMap, upper: JsonMap) -> Self {
        let documents = vec![Value::Object(upper.clone()), Value::Object(lower.clone())];
        Self {
            whole: Value::Object(laid_over(lower, upper)),
            documents,
        }
    }

    /// A document of its own that becomes a member of the whole.
    pub(crate) fn add(&mut self, name: &str, document: Value) {
        self.change(|whole| whole.insert(name.to_owned(), document.clone()));
        let member = JsonMap::from_iter([(name.to_owned(), document)]);
        self.documents.push(Value::Object(member));
    }

    pub(crate) fn whole(&self) -> &Value {
        &self.whole
    }

    /// Changes the members of the whole. What is put there is no document, so that no verified
    /// address comes from it.
    pub(crate) fn change<R>(&mut self, change: impl FnOnce(&mut JsonMap) -> R) -> R {
        let mut members = match std::mem::take(&mut self.whole) {
            Value::Object(members) => members,
            _ => JsonMap::new(),
        };
        let outcome = change(&mut members);
        self.whole = Value::Object(members);
        outcome
    }
}

/// One document over another. What is said of a claim (`email_verified` of `email`) is never taken
/// from another document than the claim.
fn laid_over(lower: JsonMap, upper: JsonMap) -> JsonMap {
    let has =
        |map: &JsonMap, name: &str| map.get(name).is_some_and(|it| !expression::is_absent(it));
    let mut whole: JsonMap = lower
        .iter()
        .filter(|(name, _)| !subject_of(name).is_some_and(|claim| has(&upper, claim)))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (name, value) in &upper {
        let is_of_lower =
            subject_of(name).is_some_and(|claim| !has(&upper, claim) && has(&lower, claim));
        let is_nothing = expression::is_absent(value) && has(&whole, name);
        if !is_of_lower && !is_nothing {
            whole.insert(name.clone(), value.clone());
        }
    }
    whole
}

/// The claim that another speaks of: `phone_number` of `phone_number_verified`.
fn subject_of(name: &str) -> Option<&str> {
    name.strip_suffix("_verified")
        .or_else(|| name.strip_prefix("verified_"))
}

/// The address, and what the document that it is in says of it.
pub(super) fn email(
    map: &ProfileMap,
    said: &Said,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Option<ProfileEmail> {
    let alternatives = match map.email.as_ref()? {
        Expression::First(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    // The token answer is a document too.
    let without_tokens = |name: &str| match name.starts_with("token.") {
        true => None,
        false => lookup(name),
    };
    let token_answer = Value::Object(JsonMap::new());
    let read = |document: &Value, lookup: &dyn Fn(&str) -> Option<String>, from: &Expression| {
        let address = address(from, document, lookup)?;
        let word = map.email_verified.word(from, document, lookup);
        Some((address, word))
    };
    for from in alternatives {
        let mut found = (said.documents.iter())
            .filter_map(|document| read(document, &without_tokens, from))
            .chain(read(&token_answer, lookup, from));
        if let Some((address, word)) = found.next() {
            let verified = match word {
                Some(verified) => verified,
                // Another document may say it of the same address.
                None => found.any(|(other, word)| other == address && word == Some(true)),
            };
            return Some(ProfileEmail { address, verified });
        }
        // Made of several documents, so that none vouches for it.
        if let Some(address) = address(from, &said.whole, lookup) {
            let verified = false;
            return Some(ProfileEmail { address, verified });
        }
    }
    None
}

fn address(
    from: &Expression,
    document: &Value,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Option<Email> {
    let value = from.value(document, lookup)?;
    Email::parse(&expression::text_of(&value)?).ok()
}

impl EmailVerified {
    /// What one document says of the address that it has at `from`; `None` when it does not say.
    pub(super) fn word(
        &self,
        from: &Expression,
        document: &Value,
        lookup: &dyn Fn(&str) -> Option<String>,
    ) -> Option<bool> {
        match self {
            Self::Always => Some(true),
            Self::Never => Some(false),
            Self::AnyOf(all) => {
                let element = from.element(document);
                let words: Vec<bool> = all
                    .iter()
                    .filter(|one| match (element, one.element(document)) {
                        // Two elements of one list speak of two addresses.
                        (Some(own), Some(other)) => std::ptr::eq(own, other),
                        _ => true,
                    })
                    .filter_map(|one| one.value(document, lookup))
                    .map(|value| match value {
                        Value::Bool(verified) => verified,
                        Value::String(text) => text == "true",
                        _ => false,
                    })
                    .collect();
                (!words.is_empty()).then(|| words.contains(&true))
            }
        }
    }
}
