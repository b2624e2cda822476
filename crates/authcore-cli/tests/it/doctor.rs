//! Installations looked at: whole ones, and ones with every mistake that is made.

use std::{fs, process::Command};

use authcore_testing::identity::{LocalProvider, Mischief, Persona};
use serde_json::Value;

use crate::{
    run::Run,
    store::{Kind, Place},
};

const SECRET: (&str, &str) = ("AUTH_SECRET", "canary-secret-of-more-than-32-bytes");
const URL: (&str, &str) = ("AUTH_URL", "https://app.example.org/api/auth");

pub(crate) fn doctor(words: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_authcore"));
    command.arg("doctor").args(words).env_clear();
    command.envs(variables.iter().copied());
    let output = command.output().unwrap();
    Run {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The same beside a provider or a database that runs in this test: they need their threads.
async fn beside(words: &'static [&'static str], variables: Vec<(String, String)>) -> Run {
    let run = move || {
        let borrowed: Vec<_> = variables
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        doctor(words, &borrowed)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn owned(variables: &[(&str, &str)]) -> Vec<(String, String)> {
    let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    variables.iter().map(pair).collect()
}

/// The weights and texts of what was found about something.
pub(crate) fn about(run: &Run, about: &str) -> Vec<(String, String)> {
    let all = run.json()["findings"].as_array().unwrap().clone();
    let text = |it: &Value, member: &str| it[member].as_str().unwrap_or_default().to_owned();
    all.iter()
        .filter(|it| it["about"] == about)
        .map(|it| {
            (
                text(it, "weight"),
                format!("{} {}", text(it, "what"), text(it, "mend")),
            )
        })
        .collect()
}

#[test]
fn an_installation_without_anything_is_told_what_it_needs() {
    let run = doctor(&["--offline", "--json"], &[]);
    assert_eq!(run.status, 1, "{}{}", run.out, run.err);
    let configuration = about(&run, "configuration");
    for (weight, what) in [
        ("wrong", "[url_missing]"),
        ("wrong", "[secret_missing]"),
        ("note", "no provider is asked for"),
    ] {
        let said = |(other, text): &(String, String)| other == weight && text.contains(what);
        assert!(configuration.iter().any(said), "{what}: {}", run.out);
    }
    assert_eq!(about(&run, "database")[0].0, "note");
}

#[test]
fn what_is_set_well_is_told_with_the_callback_urls_to_register() {
    let github = [
        ("AUTH_GITHUB_ID", "an-id"),
        ("AUTH_GITHUB_SECRET", "canary-of-github"),
    ];
    let older = ("AUTH_SECRET_1", "canary-newer-secret-of-more-than-32-bytes");
    let run = doctor(
        &["--offline"],
        &[&[SECRET, URL, older][..], &github].concat(),
    );
    assert!(run.is_well(), "{}{}", run.out, run.err);
    for line in [
        "fine   configuration: the endpoints are at https://app.example.org/api/auth",
        "fine   configuration: AUTH_SECRET_1 seals, 2 secrets open",
        "fine   github: register the callback URL https://app.example.org/api/auth/callback/github",
        "nothing is wrong; to note: 1",
    ] {
        assert!(run.out.contains(line), "{line}: {}", run.out);
    }
}

#[test]
fn a_variable_that_nothing_reads_is_told_from_the_one_that_was_meant() {
    let run = doctor(
        &["--offline", "--json"],
        &[SECRET, URL, ("AUTH_GITHBU_ID", "x")],
    );
    let meant = |(_, what): &(String, String)| what.contains("did you mean AUTH_GITHUB_ID?");
    assert!(
        about(&run, "configuration").iter().any(meant),
        "{}",
        run.out
    );
}

#[test]
fn no_secret_is_ever_told() {
    let variables = [
        SECRET,
        ("AUTH_URL", "canary://user:canary@host/%%%"),
        ("AUTH_GITHUB_ID", "x"),
        ("AUTH_GITHUB_SECRET", "canary-of-github"),
        ("AUTH_SOMETHING", "canary"),
        (
            "DATABASE_URL",
            "postgres://canary:canary@127.0.0.1:9/canary",
        ),
    ];
    for words in [&["--offline"][..], &["--offline", "--json"]] {
        let run = doctor(words, &variables);
        assert_eq!(run.status, 1);
        assert!(!run.out.contains("canary"), "{}", run.out);
        assert!(!run.err.contains("canary"), "{}", run.err);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn providers_are_asked_and_one_that_lies_or_is_dead_is_wrong() {
    let op = LocalProvider::standing_in(Persona::OpenId)
        .start()
        .await
        .unwrap();
    let variables = owned(&[
        SECRET,
        URL,
        ("AUTH_OP_ID", "an-id"),
        ("AUTH_OP_SECRET", "a-secret"),
        ("AUTH_OP_ISSUER", op.issuer()),
        ("AUTH_WIKIMEDIA_ID", "an-id"),
        ("AUTH_WIKIMEDIA_SECRET", "a-secret"),
        ("AUTH_WIKIMEDIA_BASE_URL", "http://127.0.0.1:9"),
        ("AUTH_USER_AGENT", "App/1.0 (ops@example.org)"),
    ]);
    let run = beside(&["--json"], variables.clone()).await;
    let fits = |(weight, what): &(String, String)| weight == "fine" && what.contains("fits");
    assert!(about(&run, "op").iter().any(fits), "{}{}", run.out, run.err);
    assert_eq!(about(&run, "clock")[0].0, "fine", "{}", run.out);
    let dead =
        |(weight, what): &(String, String)| weight == "wrong" && what.contains("127.0.0.1:9");
    assert!(about(&run, "wikimedia").iter().any(dead), "{}", run.out);
    assert_eq!(run.status, 1);

    op.misbehave(Mischief::DiscoveryOfAnotherIssuer);
    let run = beside(&["--json"], variables).await;
    let lies = |(weight, what): &(String, String)| weight == "wrong" && what.contains("`issuer`");
    assert!(about(&run, "op").iter().any(lies), "{}", run.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_told_before_and_after_its_tables_are_there() {
    let place = Place::new(Kind::Sqlite).await;
    let variables = owned(&[SECRET, URL, ("DATABASE_URL", &place.url)]);
    let run = beside(&["--offline", "--json"], variables.clone()).await;
    assert!(
        about(&run, "database")[0]
            .1
            .contains("`authcore migrate --create` makes a new database"),
        "{}",
        run.out
    );
    fs::write(place.url.trim_start_matches("sqlite:"), "").unwrap();
    let run = beside(&["--offline", "--json"], variables.clone()).await;
    assert_eq!(run.status, 1);
    let database = about(&run, "database");
    assert!(database[0].1.starts_with("SQLite 3"), "{}", run.out);
    assert!(database[1].1.contains("authcore migrate"), "{}", run.out);
    let migrated = place.run(&["migrate"], &[]).await;
    assert!(migrated.is_well(), "{}", migrated.err);
    let run = beside(&["--offline", "--json"], variables).await;
    assert!(run.is_well(), "{}{}", run.out, run.err);
    assert!(
        about(&run, "database")[1].1.contains("up to date"),
        "{}",
        run.out
    );
    place.remove().await;
}

#[test]
fn a_database_that_is_none_is_said_with_its_mend() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.db");
    fs::write(&path, "these are notes, and no database of SQLite's at all").unwrap();
    let url = format!("sqlite:{}", path.display());
    for url in [
        &url,
        "sqlite:/nowhere/at/all.db",
        "oracle://db/app",
        "postgres:",
    ] {
        let run = doctor(
            &["--offline", "--json"],
            &[SECRET, URL, ("DATABASE_URL", url)],
        );
        assert_eq!(run.status, 1, "{url}");
        let found = about(&run, "database");
        assert_eq!(found[0].0, "wrong", "{url}: {}", run.out);
        let all = run.json();
        let last = all["findings"].as_array().unwrap().last().unwrap().clone();
        assert!(last["mend"].is_string(), "{url}: {}", run.out);
    }
}
