//! This file tampers with what comes back with the browser where the token request repeats it: whole
//! requests, through the whole framework, to a stand-in of VK ID.

use authcore_testing::identity::Endpoint;
use url::Url;

use crate::suite::stage::{Outcome, Stage};

fn without_device(url: &Url) -> String {
    let rest = url.query_pairs().filter(|(name, _)| name != "device_id");
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(rest);
    form.finish()
}

async fn stage() -> Stage {
    let provider = authcore_providers::by_id("vk").unwrap();
    Stage::of(provider.spec().unwrap()).await
}

#[tokio::test]
async fn a_device_that_came_back_is_repeated() {
    let stage = stage().await;
    let (browser, url) = stage.until_callback().await;
    let sent = url.query_pairs().find(|(name, _)| name == "device_id");
    let sent = sent.unwrap().1.into_owned();
    let outcome = stage.come_back(browser, &url).await;
    assert!(matches!(outcome, Outcome::Entered(_)), "{outcome:?}");
    let requests = stage.provider().requests_to(Endpoint::Token);
    assert_eq!(requests[0].field("device_id"), Some(sent));
    assert_eq!(requests[0].field("client_secret"), None);
}

#[tokio::test]
async fn a_device_that_was_tampered_with_ends_the_attempt() {
    let stage = stage().await;
    let long = format!("&device_id={}", "a".repeat(513));
    for (more, code) in [
        ("", "answer_parameter"),
        ("&device_id=", "answer_parameter"),
        ("&device_id=a%0D%0AX-Evil%3A+b", "answer_parameter"),
        ("&device_id=a%00", "answer_parameter"),
        ("&device_id=%FF", "answer_parameter"),
        (long.as_str(), "answer_parameter"),
    ] {
        let (browser, mut url) = stage.until_callback().await;
        let query = without_device(&url) + more;
        url.set_query(Some(&query));
        let outcome = stage.come_back(browser, &url).await;
        assert_eq!(outcome, Outcome::refused(code), "{more}");
    }
    assert_eq!(
        stage.provider().count(Endpoint::Token),
        0,
        "no code went anywhere"
    );
}

#[tokio::test]
async fn two_devices_or_one_without_end_are_no_answer() {
    let stage = stage().await;
    let endless = format!("&device_id={}", "a".repeat(10 * 1024));
    for more in [
        "&device_id=a&device_id=b",
        "&device_id=a&device%5Fid=a",
        &endless,
    ] {
        let (browser, mut url) = stage.until_callback().await;
        let query = without_device(&url) + more;
        url.set_query(Some(&query));
        let outcome = stage.come_back(browser, &url).await;
        assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
    }
    assert_eq!(
        stage.provider().count(Endpoint::Token),
        0,
        "no code went anywhere"
    );
}

#[tokio::test]
async fn what_came_back_takes_no_place_of_the_protocols() {
    let stage = stage().await;
    let (browser, mut url) = stage.until_callback().await;
    url.query_pairs_mut()
        .append_pair("grant_type", "password")
        .append_pair("redirect_uri", "https://evil.example.com")
        .append_pair("client_id", "another");
    let outcome = stage.come_back(browser, &url).await;
    assert!(matches!(outcome, Outcome::Entered(_)), "{outcome:?}");
    let request = &stage.provider().requests_to(Endpoint::Token)[0];
    assert_eq!(
        request.field("grant_type").as_deref(),
        Some("authorization_code")
    );
    assert_eq!(request.field("client_id").as_deref(), Some("client"));
    let redirect = request.field("redirect_uri").unwrap();
    assert!(redirect.ends_with("/callback/vk"), "{redirect}");
}
