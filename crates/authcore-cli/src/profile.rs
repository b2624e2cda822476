//! This file writes a profile's mapping as a provider's file does.

use authcore::provider::map::{Condition, EmailVerified, Expression, ProfileMap};
use serde_json::{Map, Value, json};

pub(crate) fn written(map: &ProfileMap) -> Value {
    let field = |field: &Option<Expression>| field.as_ref().map_or(Value::Null, expression);
    let mut subject = list(&map.subject.from);
    if !map.subject.reject.is_empty() {
        subject = json!({ "first": list_of(&map.subject.from), "reject": map.subject.reject });
    }
    json!({
        "subject": subject,
        "name": field(&map.name),
        "email": field(&map.email),
        "email_verified": match &map.email_verified {
            EmailVerified::Always => "always".into(),
            EmailVerified::Never => "never".into(),
            EmailVerified::AnyOf(all) => list(all),
            _ => Value::Null,
        },
        "image": field(&map.image),
        "extra": map
            .extra
            .iter()
            .map(|(name, from)| (name.clone(), expression(from)))
            .collect::<Map<_, _>>(),
    })
}

/// One as it is, several as a list.
fn list(all: &[Expression]) -> Value {
    match all {
        [one] => expression(one),
        all => list_of(all),
    }
}

fn list_of(all: &[Expression]) -> Value {
    all.iter().map(expression).collect()
}

fn expression(it: &Expression) -> Value {
    match it {
        Expression::At(pointer) => pointer.as_str().into(),
        Expression::After { pointer, beginning } => {
            json!({ "pointer": pointer.as_str(), "after": beginning })
        }
        Expression::First(all) => list_of(all),
        Expression::Constant(value) => json!({ "constant": value }),
        Expression::Join { parts, with } => json!({ "join": list_of(parts), "with": with }),
        Expression::Template(template) => json!({ "template": template.as_str() }),
        Expression::Find { array, fits, take } => json!({
            "find": array.as_str(), "where": condition(fits), "take": take.as_str(),
        }),
        Expression::Token(member) => json!({ "token": member }),
        Expression::Relative { base, address } => {
            json!({ "relative": expression(address), "base": base.as_str() })
        }
        Expression::Builtin(builtin) => json!({ "builtin": builtin.name() }),
        Expression::When(when, then) => {
            let mut written = match expression(then) {
                Value::Object(members) => members,
                Value::String(pointer) => Map::from_iter([("pointer".into(), pointer.into())]),
                other => Map::from_iter([("first".into(), other)]),
            };
            written.insert("when".into(), condition(when));
            written.into()
        }
        _ => Value::Null,
    }
}

fn condition(it: &Condition) -> Value {
    match it {
        Condition::Truthy(pointer) => pointer.as_str().into(),
        Condition::Equal(wanted) => wanted
            .iter()
            .map(|(pointer, value)| (pointer.to_string(), value.clone()))
            .collect::<Map<_, _>>()
            .into(),
        Condition::EndsWith(pointer, ending) => {
            json!({ pointer.to_string(): { "ends_with": ending } })
        }
        Condition::All(all) => {
            let members = all.iter().filter_map(|one| match condition(one) {
                Value::Object(members) => Some(members),
                _ => None,
            });
            members.flatten().collect::<Map<_, _>>().into()
        }
        Condition::Any(all) => all.iter().map(condition).collect(),
        _ => Value::Null,
    }
}
