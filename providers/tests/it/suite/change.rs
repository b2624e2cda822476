//! This file changes a golden answer as a case wants it: at the places where the provider's data
//! looks.

use authcore::provider::{
    map::{Condition, EmailVerified, Expression},
    spec::ProviderSpec,
};
use http::StatusCode;
use serde_json::{Value, json};

/// The places where an expression looks, below the envelope; `None` when it also looks elsewhere: at
/// the token answer.
fn places(expression: &Expression) -> Option<Vec<String>> {
    Some(match expression {
        Expression::At(pointer) => vec![pointer.to_string()],
        Expression::Find { array, .. } => vec![array.to_string()],
        Expression::When(_, then) => places(then)?,
        Expression::First(all) | Expression::Join { parts: all, .. } => {
            let all: Option<Vec<_>> = all.iter().map(places).collect();
            all?.concat()
        }
        _ => return None,
    })
}

/// The answer without any address; `None` when the address does not come from the answer.
pub(super) fn without_email(spec: &ProviderSpec, answer: &Value) -> Option<Value> {
    let mut answer = answer.clone();
    let Some(email) = &spec.profile.email else {
        return Some(answer);
    };
    for place in places(email)? {
        remove(&mut answer, &format!("{}{place}", spec.envelope));
    }
    Some(answer)
}

/// Whether the name or the picture, too, comes from a request that completes the profile.
pub(super) fn is_completed_later(spec: &ProviderSpec) -> bool {
    let shown = [&spec.profile.name, &spec.profile.image];
    let mut places = shown.into_iter().flatten().filter_map(places).flatten();
    places.any(|place| {
        let mut follow_ups = spec.follow_ups.iter();
        follow_ups.any(|follow_up| place.starts_with(&format!("{}/", follow_up.into)))
    })
}

/// Whether a request that completes the profile goes to an address of the person's own.
pub(super) fn follows_the_subject(spec: &ProviderSpec) -> bool {
    let mut addresses = spec
        .follow_ups
        .iter()
        .filter_map(|it| it.endpoint.url.as_ref());
    addresses.any(|address| address.placeholders().any(|place| place.starts_with('/')))
}

/// The answer with everything `false` that says that an address is verified.
pub(super) fn unverified(spec: &ProviderSpec, answer: &Value) -> Value {
    let mut answer = answer.clone();
    let EmailVerified::AnyOf(all) = &spec.profile.email_verified else {
        return answer;
    };
    for expression in all {
        if let Expression::Find { array, take, .. } = expression {
            let array = answer.pointer_mut(&format!("{}{array}", spec.envelope));
            for element in array.and_then(Value::as_array_mut).into_iter().flatten() {
                replace(element, take.as_str(), &json!(false));
            }
        } else {
            for place in places(expression).unwrap_or_default() {
                let place = format!("{}{place}", spec.envelope);
                replace(&mut answer, &place, &json!(false));
            }
        }
    }
    answer
}

/// A list of addresses none of which is verified.
pub(super) fn unverified_list(list: &Value) -> Value {
    match list {
        Value::Array(items) => items.iter().map(unverified_list).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, member)| match member {
                Value::Bool(_) if name.contains("verif") || name.contains("confirm") => {
                    (name.clone(), json!(false))
                }
                other => (name.clone(), unverified_list(other)),
            })
            .collect(),
        other => other.clone(),
    }
}

/// The answer with members that nobody has heard of, at every level where there are members.
pub(super) fn with_more(spec: &ProviderSpec, answer: &Value) -> Value {
    let mut answer = answer.clone();
    for place in ["", spec.envelope.as_str()] {
        if let Some(members) = answer.pointer_mut(place).and_then(Value::as_object_mut) {
            members.insert("x_new_flag".into(), json!(true));
            members.insert(
                "x_new_list".into(),
                json!([null, 1, "two", { "three": [] }]),
            );
            members.insert("x_new_text".into(), json!("\u{202e}<b>&amp;'\"\\"));
        }
    }
    answer
}

/// The answer about this subject; `None` when the subject does not come from the answer.
pub(super) fn with_subject(spec: &ProviderSpec, answer: &Value, subject: &Value) -> Option<Value> {
    let mut answer = answer.clone();
    let place = spec
        .profile
        .subject
        .from
        .iter()
        // An id in an element of a list is another's as soon as the list is.
        .filter(|from| !matches!(from, Expression::Find { .. }))
        .filter_map(places)
        .flatten()
        .map(|place| format!("{}{place}", spec.envelope))
        .find(|place| answer.pointer(place).is_some_and(|it| !it.is_null()))?;
    replace(&mut answer, &place, subject);
    Some(answer)
}

/// An error of the token endpoint in the provider's own words, as its data describes them.
pub(super) fn error_of(spec: &ProviderSpec) -> (StatusCode, Value) {
    if let Some(failure) = &spec.quirks.failure {
        return (StatusCode::OK, made(failure));
    }
    match spec.quirks.error_pointers.first() {
        Some(pointer) => (StatusCode::BAD_REQUEST, at(pointer, json!("code_not_good"))),
        None => (
            StatusCode::BAD_REQUEST,
            json!({ "error": "invalid_grant", "error_description": "The code is no longer good" }),
        ),
    }
}

/// Something for which a condition holds.
fn made(condition: &Condition) -> Value {
    match condition {
        Condition::Truthy(pointer) => at(pointer.as_str(), json!(40_029)),
        Condition::Any(all) => all.first().map_or(json!({}), made),
        Condition::Equal(wanted) => wanted.iter().fold(json!({}), |answer, (pointer, value)| {
            merged(answer, at(pointer.as_str(), value.clone()))
        }),
        Condition::EndsWith(pointer, ending) => at(pointer.as_str(), json!(format!("x{ending}"))),
        Condition::All(all) => all
            .iter()
            .fold(json!({}), |answer, one| merged(answer, made(one))),
        _ => json!({}),
    }
}

fn merged(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(mut one), Value::Object(other)) => {
            one.extend(other);
            Value::Object(one)
        }
        (_, other) => other,
    }
}

/// An answer with a value at a place and nothing else.
fn at(pointer: &str, value: Value) -> Value {
    pointer
        .rsplit('/')
        .filter(|name| !name.is_empty())
        .fold(value, |inner, name| json!({ name: inner }))
}

fn replace(answer: &mut Value, pointer: &str, value: &Value) {
    if let Some(place) = answer.pointer_mut(pointer) {
        *place = value.clone();
    }
}

fn remove(answer: &mut Value, pointer: &str) {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        return;
    };
    match answer.pointer_mut(parent) {
        Some(Value::Object(members)) => drop(members.remove(name)),
        // An element of a list: none of them is there.
        Some(Value::Array(items)) => items.clear(),
        _ => {}
    }
}
