//! Token endpoints of their own kind, and the mistakes made with them; where the client's secret can go, and
//! where it cannot.

use super::*;
use crate::provider::spec::{ProfileFrom, TokenBody};

/// OAuth 2 with these lines at the top level, the endpoints among them.
fn oauth2(lines: &str) -> String {
    format!(
        "{lines}\nid = \"acme\"\nname = \"Acme\"\nprotocol = \"oauth2\"\n\
         profile = {{ subject = \"/id\" }}\n"
    )
}

/// The same with endpoints, but for those that the lines say.
fn acme(lines: &str) -> String {
    let own = |key: &str| match lines
        .lines()
        .any(|line| line.starts_with(&format!("{key} =")))
    {
        true => String::new(),
        false => format!("{key} = \"https://example.org/{key}\"\n"),
    };
    let all = format!(
        "{}{}{}",
        own("authorization"),
        own("token"),
        own("userinfo")
    );
    oauth2(&format!("{lines}\n{all}"))
}

#[track_caller]
fn refused(text: &str, key: &str, what: &str) {
    let errors = ProviderSpec::from_toml(text).expect_err(text);
    assert_eq!(errors.errors.len(), 1, "{errors}\n{text}");
    let error = &errors.errors[0];
    assert_eq!(error.key, key, "{errors}");
    assert!(error.what.contains(what), "{errors}");
    assert_eq!(error.line, Some(1), "{errors}");
    assert!(!error.mend.is_empty());
}

#[test]
fn a_token_endpoint_of_its_own_kind_is_described() {
    let lines = r#"
        authorization = { url = "https://example.org/authorize", names = { redirect_uri = "gourl" } }
        code_param = "authCode"
        profile_from = "token_answer"
        token_answer = { envelope = "/data", access_token = "/a~1b/accessToken", expires_in = "/expireIn" }
        [token]
        url = "https://example.org/token"
        refresh_url = "https://example.org/renew"
        body = "json"
        names = { client_id = "clientId", grant_type = "grantType", code = "code" }
    "#;
    let head =
        "id = \"acme\"\nname = \"Acme\"\nprotocol = \"oauth2\"\nprofile = { subject = \"/id\" }\n";
    let spec = ProviderSpec::from_toml(&format!("{head}{lines}"));
    let spec = spec.unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(spec.authorization.unwrap().names["redirect_uri"], "gourl");
    assert_eq!(spec.code_param, "authCode");
    assert_eq!(spec.profile_from, ProfileFrom::TokenAnswer);
    assert_eq!(spec.token_answer.envelope.as_str(), "/data");
    assert_eq!(
        spec.token_answer.members["access_token"].as_str(),
        "/a~1b/accessToken"
    );
    assert_eq!(spec.token_answer.members.len(), 2);
    let token = spec.token.unwrap();
    assert_eq!(token.body, TokenBody::Json);
    assert_eq!(token.names["client_id"], "clientId");
    assert_eq!(
        token.refresh_url.unwrap().as_str(),
        "https://example.org/renew"
    );
}

#[test]
fn what_is_not_said_is_as_in_the_rfc() {
    let spec = ProviderSpec::from_toml(&acme("")).unwrap();
    assert_eq!(spec.code_param, "code");
    assert_eq!(spec.profile_from, ProfileFrom::UserInfo);
    assert_eq!(
        spec.token_answer,
        crate::provider::spec::TokenAnswerRules::default()
    );
    let token = spec.token.unwrap();
    assert!(token.names.is_empty() && token.refresh_url.is_none());
    assert_eq!(token.body, TokenBody::Form);
    assert_eq!(spec.checks.pkce, Pkce::S256);
}

#[test]
fn mistakes_about_a_token_endpoint_are_told() {
    let token = |keys: &str| {
        acme(&format!(
            "token = {{ url = \"https://example.org/t\", {keys} }}"
        ))
    };
    for (text, key, what) in [
        (token("body = \"xml\""), "token.body", "expected"),
        (
            token("body = \"json\", method = \"get\""),
            "token.body",
            "by POST only",
        ),
        (
            token("refresh_url = \"http://example.org\""),
            "token.refresh_url",
            "is not https",
        ),
        (
            token("refresh_url = \"https://example.org/{token.x}\""),
            "token.refresh_url",
            "no token",
        ),
        (
            token("names = { state = \"s\" }"),
            "token.names.state",
            "no parameter",
        ),
        (
            token("names = { code = \"\" }"),
            "token.names.code",
            "no name",
        ),
        (
            token("names = { code = \"a b\" }"),
            "token.names.code",
            "no name",
        ),
        (
            token("names = { code = 7 }"),
            "token.names.code",
            "expected a text",
        ),
        (
            token("names = { code = \"grant_type\" }"),
            "token.names.code",
            "something else",
        ),
        (
            token("names = { code = \"state\" }"),
            "token.names.code",
            "something else",
        ),
        (
            token("names = { client_id = \"a\", code = \"a\" }"),
            "token.names.code",
            "something else",
        ),
        (
            token("names = { code = \"action\" }, params = { action = \"x\" }"),
            "token.names.code",
            "something else",
        ),
        (
            acme("authorization = { url = \"https://example.org/a\", names = { state = \"s\" } }"),
            "authorization.names.state",
            "no parameter",
        ),
        (
            acme("userinfo = { url = \"https://example.org/u\", names = { a = \"b\" } }"),
            "userinfo.names",
            "is no known key",
        ),
        (
            acme("token_answer = { access_token = \"token\" }"),
            "token_answer.access_token",
            "pointer",
        ),
        (
            acme("token_answer = { access_token = \"\" }"),
            "token_answer.access_token",
            "a member",
        ),
        (
            acme("token_answer = { access_token = \"/a\", id_token = \"/a\" }"),
            "token_answer.id_token",
            "another member",
        ),
        (
            acme("token_answer = { acces_token = \"/a\" }"),
            "token_answer.acces_token",
            "no known key",
        ),
        (
            acme("token_answer = \"/data\""),
            "token_answer",
            "expected a table",
        ),
        (acme("code_param = \"state\""), "code_param", "the code"),
        (
            acme("code_param = \"access_token\""),
            "code_param",
            "the code",
        ),
        (acme("code_param = \"\""), "code_param", "the code"),
        (
            acme("profile_from = \"token_answer\""),
            "profile_from",
            "in one place",
        ),
        (
            acme("profile_from = \"id_token\""),
            "profile_from",
            "expected",
        ),
        (
            with("profile_from = \"token_answer\""),
            "profile_from",
            "OpenID Connect",
        ),
    ] {
        refused(&text, key, what);
    }
    let custom = "code_param = \"x\"\nid = \"a\"\nname = \"A\"\nprotocol = \"custom\"\n\
                  profile = { subject = \"/id\" }\n";
    refused(custom, "code_param", "belongs to OAuth 2");
}

#[test]
fn plain_pkce_names_the_document_that_refuses_more() {
    let plain = |why: &str| acme(&format!("checks = {{ pkce = {{ plain = \"{why}\" }} }}"));
    for why in [
        "example.org/docs/oauth says so, 2026-12",
        "only plain: https://example.org/docs#pkce (2026)",
    ] {
        let spec = ProviderSpec::from_toml(&plain(why)).unwrap();
        assert_eq!(spec.checks.pkce, Pkce::Plain(why.into()));
        let warned = spec.warnings();
        assert_eq!(warned.len(), 1);
        assert_eq!(warned[0].key, "checks.pkce");
    }
    for why in [
        "",
        "it is easier",
        "2026-12",
        "example.org/docs",
        "answers 400 (2026-05)",
        "a/b 2026",
    ] {
        refused(
            &plain(why),
            "checks.pkce.plain",
            "documented to refuse S256",
        );
    }
    let both = "checks = { pkce = { plain = \"example.org/a, 2026\", refused = \"x\" } }";
    refused(&acme(both), "checks.pkce.plain", "at once");
    let nonce = "checks = { nonce = { plain = \"example.org/a, 2026\" } }";
    let errors = ProviderSpec::from_toml(&acme(nonce))
        .unwrap_err()
        .to_string();
    assert!(errors.contains("is no known key"), "{errors}");
}

#[test]
fn the_secret_stands_in_headers_and_bodies_and_nowhere_else() {
    for lines in [
        "token = { url = \"https://example.org/t\", params = { key = \"{client_secret}\" } }",
        "token = { url = \"https://example.org/t\", headers = { x-key = \"{client_id}:{client_secret}\" } }",
        "userinfo = { url = \"https://example.org/u\", headers = { x-key = \"{client_secret}\" } }",
        "userinfo = { url = \"https://example.org/u\", method = \"post\", params = { k = \"{client_secret}\" } }",
        "userinfo = { url = \"https://example.org/u\", method = \"post\", json = { k = [\"{client_secret}\"] } }",
        "revocation = { url = \"https://example.org/r\", params = { k = \"{client_secret}\" } }",
        "userinfo = { url = \"https://example.org/{token.id}\", headers = { k = \"{client_secret}\" } }",
    ] {
        let spec = ProviderSpec::from_toml(&acme(&format!("{lines}\nclient_auth = \"none\"")));
        assert!(
            spec.unwrap_or_else(|errors| panic!("{errors}"))
                .has_secret()
        );
    }
    let nowhere = "the secret is for headers";
    for (lines, key, what) in [
        (
            "token = \"https://example.org/{client_secret}\"",
            "token",
            nowhere,
        ),
        (
            "userinfo = \"https://example.org/u?k={client_secret}\"",
            "userinfo",
            nowhere,
        ),
        (
            "authorization = \"https://example.org/a?k={client_secret}\"",
            "authorization",
            nowhere,
        ),
        (
            "authorization = { url = \"https://example.org/a\", params = { k = \"{client_secret}\" } }",
            "authorization.params.k",
            nowhere,
        ),
        (
            "authorization = { url = \"https://example.org/a\", headers = { k = \"{client_secret}\" } }",
            "authorization.headers.k",
            nowhere,
        ),
        (
            "userinfo = { url = \"https://example.org/u\", params = { k = \"{client_secret}\" } }",
            "userinfo.params.k",
            nowhere,
        ),
        (
            "token = { url = \"https://example.org/t\", method = \"get\", params = { k = \"{client_secret}\" } }",
            "token.params.k",
            nowhere,
        ),
        ("scopes = [\"{client_secret}\"]", "scopes[0]", nowhere),
        (
            "issuer = \"https://example.org/{client_secret}\"",
            "issuer",
            nowhere,
        ),
        (
            "userinfo = { url = \"https://{token.host}/u\", headers = { k = \"{client_secret}\" } }",
            "userinfo",
            "a machine that an answer names",
        ),
        (
            "follow_up = [{ when_missing = \"/a\", into = \"/a\", url = \"{/api}/me\", headers = { k = \"{client_secret}\" } }]",
            "follow_up[0]",
            "a machine that an answer names",
        ),
        (
            "variables = { client_secret = { description = \"ours\" } }",
            "variables.client_secret",
            "cannot be the name",
        ),
    ] {
        refused(&acme(lines), key, what);
    }
    let profile = acme("").replace(
        "\"/id\" }",
        "\"/id\", name = { template = \"{client_secret}\" } }",
    );
    let errors = ProviderSpec::from_toml(&profile).unwrap_err().to_string();
    assert!(errors.contains(nowhere), "{errors}");
}

#[test]
fn a_proof_of_the_secret_is_made_where_there_is_a_token() {
    let userinfo = |keys: &str| {
        acme(&format!(
            "userinfo = {{ url = \"https://example.org/u\", {keys} }}"
        ))
    };
    let fine = userinfo("params = { proof = \"{builtin.appsecret_proof}\" }");
    assert!(ProviderSpec::from_toml(&fine).unwrap().has_secret());
    for (text, key, what) in [
        (
            userinfo("params = { proof = \"{builtin.hmac}\" }"),
            "userinfo.params.proof",
            "is no built-in",
        ),
        (
            acme("userinfo = \"https://example.org/{builtin.appsecret_proof}\""),
            "userinfo",
            "parameters, headers and bodies",
        ),
        (
            acme(
                "token = { url = \"https://example.org/t\", params = { p = \"{builtin.appsecret_proof}\" } }",
            ),
            "token.params.p",
            "no token here",
        ),
    ] {
        refused(&text, key, what);
    }
}
