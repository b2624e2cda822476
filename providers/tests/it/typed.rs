//! This file reads the golden answers of every provider as structs, whole and with each member missing
//! or of another kind.

mod catalogue;

use std::collections::BTreeSet;

use authcore::{
    model::JsonMap,
    provider::{Profile, spec::ProviderSpec},
};
use authcore_providers::{
    ProfileError, apple, discord, github, google, keycloak, microsoft_entra_id, odd_members, oidc,
    wechat, wikimedia,
};
use serde_json::{Value, json};

use crate::golden;

/// A provider's answer as a struct.
pub(crate) struct Reading {
    /// Reads it, as an application does.
    pub(crate) read: fn(&Profile) -> Result<(), ProfileError>,
    /// What of it is of another kind than the struct says.
    pub(crate) odd: fn(&JsonMap) -> Vec<ProfileError>,
}

/// The structs that are of a part of the answer.
const PARTS: &[(&str, &str)] = &[
    ("concept2", "/data"),
    ("foursquare", "/response/user"),
    ("freshbooks", "/response"),
];

/// What golden answers have on purpose that their struct leaves out.
const LEFT_OUT: &[&str] = &[
    "linkedin/golden/locale_object.json: /locale",
    "foursquare/golden/old_photo.json: /response/user/photo",
];

/// In nobody's sample answer, so that an error that repeats what it found is seen.
const CANARY: &str = "canary-7f3a";

fn profile(answer: &Value) -> Profile {
    Profile {
        raw: answer.as_object().unwrap().clone(),
        ..Profile::default()
    }
}

/// The golden answers that are somebody's, as the struct gets them.
fn answers(id: &str) -> Vec<(String, Value)> {
    let entry = authcore_providers::all().iter().find(|it| it.id == id);
    let spec = ProviderSpec::from_toml_named(id, entry.unwrap().spec).unwrap();
    golden::of(id)
        .into_iter()
        .filter(|(_, golden)| golden.profile.is_some())
        .map(|(file, golden)| (file, golden.completed(&spec)))
        .collect()
}

/// The pointers to all members of a part of an answer, at every depth, and to first elements of lists.
fn places(answer: &Value, at: &str, into: &mut Vec<String>) {
    let names: Vec<String> = match answer.pointer(at) {
        Some(Value::Object(members)) => members.keys().cloned().collect(),
        Some(Value::Array(items)) if !items.is_empty() => vec!["0".to_owned()],
        _ => Vec::new(),
    };
    for name in names {
        let place = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        into.push(place.clone());
        places(answer, &place, into);
    }
}

/// The answer without what stands at the pointer.
fn without(answer: &Value, place: &str) -> Value {
    let mut answer = answer.clone();
    let (above, name) = place.rsplit_once('/').unwrap();
    match answer.pointer_mut(above).unwrap() {
        Value::Object(members) => {
            members.remove(&name.replace("~1", "/").replace("~0", "~"));
        }
        Value::Array(items) => {
            items.remove(name.parse().unwrap());
        }
        other => panic!("{place}: {other}"),
    }
    answer
}

/// Where in the answer the struct of a provider is.
fn part(id: &str) -> &'static str {
    let found = PARTS.iter().find(|(provider, _)| *provider == id);
    found.map_or("", |(_, place)| place)
}

/// What of an answer is odd, by pointers into the whole.
fn odd(id: &str, reading: &Reading, answer: &Value) -> Vec<ProfileError> {
    let part = part(id);
    let Some(Value::Object(members)) = answer.pointer(part) else {
        return Vec::new();
    };
    let mut found = (reading.odd)(members);
    for error in &mut found {
        error.pointer.insert_str(0, part);
    }
    found
}

fn is_about(error: &ProfileError, place: &str) -> bool {
    error.pointer == place || error.pointer.starts_with(&format!("{place}/"))
}

#[test]
fn every_provider_with_documented_answers_has_a_struct() {
    let typed: BTreeSet<_> = catalogue::ALL.iter().map(|(id, _)| *id).collect();
    let untyped: Vec<_> = authcore_providers::all()
        .iter()
        .map(|entry| entry.id)
        .filter(|id| !typed.contains(id))
        .collect();
    // What any server of OAuth 2 answers is documented nowhere.
    assert_eq!(untyped, ["oauth2"]);
}

#[test]
fn every_golden_answer_is_of_its_struct_whole() {
    let mut differences = Vec::new();
    for (id, reading) in catalogue::ALL {
        for (file, answer) in answers(id) {
            let failed = (reading.read)(&profile(&answer)).err();
            for error in odd(id, reading, &answer).into_iter().chain(failed) {
                let place = format!("{file}: {}", error.pointer);
                if !LEFT_OUT.iter().any(|known| place.ends_with(known)) {
                    differences.push(format!("{place}: {error}"));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn what_is_missing_is_absent_or_promised_and_named() {
    for (id, reading) in catalogue::ALL {
        let nothing = (reading.read)(&profile(&json!({}))).unwrap_err();
        assert_eq!(nothing.found, "nothing", "{id}: {nothing}");
        for (file, answer) in answers(id) {
            let mut all = Vec::new();
            places(&answer, "", &mut all);
            for place in all {
                let changed = profile(&without(&answer, &place));
                if let Err(error) = (reading.read)(&changed) {
                    assert!(error.found == "nothing", "{file} {place}: {error}");
                    assert!(is_about(&error, &place), "{file} {place}: {error}");
                }
            }
        }
    }
}

#[test]
fn what_is_of_another_kind_is_named_and_never_repeated() {
    let mut told = 0;
    for (id, reading) in catalogue::ALL {
        for (file, answer) in answers(id) {
            let mut all = Vec::new();
            places(&answer, part(id), &mut all);
            let known = odd(id, reading, &answer);
            for place in all {
                for other in [
                    json!({ CANARY: [CANARY] }),
                    json!([[CANARY]]),
                    json!(CANARY),
                    json!(true),
                    json!(1.5),
                    json!(-1),
                ] {
                    let mut changed = answer.clone();
                    *changed.pointer_mut(&place).unwrap() = other.clone();
                    let found = odd(id, reading, &changed);
                    for error in &found {
                        if known.contains(error) {
                            continue;
                        }
                        assert!(is_about(error, &place), "{file} {place} {other}: {error}");
                        let said = error.to_string().replace(&error.pointer, "");
                        assert!(!said.contains(CANARY), "{file} {place}: {said}");
                    }
                    // What cannot be read was told before; what was not told can be read.
                    if let Err(error) = (reading.read)(&profile(&changed)) {
                        assert!(found.contains(&error), "{file} {place}: {error}");
                    }
                    told += found.len();
                }
            }
        }
    }
    assert!(
        told > catalogue::ALL.len(),
        "hardly anything was told: {told}"
    );
}

#[test]
fn an_answer_of_odd_members_is_given_up() {
    let mut answer = json!({ "sub": "1", "groups": vec![json!(7); 50_000] });
    let begun = std::time::Instant::now();
    assert!(wikimedia::Profile::from_raw(&profile(&answer)).is_err());
    assert!(begun.elapsed().as_secs() < 10, "{:?}", begun.elapsed());
    assert_eq!(
        odd_members::<wikimedia::Profile>(answer.as_object().unwrap()).len(),
        33
    );
    answer["groups"] = json!(vec![json!(7); 20]);
    let found = wikimedia::Profile::from_raw(&profile(&answer)).unwrap();
    assert!(found.groups.is_empty());
}

#[test]
fn the_id_of_the_struct_is_the_subject() {
    for (id, read) in [
        (
            "wikimedia",
            (|profile| wikimedia::Profile::from_raw(profile).map(|it| it.sub))
                as fn(&Profile) -> Result<String, ProfileError>,
        ),
        ("apple", |profile| {
            apple::Profile::from_raw(profile).map(|it| it.sub)
        }),
        ("microsoft-entra-id", |profile| {
            microsoft_entra_id::Profile::from_raw(profile).map(|it| it.sub)
        }),
        ("wechat", |profile| {
            wechat::Profile::from_raw(profile).map(|it| it.unionid.unwrap_or(it.openid))
        }),
        ("github", |profile| {
            github::Profile::from_raw(profile).map(|it| it.id)
        }),
        ("google", |profile| {
            google::Profile::from_raw(profile).map(|it| it.sub)
        }),
        ("keycloak", |profile| {
            keycloak::Profile::from_raw(profile).map(|it| it.sub)
        }),
        ("discord", |profile| {
            discord::Profile::from_raw(profile).map(|it| it.id)
        }),
        ("oidc", |profile| {
            oidc::Profile::from_raw(profile).map(|it| it.sub)
        }),
    ] {
        for (file, golden) in golden::of(id) {
            let Some(expected) = &golden.profile else {
                continue;
            };
            let id = read(&profile(&golden.answer)).unwrap_or_else(|why| panic!("{file}: {why}"));
            assert_eq!(Value::from(id), expected["subject"], "{file}");
        }
    }
}

#[test]
fn an_odd_member_does_not_hide_the_rest() {
    let answer = json!({
        "sub": 3, "username": "Ada", "registered": null, "editcount": "many", "blocked": [],
        "groups": { "0": "*", "2": "sysop" }, "rights": null, "grants": ["basic", 7], "new": {},
    });
    let found = wikimedia::Profile::from_raw(&profile(&answer)).unwrap();
    assert_eq!(found.sub, "3");
    assert_eq!(found.username.as_deref(), Some("Ada"));
    assert_eq!(found.groups, ["*", "sysop"]);
    assert_eq!(found.grants, ["basic"]);
    assert_eq!(
        (found.registered, found.editcount, found.blocked),
        (None, None, None)
    );
    assert!(found.rights.is_empty());
}

#[test]
fn an_answer_without_an_id_is_nobodys() {
    for (answer, found) in [
        (json!({}), "nothing"),
        (json!({ "sub": "" }), "an empty text"),
        (json!({ "sub": 1.5 }), "a number"),
        (json!({ "sub": { "a": "b" } }), "an object"),
    ] {
        let error = wikimedia::Profile::from_raw(&profile(&answer)).unwrap_err();
        assert_eq!((error.pointer.as_str(), error.found), ("/sub", found));
    }
}

#[test]
fn a_truth_written_as_text_is_one() {
    let answer = json!({ "sub": "1", "email_verified": "true" });
    let found = google::Profile::from_raw(&profile(&answer)).unwrap();
    assert_eq!(found.email_verified, Some(true));
}
