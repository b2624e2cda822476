//! This file reads what a token request repeats, what a profile can be read from, and what completes it;
//! and the mistakes made with them.

use super::*;
use crate::provider::spec::{FollowUpNeed, TokenPlace};

/// OAuth 2 with these lines at the top level.
fn oauth2(lines: &str) -> String {
    let says = |key: &str| {
        lines
            .lines()
            .any(|line| line.starts_with(&format!("{key} =")))
    };
    let own = |key: &str| match says(key) {
        true => String::new(),
        false => format!("{key} = \"https://example.org/{key}\"\n"),
    };
    let userinfo = match says("access_token") {
        true => String::new(),
        false => own("userinfo"),
    };
    format!(
        "{lines}\nid = \"acme\"\nname = \"Acme\"\nprotocol = \"oauth2\"\n{}{}{userinfo}\
         [profile]\nsubject = \"/id\"\n",
        own("authorization"),
        own("token"),
    )
}

fn token(params: &str) -> String {
    oauth2(&format!(
        "token = {{ url = \"https://example.org/token\", params = {{ {params} }} }}"
    ))
}

fn read(text: &str) -> ProviderSpec {
    ProviderSpec::from_toml(text).unwrap_or_else(|errors| panic!("{errors}\n{text}"))
}

#[test]
fn what_a_token_request_repeats_is_named() {
    read(&token(
        "device_id = \"{callback.device_id}\", state = \"{callback.state}\"",
    ));
    for (params, key, mend) in [
        ("code = \"x\"", "token.params.code", "remove it"),
        (
            "grant_type = \"password\"",
            "token.params.grant_type",
            "remove it",
        ),
        (
            "code_verifier = \"x\"",
            "token.params.code_verifier",
            "remove it",
        ),
        (
            "client_id = \"{callback.id}\"",
            "token.params.client_id",
            "remove it",
        ),
        (
            "client_secret = \"{callback.id}\"",
            "token.params.client_secret",
            "remove it",
        ),
        (
            "scope = \"{callback.scope}\"",
            "token.params.scope",
            "remove it",
        ),
        (
            "copy = \"{callback.code}\"",
            "token.params.copy",
            "remove it",
        ),
        ("a = \"{callbak.a}\"", "token.params.a", "write it like"),
        ("a = \"{callback.}\"", "token.params.a", "write it like"),
        ("a = \"{token.a}\"", "token.params.a", "use a variable"),
    ] {
        let told = errors(&token(params));
        assert!(told.contains(&format!("acme.toml:1: `{key}`")), "{told}");
        assert!(told.contains(mend), "{told}");
    }
}

#[test]
fn only_a_token_requests_form_repeats_what_came_back() {
    for (lines, key) in [
        ("token = \"https://example.org/{callback.a}\"", "token"),
        (
            "token = { url = \"https://example.org\", headers = { A = \"{callback.a}\" } }",
            "token.headers.A",
        ),
        (
            "userinfo = \"https://example.org/{callback.a}\"",
            "userinfo",
        ),
        (
            "userinfo = { url = \"https://example.org\", params = { a = \"{callback.a}\" } }",
            "userinfo.params.a",
        ),
        (
            "authorization = \"https://example.org/{callback.a}\"",
            "authorization",
        ),
        ("scopes = [\"{callback.a}\"]", "scopes[0]"),
        ("jwks = \"https://example.org/{callback.a}\"", "jwks"),
    ] {
        let told = errors(&oauth2(lines));
        assert!(
            told.contains(&format!("`{key}`: `{{callback.a}}`: only `token.params`")),
            "{told}"
        );
    }
}

#[test]
fn a_scope_is_a_template() {
    let variables = "variables = { api = { description = \"a\" } }";
    let scopes = "scopes = [\"openid\", \"{client_id}\", \"{api}\"]";
    read(&oauth2(&format!("{scopes}\n{variables}")));
    for (scope, mend) in [
        ("{client_ID}", "write it like"),
        ("{clientid}", "did you mean `{client_id}`?"),
        ("{token.scope}", "use a variable"),
        ("{", "write it like"),
    ] {
        let told = errors(&oauth2(&format!("scopes = [\"{scope}\"]")));
        assert!(told.contains("acme.toml:1: `scopes[0]`"), "{told}");
        assert!(told.contains(mend), "{told}");
    }
}

#[test]
fn an_introspection_is_a_form_with_the_clients_secret() {
    let userinfo =
        "userinfo = { url = \"https://example.org/introspect\", auth = \"introspection\" }";
    let spec = read(&oauth2(&format!("client_auth = \"post\"\n{userinfo}")));
    let endpoint = spec.userinfo.unwrap();
    assert_eq!(endpoint.auth, TokenPlace::Introspection);
    assert_eq!(endpoint.method, Method::Post);
    for (lines, key, mend) in [
        (userinfo.replace("auth =", "method = \"get\", auth ="), "userinfo.method", "remove it"),
        (format!("client_auth = \"none\"\n{userinfo}"), "userinfo.auth", "client_auth = \"post\""),
        (userinfo.replace("introspection", "introspect"), "userinfo.auth", "leave it out"),
        (userinfo.replace(" }", ", json = { a = 1 } }"), "userinfo.json", "JSON"),
        (
            "follow_up = [{ when_missing = \"/a\", into = \"/a\", url = \"https://a\", auth = \"introspection\" }]".into(),
            "follow_up[0].auth",
            "use `bearer`",
        ),
    ] {
        let told = errors(&oauth2(&lines));
        assert!(told.contains(&format!("`{key}`")), "{told}");
        assert!(told.contains(mend), "{told}");
    }
    let told = errors(&with(userinfo));
    assert!(told.contains("UserInfo"), "{told}");
}

const ACCESS: &str = "jwks = \"https://example.org/keys\"\n\
    access_token = { issuers = [\"https://example.org\", \"example.org\"], audiences = [\"{client_id}\", \"All\"] }";

#[test]
fn a_profile_is_read_from_an_access_token() {
    let spec = read(&oauth2(ACCESS));
    let rules = spec.access_token.unwrap();
    assert_eq!((rules.issuers.len(), rules.audiences.len()), (2, 2));
    assert!(spec.userinfo.is_none());
    let keys = "jwks = \"https://example.org/keys\"\n";
    for (lines, key, mend) in [
        (ACCESS.replace(keys, ""), "access_token", "add `jwks"),
        (
            ACCESS.replace("\"{client_id}\", ", ""),
            "access_token.audiences",
            "add `\"{client_id}\"`",
        ),
        (
            ACCESS.replace("[\"https://example.org\", \"example.org\"]", "[]"),
            "access_token.issuers",
            "at least one",
        ),
        (
            ACCESS.replace("audiences", "audience"),
            "access_token.audience",
            "did you mean `audiences`?",
        ),
        (
            ACCESS.replace("issuers =", "issuer ="),
            "access_token.issuers",
            "add `issuers",
        ),
        (
            ACCESS.replace("\"All\"", "\"{all}\""),
            "access_token.audiences[1]",
            "add `[variables.all]`",
        ),
        (
            format!("{ACCESS}\nid_token = {{ algorithms = [\"HS256\"] }}"),
            "id_token.algorithms",
            "remove it",
        ),
        (
            format!("userinfo = \"https://example.org/me\"\n{ACCESS}"),
            "access_token",
            "keep one",
        ),
    ] {
        let told = errors(&oauth2(&lines));
        assert!(told.contains(&format!("`{key}`")), "{key}: {told}");
        assert!(told.contains(mend), "{told}");
    }
    let told = errors(&with(ACCESS));
    assert!(told.contains("keep one"), "{told}");
}

#[test]
fn a_follow_up_is_optional_unless_told() {
    let lines = |need: &str| {
        format!(
            "follow_up = [{{ when_missing = \"/a\", into = \"/a\", url = \"https://a\"{need} }}]"
        )
    };
    let spec = read(&oauth2(&lines("")));
    assert_eq!(spec.follow_ups[0].need, FollowUpNeed::Optional);
    let spec = read(&oauth2(&lines(", need = \"required\"")));
    assert_eq!(spec.follow_ups[0].need, FollowUpNeed::Required);
    let told = errors(&oauth2(&lines(", need = \"requird\"")));
    assert!(told.contains("`follow_up[0].need`"), "{told}");
    assert!(told.contains("did you mean `required`?"), "{told}");
}

#[test]
fn what_stands_behind_a_beginning_is_taken() {
    let spec = read(&oauth2("").replace("\"/id\"", "{ pointer = \"/sub\", after = \"USER:\" }"));
    let subject = |sub: serde_json::Value| {
        let applied = spec.profile.apply(&json!({ "sub": sub }), &|_| None);
        applied.ok().map(|(subject, _)| subject.to_string())
    };
    assert_eq!(subject(json!("USER:7")).as_deref(), Some("7"));
    for nobody in [
        json!("user:7"),
        json!("X:USER:7"),
        json!("USER:"),
        json!("USER: "),
        json!(7),
        json!(null),
    ] {
        assert_eq!(subject(nobody), None);
    }
    let told = errors(&oauth2("").replace("\"/id\"", "{ token = \"a\", after = \"b\" }"));
    assert!(told.contains("`profile.subject.after`"), "{told}");
}

#[test]
fn a_revocation_endpoint_is_an_address_or_a_table() {
    assert_eq!(read(&oauth2("")).revocation, None);
    let alone = read(&oauth2("revocation = \"https://example.org/revoke\""));
    let alone = alone.revocation.unwrap();
    assert_eq!(
        alone.url.as_ref().unwrap().as_str(),
        "https://example.org/revoke"
    );
    let table = read(&oauth2(
        "revocation = { url = \"https://example.org/revoke\", params = { all = \"1\" }, headers = { X-Key = \"{client_id}\" } }",
    ));
    let table = table.revocation.unwrap();
    assert_eq!((table.params.len(), table.headers.len()), (1, 1));
}

#[test]
fn what_a_revocation_says_itself_is_not_said_twice() {
    let with = |inner: &str| {
        oauth2(&format!(
            "revocation = {{ url = \"https://example.org/r\", {inner} }}"
        ))
    };
    for (text, key) in [
        (
            with("params = { token = \"x\" }"),
            "revocation.params.token",
        ),
        (
            with("params = { token_type_hint = \"x\" }"),
            "revocation.params.token_type_hint",
        ),
        (
            with("params = { client_secret = \"x\" }"),
            "revocation.params.client_secret",
        ),
        (
            with("params = { a = \"{token.id}\" }"),
            "revocation.params.a",
        ),
        (
            with("params = { a = \"{callback.id}\" }"),
            "revocation.params.a",
        ),
        (with("method = \"get\""), "revocation.method"),
        (
            oauth2("revocation = \"http://example.org/r\""),
            "revocation",
        ),
        (oauth2("revocation = 7"), "revocation"),
    ] {
        let errors = ProviderSpec::from_toml(&text).unwrap_err();
        let keys: Vec<_> = errors.errors.iter().map(|it| it.key.as_str()).collect();
        assert_eq!(keys, [key], "{errors}");
    }
}
