//! The catalogue looked at, files checked, answers mapped, URLs made.

use std::{collections::BTreeSet, fs};

use serde_json::{Value, json};

use crate::run::{authcore, authcore_with};

fn keys(value: &Value) -> BTreeSet<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

/// A file of one's own, with these lines in it.
fn file(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("acme.toml");
    fs::write(&path, text).unwrap();
    let name = path.to_str().unwrap().to_owned();
    (folder, name)
}

const ACME: &str = r#"
id = "acme"
name = "Acme"
protocol = "oauth2"
authorization = { url = "{base_url}/authorize", params = { audience = "api" } }
token = "{base_url}/token"
userinfo = "{base_url}/users/{token.user_id}"
scopes = ["profile"]
envelope = "/data"

[variables.base_url]
description = "The server"
default = "https://example.org"

[profile]
subject = { pointer = "/id", reject = ["0"] }
name = { join = ["/first", "/last"] }
email = "/email"
image = { relative = "/picture", base = "{base_url}" }
extra = { team = { token = "team" } }
"#;

#[test]
fn the_catalogue_is_listed() {
    let list = authcore(&["providers", "list", "--json"]).json();
    let ids: Vec<_> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["id"])
        .collect();
    let known: Vec<_> = authcore_providers::all().iter().map(|it| it.id).collect();
    assert_eq!(ids, known);
    assert_eq!(keys(&list[0]), BTreeSet::from(["id", "name", "kind"]));
    let text = authcore(&["providers", "list"]);
    assert_eq!(text.out.lines().count(), known.len());
    assert!(text.out.contains("GitHub"));
}

#[test]
fn every_provider_is_shown_with_the_same_keys() {
    for entry in authcore_providers::all() {
        let run = authcore(&["providers", "show", entry.id, "--json"]);
        let shown = run.json();
        assert_eq!(
            keys(&shown),
            BTreeSet::from([
                "id",
                "name",
                "kind",
                "issuer",
                "discovery",
                "authorization",
                "token",
                "userinfo",
                "revocation",
                "scopes",
                "checks",
                "client_auth",
                "variables",
                "profile",
                "trust",
                "style",
            ]),
            "{}",
            entry.id
        );
        assert_eq!(shown["id"], entry.id);
        assert_eq!(
            keys(&shown["authorization"]),
            BTreeSet::from(["url", "params"])
        );
        assert_eq!(keys(&shown["token"]), BTreeSet::from(["url", "params"]));
        let userinfo = BTreeSet::from(["url", "method", "headers", "params"]);
        assert_eq!(keys(&shown["userinfo"]), userinfo);
        let revocation = BTreeSet::from(["url", "headers", "params"]);
        assert_eq!(keys(&shown["revocation"]), revocation);
    }
    let discord = authcore(&["providers", "show", "discord", "--json"]).json();
    let revocation = "https://discord.com/api/oauth2/token/revoke";
    assert_eq!(discord["revocation"]["url"], revocation);
}

#[test]
fn defaults_are_filled_in() {
    let (_folder, name) = file(ACME);
    let shown = authcore(&["providers", "show", &name, "--json"]).json();
    assert_eq!(shown["kind"], "oauth2");
    assert_eq!(shown["client_auth"], "basic");
    assert_eq!(
        shown["authorization"]["params"],
        json!({ "audience": "api" })
    );
    assert_eq!(shown["userinfo"]["method"], "GET");
    assert_eq!(shown["checks"]["pkce"], "on");
    assert_eq!(
        shown["variables"]["base_url"]["default"],
        "https://example.org"
    );
    assert_eq!(
        shown["profile"]["subject"],
        json!({ "first": ["/id"], "reject": ["0"] })
    );
    let google = authcore(&["providers", "show", "google", "--json"]).json();
    assert_eq!(google["scopes"], json!(["openid", "profile", "email"]));
    assert_eq!(
        google["discovery"],
        "https://accounts.google.com/.well-known/openid-configuration"
    );
    assert_eq!(
        google["authorization"],
        json!({ "url": null, "params": {} })
    );
    let all = authcore(&["providers", "show", "apple", "--json", "--all"]).json();
    assert_eq!(all["response_mode"], "form_post");
    let text = authcore(&["providers", "show", "github"]);
    assert!(text.out.contains("client_auth: post"), "{}", text.out);
}

#[test]
fn an_old_name_shows_the_provider_of_now() {
    let shown = authcore(&["providers", "show", "azure-ad", "--json"]).json();
    assert_eq!(shown["name"], "Microsoft");
}

#[test]
fn an_unknown_provider_is_told_with_a_mend() {
    for (name, told) in [
        ("githu", "did you mean `github`?"),
        ("zzz", "providers list"),
    ] {
        let run = authcore(&["providers", "show", name]);
        assert_eq!(run.status, 1);
        assert!(run.err.contains(told), "{}", run.err);
        assert_eq!(run.out, "");
    }
    let run = authcore(&["providers", "show", "no/such.toml"]);
    assert!(run.err.contains("cannot be read"), "{}", run.err);
}

#[test]
fn a_mistake_is_told_with_line_key_and_mend() {
    let (_folder, name) = file(&ACME.replace("scopes =", "scope ="));
    let run = authcore(&["providers", "check", &name]);
    assert_eq!(run.status, 1);
    assert!(
        run.out.contains(":8: `scope`: is no known key"),
        "{}",
        run.out
    );
    assert!(
        run.out.contains("mend: did you mean `scopes`?"),
        "{}",
        run.out
    );
    let run = authcore(&["providers", "check", &name, "--json"]);
    assert_eq!(run.status, 1);
    let found = run.json();
    assert_eq!(
        keys(&found[0]),
        BTreeSet::from(["file", "ok", "errors", "warnings", "live"])
    );
    assert_eq!(found[0]["ok"], false);
    assert_eq!(found[0]["errors"][0]["line"], 8);
    assert_eq!(found[0]["errors"][0]["key"], "scope");
}

#[test]
fn every_file_is_looked_at() {
    let (_one, fine) = file(ACME);
    let (_other, odd) = file(&format!("{ACME}\n[trust]\nsubject = \"mutable\"\n"));
    let run = authcore(&["providers", "check", &fine, &odd]);
    assert!(run.is_well(), "{}{}", run.out, run.err);
    assert!(run.out.contains("warning: `trust.subject`"), "{}", run.out);
    assert_eq!(run.out.matches(": fine").count(), 2);
}

#[test]
fn an_answer_becomes_a_profile() {
    let (folder, name) = file(ACME);
    let token = folder.path().join("token.json");
    fs::write(&token, r#"{"access_token":"a","team":"t1"}"#).unwrap();
    let answer = json!({ "data": {
        "id": 7, "first": "Ada", "last": "L", "email": "ada@example.org", "picture": "/a.png",
    }});
    let run = authcore_with(
        &[
            "providers",
            "map",
            &name,
            "--json",
            "--token",
            token.to_str().unwrap(),
            "--var",
            "base_url=https://acme.example.com",
        ],
        &answer.to_string(),
    );
    assert_eq!(
        run.json(),
        json!({
            "subject": "7", "name": "Ada L", "email": "ada@example.org", "email_verified": false,
            "image": "https://acme.example.com/a.png", "extra": { "team": "t1" },
        })
    );
    let run = authcore_with(&["providers", "map", &name], &answer.to_string());
    assert!(run.out.contains("subject         7"), "{}", run.out);
}

#[test]
fn an_answer_that_fits_nobody_is_told_by_its_pointer() {
    let (_folder, name) = file(ACME);
    for (answer, pointer, told) in [
        (
            r#"{"data":{"id":0,"email":"secret@example.org"}}"#,
            "/id",
            "nobody",
        ),
        (r#"{"data":{"id":{}}}"#, "/id", "object"),
        (r#"{"data":{}}"#, "/id", "nothing"),
        (r#"{"id":7}"#, "/data", "nothing"),
    ] {
        let run = authcore_with(&["providers", "map", &name, "--json"], answer);
        assert_eq!(run.status, 1, "{answer}");
        let error = &run.json()["error"];
        assert_eq!(error["pointer"], pointer, "{answer}");
        assert!(error["found"].as_str().unwrap().contains(told), "{error}");
        assert!(!run.out.contains("secret"), "no personal data");
    }
    let run = authcore_with(&["providers", "map", &name], "<html>");
    assert!(
        run.err.contains("standard input is not JSON (line 1"),
        "{}",
        run.err
    );
    let run = authcore_with(&["providers", "map", &name, "--var", "bas_url=x"], "{}");
    assert!(run.err.contains("there is `base_url`"), "{}", run.err);
}

#[test]
fn a_provider_whose_protocol_is_code_shows_what_applies() {
    let list = authcore(&["providers", "list", "--json"]).json();
    let steam = json!({ "id": "steam", "name": "Steam", "kind": "custom" });
    assert!(list.as_array().unwrap().contains(&steam));

    let shown = authcore(&["providers", "show", "steam", "--json"]).json();
    assert_eq!(shown["kind"], "custom");
    assert_eq!(
        shown["checks"],
        json!({ "state": "on", "pkce": null, "nonce": null, "iss": null })
    );
    assert_eq!(shown["client_auth"], Value::Null);
    assert_eq!(shown["profile"]["subject"], "/steamid");
    assert_eq!(shown["variables"]["api_key"]["default"], Value::Null);

    for text in [
        &["providers", "show", "steam"][..],
        &["providers", "show", "steam", "--all"],
    ] {
        let out = authcore(text).out;
        assert!(out.contains("the Steam Web API key"), "{out}");
        assert!(out.contains("background: #171a21"), "{out}");
        for oauth in [
            "authorization",
            "token",
            "userinfo",
            "revocation",
            "pkce",
            "client_auth",
            "scopes",
        ] {
            assert!(!out.contains(oauth), "{oauth}: {out}");
        }
    }

    let answer = json!({ "response": { "players": [
        { "steamid": "76561190000000042", "personaname": "Ada" },
    ]}});
    let run = authcore_with(
        &["providers", "map", "steam", "--json"],
        &answer.to_string(),
    );
    assert_eq!(run.json()["subject"], "76561190000000042");
    assert_eq!(run.json()["name"], "Ada");
}

#[test]
fn the_url_of_a_provider_whose_protocol_is_code_needs_no_client() {
    let at = [
        "--redirect-uri",
        "https://example.com/api/auth/callback/steam",
    ];
    let run = authcore(
        &[
            &["providers", "url", "steam"][..],
            &at,
            &["--var", "api_key=x"],
        ]
        .concat(),
    );
    let begin = "https://steamcommunity.com/openid/login?openid.ns=";
    assert!(run.out.starts_with(begin), "{} {}", run.out, run.err);
    assert!(
        run.out.contains("openid.realm=https%3A%2F%2Fexample.com"),
        "{}",
        run.out
    );

    let run = authcore(&[&["providers", "url", "github"][..], &at].concat());
    assert_eq!(run.status, 1);
    assert!(run.err.contains("add `--client-id"), "{}", run.err);

    // A file alone has no code.
    let (_folder, name) = file(
        "id = \"acme\"\nname = \"Acme\"\nprotocol = \"custom\"\n[profile]\nsubject = \"/id\"\n",
    );
    let run = authcore(&[&["providers", "url", &name, "--client-id", "a"][..], &at].concat());
    assert_eq!(run.status, 1);
    assert!(
        run.err.contains("its protocol is code, not data"),
        "{}",
        run.err
    );
    let run = authcore(&["providers", "check", &name]);
    assert_eq!(run.status, 0, "{}", run.out);
}

#[test]
fn the_url_is_the_one_that_the_browser_gets() {
    let run = authcore(&[
        "providers",
        "url",
        "github",
        "--client-id",
        "abc",
        "--redirect-uri",
        "https://example.com/api/auth/callback/github",
        "--json",
    ]);
    let url = run.json()["url"].as_str().unwrap().to_owned();
    assert!(
        url.starts_with("https://github.com/login/oauth/authorize?"),
        "{url}"
    );
    for part in [
        "client_id=abc",
        "state=",
        "code_challenge_method=S256",
        "scope=read%3Auser",
    ] {
        assert!(url.contains(part), "{url}");
    }
    let run = authcore(&[
        "providers",
        "url",
        "wikimedia",
        "--client-id",
        "abc",
        "--redirect-uri",
        "https://example.com/cb",
        "--var",
        "base_url=https://wiki.example.org",
    ]);
    assert!(
        run.out.starts_with("https://wiki.example.org/w/"),
        "{}",
        run.out
    );
    let run = authcore(&[
        "providers",
        "url",
        "keycloak",
        "--client-id",
        "a",
        "--redirect-uri",
        "https://example.com/cb",
    ]);
    assert_eq!(run.status, 1);
    assert!(run.err.contains("--var name=value"), "{}", run.err);
}
