//! Answers of a hostile or broken server, given to `map`: nobody is made of nothing, nothing of a
//! person is repeated, and nothing reaches the terminal that it would obey.

use std::{fs, time::Instant};

use serde_json::{Value, json};

use crate::run::{Run, authcore, authcore_with};

const ACME: &str = r#"
id = "acme"
name = "Acme"
protocol = "oauth2"
authorization = "https://example.org/authorize"
token = "https://example.org/token"
userinfo = "https://example.org/me"

[profile]
subject = "/id"
name = { join = ["/first", "/last"] }
email = "/email"
email_verified = "/verified"
image = { template = "https://example.org/{/id}/{/picture}" }
extra = { team = "/team" }
"#;

fn map(words: &[&str], answer: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("acme.toml");
    fs::write(&path, ACME).unwrap();
    let mut all = vec!["providers", "map", path.to_str().unwrap()];
    all.extend(words);
    authcore_with(&all, answer)
}

#[test]
fn what_is_no_object_is_nobody() {
    for (answer, found) in [
        ("[]", "the answer is not a JSON object"),
        (r#"[{"id":7}]"#, "the answer is not a JSON object"),
        ("null", "the answer is not a JSON object"),
        ("7", "the answer is not a JSON object"),
        ("\"7\"", "the answer is not a JSON object"),
        ("true", "the answer is not a JSON object"),
    ] {
        let run = map(&["--json"], answer);
        assert_eq!(run.status, 1, "{answer}");
        let error = json!({ "error": { "pointer": "", "found": found } });
        assert_eq!(run.json(), error, "{answer}");
    }
}

#[test]
fn a_subject_that_is_none_is_told_by_its_kind() {
    let long = format!("\"{}\"", "s".repeat(10 << 20));
    for (id, found) in [
        ("null", "there is nothing"),
        ("\"\"", "there is an empty text"),
        ("\" \\t\\u00a0\"", "there is an empty text"),
        ("false", "there is a boolean"),
        ("1e300", "there is a number that is not an exact integer"),
        (
            "18446744073709551616",
            "there is a number that is not an exact integer",
        ),
        ("7.0", "there is a number that is not an exact integer"),
        ("[\"secret\"]", "there is an array"),
        ("{\"secret\":\"secret\"}", "there is an object"),
        (
            "\"secret\\u0000\"",
            "there is a text with a control character",
        ),
        (
            "\"secret\\u009b2J\"",
            "there is a text with a control character",
        ),
        (&long, "there is a text of more than 255 characters"),
    ] {
        let run = map(
            &["--json"],
            &format!("{{\"id\":{id},\"first\":\"secret\"}}"),
        );
        let shown = &id[..id.len().min(30)];
        assert_eq!(run.status, 1, "{shown}");
        let error = json!({ "error": { "pointer": "/id", "found": found } });
        assert_eq!(run.json(), error, "{shown}");
        assert!(!run.out.contains("secret") && run.err.is_empty(), "{shown}");
    }
}

#[test]
fn a_name_is_made_of_what_is_there() {
    for (first, last, name) in [
        (json!("Ada"), json!(null), json!("Ada")),
        (json!(null), json!(null), Value::Null),
        (json!(""), json!(" "), Value::Null),
        (json!({}), json!([]), Value::Null),
        (json!(true), json!(["undefined"]), Value::Null),
        (json!(" Ada "), json!("L"), json!("Ada L")),
    ] {
        let answer = json!({ "id": 7, "first": first, "last": last });
        let found = map(&["--json"], &answer.to_string()).json();
        assert_eq!(found["name"], name, "{answer}");
    }
    let found = map(&["--json"], r#"{"id":7}"#).json();
    assert_eq!(
        found,
        json!({
            "subject": "7", "name": null, "email": null, "email_verified": null, "image": null,
            "extra": {},
        })
    );
}

#[test]
fn what_cannot_be_a_field_is_absent() {
    let hostile = [
        json!(["ada@example.org"]),
        json!({ "address": "ada@example.org" }),
        json!("ada@example.org, eve@example.org"),
        json!("ada@example.org\u{0}"),
        json!("ada@example.org\r\nBcc: eve@example.org"),
        json!("@"),
        json!(7),
        json!("a".repeat(1 << 20)),
    ];
    for email in hostile {
        let answer = json!({ "id": 7, "email": email, "verified": true, "picture": [] });
        let found = map(&["--json"], &answer.to_string()).json();
        assert_eq!(found["email"], Value::Null, "{found:#}");
        assert_eq!(found["email_verified"], Value::Null);
        assert_eq!(found["image"], Value::Null);
    }
    let answer = json!({ "id": 7, "picture": "../../evil?x#y" });
    let found = map(&["--json"], &answer.to_string()).json();
    assert_eq!(
        found["image"],
        "https://example.org/7/..%2F..%2Fevil%3Fx%23y"
    );
}

#[test]
fn what_cannot_be_read_is_told_by_its_place_alone() {
    for (answer, why) in [
        ("", "EOF"),
        ("<html>secret</html>", "expected value"),
        (r#"{"id":"secret"#, "EOF"),
        (r#"{"id":1e400}"#, "number out of range"),
        (r#"{"id":"\ud800secret"}"#, "hex escape"),
        (r#"{"id":"\ud800\ud800"}"#, "surrogate"),
        ("{\"id\":\"secret\u{1}\"}", "control character"),
        (r#"{"id":"secret"} {"id":"8"}"#, "trailing characters"),
        (r#"{"id":0x7}"#, "expected"),
        (r#"{id:"secret"}"#, "key must be a string"),
    ] {
        let run = map(&["--json"], answer);
        assert_eq!((run.status, run.out.as_str()), (1, ""), "{answer}");
        assert!(
            run.err.contains("standard input is not JSON"),
            "{}",
            run.err
        );
        assert!(run.err.contains(why), "{answer}: {}", run.err);
        assert!(run.err.contains("mend: "), "{}", run.err);
        assert!(!run.err.contains("secret"), "{}", run.err);
    }
    for deep in [
        format!("{{\"id\":{}", "[".repeat(200_000)),
        format!("{{\"id\":{}7{}}}", "[".repeat(500), "]".repeat(500)),
        format!("{}7{}", "{\"id\":".repeat(500), "}".repeat(500)),
    ] {
        let run = map(&["--json"], &deep);
        assert_eq!(run.status, 1);
        assert!(run.err.contains("recursion limit"), "{}", run.err);
    }
}

#[test]
fn ten_megabytes_are_read_and_cut() {
    let begun = Instant::now();
    let answer = json!({ "id": 7, "first": "ä".repeat(5 << 20), "more": vec![0; 1 << 20] });
    let found = map(&["--json"], &answer.to_string()).json();
    assert_eq!(found["name"].as_str().unwrap().chars().count(), 255);
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

#[test]
fn the_last_of_two_members_of_one_name_decides() {
    let found = map(&["--json"], r#"{"id":7,"id":8,"first":"\ud83d\ude00"}"#).json();
    assert_eq!(found["subject"], "8");
    assert_eq!(found["name"], "😀");
}

#[test]
fn a_terminal_gets_no_commands() {
    let answer = json!({
        "id": 7, "first": "\u{1b}[2J\u{1b}]0;owned\u{7}Ada", "last": "\u{9b}31m\u{202e}x\r",
        "team": ["\u{9b}1m"],
    });
    for words in [&[][..], &["--json"][..]] {
        let run = map(words, &answer.to_string());
        assert_eq!(run.status, 0, "{}", run.err);
        let odd = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!run.out.contains(odd), "{:?}", run.out);
    }
    // The JSON says what is there in other letters, but for a name, which is cleaned for display.
    let found = map(&["--json"], &answer.to_string()).json();
    assert_eq!(found["extra"]["team"][0], "\u{9b}1m");
    assert!(found["name"].as_str().unwrap().starts_with("[2J"));
}

#[test]
fn every_provider_of_the_catalogue_takes_hostile_answers_for_nobody() {
    for entry in authcore_providers::all() {
        for answer in ["{}", "[]", "null", r#"{"error":"secret"}"#] {
            let run = authcore_with(&["providers", "map", entry.id, "--json"], answer);
            assert_eq!(run.status, 1, "{} {answer}: {}", entry.id, run.out);
            assert!(run.json()["error"]["found"].is_string(), "{}", entry.id);
            assert!(!run.out.contains("secret"), "{}", entry.id);
        }
    }
    assert_eq!(authcore(&["providers", "map", "github"]).status, 1);
}
