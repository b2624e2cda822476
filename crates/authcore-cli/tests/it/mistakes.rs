//! Files as people get them wrong, and what they are told: where, which key, what was expected, and the
//! word that they meant.

use std::fs;

use crate::run::{Run, authcore};

const ACME: &str = r#"id = "acme"
name = "Acme"
protocol = "oauth2"
authorization = "https://a.example/authorize"
token = "https://a.example/token"
userinfo = "https://a.example/me"
scopes = ["profile"]

[profile]
subject = "/id"
"#;

fn check(text: &str, words: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("acme.toml");
    fs::write(&path, text).unwrap();
    let mut all = vec!["providers", "check", path.to_str().unwrap()];
    all.extend(words);
    authcore(&all)
}

/// A line of a good file, the line in its place, and what is told: line, key, what, mend.
const MISTAKES: &[(&str, &str, u32, &str, &str, &str)] = &[
    (
        "id = \"acme\"",
        "id = \"Acme Inc\"",
        1,
        "id",
        "cannot be part of an id",
        "use `a-z`, `0-9` and `-`",
    ),
    (
        "name = \"Acme\"",
        "name = Acme",
        2,
        "",
        "this is not TOML",
        "texts stand in quotes",
    ),
    (
        "protocol = \"oauth2\"",
        "protocol = \"OpenID Connect\"",
        3,
        "protocol",
        "expected one of `oauth2`, `oidc`",
        "did you mean `oidc`?",
    ),
    (
        "token = \"https://a.example/token\"",
        "token = \"http://a.example/token\"",
        5,
        "token",
        "is not https",
        "write `https://…`",
    ),
    (
        "token = \"https://a.example/token\"",
        "token = \"{BASE}/token\"",
        5,
        "token",
        "is no template",
        "write it like `{base_url}/authorize`",
    ),
    (
        "scopes = [\"profile\"]",
        "scope = \"profile email\"",
        7,
        "scope",
        "is no known key",
        "did you mean `scopes`?",
    ),
    (
        "scopes = [\"profile\"]",
        "scopes = \"profile email\"",
        7,
        "scopes",
        "expected a list, found a text",
        "write it like",
    ),
    (
        "scopes = [\"profile\"]",
        "client_auth = \"client_secret_post\"",
        7,
        "client_auth",
        "expected one of `basic`",
        "did you mean `post`?",
    ),
    (
        "scopes = [\"profile\"]",
        "client_secret = \"hunter2\"",
        7,
        "client_secret",
        "is no known key",
        "the application sets `AUTH_<ID>_SECRET`",
    ),
    (
        "scopes = [\"profile\"]",
        "trust = { email_optional = \"yes\" }",
        7,
        "trust.email_optional",
        "expected true or false, found a text",
        "without quotes",
    ),
    (
        "scopes = [\"profile\"]",
        "style = { background = \"#777777\", text = \"#888888\" }",
        7,
        "style",
        "its contrast is 1.3, and 4.5 is the least",
        "make one colour darker",
    ),
    (
        "subject = \"/id\"",
        "subject = \"$.user.id\"",
        10,
        "profile.subject",
        "is no JSON pointer",
        "did you mean `/user/id`?",
    ),
    (
        "subject = \"/id\"",
        "subject = \"/id\"\nscopes = [\"email\"]",
        11,
        "profile.scopes",
        "is no known key",
        "at the top of the file",
    ),
    (
        "subject = \"/id\"",
        "subject = \"/id\"\npicture = \"/avatar\"",
        11,
        "profile.picture",
        "is no known key",
        "did you mean `image`?",
    ),
];

#[test]
fn a_mistake_is_told_once_with_file_line_key_and_the_word_that_was_meant() {
    for (line, wrong, number, key, what, mend) in MISTAKES {
        assert!(ACME.contains(line), "{line}");
        let file = ACME.replace(line, wrong);
        let run = check(&file, &["--json"]);
        assert_eq!((run.status, run.err.as_str()), (1, ""), "{wrong}");
        let found = run.json();
        let errors = found[0]["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1, "{wrong}: {found:#}");
        assert_eq!(errors[0]["line"], *number, "{wrong}: {found:#}");
        assert_eq!(errors[0]["key"], *key, "{wrong}: {found:#}");
        assert!(
            errors[0]["what"].as_str().unwrap().contains(what),
            "{found:#}"
        );
        assert!(
            errors[0]["mend"].as_str().unwrap().contains(mend),
            "{found:#}"
        );
        let text = check(&file, &[]).out;
        assert!(text.contains(&format!("acme.toml:{number}: ")), "{text}");
        assert!(text.contains(mend) && !text.contains("hunter2"), "{text}");
    }
}

#[test]
fn every_mistake_of_a_file_is_told_at_once() {
    let file = ACME
        .replace("name = \"Acme\"\n", "")
        .replace("userinfo =", "userInfo =")
        .replace("[\"profile\"]", "7");
    let found = check(&file, &["--json"]).json();
    let told: Vec<_> = found[0]["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["line"].as_u64(), error["key"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            (None, "name"),
            (None, "userinfo"),
            (Some(5), "userInfo"),
            (Some(6), "scopes"),
        ]
    );
}

#[test]
fn what_is_no_provider_file_at_all_is_told_shortly() {
    for text in [
        "",
        "<html><body class=x>no</body></html>\n",
        "{\"id\":\"acme\"}\n",
        "- id: acme\n",
    ] {
        let run = check(text, &[]);
        assert_eq!(run.status, 1, "{text}");
        assert!(run.out.lines().count() <= 8, "{text}: {}", run.out);
        assert!(run.out.contains("mend: "), "{text}: {}", run.out);
    }
    let run = authcore(&["providers", "check", "no-such-file.toml"]);
    assert_eq!((run.status, run.out.as_str()), (1, ""));
    assert!(
        run.err.contains("no-such-file.toml cannot be read"),
        "{}",
        run.err
    );
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_no_mistake() {
    let file = format!("\u{feff}{}", ACME.replace('\n', "\r\n"));
    assert!(check(&file, &[]).is_well());
    let run = check(&file.replace("scopes =", "scope ="), &[]);
    assert!(run.out.contains("acme.toml:7: `scope`"), "{}", run.out);
}
