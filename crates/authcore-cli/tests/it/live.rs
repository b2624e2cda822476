//! Files compared with what a running issuer says.

use std::fs;

use authcore_testing::identity::{LocalProvider, Mischief, Persona};

use crate::run::{Run, authcore};

async fn issuer() -> LocalProvider {
    LocalProvider::standing_in(Persona::OpenId)
        .start()
        .await
        .unwrap()
}

/// Checks a file of this issuer, with these lines at its top.
async fn check(issuer: &str, lines: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("acme.toml");
    let text = format!(
        "{lines}\nid = \"acme\"\nname = \"Acme\"\nprotocol = \"oidc\"\nissuer = \"{issuer}\"\n"
    );
    fs::write(&path, text).unwrap();
    let name = path.to_str().unwrap().to_owned();
    // The issuer runs in this test: it needs its thread.
    let run = move || authcore(&["providers", "check", &name, "--live", "--json"]);
    let run = tokio::task::spawn_blocking(run).await.unwrap();
    drop(folder);
    run
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_agrees_is_fine() {
    let op = issuer().await;
    let run = check(op.issuer(), "").await;
    assert!(run.is_well(), "{}{}", run.out, run.err);
    assert_eq!(run.json()[0]["live"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_is_told() {
    let op = issuer().await;
    let lines = format!(
        "scopes = [\"openid\", \"phone\"]\ntoken = \"{}/oauth/token\"\n\
         id_token = {{ algorithms = [\"EdDSA\"] }}\nchecks = {{ pkce = {{ refused = \"2026\" }} }}",
        op.issuer()
    );
    let run = check(op.issuer(), &lines).await;
    assert_eq!(run.status, 1, "no algorithm fits: {}", run.out);
    let found = run.json();
    let keys: Vec<_> = found[0]["live"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["key"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        keys,
        // Another token endpoint than the issuer's, and none that is there.
        [
            "scopes",
            "id_token.algorithms",
            "checks.pkce",
            "token",
            "token"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_issuer_or_none_is_wrong() {
    let op = issuer().await;
    op.misbehave(Mischief::DiscoveryOfAnotherIssuer);
    let run = check(op.issuer(), "").await;
    assert_eq!(run.status, 1);
    assert!(
        run.out.contains("another-issuer.example.com"),
        "{}",
        run.out
    );
    let run = check(&format!("{}/nowhere", op.issuer()), "").await;
    assert_eq!(run.status, 1);
    assert!(run.out.contains("status 404"), "{}", run.out);
}
