//! Servers that demand what authcore does not do, offer nothing that it does, or are not there: told as
//! errors, with the fix, by `doctor` and by `providers check --live`.

use std::fs;

use serde_json::{Value, json};

use crate::{
    doctor::{about, doctor},
    run::{Run, authcore},
    server::{JSON, PAGE, serve, serve_tls},
};

/// A server whose discovery document is a good one with these members over it; null takes one away.
fn issuer(changes: Value) -> String {
    serve(move |own, path| {
        if path != "/.well-known/openid-configuration" {
            return (404, PAGE, "<h1>Not found</h1>".to_owned());
        }
        let mut document = json!({
            "issuer": own,
            "authorization_endpoint": format!("{own}/authorize"),
            "token_endpoint": format!("{own}/token"),
            "userinfo_endpoint": format!("{own}/userinfo"),
            "jwks_uri": format!("{own}/jwks"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        });
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(document.as_object_mut().unwrap().remove(name)),
                value => document[name] = value.clone(),
            }
        }
        (200, JSON, document.to_string())
    })
}

fn check(issuer: &str, lines: &str) -> Run {
    let file = format!(
        "{lines}\nid = \"acme\"\nname = \"Acme\"\nprotocol = \"oidc\"\nissuer = \"{issuer}\"\n"
    );
    check_file(&file)
}

fn check_file(text: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("acme.toml");
    fs::write(&path, text).unwrap();
    authcore(&["providers", "check", path.to_str().unwrap(), "--live"])
}

fn asked(variables: &[(&str, &str)]) -> Run {
    let always = [
        ("AUTH_SECRET", "a secret for tests, 32 bytes long"),
        ("AUTH_URL", "https://app.example.org/api/auth"),
        ("AUTH_USER_AGENT", "App/1.0 (ops@example.org)"),
    ];
    doctor(&["--json"], &[&always[..], variables].concat())
}

#[test]
fn a_server_that_can_be_used_is_fine() {
    let url = issuer(json!({ "request_parameter_supported": true, "claims_supported": [] }));
    let run = check(&url, "");
    assert!(run.is_well(), "{}", run.out);
    let run = asked(&[
        ("AUTH_OP_ID", "x"),
        ("AUTH_OP_SECRET", "x"),
        ("AUTH_OP_ISSUER", &url),
    ]);
    assert!(run.is_well(), "{}{}", run.out, run.err);
}

#[test]
fn a_server_with_no_pkce_but_plain_is_fine() {
    // `plain` is then sent.
    for methods in [json!(["plain"]), json!(["plain", "other"]), json!([])] {
        let url = issuer(json!({ "code_challenge_methods_supported": methods }));
        let run = check(&url, "");
        assert!(run.is_well(), "{}", run.out);
        let run = asked(&[
            ("AUTH_OP_ID", "x"),
            ("AUTH_OP_SECRET", "x"),
            ("AUTH_OP_ISSUER", &url),
        ]);
        assert!(run.is_well(), "{}{}", run.out, run.err);
    }
}

#[test]
fn a_server_that_demands_or_lacks_something_is_an_error_with_its_fix() {
    for (changes, what, fix) in [
        (
            json!({ "require_pushed_authorization_requests": true }),
            "pushed authorization requests",
            "turn `require_pushed_authorization_requests` off",
        ),
        (
            json!({ "require_signed_request_object": true }),
            "signed requests",
            "turn `require_signed_request_object` off",
        ),
        (
            json!({ "token_endpoint_auth_methods_supported": ["tls_client_auth"] }),
            "only: tls_client_auth",
            "allow `client_secret_basic`",
        ),
        (
            json!({ "token_endpoint_auth_methods_supported": ["private_key_jwt"] }),
            "only: private_key_jwt",
            "write `client_auth = \"private_key_jwt\"`",
        ),
        (
            json!({ "token_endpoint_auth_methods_supported": [] }),
            "only: nothing",
            "allow `client_secret_basic`",
        ),
        (
            json!({ "response_types_supported": ["id_token", "code id_token"] }),
            "only: id_token, code id_token",
            "authorization code flow",
        ),
        (
            json!({ "grant_types_supported": ["implicit"] }),
            "only: implicit",
            "allow it at the server",
        ),
        (
            json!({ "response_modes_supported": ["fragment", "form_post"] }),
            "only: fragment, form_post",
            "write `response_mode = \"form_post\"`",
        ),
        (
            json!({ "code_challenge_methods_supported": ["other"] }),
            "only: other",
            "turn S256 on",
        ),
        (
            json!({ "id_token_signing_alg_values_supported": ["HS256"] }),
            "HS256",
            "",
        ),
        (
            json!({ "token_endpoint": null }),
            "`token_endpoint`",
            "write `token` into the file",
        ),
        (
            json!({ "jwks_uri": "" }),
            "`jwks_uri`",
            "write `jwks` into the file",
        ),
    ] {
        let url = issuer(changes.clone());
        let run = check(&url, "");
        assert_eq!(run.status, 1, "{changes}: {}", run.out);
        assert!(run.out.contains(what), "{changes}: {}", run.out);
        assert!(run.out.contains(fix), "{changes}: {}", run.out);
        let run = asked(&[
            ("AUTH_OP_ID", "x"),
            ("AUTH_OP_SECRET", "x"),
            ("AUTH_OP_ISSUER", &url),
        ]);
        assert_eq!(run.status, 1, "{changes}: {}", run.out);
        let told = |(weight, text): &(String, String)| {
            weight == "wrong" && text.contains(what) && text.contains(fix)
        };
        assert!(about(&run, "op").iter().any(told), "{changes}: {}", run.out);
    }
}

#[test]
fn what_the_file_says_counts() {
    let url = issuer(json!({ "token_endpoint_auth_methods_supported": ["private_key_jwt"] }));
    let public = check(&url, "client_auth = \"none\"");
    assert_eq!(public.status, 1, "{}", public.out);
    let url = issuer(json!({ "token_endpoint_auth_methods_supported": ["none"] }));
    assert!(check(&url, "client_auth = \"none\"").is_well());
    let url = issuer(json!({ "response_modes_supported": ["form_post"] }));
    let run = check(&url, "response_mode = \"form_post\"");
    assert!(run.is_well(), "{}", run.out);
    let url = issuer(json!({ "authorization_endpoint": null }));
    let run = check(&url, "authorization = { params = { prompt = \"login\" } }");
    assert_eq!(run.status, 1, "{}", run.out);
    assert!(run.out.contains("`authorization_endpoint`"), "{}", run.out);
}

#[test]
fn an_issuer_that_is_nearly_right_is_told_with_both_values() {
    for (said, configured, fix) in [
        ("/", "", "add the slash at the end"),
        ("", "/", "take the slash at the end away"),
    ] {
        let said = said.to_owned();
        let url = serve(move |own, path| {
            assert_eq!(path, "/.well-known/openid-configuration");
            let document = json!({
                "issuer": format!("{own}{said}"),
                "authorization_endpoint": format!("{own}/a"),
                "token_endpoint": format!("{own}/t"),
                "jwks_uri": format!("{own}/j"),
            });
            (200, JSON, document.to_string())
        });
        let configured = format!("{url}{configured}");
        let run = check(&configured, "");
        assert_eq!(run.status, 1, "{}", run.out);
        assert!(run.out.contains(fix), "{}", run.out);
        assert!(
            run.out
                .contains(&format!("the file says {configured}, the document {url}")),
            "{}",
            run.out
        );
    }
}

/// A wiki answers a path that it does not have with JSON of its own and 404; a server of pages with a page.
#[test]
fn an_address_where_no_token_endpoint_is_is_an_error_with_its_fix() {
    let rest = r#"{"messageTranslations":{"en":"The requested relative path did not match any known handler"},"httpCode":404,"httpReason":"Not Found","errorKey":"rest-no-match"}"#;
    for (status, kind, body, told) in [
        (
            404,
            PAGE,
            "<h1>Not Found</h1>",
            "there is no token endpoint",
        ),
        (404, JSON, rest, "there is no token endpoint"),
        (410, PAGE, "", "there is no token endpoint"),
        (301, PAGE, "", "leads elsewhere"),
        (302, PAGE, "", "leads elsewhere"),
        (200, PAGE, "<h1>Welcome</h1>", "answers with a page"),
    ] {
        let url = serve(move |_, _| (status, kind, body.to_owned()));
        let run = asked(&[
            ("AUTH_WIKIMEDIA_ID", "x"),
            ("AUTH_WIKIMEDIA_SECRET", "x"),
            ("AUTH_WIKIMEDIA_BASE_URL", &url),
        ]);
        assert_eq!(run.status, 1, "{status}: {}", run.out);
        let wrong = |(weight, text): &(String, String)| weight == "wrong" && text.contains(told);
        assert!(
            about(&run, "wikimedia").iter().any(wrong),
            "{status}: {}",
            run.out
        );
        let run = check_file(&plain(&url));
        assert_eq!(run.status, 1, "{status}: {}", run.out);
        assert!(run.out.contains(told), "{status}: {}", run.out);
    }
}

#[test]
fn a_token_endpoint_that_refuses_is_fine() {
    for (status, body) in [
        (400, r#"{"error":"invalid_request"}"#),
        (401, r#"{"error":"invalid_client"}"#),
        (200, r#"{"error":"bad_verification_code"}"#),
        // GitHub, of a client that it does not know.
        (404, r#"{"error":"Not Found"}"#),
    ] {
        let url = serve(move |_, _| (status, JSON, body.to_owned()));
        let run = check_file(&plain(&url));
        assert!(run.is_well(), "{status}: {}", run.out);
    }
}

fn plain(url: &str) -> String {
    format!(
        "id = \"acme\"\nname = \"Acme\"\nprotocol = \"oauth2\"\nauthorization = \"{url}/authorize\"\n\
         token = \"{url}/token\"\nuserinfo = \"{url}/me\"\n[profile]\nsubject = \"/id\"\n"
    )
}

#[test]
fn a_certificate_of_an_unknown_issuer_is_told_with_how_to_add_its_root() {
    let url = serve_tls();
    let run = check(&url, "");
    assert_eq!(run.status, 1);
    for words in [
        "issuer of the server's certificate is unknown",
        "SSL_CERT_FILE",
        &url,
    ] {
        assert!(run.out.contains(words), "{words}: {}{}", run.out, run.err);
    }
    let port = url.rsplit_once(':').unwrap().1;
    let run = asked(&[
        ("AUTH_OP_ID", "x"),
        ("AUTH_OP_SECRET", "x"),
        ("AUTH_OP_ISSUER", &format!("https://localhost:{port}")),
    ]);
    let told = |(weight, text): &(String, String)| {
        weight == "wrong" && text.contains("update-ca-certificates")
    };
    assert!(about(&run, "op").iter().any(told), "{}", run.out);
}

#[test]
fn https_where_only_http_is_spoken_is_told() {
    let url = issuer(json!({})).replace("http://", "https://");
    let run = check(&url, "");
    assert_eq!(run.status, 1);
    assert!(run.out.contains("does not speak TLS"), "{}", run.out);
}
