//! What the Web API says of an account that is proven, and where the key of the Web API may be seen.

use authcore::config::{Env, IntoProvider, ProviderSetting};
use authcore_providers::{by_id, steam};
use authcore_testing::log;
use http::StatusCode;
use serde_json::json;
use tracing_subscriber::filter::LevelFilter;

use super::{
    ADA, ada, entered_as_ada, scene,
    stand_in::{KEY, Says, Steam},
};
use crate::{
    code::StandIn,
    suite::stage::{BASE, Outcome, Scene},
};

async fn tells(answer: Says) -> Outcome {
    let (steam, scene) = scene().await;
    steam.world().tells = answer;
    let outcome = scene.sign_in().await;
    assert_eq!(steam.world().asked, ["confirm", "tell"]);
    outcome
}

#[tokio::test]
async fn a_player_signs_in_and_comes_back() {
    let (_steam, scene) = scene().await;
    let mut browser = scene.visitor();
    let page = browser.press_sign_in(BASE, "steam").await.unwrap();
    assert_eq!(scene.outcome(&page), entered_as_ada());
    let session = browser.session(BASE).await.unwrap();
    assert_eq!(session["user"]["name"], "Ada");
    assert_eq!(scene.sign_in().await, entered_as_ada());
}

#[tokio::test]
async fn without_a_profile_nobody_is_signed_in() {
    for (answer, code) in [
        (
            Says::ok(json!({ "response": { "players": [] } }).to_string()),
            "profile_answer",
        ),
        (
            Says::ok(json!({ "response": {} }).to_string()),
            "profile_answer",
        ),
        (Says::ok("[]"), "profile_answer"),
        (Says::ok("<h1>Steam is down</h1>"), "profile_answer"),
        (
            Says::ok(json!({ "response": { "players": [{}] } }).to_string()),
            "subject_missing",
        ),
        (
            Says::This(StatusCode::INTERNAL_SERVER_ERROR, String::new()),
            "provider_unavailable",
        ),
        (
            Says::This(StatusCode::TOO_MANY_REQUESTS, String::new()),
            "provider_unavailable",
        ),
        (
            Says::This(StatusCode::FOUND, ada().to_string()),
            "provider_unavailable",
        ),
        (
            Says::This(StatusCode::FORBIDDEN, "<h1>Forbidden</h1>".into()),
            "provider_misconfigured",
        ),
        (
            Says::This(StatusCode::UNAUTHORIZED, String::new()),
            "provider_misconfigured",
        ),
        (Says::ok("x".repeat(2 << 20)), "provider_answer_too_large"),
    ] {
        assert_eq!(tells(answer).await, Outcome::refused(code));
    }
}

#[tokio::test]
async fn a_profile_of_somebody_else_signs_nobody_in() {
    let other = json!({ "steamid": "76561190000000007", "personaname": "Grace" });
    let ada = json!({ "steamid": ADA, "personaname": "Ada" });
    for players in [json!([other]), json!([other, ada])] {
        let answer = json!({ "response": { "players": players } });
        let outcome = tells(Says::ok(answer.to_string())).await;
        assert_eq!(outcome, Outcome::refused("profile_sub"));
    }
}

#[tokio::test]
async fn a_web_api_that_is_not_there_signs_nobody_in() {
    let world = Steam::start().await;
    world.answers(&ada());
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let hosts = world.hosts().map("https://api.steampowered.com", address);
    let transport = authcore_testing::identity::LocalTransport::new(hosts.unwrap());
    let provider = steam::provider().variable("api_key", KEY);
    let scene = Scene::of("steam", provider, &world.hosts(), transport).await;
    assert_eq!(
        scene.sign_in().await,
        Outcome::refused("provider_unreachable")
    );
}

#[tokio::test]
async fn the_key_is_in_no_log_and_no_page() {
    let log = log::listen_at(LevelFilter::TRACE);
    let world = Steam::start().await;
    world.answers(&ada());
    // A key that Steam does not know, so that the failure speaks of it.
    let provider = steam::provider().variable("api_key", "canary");
    assert!(!format!("{provider:?}").contains("canary"));
    let scene = Scene::of("steam", provider, &world.hosts(), world.transport()).await;
    let mut browser = scene.visitor();
    let page = browser.press_sign_in(BASE, "steam").await.unwrap();
    assert_eq!(
        page.query("code").as_deref(),
        Some("provider_misconfigured")
    );
    let log = log.text();
    assert!(
        log.contains("AUTH_STEAM_API_KEY"),
        "the log says the mend: {log}"
    );
    for text in [&log, &page.source(), &page.url.to_string()] {
        assert!(!text.contains("canary"), "{text}");
    }
}

fn problems(env: &[(&str, &str)]) -> String {
    let env: Env = env.iter().copied().collect();
    let provider = Box::new(by_id("steam").unwrap());
    match provider.into_provider(&ProviderSetting::new(&env, None)) {
        Ok(_) => String::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn the_key_comes_from_the_environment_and_must_be_one() {
    assert_eq!(
        problems(&[("AUTH_STEAM_API_KEY", "0123456789ABCDEF\n")]),
        ""
    );
    let missing = problems(&[]);
    assert!(missing.contains("`AUTH_STEAM_API_KEY`"), "{missing}");
    for wrong in [
        "canary canary",
        "canary\r\nx: y",
        "canaryé",
        "canary&steamids=1",
    ] {
        let told = problems(&[("AUTH_STEAM_API_KEY", wrong)]);
        assert!(told.contains("provider `steam`: `api_key`"), "{told}");
        assert!(!told.contains("canary"), "{told}");
    }
}
