//! This file is the suite for a provider whose protocol is code: the cases that need no token endpoint.

use authcore::provider::{map::Expression, spec::ProviderSpec};
use serde_json::{Value, json};

use super::{
    ALL, WITHOUT_PICTURE, change, compare,
    stage::{Outcome, Scene, fullest},
};
use crate::{code, golden};

pub(super) async fn all_cases_of(spec: &ProviderSpec) -> usize {
    let id = spec.id.as_str();
    let fullest = fullest(id);
    let stand_in = code::stand_in(spec, &fullest).await;
    let provider = code::filled_in(spec);
    let scene = Scene::of(id, provider, &stand_in.hosts(), stand_in.transport()).await;
    let expected = fullest.profile.clone().unwrap();
    let mut cases = 0;

    for (file, golden) in golden::of(id) {
        let Some(expected) = &golden.profile else {
            continue;
        };
        stand_in.answers(&golden.answer);
        compare(&file, id, &scene.sign_in().await, expected, ALL);
        cases += 1;
    }

    stand_in.answers(&change::with_more(spec, &fullest.answer));
    compare("extra fields", id, &scene.sign_in().await, &expected, ALL);
    cases += 1;

    for field in ["name", "image"] {
        let map = match field {
            "name" => &spec.profile.name,
            _ => &spec.profile.image,
        };
        let Some(Expression::At(place)) = map else {
            continue;
        };
        for nothing in [Value::Null, json!({ "odd": [] })] {
            let mut answer = fullest.answer.clone();
            let place = format!("{}{place}", spec.envelope);
            *answer.pointer_mut(&place).unwrap() = nothing;
            let mut expected = expected.clone();
            expected[field] = Value::Null;
            stand_in.answers(&answer);
            compare(field, id, &scene.sign_in().await, &expected, ALL);
            cases += 1;
        }
    }

    let subject = expected["subject"].as_str().unwrap();
    let number = subject.parse::<u64>().map(Value::from);
    for subject in [Ok(json!(subject)), number].into_iter().flatten() {
        let answer = change::with_subject(spec, &fullest.answer, &subject).unwrap();
        stand_in.answers(&answer);
        let case = format!("the id {subject}");
        compare(
            &case,
            id,
            &scene.sign_in().await,
            &expected,
            WITHOUT_PICTURE,
        );
        cases += 1;
    }

    stand_in.breaks();
    let found = scene.sign_in().await;
    assert_eq!(
        found,
        Outcome::refused("provider_unavailable"),
        "{id}: out of order"
    );
    cases += 1;

    stand_in.answers(&fullest.answer);
    stand_in.visitor_refuses();
    let found = scene.sign_in().await;
    assert_eq!(found, Outcome::refused("access_denied"), "{id}: cancelled");
    cases + 1
}
