//! This file reads the golden answers as structs.

use authcore::provider::{Profile, spec::ProviderSpec};
use authcore_providers::{
    ProfileError, airtable, anilist, apple, canva, casdoor, cilogon, clerk, digitalocean, discord,
    gitee, github, globus, google, heroku, keycloak, lark, linear, login_gov, microsoft_entra_id,
    musicbrainz, oidc, paypal, rocketchat, soundcloud, supabase, vercel, wechat, wikimedia,
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
fn what_is_left_of_an_answer_without_its_envelope_is_a_struct() {
    for (id, read) in [
        (
            "airtable",
            (|profile| airtable::Profile::from_raw(profile).map(|it| it.id))
                as fn(&Profile) -> Result<String, ProfileError>,
        ),
        ("anilist", |profile| {
            anilist::Profile::from_raw(profile).map(|it| it.id)
        }),
        ("canva", |profile| {
            canva::Profile::from_raw(profile).map(|it| it.sub)
        }),
        ("casdoor", |profile| {
            casdoor::Profile::from_raw(profile).map(|it| it.sub)
        }),
        ("cilogon", |profile| {
            cilogon::Profile::from_raw(profile).map(|it| it.sub)
        }),
        ("clerk", |profile| {
            clerk::Profile::from_raw(profile).map(|it| it.sub)
        }),
        ("digitalocean", |profile| {
            digitalocean::Profile::from_raw(profile).map(|it| it.uuid)
        }),
        ("gitee", |profile| {
            gitee::Profile::from_raw(profile).map(|it| it.id)
        }),
        ("globus", |profile| {
            globus::Profile::from_raw(profile).map(|it| it.sub)
        }),
        ("heroku", |profile| {
            heroku::Profile::from_raw(profile).map(|it| it.id)
        }),
        ("lark", |profile| {
            lark::Profile::from_raw(profile).map(|it| it.open_id)
        }),
        ("linear", |profile| {
            linear::Profile::from_raw(profile).map(|it| it.id)
        }),
        ("login-gov", |profile| {
            login_gov::Profile::from_raw(profile).map(|it| it.sub)
        }),
        ("musicbrainz", |profile| {
            musicbrainz::Profile::from_raw(profile).map(|it| it.metabrainz_user_id)
        }),
        ("paypal", |profile| {
            paypal::Profile::from_raw(profile).map(|it| it.user_id)
        }),
        ("rocketchat", |profile| {
            rocketchat::Profile::from_raw(profile).map(|it| it.sub)
        }),
        ("soundcloud", |profile| {
            soundcloud::Profile::from_raw(profile).map(|it| it.urn)
        }),
        ("supabase", |profile| {
            supabase::Profile::from_raw(profile).map(|it| it.sub)
        }),
        ("vercel", |profile| {
            vercel::Profile::from_raw(profile).map(|it| it.sub)
        }),
    ] {
        let entry = authcore_providers::all()
            .iter()
            .find(|entry| entry.id == id);
        let spec = ProviderSpec::from_toml_named(id, entry.unwrap().spec).unwrap();
        for (file, golden) in golden::of(id) {
            let found = read(&profile(&golden.completed(&spec)));
            match &golden.profile {
                Some(expected) => assert_eq!(
                    Value::from(found.unwrap_or_else(|_| panic!("{file}"))),
                    expected["subject"],
                    "{file}"
                ),
                None => assert_eq!(found, Err(ProfileError), "{file}"),
            }
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
