//! This file tries the loader with files as people write them, and with files that nobody should.

mod features;
mod mistakes;
mod prose;
mod requests;
mod stretch;
mod token_answer;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::provider::spec::{Check, ClientAuth, IssRule, Method, Pkce, SubjectTrust};

const WHOLE: &str = r##"
id = "acme"
name = "Acme"
protocol = "oauth2"
issuer = "{base_url}/oauth"
authorization = { url = "{base_url}/authorize", params = { access_type = "offline", empty = "" }, fragment = "go" }
token = { url = "{base_url}/token", refresh_url = "{base_url}/renew", body = "json", names = { grant_type = "grantType" } }
token_answer = { envelope = "/data", access_token = "/accessToken" }
code_param = "authCode"
profile_from = "userinfo"
scopes = ["read", "mail"]
scope_separator = ","
correlation = "state_except_on_denial"
response_mode = "form_post"
denial_errors = ["user_denied"]
passes = ["hd"]
client_auth = "signed_secret"
client_assertion = { algorithm = "RS256", key = "{key}", key_id = "1", issuer = "a", audience = "a" }
client_id_param = "appid"
client_secret_param = "secret"
callback_json = { user = "/user" }
user_agent = "operator_required"
envelope = "/data"

[userinfo]
url = "{base_url}/users/{token.user_id}"
method = "post"
auth = "none"
json = { a = "{token.user_id}" }
headers = { "X-Api-Key" = "{client_id}" }

[checks]
pkce = { refused = "answers 400 (2026-05)" }
iss = "required"

[variables.key]
description = "The key"

[variables.base_url]
description = "The server"
default = "https://example.org"

[id_token]
algorithms = ["ES256"]
tolerance_seconds = 5
profile_from = "userinfo"

[[follow_up]]
when_missing = "/emails"
into = "/emails"
url = "{base_url}/users/{/id}/emails"
need = "required"

[profile]
subject = { pointer = "/id", reject = ["0"] }
name = { join = ["/first", "/last"] }
email = [
    { find = "/emails", where = { primary = true }, take = "/email" },
    { pointer = "/email", when = [{ confirmed = true }, "/trusted"] },
]
email_verified = { find = "/emails", where = { primary = true }, take = "/verified" }
image = { relative = "/picture", base = "{base_url}" }

[profile.extra]
plan = { constant = "free" }
team = { token = "team" }
avatar = { builtin = "discord_avatar" }
page = { template = "{base_url}/@{/id}" }
number = { pointer = "/id", after = "user:" }

[trust]
subject = "mutable"
email_optional = false
source = "example.org/docs, 2026-11"

[quirks]
carry_cookies = true
retry_profile_on = [403]
error_pointers = ["/errorKey"]
failure = ["/errcode"]

[style]
background = "#000000"
text = "#ffffff"

[docs]
console = "https://example.org/apps"
reference = "https://example.org/docs"
"##;

/// `acme` with one more line at the top level.
fn with(lines: &str) -> String {
    format!(
        "{lines}\nid = \"acme\"\nname = \"Acme\"\nprotocol = \"oidc\"\nissuer = \"https://example.org\"\n"
    )
}

fn errors(text: &str) -> String {
    match ProviderSpec::from_toml_named("acme.toml", text) {
        Ok(_) => panic!("accepted: {text}"),
        Err(errors) => errors.to_string(),
    }
}

#[test]
fn every_key_is_read() {
    let spec = ProviderSpec::from_toml(WHOLE).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(spec.id.as_str(), "acme");
    assert_eq!(spec.scopes, ["read", "mail"]);
    assert_eq!(spec.scope_separator, ",");
    assert_eq!(spec.correlation, Correlation::StateExceptOnDenial);
    assert_eq!(spec.response_mode, ResponseMode::FormPost);
    assert_eq!(spec.denial_errors, ["user_denied"]);
    assert_eq!(spec.passes, ["hd"]);
    assert_eq!(spec.client_auth, ClientAuth::SignedSecret);
    assert_eq!(spec.user_agent, UserAgentRule::OperatorRequired);
    assert_eq!(spec.envelope, "/data");
    assert_eq!(
        spec.checks.pkce,
        Pkce::Refused("answers 400 (2026-05)".into())
    );
    assert_eq!(spec.checks.nonce, Check::On);
    assert_eq!(spec.checks.iss, IssRule::Required);
    assert_eq!(spec.id_token.algorithms, ["ES256"]);
    assert_eq!(spec.quirks.retry_profile_on, [403]);
    assert!(spec.quirks.carry_cookies);
    let authorization = spec.authorization.as_ref().unwrap();
    assert_eq!(authorization.params["empty"].as_str(), "");
    let userinfo = spec.userinfo.as_ref().unwrap();
    assert_eq!(userinfo.method, Method::Post);
    assert_eq!(userinfo.headers["X-Api-Key"].as_str(), "{client_id}");
    assert_eq!(spec.follow_ups[0].into, "/emails");
    assert_eq!(spec.trust.subject, SubjectTrust::Mutable);
    assert!(!spec.trust.email_optional);
    let keys: Vec<_> = spec.warnings().iter().map(|warning| warning.key).collect();
    assert_eq!(keys, ["trust.subject", "checks.pkce"]);
}

#[test]
fn a_map_that_was_read_reads_answers() {
    let spec = ProviderSpec::from_toml(WHOLE).unwrap();
    let answer = json!({
        "id": 80_351_110_224_678_912_u64, "first": "Ada", "picture": "/a.png",
        "emails": [{ "email": "ada@example.org", "primary": true, "verified": true }],
    });
    let lookup = |place: &str| match place {
        "base_url" => Some("https://example.org".to_owned()),
        "token.team" => Some("t1".to_owned()),
        _ => None,
    };
    let (subject, profile) = spec.profile.apply(&answer, &lookup).unwrap();
    assert_eq!(subject.as_str(), "80351110224678912");
    assert_eq!(profile.name.unwrap(), "Ada");
    assert!(profile.email.unwrap().verified);
    assert_eq!(profile.image.unwrap(), "https://example.org/a.png");
    assert_eq!(profile.extra["plan"], "free");
    assert_eq!(profile.extra["team"], "t1");
    assert_eq!(
        profile.extra["page"],
        "https://example.org/@80351110224678912"
    );
    let later = json!({ "id": 1, "email": "ada@example.org", "confirmed": true });
    let (_, profile) = spec.profile.apply(&later, &lookup).unwrap();
    assert!(!profile.email.unwrap().verified);
    let never = json!({ "id": 1, "email": "ada@example.org", "confirmed": false });
    assert_eq!(spec.profile.apply(&never, &lookup).unwrap().1.email, None);
    assert!(spec.profile.apply(&json!({ "id": 0 }), &lookup).is_err());
}

#[test]
fn openid_connect_needs_an_issuer_and_nothing_more() {
    let spec = ProviderSpec::from_toml(&with("")).unwrap();
    assert_eq!(spec.scopes, ["openid", "profile", "email"]);
    assert_eq!(spec.profile, crate::provider::map::ProfileMap::openid());
    assert_eq!(spec.id_token.tolerance_seconds, 60);
    assert!(
        !spec
            .id_token
            .algorithms
            .iter()
            .any(|name| name == "none" || name.starts_with("HS"))
    );
    assert_eq!(spec.warnings(), []);
}

#[test]
fn hostile_files_are_refused_and_nothing_panics() {
    let deep = format!("a = {}1{}", "[".repeat(5000), "]".repeat(5000));
    let deep_tables = format!("{} = 1", vec!["a"; 5000].join("."));
    let deep_when = format!(
        "profile = {{ name = {}\"/a\"{} }}",
        "[".repeat(60),
        "]".repeat(60)
    );
    let many = "x".repeat(1 << 20);
    for text in [
        "",
        "\0",
        "\u{feff}",
        "=",
        "[",
        "[[a]]\n[a]",
        "id = 1979-05-27",
        "id = nan",
        "id = 99999999999999999999999",
        "id = '''",
        "profile = \"x\"",
        "profile = []",
        "[profile]\nsubject = [[[[]]]]",
        "follow_up = 1",
        "follow_up = [1]",
        "variables = [1]",
        "userinfo = 1",
        deep.as_str(),
        deep_tables.as_str(),
        deep_when.as_str(),
        many.as_str(),
    ] {
        let errors = ProviderSpec::from_toml(text).unwrap_err();
        assert!(!errors.errors.is_empty());
        assert!(errors.errors.iter().all(|error| !error.mend.is_empty()));
    }
}

/// A file with a few of its bytes replaced by others.
fn bent() -> impl Strategy<Value = String> {
    let alphabet = prop::sample::select(b"[]{}=\"'\n.,/~#:-0aeE\\".to_vec());
    prop::collection::vec((0..WHOLE.len(), alphabet), 1..6).prop_map(|changes| {
        let mut bytes = WHOLE.as_bytes().to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

proptest! {
    #[test]
    fn a_bent_file_is_read_or_refused(text in bent()) {
        match ProviderSpec::from_toml(&text) {
            Ok(spec) => {
                let _ = spec.profile.apply(&json!({ "id": 1 }), &|_| Some("x".into()));
            }
            Err(errors) => prop_assert!(!errors.errors.is_empty()),
        }
    }
}
