//! This file signs people in with every provider of the catalogue, through the whole framework and a
//! local provider at the provider's own URLs, in ten ways each: as it should be, with fields missing,
//! odd or too many, refused by the visitor, and refused by the provider in its own kind of words.
//! `suite/code.rs` does it where the protocol is code.
//!
//! What must come out is the golden profile, changed as the case says; never what the mapping says.

mod change;
mod code;
pub(crate) mod stage;

use authcore::provider::{
    map::EmailVerified,
    spec::{Protocol, ProviderSpec},
};
use authcore_testing::identity::{Endpoint, Mischief};
use http::StatusCode;
use serde_json::{Value, json};
use stage::{Outcome, Stage};

/// The fields that a case compares.
const ALL: &[&str] = &["subject", "name", "email", "email_verified", "image"];
/// Without the picture, which some make of the id.
const WITHOUT_PICTURE: &[&str] = &["subject", "name", "email", "email_verified"];

fn compare(case: &str, id: &str, found: &Outcome, expected: &Value, fields: &[&str]) {
    let Outcome::Entered(found) = found else {
        panic!("{id}, {case}: {found:?}");
    };
    for field in fields {
        assert_eq!(found[field], expected[field], "{id}, {case}: {field}");
    }
}

async fn all_cases_of(spec: &ProviderSpec) -> usize {
    let id = spec.id.as_str();
    let stage = Stage::of(spec).await;
    let golden = stage.golden().clone();
    let expected = golden.profile.clone().unwrap();
    let mut cases = 0;

    let found = stage.sign_in().await;
    compare("happy", id, &found, &expected, ALL);
    cases += 1;

    if let Some(answer) = change::without_email(spec, &golden.answer) {
        let mut expected = expected.clone();
        expected["email"] = Value::Null;
        expected["email_verified"] = Value::Null;
        stage.answers(&answer);
        if !spec.follow_ups.is_empty() {
            stage.answers_instead(Endpoint::FollowUp, StatusCode::NOT_FOUND, json!({}));
        }
        let found = stage.sign_in().await;
        let fields = match change::is_completed_later(spec) {
            true => &["subject", "email", "email_verified"],
            false => ALL,
        };
        compare("no e-mail", id, &found, &expected, fields);
        cases += 1;
        stage.as_before();
    }

    if spec.profile.email_verified != EmailVerified::Always {
        stage.answers(&change::unverified(spec, &golden.answer));
        for follow_up in golden.follow_up.values() {
            let changed = change::unverified_list(follow_up);
            stage.answers_instead(Endpoint::FollowUp, StatusCode::OK, changed);
        }
        let found = stage.sign_in().await;
        compare(
            "unverified e-mail",
            id,
            &found,
            &expected,
            &["subject", "name"],
        );
        let Outcome::Entered(found) = found else {
            unreachable!("compared above")
        };
        assert_ne!(found["email_verified"], true, "{id}: unverified e-mail");
        cases += 1;
        stage.as_before();
    }

    stage.answers(&change::with_more(spec, &golden.answer));
    let found = stage.sign_in().await;
    compare("extra fields", id, &found, &expected, ALL);
    cases += 1;
    stage.as_before();

    for subject in [json!(424_242), json!("424242")] {
        if let Some(answer) = change::with_subject(spec, &golden.answer, &subject) {
            let mut expected = expected.clone();
            expected["subject"] = json!("424242");
            stage.answers(&answer);
            let found = stage.sign_in().await;
            let case = format!("the id {subject}");
            // Of somebody else's id, the stand-in's further addresses know nothing.
            let fields = match change::follows_the_subject(spec) {
                true => &["subject"],
                false => WITHOUT_PICTURE,
            };
            compare(&case, id, &found, &expected, fields);
            cases += 1;
            stage.as_before();
        }
    }

    for mischief in [Mischief::NoExpiresIn, Mischief::NoTokenType] {
        stage.provider().misbehave(mischief);
        let found = stage.sign_in().await;
        compare(&format!("{mischief:?}"), id, &found, &expected, ALL);
        cases += 1;
        stage.as_before();
    }

    let (status, error) = change::error_of(spec);
    stage.answers_instead(Endpoint::Token, status, error);
    let found = stage.sign_in().await;
    assert_eq!(
        found,
        Outcome::refused("provider_refused"),
        "{id}: an error of its kind"
    );
    cases += 1;
    stage.as_before();

    stage.provider().visitor_refuses();
    let found = stage.sign_in().await;
    assert_eq!(found, Outcome::refused("access_denied"), "{id}: cancelled");
    cases + 1
}

#[tokio::test]
async fn every_provider_passes_eight_cases_or_more() {
    for entry in authcore_providers::all() {
        let spec = ProviderSpec::from_toml_named(entry.id, entry.spec).unwrap();
        let cases = match spec.protocol {
            Protocol::Custom => code::all_cases_of(&spec).await,
            Protocol::OAuth2 | Protocol::Oidc => all_cases_of(&spec).await,
        };
        assert!(cases >= 8, "{}: only {cases} cases fit", entry.id);
    }
}
