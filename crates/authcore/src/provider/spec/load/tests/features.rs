//! This file reads the rarer keys, each as one provider needs it, and the mistakes made with them.

use serde_json::Value;

use super::*;
use crate::provider::spec::{AssertionAlgorithm, TokenPlace};

/// `acme` in OAuth 2, with these lines at the top level.
fn oauth2(lines: &str, profile: &str) -> String {
    format!(
        "{lines}\nid = \"acme\"\nname = \"Acme\"\nprotocol = \"oauth2\"\n\
         authorization = {{ url = \"https://example.org/authorize\", fragment = \"go\" }}\n\
         [profile]\n{profile}\n"
    )
}

const SHAPED: &str = r#"
client_auth = "post"
client_id_param = "appid"
client_secret_param = "secret"
token = { url = "https://example.org/token", method = "get" }
userinfo = { url = "https://example.org/me", auth = "query:access_token" }
quirks = { failure = ["/errcode", { ok = false }] }
"#;

#[test]
fn a_server_with_names_of_its_own_is_described() {
    let spec = ProviderSpec::from_toml(&oauth2(SHAPED, "subject = \"/id\"")).unwrap();
    assert_eq!(spec.client_id_param, "appid");
    assert_eq!(spec.client_secret_param, "secret");
    assert_eq!(spec.token.as_ref().unwrap().method, Method::Get);
    let authorization = spec.authorization.as_ref().unwrap();
    assert_eq!(authorization.fragment.as_deref(), Some("go"));
    let userinfo = spec.userinfo.as_ref().unwrap();
    assert_eq!(userinfo.auth, TokenPlace::Query("access_token".into()));
    let failure = spec.quirks.failure.as_ref().unwrap();
    assert!(failure.holds(&json!({ "errcode": 40029 })));
    assert!(failure.holds(&json!({ "ok": false })));
    assert!(!failure.holds(&json!({ "errcode": 0, "ok": true })));
    let keys: Vec<_> = spec.warnings().iter().map(|warning| warning.key).collect();
    assert_eq!(keys, ["userinfo.auth", "token.method"]);
}

#[test]
fn tokens_are_asked_for_by_post_unless_told() {
    let spec = ProviderSpec::from_toml(&with("token = \"https://example.org/token\"")).unwrap();
    assert_eq!(spec.token.unwrap().method, Method::Post);
}

#[test]
fn a_json_body_is_filled_in() {
    let lines = r#"
        token = "https://example.org/token"
        [userinfo]
        url = "https://example.org/sync"
        method = "post"
        json = { token = "{token.access_token}", limit = 1, types = ["user"], more = { all = true } }
    "#;
    let text = oauth2("", "subject = \"/id\"");
    let (top, profile) = text.split_once("[profile]").unwrap();
    let text = format!("{top}{lines}[profile]{profile}");
    let spec = ProviderSpec::from_toml(&text).unwrap_or_else(|errors| panic!("{errors}"));
    let json = spec.userinfo.unwrap().json.unwrap();
    let filled = json.fill(&|_| Some("t".into())).unwrap();
    assert_eq!(
        filled,
        json!({ "token": "t", "limit": 1, "types": ["user"], "more": { "all": true } })
    );
    assert_eq!(json.fill(&|_| None), None);
}

#[test]
fn a_key_signs_and_a_form_brings_a_name() {
    let spec = ProviderSpec::from_toml(&with(
        r#"
        response_mode = "form_post"
        callback_json = { user = "/user" }
        client_auth = "signed_secret"
        client_assertion = { key = "{private_key}", key_id = "{key_id}", issuer = "{key_id}" }
        variables = { private_key = { description = "k" }, key_id = { description = "i" } }
        profile = { name = "/user/name" }
        "#,
    ))
    .unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(spec.callback_json["user"], "/user");
    assert_eq!(spec.client_auth, ClientAuth::SignedSecret);
    let assertion = spec.client_assertion.unwrap();
    assert_eq!(assertion.algorithm, None);
    assert_eq!(AssertionAlgorithm::default(), AssertionAlgorithm::Es256);
    assert_eq!(assertion.audience, None);
}

#[test]
fn each_tenant_has_an_issuer() {
    let spec = ProviderSpec::from_toml(&with(
        r#"id_token = { issuer = { builtin = "tenant", template = "https://example.org/{tenantid}/v2.0" } }"#,
    ))
    .unwrap_or_else(|errors| panic!("{errors}"));
    let issuer = spec.id_token.issuer.unwrap();
    assert_eq!(
        issuer.template.as_str(),
        "https://example.org/{tenantid}/v2.0"
    );
    assert_eq!(issuer.tenants, None);
}

#[test]
fn the_secret_signs_id_tokens_only_alone() {
    let spec = ProviderSpec::from_toml(&with("id_token = { algorithms = [\"HS256\"] }")).unwrap();
    assert_eq!(spec.id_token.algorithms, ["HS256"]);
    let told = errors(&with("id_token = { algorithms = [\"HS256\", \"RS256\"] }"));
    assert!(told.contains("write `[\"HS256\"]` alone"), "{told}");
}

#[test]
fn a_mistake_with_a_rarer_key_is_named() {
    let key = "variables = { k = { description = \"k\" } }\n";
    for (lines, at, mend) in [
        (
            "client_auth = \"private_key_jwt\"",
            "client_assertion.key",
            "add `[client_assertion]`",
        ),
        (
            "client_auth = \"signed_secret\"\nclient_assertion = { key = \"-----BEGIN\" }",
            "client_assertion.key",
            "write `{private_key}`",
        ),
        (
            "client_assertion = { key = \"{k}\" }",
            "client_assertion",
            "use `private_key_jwt`",
        ),
        (
            "client_auth = \"client_secret_jwt\"\nclient_assertion = { key = \"{k}\" }",
            "client_assertion.key",
            "remove it",
        ),
        (
            "client_auth = \"private_key_jwt\"\nclient_assertion = { key = \"{kk}\" }",
            "client_assertion.key",
            "did you mean `{k}`?",
        ),
        (
            "client_auth = \"private_key_jwt\"\nclient_assertion = { key = \"{k}\", algorithm = \"ES255\" }",
            "client_assertion.algorithm",
            "did you mean `ES256`?",
        ),
        (
            "client_id_param = \"state\"",
            "client_id_param",
            "documentation has",
        ),
        (
            "client_id_param = \"a b\"",
            "client_id_param",
            "use letters",
        ),
        (
            "client_id_param = \"client_secret\"",
            "client_secret_param",
            "their own name",
        ),
        (
            "callback_json = { user = \"/user\" }",
            "callback_json",
            "add `response_mode",
        ),
        (
            "response_mode = \"form_post\"\ncallback_json = { user = \"/a/b\" }",
            "callback_json.user",
            "write it like",
        ),
        (
            "userinfo = { url = \"https://a\", auth = \"query:\" }",
            "userinfo.auth",
            "leave it out",
        ),
        (
            "userinfo = { url = \"https://a\", auth = \"header\" }",
            "userinfo.auth",
            "leave it out",
        ),
        (
            "userinfo = { url = \"https://a\", json = {} }",
            "userinfo.json",
            "add `method",
        ),
        (
            "userinfo = { url = \"https://a\", method = \"post\", json = {}, params = { a = \"\" } }",
            "userinfo.json",
            "keep one",
        ),
        (
            "userinfo = { url = \"https://a\", method = \"post\", json = { a = 1.5 } }",
            "userinfo.json.a",
            "use a text",
        ),
        (
            "token = { url = \"https://a\", auth = \"none\" }",
            "token.auth",
            "remove it",
        ),
        (
            "authorization = { url = \"https://a\", fragment = \"a#b\" }",
            "authorization.fragment",
            "letters",
        ),
        (
            "id_token = { issuer = { builtin = \"tenat\", template = \"https://a/{tenantid}\" } }",
            "id_token.issuer.builtin",
            "did you mean `tenant`?",
        ),
        (
            "id_token = { issuer = { builtin = \"tenant\", template = \"https://a/\" } }",
            "id_token.issuer.template",
            "write it like",
        ),
        (
            "id_token = { issuer = { builtin = \"tenant\", template = \"http://a/{tenantid}\" } }",
            "id_token.issuer.template",
            "write `https://…`",
        ),
        (
            "id_token = { issuer = { builtin = \"tenant\", template = \"https://a/{tenantid}\", tenants = \"{x}\" } }",
            "id_token.issuer.tenants",
            "add `[variables.x]`",
        ),
        (
            "quirks = { failure = 1 }",
            "quirks.failure",
            "write it like",
        ),
    ] {
        let told = errors(&with(&format!("{key}{lines}")));
        assert!(told.contains(&format!("`{at}`")), "{lines}: {told}");
        assert!(told.contains(mend), "{lines}: {told}");
    }
}

#[test]
fn what_the_browser_writes_is_nobodys_id_or_address() {
    for (field, from) in [
        ("subject", "\"/user/id\""),
        ("subject", "[\"/sub\", \"/user/id\"]"),
        ("email", "\"/user/email\""),
        ("email", "{ template = \"{/user/name}@example.org\" }"),
        ("email", "{ pointer = \"/email\", when = \"/user/ok\" }"),
        ("email", "{ find = \"/user/all\", where = { a = 1 } }"),
        ("email_verified", "\"/user/verified\""),
    ] {
        let told = errors(&with(&format!(
            "response_mode = \"form_post\"\ncallback_json = {{ user = \"/user\" }}\n\
             profile = {{ {field} = {from} }}"
        )));
        assert!(told.contains(&format!("`profile.{field}`")), "{told}");
        assert!(told.contains("can write anything"), "{told}");
    }
    let fine = "response_mode = \"form_post\"\ncallback_json = { user = \"/user\" }\n\
                profile = { name = \"/user/name\", email = \"/users/0\" }";
    assert!(ProviderSpec::from_toml(&with(fine)).is_ok());
}

#[test]
fn an_element_of_a_list_is_no_address() {
    let file = |email: &str| {
        format!(
            "id = \"acme\"\nname = \"Acme\"\nprotocol = \"oidc\"\nissuer = \"https://example.org\"\n\n\
             [profile]\nname = \"/name\"\nemail = {email}\n"
        )
    };
    for email in [
        "{ find = \"/emails\", where = { primary = true } }",
        "[\"/mail\", { find = \"/emails\", where = \"/primary\" }]",
        "{ find = \"/emails\", where = [{ a = 1 }, \"/b\"], when = \"/c\" }",
    ] {
        let text = errors(&file(email));
        assert!(
            text.contains("acme.toml:8: `profile.email`: finds an element"),
            "{text}"
        );
        assert!(text.contains("take = "), "{text}");
    }
    for email in [
        "{ find = \"/emails\", where = { primary = true }, take = \"/email\" }",
        // Of a list of texts, the first that is there.
        "{ find = \"/emails\", where = \"\" }",
    ] {
        ProviderSpec::from_toml(&file(email)).unwrap_or_else(|errors| panic!("{errors}"));
    }
    // A field of one's own can be an object.
    let own =
        with("[profile.extra]\nteam = { find = \"/teams\", where = { main = true } }\n[style]")
            .replace("[style]\n", "");
    let (top, rest) = own.split_once("\nid =").unwrap();
    ProviderSpec::from_toml(&format!("id ={rest}{top}"))
        .unwrap_or_else(|errors| panic!("{errors}"));
}

#[test]
fn a_subject_that_changes_is_warned_of() {
    let keys = |subject: &str| -> Vec<&str> {
        let file = format!("{}\n[profile]\nsubject = {subject}\n", with(""));
        let spec = ProviderSpec::from_toml(&file).unwrap();
        spec.warnings().iter().map(|it| it.key).collect()
    };
    for subject in [
        "\"/email\"",
        "\"/user/login\"",
        "[\"/id\", \"/preferred_username\"]",
        "{ pointer = \"/userName\", reject = [\"0\"] }",
        "{ find = \"/emails\", where = { primary = true }, take = \"/email\" }",
        "{ template = \"{/login}\" }",
    ] {
        assert_eq!(keys(subject), ["profile.subject"], "{subject}");
    }
    for subject in [
        "\"/sub\"",
        "\"/login/login_id\"",
        "\"/account_id\"",
        "\"/name_id\"",
    ] {
        assert!(keys(subject).is_empty(), "{subject}");
    }
}

#[test]
fn an_ending_is_one_condition_beside_others() {
    let verified = "email_verified = { constant = true, \
                    when = [{ email = { ends_with = \"@example.org\" }, checked = 1 }, \"/hd\"] }";
    let spec = ProviderSpec::from_toml(&with(&format!("profile = {{ {verified} }}"))).unwrap();
    let verified = |answer: Value| {
        let (_, profile) = spec.profile.apply(&answer, &|_| None).unwrap();
        profile.email.is_some_and(|email| email.verified)
    };
    assert!(verified(
        json!({ "sub": "7", "email": "a@Example.org", "checked": 1 })
    ));
    assert!(verified(
        json!({ "sub": "7", "email": "a@x.org", "hd": "x.org" })
    ));
    assert!(!verified(json!({ "sub": "7", "email": "a@example.org" })));
    assert!(!verified(
        json!({ "sub": "7", "email": "a@x.org", "checked": 1 })
    ));
    assert!(!verified(
        json!({ "sub": "7", "email": "a@x.org", "hd": "" })
    ));
}

#[test]
fn an_ending_that_fits_longer_words_is_refused() {
    for (ending, key, what) in [
        ("\"example.org\"", "ends_with", "longer words"),
        ("\"\"", "ends_with", "longer words"),
        ("\"@\"", "ends_with", "longer words"),
        ("\"@ex ample\"", "ends_with", "longer words"),
        ("\"@exämple.org\"", "ends_with", "longer words"),
        ("7", "ends_with", "expected a text"),
        ("\"@a\", also = 1", "also", "is no known key"),
    ] {
        let line = format!(
            "profile = {{ email_verified = {{ constant = true, when = {{ email = {{ ends_with = {ending} }} }} }} }}"
        );
        let errors = ProviderSpec::from_toml(&with(&line)).unwrap_err();
        assert_eq!(errors.errors.len(), 1, "{errors}");
        let error = &errors.errors[0];
        assert!(error.key.ends_with(key), "{errors}");
        assert!(error.what.contains(what), "{errors}");
        assert_eq!(error.line, Some(1), "{errors}");
    }
    let misspelt =
        with("profile = { name = { pointer = \"/a\", when = { b = { end_with = \"@a\" } } } }");
    let errors = ProviderSpec::from_toml(&misspelt).unwrap_err().to_string();
    assert!(errors.contains("did you mean `ends_with`?"), "{errors}");
}

#[test]
fn an_ending_of_what_the_browser_wrote_verifies_nothing() {
    let lines = "response_mode = \"form_post\"\ncallback_json = { user = \"/user\" }\n\
                 profile = { email_verified = { constant = true, \
                 when = { \"/user/email\" = { ends_with = \"@example.org\" }, a = 1 } } }";
    let errors = ProviderSpec::from_toml(&with(lines))
        .unwrap_err()
        .to_string();
    assert!(errors.contains("comes from the browser"), "{errors}");
}
