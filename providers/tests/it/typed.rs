//! This file reads the golden answers as structs.

use authcore::provider::Profile;
use authcore_providers::{
    ProfileError, apple, discord, github, google, keycloak, microsoft_entra_id, oidc, wechat,
    wikimedia,
};
use serde_json::{Value, json};

use crate::golden;

fn profile(answer: &Value) -> Profile {
    Profile {
        raw: answer.as_object().unwrap().clone(),
        ..Profile::default()
    }
}

#[test]
fn every_golden_answer_is_a_struct() {
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
            let id = read(&profile(&golden.answer)).unwrap_or_else(|_| panic!("{file}"));
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
    for answer in [json!({}), json!({ "sub": "" }), json!({ "sub": 1.5 })] {
        assert_eq!(
            wikimedia::Profile::from_raw(&profile(&answer)),
            Err(ProfileError)
        );
    }
}

#[test]
fn a_truth_written_as_text_is_one() {
    let answer = json!({ "sub": "1", "email_verified": "true" });
    let found = google::Profile::from_raw(&profile(&answer)).unwrap();
    assert_eq!(found.email_verified, Some(true));
}
