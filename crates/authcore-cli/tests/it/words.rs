//! Environments with the mistakes that people make, and what they are told.

use std::fs;

use crate::doctor::{about, doctor};

const SECRET: (&str, &str) = ("AUTH_SECRET", "a secret for tests, 32 bytes long");
const URL: (&str, &str) = ("AUTH_URL", "https://app.example.org/api/auth");

/// What is told about the configuration, and with which status.
fn told(variables: &[(&str, &str)]) -> (i32, Vec<(String, String)>) {
    let run = doctor(&["--offline", "--json"], variables);
    (run.status, about(&run, "configuration"))
}

#[test]
fn a_public_url_that_was_nearly_right_is_told_as_it_should_be() {
    for (url, what, fix) in [
        (
            "app.example.org",
            "does not say https://",
            "https://app.example.org/api/auth",
        ),
        (
            "app.example.org/auth",
            "does not say https://",
            "https://app.example.org/auth",
        ),
        (
            "localhost:3000",
            "does not say https://",
            "http://localhost:3000/api/auth",
        ),
        (
            "'https://app.example.org'",
            "is in quotes",
            "https://app.example.org/api/auth",
        ),
        (
            "\"http://localhost:3000/x\"",
            "is in quotes",
            "http://localhost:3000/x",
        ),
        ("http://app.example.org", "must be https", "https://"),
    ] {
        let (status, found) = told(&[SECRET, ("AUTH_URL", url)]);
        assert_eq!(status, 1, "{url}");
        let wrong: Vec<_> = found.iter().filter(|it| it.0 == "wrong").collect();
        assert_eq!(wrong.len(), 1, "{url}: {found:?}");
        assert!(
            wrong[0].1.contains(what) && wrong[0].1.contains(fix),
            "{url}: {wrong:?}"
        );
    }
    // As Auth.js reads it.
    let (status, found) = told(&[SECRET, ("AUTH_URL", "https://app.example.org/api/auth \n")]);
    assert_eq!(status, 0, "{found:?}");
    let noted = |(weight, text): &(String, String)| {
        weight == "note" && text.contains("AUTH_URL ends with a line's end")
    };
    assert!(found.iter().any(noted), "{found:?}");
}

#[test]
fn a_value_with_quotes_or_with_spaces_around_it_is_named() {
    let long = "canary-of-a-secret-of-more-than-32-bytes";
    for (name, value, what) in [
        (
            "AUTH_SECRET",
            format!("\"{long}\""),
            "begins and ends with a quotation mark",
        ),
        (
            "AUTH_SECRET",
            format!("'{long}'"),
            "begins and ends with a quotation mark",
        ),
        (
            "AUTH_SECRET",
            format!("“{long}”"),
            "begins and ends with a quotation mark",
        ),
        ("AUTH_SECRET", format!("{long}\n"), "ends with a line's end"),
        (
            "AUTH_SECRET",
            format!("{long}\r\n"),
            "ends with a line's end",
        ),
        ("AUTH_SECRET", format!("{long} "), "ends with a space"),
        ("AUTH_SECRET", format!(" {long}"), "begins with a space"),
        (
            "AUTH_SECRET_1",
            format!("\"{long}\""),
            "begins and ends with a quotation mark",
        ),
        (
            "AUTH_GITHUB_SECRET",
            "\"canary\"".to_owned(),
            "begins and ends with a quotation mark",
        ),
        ("AUTH_GITHUB_ID", "x\n".to_owned(), "ends with a line's end"),
    ] {
        let github = [("AUTH_GITHUB_ID", "x"), ("AUTH_GITHUB_SECRET", "x")];
        let mut variables = [&[SECRET, URL][..], &github].concat();
        variables.retain(|(other, _)| *other != name);
        variables.push((name, &value));
        let (status, found) = told(&variables);
        assert_eq!(status, 0, "it works, with what it is: {found:?}");
        let noted = |(weight, text): &(String, String)| {
            weight == "note" && text.starts_with(&format!("{name} {what}"))
        };
        assert!(found.iter().any(noted), "{name} {value:?}: {found:?}");
        assert!(!format!("{found:?}").contains("canary"), "{found:?}");
    }
}

#[test]
fn variables_of_auth_js_4_are_told_with_their_names_of_now() {
    let (status, found) = told(&[
        ("NEXTAUTH_URL", "https://app.example.org"),
        ("NEXTAUTH_SECRET", SECRET.1),
        ("GITHUB_ID", "x"),
        ("GITHUB_SECRET", "x"),
        ("GOOGLE_CLIENT_ID", "x"),
        ("GOOGLE_CLIENT_SECRET", "x"),
        ("AUTH0_ID", "x"),
        ("AUTH0_SECRET", "x"),
        ("AUTH0_ISSUER", "https://acme.example.com"),
        // One alone is another program's.
        ("ZOOM_ID", "7"),
    ]);
    assert_eq!(status, 1);
    for (weight, fix) in [
        ("wrong", "rename NEXTAUTH_URL to AUTH_URL"),
        ("wrong", "rename NEXTAUTH_SECRET to AUTH_SECRET"),
        ("note", "AUTH_GITHUB_ID and AUTH_GITHUB_SECRET"),
        ("note", "AUTH_GOOGLE_ID and AUTH_GOOGLE_SECRET"),
        (
            "note",
            "AUTH_AUTH0_ID and AUTH_AUTH0_SECRET and AUTH_AUTH0_ISSUER",
        ),
    ] {
        let said = |(other, text): &(String, String)| other == weight && text.contains(fix);
        assert!(found.iter().any(said), "{fix}: {found:?}");
    }
    assert!(!format!("{found:?}").contains("ZOOM"), "{found:?}");
    // Beside their successors they are left over, and no mistake.
    let (status, found) = told(&[
        SECRET,
        URL,
        ("NEXTAUTH_URL", "https://app.example.org"),
        ("NEXTAUTH_SECRET", "x"),
    ]);
    assert_eq!(status, 0, "{found:?}");
}

#[test]
fn a_provider_that_is_half_renamed_is_told_which_variable_is_left() {
    let (status, found) = told(&[SECRET, URL, ("AUTH_GITHUB_ID", "x"), ("GITHUB_SECRET", "x")]);
    assert_eq!(status, 1);
    let wrong: Vec<_> = found.iter().filter(|it| it.0 == "wrong").collect();
    assert_eq!(wrong.len(), 1, "{found:?}");
    assert!(wrong[0].1.contains("`GITHUB_SECRET` is set"), "{found:?}");
    assert!(wrong[0].1.contains("AUTH_GITHUB_SECRET"), "{found:?}");
}

#[test]
fn an_old_secret_may_be_short_and_the_first_may_not() {
    let short = "24 bytes of a secret, x.";
    assert_eq!(short.len(), 24);
    let (status, found) = told(&[("AUTH_SECRET", short), ("AUTH_SECRET_1", SECRET.1), URL]);
    assert_eq!(status, 0, "{found:?}");
    let noted = |(weight, text): &(String, String)| {
        weight == "note" && text.contains("AUTH_SECRET has 24 bytes")
    };
    assert!(found.iter().any(noted), "{found:?}");
    for (old, new) in [(SECRET.1, short), ("15 bytes, ends.", SECRET.1)] {
        let (status, found) = told(&[("AUTH_SECRET", old), ("AUTH_SECRET_1", new), URL]);
        assert_eq!(status, 1, "{old}: {found:?}");
        let wrong = |it: &&(String, String)| it.0 == "wrong";
        let wrong: Vec<_> = found.iter().filter(wrong).collect();
        assert_eq!(wrong.len(), 1, "{found:?}");
        assert!(wrong[0].1.contains("[secret_too_short]"), "{found:?}");
    }
}

#[test]
fn one_wrong_line_of_a_provider_file_is_one_mistake() {
    let good = "id = \"acme\"\nname = \"Acme\"\nprotocol = \"oauth2\"\n\
                authorization = \"https://acme.example.com/a\"\ntoken = \"https://acme.example.com/t\"\n\
                userinfo = \"https://acme.example.com/me\"\n[profile]\nsubject = \"/id\"\n";
    let acme = [
        ("AUTH_ACME_ID", "x"),
        ("AUTH_ACME_SECRET", "x"),
        ("AUTH_ACME_BASE_URL", "https://acme.example.com"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("acme.toml");
    let path = folder.path().to_str().unwrap();
    for (line, wrong, code) in [
        ("id = \"acme\"", "id = \"Acme Inc\"", "id"),
        ("protocol = \"oauth2\"", "protocol = \"oauth\"", "protocol"),
        ("protocol = \"oauth2\"", "protocol = oauth2", ""),
        ("subject =", "subjct =", "subjct"),
    ] {
        fs::write(&file, good.replace(line, wrong)).unwrap();
        let (status, found) =
            told(&[&[SECRET, URL, ("AUTH_PROVIDERS_DIR", path)][..], &acme].concat());
        assert_eq!(status, 1, "{wrong}: {found:?}");
        assert!(
            !format!("{found:?}").contains("did you mean AUTH_"),
            "{wrong}: {found:?}"
        );
        assert!(
            !format!("{found:?}").contains("nothing reads it"),
            "{wrong}: {found:?}"
        );
        assert!(
            !format!("{found:?}").contains("no provider is asked for"),
            "{wrong}: {found:?}"
        );
        let wrongs: Vec<_> = found.iter().filter(|it| it.0 == "wrong").collect();
        assert!(
            wrongs.iter().all(|it| it.1.contains("acme.toml")),
            "{wrong}: {found:?}"
        );
        assert!(
            wrongs.iter().any(|it| it.1.contains(code)),
            "{wrong}: {found:?}"
        );
    }
    // Neither is a folder that is not there.
    let (_, found) = told(
        &[
            &[SECRET, URL, ("AUTH_PROVIDERS_DIR", "/nowhere")][..],
            &acme,
        ]
        .concat(),
    );
    let wrong: Vec<_> = found.iter().filter(|it| it.0 != "fine").collect();
    assert_eq!(wrong.len(), 1, "{found:?}");
    // An id that is nearly one of the catalogue's is the file's all the same.
    fs::write(
        &file,
        good.replace("acme", "github2").replace("subject", "subjct"),
    )
    .unwrap();
    let github2 = [("AUTH_GITHUB2_ID", "x"), ("AUTH_GITHUB2_SECRET", "x")];
    let variables = [&[SECRET, URL, ("AUTH_PROVIDERS_DIR", path)][..], &github2].concat();
    let (_, found) = told(&variables);
    assert!(
        !format!("{found:?}").contains("did you mean AUTH_"),
        "{found:?}"
    );
    // What hardly belongs to it is told: another provider's, and a slip of one letter.
    let slip = ("AUTH_GITHBU_ID", "x");
    let slip = [slip, ("AUTH_SECRT", "x")];
    let (_, found) = told(&[&[SECRET, URL, ("AUTH_PROVIDERS_DIR", path)][..], &slip].concat());
    assert!(
        format!("{found:?}").contains("did you mean AUTH_SECRET?"),
        "{found:?}"
    );
    // What surely belongs to nothing in it is told all the same.
    let (_, found) = told(&[
        SECRET,
        URL,
        ("AUTH_PROVIDERS_DIR", path),
        ("AUTH_GITHUB_SECRET", "x"),
    ]);
    assert!(
        format!("{found:?}").contains("set AUTH_GITHUB_ID too"),
        "{found:?}"
    );
}

#[test]
fn the_public_and_the_inner_path_are_told() {
    let deep = ("AUTH_URL", "https://app.example.org/app/api/auth");
    let (status, found) = told(&[SECRET, deep]);
    assert_eq!(status, 0, "{found:?}");
    let noted = |(weight, text): &(String, String)| {
        weight == "note" && text.contains("/app/api/auth") && text.contains("AUTH_INNER_PATH")
    };
    assert!(found.iter().any(noted), "{found:?}");
    let (status, found) = told(&[SECRET, deep, ("AUTH_INNER_PATH", "/api/auth/")]);
    assert_eq!(status, 0, "{found:?}");
    let fine = |(weight, text): &(String, String)| {
        weight == "fine" && text.contains("are to arrive under /api/auth:")
    };
    assert!(found.iter().any(fine), "{found:?}");
    for path in [
        "api/auth",
        "/",
        "/a//b",
        "/{id}",
        "/a/../b",
        "/a b",
        "https://x/api",
        "/a?b",
        "/%61",
    ] {
        let (status, found) = told(&[SECRET, deep, ("AUTH_INNER_PATH", path)]);
        assert_eq!(status, 1, "{path}: {found:?}");
        assert!(
            format!("{found:?}").contains("[inner_path_unusable]"),
            "{path}: {found:?}"
        );
    }
}
