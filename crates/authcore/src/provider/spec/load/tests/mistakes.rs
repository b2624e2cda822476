//! This file makes the mistakes that people make in a provider's file, and reads what they are told.

use super::*;

#[test]
fn a_mistake_is_named_with_line_key_and_mend() {
    for (line, key, mend) in [
        ("scope = []", "scope", "did you mean `scopes`?"),
        (
            "client_auth = \"posst\"",
            "client_auth",
            "did you mean `post`?",
        ),
        ("scopes = \"a b\"", "scopes", "write it like"),
        ("scopes = [\"a b\"]", "scopes", "an element of its own"),
        ("checks = { pkce = false }", "checks.pkce", "write `{ … }`"),
        (
            "checks = { pkce = { refused = \" \" } }",
            "checks.pkce.refused",
            "with a date",
        ),
        (
            "jwks = \"http://example.org/keys\"",
            "jwks",
            "write `https://…`",
        ),
        (
            "jwks = \"https://a@example.org/keys\"",
            "jwks",
            "write `https://…`",
        ),
        (
            "jwks = \"{base_url}/keys\"",
            "jwks",
            "add `[variables.base_url]`",
        ),
        (
            "jwks = \"{base_url/keys\"",
            "jwks",
            "write it like `{base_url}",
        ),
        (
            "jwks = \"https://example.org/{token.id}\"",
            "jwks",
            "use a variable",
        ),
        ("userinfo = {}", "userinfo.url", "add `url ="),
        (
            "userinfo = { url = \"https://a\", verb = \"post\" }",
            "userinfo.verb",
            "remove it",
        ),
        (
            "userinfo = { url = \"https://a\", headers = { \"a b\" = \"\" } }",
            "userinfo.headers.a b",
            "use letters",
        ),
        (
            "id_token = { algorithms = [\"none\"] }",
            "id_token.algorithms[0]",
            "choose one of them",
        ),
        (
            "id_token = { algorithms = [\"RSA256\"] }",
            "id_token.algorithms[0]",
            "S256`?",
        ),
        (
            "id_token = { algorithms = [] }",
            "id_token.algorithms",
            "at least one",
        ),
        (
            "id_token = { tolerance_seconds = -1 }",
            "id_token.tolerance_seconds",
            "not negative",
        ),
        (
            "id_token = { tolerance_seconds = 601 }",
            "id_token.tolerance_seconds",
            "at most 600",
        ),
        (
            "quirks = { retry_profile_on = [200] }",
            "quirks.retry_profile_on[0]",
            "400 to 599",
        ),
        (
            "style = { background = \"red\" }",
            "style.background",
            "as `#rrggbb`",
        ),
        (
            "style = { background = \"#777777\", text = \"#888888\" }",
            "style",
            "darker",
        ),
        (
            "docs = { console = \"javascript:alert(1)\" }",
            "docs.console",
            "use https",
        ),
        (
            "variables = { token = { description = \"\" } }",
            "variables.token",
            "are taken",
        ),
        (
            "variables = { a = {} }",
            "variables.a.description",
            "add `description",
        ),
        (
            "variables = { a = { description = \"\", default = \"http://example.org\" } }",
            "variables.a.default",
            "use https",
        ),
        (
            "profile = { name = \"name\" }",
            "profile.name",
            "did you mean `/name`?",
        ),
        (
            "profile = { name = [] }",
            "profile.name",
            "at least one pointer",
        ),
        (
            "profile = { name = 3 }",
            "profile.name",
            "write it like `/id`",
        ),
        ("profile = { name = {} }", "profile.name", "write one of"),
        (
            "profile = { name = { constant = 1.5 } }",
            "profile.name.constant",
            "a whole number",
        ),
        (
            "profile = { name = { pointer = \"/a\", token = \"b\" } }",
            "profile.name",
            "keep one",
        ),
        (
            "profile = { name = { pointr = \"/a\" } }",
            "profile.name.pointr",
            "did you mean `pointer`?",
        ),
        (
            "profile = { name = { find = \"/a\" } }",
            "profile.name.where",
            "add `where",
        ),
        (
            "profile = { image = { builtin = \"discord\" } }",
            "profile.image.builtin",
            "did you mean `discord_avatar`?",
        ),
        (
            "profile = { image = { template = \"{nobody}\" } }",
            "profile.image",
            "[variables.nobody]",
        ),
        (
            "profile = { email_verified = true }",
            "profile.email_verified",
            "write \"always\" only",
        ),
        (
            "profile = { email_verified = \"sometimes\" }",
            "profile.email_verified",
            "write it like",
        ),
        (
            "follow_up = [{ when_missing = \"/a\", into = \"/a/b\", url = \"https://a\" }]",
            "follow_up[0].into",
            "like `/emails`",
        ),
        ("passes = [\"redirect_uri\"]", "passes[0]", "remove it"),
        (
            "authorization = { url = \"https://a\", params = { state = \"x\" } }",
            "authorization.params.state",
            "remove it",
        ),
        (
            "client_auth = \"client_secret_post\"",
            "client_auth",
            "did you mean `post`?",
        ),
        (
            "userinfo = { url = \"https://a\", method = \"GET\" }",
            "userinfo.method",
            "did you mean `get`?",
        ),
        (
            "profile = { picture = \"/a\" }",
            "profile.picture",
            "did you mean `image`?",
        ),
        (
            "profile = { name = \"$.user.name\" }",
            "profile.name",
            "did you mean `/user/name`?",
        ),
        (
            "profile = { name = \"{/login}\" }",
            "profile.name",
            "did you mean `/login`?",
        ),
        (
            "client_secret = \"hunter2\"",
            "client_secret",
            "change the secret",
        ),
        (
            "profile = { scopes = [] }",
            "profile.scopes",
            "at the top of the file",
        ),
        ("envelope = \"data\"", "envelope", "did you mean `/data`?"),
    ] {
        let text = errors(&with(line));
        assert!(
            text.contains(&format!("acme.toml:1: `{key}`: ")),
            "{line}\n{text}"
        );
        assert!(text.contains(mend), "{line}\n{text}");
    }
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = errors(
        "id = \"A\"\nprotocol = \"oauth2\"\ncolour = 1\nscopes = 2\n[profile]\nsubjekt = \"/id\"\n",
    );
    for part in [
        "acme.toml:1: `id`",
        "acme.toml: `name`: is missing",
        "acme.toml:3: `colour`",
        "acme.toml:4: `scopes`",
        "acme.toml:6: `profile.subjekt`: is no known key\n  mend: did you mean `subject`?",
        "`profile.subject`: is missing",
        "`authorization`: is missing",
        "`token`: is missing",
        "`userinfo`: is missing",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn a_mistake_is_not_told_twice_in_other_words() {
    const REST: &str = "id = \"a\"\nname = \"A\"\n";
    for (lines, told) in [
        ("protocol = \"oauth\"", 1),
        ("protocol = \"oidc\"", 1),
        ("protocol = \"oidc\"\nissuer = \"{A}\"", 1),
        (
            "protocol = \"oidc\"\nissuer = \"https://a\"\nauthorization = { fragment = 1 }",
            1,
        ),
        ("name: \"A\"", 1),
        ("<html><body><p class=x>", 1),
    ] {
        let text = errors(&format!("{lines}\n{REST}"));
        assert_eq!(text.matches("  mend: ").count(), told, "{lines}\n{text}");
    }
    let text = errors("id = \"a\"\nprotocol = \"oidc\"\nissuer = \"https://a\"\n");
    assert_eq!(text.matches("`name`").count(), 1, "{text}");
    let text = errors(&with("client_secret = \"hunter2\""));
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn build_reports_the_mistakes_of_provider_data() {
    use crate::{
        config::{Env, IntoProvider, ProviderSetting},
        provider::OAuth,
    };
    let provider = Box::new(OAuth::from_toml(&with("scope = []")));
    let env = Env::none();
    let problems = match provider.into_provider(&ProviderSetting::new(&env, None)) {
        Ok(_) => panic!("accepted"),
        Err(problems) => problems,
    };
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, "provider_data");
    assert_eq!(
        problems[0].what,
        "provider data:1: `scope`: is no known key"
    );
    assert_eq!(problems[0].mend, "did you mean `scopes`?");
}

#[test]
fn what_is_not_toml_is_told_with_its_line() {
    let text = errors("id = \"acme\"\nname = Acme\n");
    assert!(text.contains("acme.toml:2: this is not TOML"), "{text}");
    let text = errors("id = \"a\"\nid = \"b\"\n");
    assert!(text.contains("acme.toml:2: this is not TOML"), "{text}");
}

#[test]
fn plain_http_is_for_this_machine_only() {
    for host in ["localhost:8080", "127.0.0.1", "[::1]:1", "wiki.localhost"] {
        let line = format!("jwks = \"http://{host}/keys\"");
        assert!(ProviderSpec::from_toml(&with(&line)).is_ok(), "{host}");
    }
    for host in ["localhost.example.org", "10.0.0.1", "example.org"] {
        let text = errors(&with(&format!("jwks = \"http://{host}/keys\"")));
        assert!(text.contains("is not https"), "{text}");
    }
}
