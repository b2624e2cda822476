//! Answers of another time, another attempt, another browser. Steam's own promise, to confirm an answer
//! once, is taken away here: it is the attempt that ends once.

use authcore_testing::browser::{Browser, Follow, Page};
use http::Method;

use super::{
    entered_as_ada, scene,
    stand_in::{NAMESPACE, Says, Steam},
};
use crate::suite::stage::{BASE, Outcome, Scene};

/// A Steam that confirms whatever it is asked.
async fn gullible() -> (Steam, Scene) {
    let (steam, scene) = scene().await;
    steam.world().confirms = Says::ok(format!("ns:{NAMESPACE}\nis_valid:true\n"));
    (steam, scene)
}

/// The callback with Steam's answer, which nobody has followed yet.
async fn answer(browser: &mut Browser) -> String {
    let page = browser.get(&format!("{BASE}/signin")).await.unwrap();
    let form = page.form_to("/signin/steam").unwrap();
    let page = browser.submission(&form).follow(Follow::None).go().await;
    let to_steam = page.unwrap().location().unwrap();
    let visit = browser.visit(Method::GET, to_steam.as_str());
    let page = visit.follow(Follow::None).go().await.unwrap();
    page.location().unwrap().to_string()
}

async fn bring(browser: &mut Browser, answer: &str) -> Page {
    browser.get(answer).await.unwrap()
}

#[tokio::test]
async fn an_answer_is_good_once() {
    let (steam, scene) = gullible().await;
    let mut browser = scene.visitor();
    let answer = answer(&mut browser).await;
    let mut thief = browser.thief();
    let page = bring(&mut browser, &answer).await;
    assert_eq!(scene.outcome(&page), entered_as_ada());

    // The back button of someone who is signed in leads where they wanted to go, and to nothing else.
    let asked = steam.world().asked.len();
    let page = bring(&mut browser, &answer).await;
    assert_eq!(page.url.as_str(), "https://app.example.org/");
    assert!(!scene.has_entered());
    assert_eq!(steam.world().asked.len(), asked);
    // Whoever copied the cookies before they were used has a used attempt.
    let page = bring(&mut thief, &answer).await;
    assert_eq!(scene.outcome(&page), Outcome::refused("attempt_used"));
}

#[tokio::test]
async fn an_answer_is_good_in_its_own_browser_only() {
    let (steam, scene) = gullible().await;
    let answer = answer(&mut scene.visitor()).await;
    let mut other = scene.visitor();
    let page = bring(&mut other, &answer).await;
    assert_eq!(scene.outcome(&page), Outcome::refused("attempt_missing"));
    assert_eq!(steam.world().asked, [""; 0]);
}

#[tokio::test]
async fn an_answer_is_not_good_for_another_attempt_of_the_same_browser() {
    let (steam, scene) = gullible().await;
    let mut browser = scene.visitor();
    let first = answer(&mut browser).await;
    let second = answer(&mut browser).await;
    let state = |answer: &str| answer.split(['?', '&']).nth(1).unwrap().to_owned();
    assert!(state(&first).starts_with("state="));
    // The state of one attempt with what Steam signed for the other: `return_to` gives it away.
    let mixed = first.replacen(&state(&first), &state(&second), 1);
    let page = bring(&mut browser, &mixed).await;
    assert_eq!(scene.outcome(&page), Outcome::refused("answer_nonce"));
    assert_eq!(steam.world().asked, [""; 0]);
    let page = bring(&mut browser, &first).await;
    assert_eq!(scene.outcome(&page), entered_as_ada());
}

#[tokio::test]
async fn an_attackers_own_answer_does_not_sign_the_victim_in() {
    let (_steam, scene) = gullible().await;
    let attackers = answer(&mut scene.visitor()).await;
    let mut victim = scene.visitor();
    let own = answer(&mut victim).await;
    let page = bring(&mut victim, &attackers).await;
    assert_eq!(scene.outcome(&page), Outcome::refused("attempt_missing"));
    // And the victim's own attempt is as it was.
    let page = bring(&mut victim, &own).await;
    assert_eq!(scene.outcome(&page), entered_as_ada());
}
