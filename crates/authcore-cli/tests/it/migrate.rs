//! Tables brought up to date, by one process and by many, whole and cut off; SQL printed and run by
//! other ways. Here on SQLite; `databases.rs` has the same on servers.

use std::{fs, process::Command};

use serde_json::Value;

use crate::{
    run::authcore,
    store::{Kind, Place, Running, person},
};

const SECRET: &str = "a secret for tests, 32 bytes long";

#[tokio::test(flavor = "multi_thread")]
async fn ten_at_once_make_the_tables_once() {
    ten_at_once(Kind::Sqlite).await;
}

pub(crate) async fn ten_at_once(kind: Kind) {
    let place = Place::new(kind).await;
    let runs = (0..10).map(|_| Running::start(place.command(&["migrate", "--json"], &[])));
    let ended: Vec<_> = runs
        .collect::<Vec<_>>()
        .into_iter()
        .map(Running::end)
        .collect();
    let mut versions = Vec::new();
    for run in &ended {
        assert!(run.is_well(), "{kind:?}: {}", run.err);
        for step in run.json()["steps"].as_array().unwrap() {
            versions.push(step["version"].as_i64().unwrap());
        }
    }
    versions.sort_unstable();
    let known = authcore_sql::migrations(place.open(&[]).await.raw().dialect(), &place.schema());
    let known: Vec<_> = known.iter().map(|step| step.version).collect();
    assert_eq!(versions, known, "{kind:?}");
    person(&*place.open(&[SECRET]).await, "ada").await;
    let again = place.run(&["migrate"], &[]).await;
    assert!(
        again.is_well() && again.out.starts_with("nothing was due"),
        "{}",
        again.out
    );
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cut_off_goes_on() {
    cut_off(Kind::Sqlite).await;
}

pub(crate) async fn cut_off(kind: Kind) {
    for _ in 0..5 {
        let place = Place::new(kind).await;
        let mut running = Running::start(place.command(&["migrate"], &[]));
        running.until("step 1: ");
        running.kill();
        let again = place.run(&["migrate"], &[]).await;
        assert!(again.is_well(), "{kind:?}: {}", again.err);
        person(&*place.open(&[SECRET]).await, "ada").await;
        place.remove().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_printed_makes_the_same_tables() {
    printed(Kind::Sqlite).await;
}

pub(crate) async fn printed(kind: Kind) {
    let place = Place::new(kind).await;
    let mut whole = place.command(&["migrate", "--print"], &[]);
    let scheme = place.url.split(':').next().unwrap();
    whole.env("DATABASE_URL", format!("{scheme}:"));
    let whole = Running::start(whole).end();
    assert!(
        whole.is_well() && whole.out.starts_with("-- "),
        "{}",
        whole.err
    );
    if kind == Kind::Sqlite {
        // Printing makes no file.
        let missing = place.run(&["migrate", "--print"], &[]).await;
        assert!(
            missing.status == 1 && missing.err.contains("mend"),
            "{}",
            missing.err
        );
    } else {
        let due = place.run(&["migrate", "--print"], &[]).await;
        assert_eq!(due.out, whole.out);
    }
    place.script(&whole.out).await;
    let due = place.run(&["migrate", "--print"], &[]).await;
    assert!(
        due.out.starts_with("-- Nothing is due"),
        "{kind:?}: {}{}",
        due.out,
        due.err
    );
    let json = place
        .run(&["migrate", "--print", "--json"], &[])
        .await
        .json();
    assert_eq!(json["steps"], Value::Array(Vec::new()));
    let again = place.run(&["migrate", "--json"], &[]).await;
    assert_eq!(again.json()["steps"], json["steps"], "{}", again.err);
    person(&*place.open(&[SECRET]).await, "ada").await;
    place.remove().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_of_others_and_of_later_versions_are_left_alone() {
    others(Kind::Sqlite).await;
}

pub(crate) async fn others(kind: Kind) {
    let place = Place::new(kind).await;
    place
        .script("CREATE TABLE {at}authcore_users (mine INT)")
        .await;
    let refused = place.run(&["migrate"], &[]).await;
    assert_eq!(refused.status, 1);
    assert!(
        refused.err.contains("made by somebody else"),
        "{kind:?}: {}",
        refused.err
    );
    assert!(
        refused.err.contains("use another prefix"),
        "{}",
        refused.err
    );
    let other = place.run(&["migrate", "--prefix", "shop_"], &[]).await;
    assert!(other.is_well(), "{kind:?}: {}", other.err);
    let later = "INSERT INTO {at}shop_migrations SELECT 99, name, digest, done_at \
                 FROM {at}shop_migrations WHERE version = 1";
    place.script(later).await;
    for words in [&["migrate"][..], &["migrate", "--print"]] {
        let refused = place
            .run(&[words, &["--prefix", "shop_"]].concat(), &[])
            .await;
        assert_eq!(refused.status, 1);
        assert!(
            refused.err.contains("update authcore"),
            "{kind:?}: {}",
            refused.err
        );
    }
    place.remove().await;
}

#[tokio::test]
async fn auth_js_s_tables_are_made_ready() {
    for schema in ["authjs", "drizzle"] {
        let place = Place::new(Kind::Sqlite).await;
        let made = place.run(&["migrate", "--schema", schema], &[]).await;
        assert!(made.is_well(), "{}", made.err);
    }
    let place = Place::new(Kind::Sqlite).await;
    let refused = place
        .run(&["migrate", "--schema", "authjs", "--prefix", "x"], &[])
        .await;
    assert!(
        refused.status == 1 && refused.err.contains("--prefix"),
        "{}",
        refused.err
    );
    let mysql = [
        "migrate",
        "--print",
        "--schema",
        "authjs",
        "--database-url",
        "mysql:",
    ];
    let refused = authcore(&mysql);
    assert!(
        refused.status == 1 && refused.err.contains("MySQL"),
        "{}",
        refused.err
    );
}

#[test]
fn a_database_that_is_not_there_is_told_without_its_password() {
    for (url, told) in [
        ("postgres://me:canary@127.0.0.1:1/app", "server runs"),
        ("mysql://me:canary@127.0.0.1:1/app", "server runs"),
        ("mysql://me:canary@127.0.0.1:1", "names no database"),
        ("oracle://me:canary@127.0.0.1/app", "begins with sqlite:"),
        (
            "sqlite:/proc/nowhere/app.db?key=canary",
            "no folder /proc/nowhere",
        ),
    ] {
        let refused = authcore(&["migrate", "--database-url", url]);
        assert_eq!(refused.status, 1, "{url}");
        assert!(refused.err.contains(told), "{url}: {}", refused.err);
        assert!(
            refused.err.contains("mend: ") || told.contains("names no"),
            "{}",
            refused.err
        );
        assert!(
            !format!("{}{}", refused.err, refused.out).contains("canary"),
            "{}",
            refused.err
        );
    }
}

#[test]
fn the_help_says_where_a_password_is_seen() {
    let help = authcore(&["migrate", "--help"]);
    assert!(help.out.contains("list of processes"), "{}", help.out);
    assert!(help.out.contains("DATABASE_URL"), "{}", help.out);
}

#[test]
fn nothing_is_made_that_was_not_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &str| format!("sqlite:{}", folder.path().join(path).display());
    let secret = "a secret for tests, 32 bytes long";
    let is_empty = || fs::read_dir(folder.path()).unwrap().next().is_none();
    let (file, in_folder) = (at("x.db"), at("typo/x.db"));
    // What the URL says of making a file is for applications.
    for url in [
        &file,
        &format!("{file}?mode=rwc"),
        &in_folder,
        &format!("{in_folder}?mode=rwc"),
    ] {
        for words in [
            &["migrate"][..],
            &["migrate", "--print"],
            &["migrate", "from-authjs"],
            &["migrate", "from-authjs", "--adopt"],
            &["migrate", "from-authjs", "--copy"],
            &["keys", "rotate"],
            &["doctor", "--offline"],
        ] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_authcore"));
            command.args(words).env_clear();
            command.env("AUTH_SECRET", secret).env("DATABASE_URL", url);
            command.env("AUTH_URL", "https://app.example.org");
            let output = command.output().unwrap();
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8(said).unwrap();
            assert_eq!(output.status.code(), Some(1), "{words:?} {url}: {said}");
            assert!(is_empty(), "{words:?} {url}");
            let missing = match url.contains("typo") {
                true => "there is no folder ",
                false => "there is no file ",
            };
            assert!(said.contains(missing), "{words:?} {url}: {said}");
            assert!(said.contains("migrate --create"), "{words:?} {url}: {said}");
            assert!(!said.contains("were done"), "{words:?} {url}: {said}");
        }
    }
    let run = authcore(&["migrate", "--create", "--database-url", &in_folder]);
    assert_eq!(run.status, 1, "a folder is never made: {}", run.out);
    assert!(
        is_empty() && run.err.contains("there is no folder "),
        "{}",
        run.err
    );
    let run = authcore(&["migrate", "--create", "--database-url", &file]);
    assert!(run.is_well(), "{}", run.err);
    assert!(run.err.contains("making the file "), "{}", run.err);
    let run = authcore(&["migrate", "--database-url", &file]);
    assert!(
        run.out.starts_with("nothing was due"),
        "{}{}",
        run.out,
        run.err
    );
}

#[test]
fn a_database_in_memory_is_not_brought_up_to_date() {
    for url in ["sqlite::memory:", "sqlite:x?mode=memory"] {
        for words in [&["migrate"][..], &["migrate", "--create"]] {
            let run = authcore(&[words, &["--database-url", url]].concat());
            assert_eq!(run.status, 1, "{url}: {}", run.out);
            assert!(run.err.contains("name a file"), "{url}: {}", run.err);
        }
    }
}
