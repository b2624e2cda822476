//! Addresses that are not what was configured: the log names the two that differ.

use authcore_testing::{identity::Mischief, log};

use crate::world::{BASE, ISSUER, Store, World};

#[tokio::test]
async fn another_issuer_is_said_in_the_log_with_both() {
    let log = log::listen();
    let world = World::with(Store::None).await;
    world.op.misbehave(Mischief::DiscoveryOfAnotherIssuer);
    let mut browser = world.browser();
    let page = browser.press_sign_in(BASE, "oidc").await.unwrap();
    assert_eq!(page.query("code").as_deref(), Some("discovery_issuer"));
    let lines = log.lines("issuer is configured as");
    let line = lines.first().unwrap();
    assert!(
        line.contains(&format!("configured as \"{ISSUER}\"")),
        "{line}"
    );
    assert!(line.contains("another-issuer.example.com"), "{line}");
}
