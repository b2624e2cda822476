//! What Steam says when it is asked whether it made an answer: `providers/steam/confirmations.json`, and
//! what only looks like it.

use std::time::Duration;

use authcore::transport::HttpClient;
use authcore_providers::steam;
use authcore_testing::identity::LocalTransport;
use http::StatusCode;
use serde_json::Value;

use super::{
    ada, entered_as_ada, scene,
    stand_in::{KEY, NAMESPACE, Says, Steam, set},
};
use crate::{
    code::StandIn,
    suite::stage::{Outcome, Scene},
};

const CONFIRMATIONS: &str = include_str!("../../../steam/confirmations.json");

async fn says(answer: Says) -> Outcome {
    let (steam, scene) = scene().await;
    steam.world().confirms = answer;
    let outcome = scene.sign_in().await;
    if outcome != entered_as_ada() {
        assert_eq!(
            steam.world().asked,
            ["confirm"],
            "the profile is not asked for"
        );
    }
    outcome
}

#[tokio::test]
async fn the_documented_answers_confirm_and_deny() {
    let documented: Value = serde_json::from_str(CONFIRMATIONS).unwrap();
    let text = |name: &str| Says::ok(documented[name].as_str().unwrap());
    assert_eq!(says(text("confirms")).await, entered_as_ada());
    assert_eq!(
        says(text("denies")).await,
        Outcome::refused("answer_signature")
    );
}

#[tokio::test]
async fn further_lines_of_the_key_value_form_are_no_harm() {
    let body = format!("is_valid:true\ninvalidate_handle:{{x:y}}\nns:{NAMESPACE}\n");
    assert_eq!(says(Says::ok(body)).await, entered_as_ada());
}

#[tokio::test]
async fn what_only_looks_like_a_confirmation_is_none() {
    let unclear = Outcome::refused("provider_unavailable");
    for body in [
        "",
        "is_valid:true",
        "is_valid:true\n",
        "<!doctype html>\n<title>is_valid:true</title>\n",
        &format!("<!-- x:\nns:{NAMESPACE}\nis_valid:true\n-->\n"),
        &format!("ns:{NAMESPACE}\nis_valid:true"),
        &format!("ns:{NAMESPACE}\nis_valid:true \n"),
        &format!("ns:{NAMESPACE}\r\nis_valid:true\r\n"),
        &format!("ns:{NAMESPACE}\nis_valid: true\n"),
        &format!("ns:{NAMESPACE}\nis_valid:True\n"),
        &format!("ns:{NAMESPACE}\nis_valid:true:false\n"),
        &format!("ns:{NAMESPACE}\nis_valid:truefalse\n"),
        &format!("ns:{NAMESPACE}\nis_valid:false\nis_valid:true\n"),
        &format!("ns:{NAMESPACE}\nerror:is_valid:true\n"),
        &format!("ns:{NAMESPACE}\nnot_is_valid:true\n"),
        &format!("ns:{NAMESPACE}\n\nis_valid:true\n"),
        &format!("ns:{NAMESPACE}\n"),
        "ns:http://openid.net/signon/1.1\nis_valid:true\n",
    ] {
        assert_eq!(says(Says::ok(body)).await, unclear, "{body:?}");
    }
}

#[tokio::test]
async fn a_confirmation_with_a_status_of_failure_is_none() {
    for status in [201, 302, 400, 403, 429, 500, 503] {
        let body = format!("ns:{NAMESPACE}\nis_valid:true\n");
        let status = StatusCode::from_u16(status).unwrap();
        let outcome = says(Says::This(status, body)).await;
        assert_eq!(
            outcome,
            Outcome::refused("provider_unavailable"),
            "{status}"
        );
    }
}

#[tokio::test]
async fn a_steam_that_says_nothing_signs_nobody_in() {
    let world = Steam::start().await;
    world.answers(&ada());
    world.world().confirms = Says::Nothing;
    let client = HttpClient::builder().total_timeout(Duration::from_millis(300));
    let transport = LocalTransport::with_client(world.hosts(), client.build());
    let provider = steam::provider().variable("api_key", KEY);
    let scene = Scene::of("steam", provider, &world.hosts(), transport).await;
    assert_eq!(scene.sign_in().await, Outcome::refused("provider_timeout"));
}

#[tokio::test]
async fn steam_denies_what_was_changed_on_the_way() {
    for alters in [
        (|it| set(it, "openid.sig", "forged")) as fn(&mut _),
        |it| {
            let other = "https://steamcommunity.com/openid/id/76561190000000007";
            set(it, "openid.claimed_id", other);
            set(it, "openid.identity", other);
        },
        |it| set(it, "openid.assoc_handle", "of the attacker"),
    ] {
        let (steam, scene) = scene().await;
        steam.world().alters = alters;
        assert_eq!(scene.sign_in().await, Outcome::refused("answer_signature"));
        assert_eq!(steam.world().asked, ["confirm"]);
    }
}
