//! This file spoils a profile when a test asks for it.

use serde_json::{Value, json};

use super::{Mischief, state::World};

/// Does to a profile what the mischief of the moment says. The pointers say where the subject and
/// the address are.
pub(super) fn spoil(world: &World, profile: &mut Value, subject: &str, email: &str) {
    if world.does(Mischief::OtherSubject) {
        replace(profile, subject, json!("424242"));
    }
    spoil_subject(world, profile, subject);
    if world.does(Mischief::NoEmail) {
        remove(profile, email);
    }
    if world.does(Mischief::UnverifiedEmail) {
        let beside = |name: &str| match email.rsplit_once('/') {
            Some((parent, _)) => format!("{parent}/{name}"),
            None => name.to_owned(),
        };
        for name in ["email_verified", "verified", "verified_email"] {
            replace(profile, &beside(name), json!(false));
        }
    }
}

/// Does to the subject what the mischief of the moment says.
pub(super) fn spoil_subject(world: &World, profile: &mut Value, pointer: &str) {
    if world.does(Mischief::NoSubject) {
        remove(profile, pointer);
    }
    if world.does(Mischief::EmptySubject) {
        replace(profile, pointer, json!(""));
    }
    if world.does(Mischief::ZeroSubject) {
        replace(profile, pointer, json!(0));
    }
    if world.does(Mischief::NumericSubject) {
        let number = profile
            .pointer(pointer)
            .and_then(Value::as_str)
            .and_then(|text| text.parse::<u64>().ok())
            .unwrap_or(42);
        replace(profile, pointer, json!(number));
    }
}

/// Replaces what is there; adds nothing.
fn replace(profile: &mut Value, pointer: &str, value: Value) {
    if let Some(place) = profile.pointer_mut(pointer) {
        *place = value;
    }
}

fn remove(profile: &mut Value, pointer: &str) {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        return;
    };
    if let Some(parent) = profile.pointer_mut(parent).and_then(Value::as_object_mut) {
        parent.remove(name);
    }
}
