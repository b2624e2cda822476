//! A test of the tests: mistakes of the kinds that have been made, put into the files in memory, must be
//! found by the checks of this folder, by name. The snapshot finds every change; what is listed here is
//! what finds a mistake that was there from the first day.

use authcore::provider::spec::ProviderSpec;

use super::{Check, Complaints, discovery, facts, snapshot, verified};

/// A mistake: the provider, what is replaced by what, and the checks that must find it.
struct Fault {
    is: &'static str,
    id: &'static str,
    from: &'static str,
    to: &'static str,
    found_by: &'static [&'static str],
}

const fn fault(
    is: &'static str,
    id: &'static str,
    from: &'static str,
    to: &'static str,
    found_by: &'static [&'static str],
) -> Fault {
    Fault {
        is,
        id,
        from,
        to,
        found_by,
    }
}

const FAULTS: &[Fault] = &[
    fault(
        "a typing mistake in the token address",
        "github",
        "login/oauth/access_token",
        "login/oauth/acess_token",
        &["facts"],
    ),
    fault(
        "another issuer",
        "google",
        "https://accounts.google.com",
        "https://account.google.com",
        &["facts", "discovery"],
    ),
    fault(
        "the client's id under the usual name",
        "tiktok",
        "client_id_param = \"client_key\"\n",
        "",
        &["facts"],
    ),
    fault(
        "a version of the interface that has ended",
        "facebook",
        "\"v26.0\"",
        "\"v19.0\"",
        &["facts"],
    ),
    fault(
        "a scope dropped",
        "github",
        "[\"read:user\", \"user:email\"]",
        "[\"read:user\"]",
        &["facts"],
    ),
    fault(
        "a scope too many",
        "spotify",
        "[\"user-read-email\"]",
        "[\"user-read-email\", \"playlist-modify-private\"]",
        &["facts"],
    ),
    fault(
        "client authentication flipped",
        "slack",
        "[checks]\n",
        "client_auth = \"none\"\n[checks]\n",
        &["facts", "discovery"],
    ),
    fault(
        "client authentication that the issuer does not list",
        "twitch",
        "client_auth = \"post\"\n",
        "client_auth = \"basic\"\n",
        &["facts", "discovery"],
    ),
    fault(
        "PKCE off",
        "gitlab",
        "[profile]\n",
        "[checks]\npkce = { refused = \"2026\" }\n[profile]\n",
        &["discovery"],
    ),
    fault(
        "the nonce off",
        "google",
        "[trust]\n",
        "[checks]\nnonce = { refused = \"2026\" }\n[trust]\n",
        &["facts"],
    ),
    fault(
        "a rule about verified addresses loosened",
        "github",
        "where = { primary = true, verified = true }, take = \"/verified\"",
        "where = { primary = true }, take = \"/verified\"",
        &["verified"],
    ),
    fault(
        "addresses that count as verified although nobody says so",
        "figma",
        "email_verified = \"never\"",
        "email_verified = \"always\"",
        &["verified"],
    ),
    fault(
        "the standard claim, where any administrator can write any address",
        "microsoft-entra-id",
        "email_verified = {",
        "extra_verified = {",
        &["loader"],
    ),
    fault(
        "the address for a subject",
        "discord",
        "subject = \"/id\"",
        "subject = \"/email\"",
        &["facts"],
    ),
    fault(
        "the profile asked of another host",
        "bitbucket",
        "userinfo = \"https://api.bitbucket.org/2.0/user\"",
        "userinfo = \"https://bitbucket.org/2.0/user\"",
        &["facts"],
    ),
    fault(
        "http in place of https",
        "reddit",
        "token = \"https://www.reddit.com",
        "token = \"http://www.reddit.com",
        &["loader"],
    ),
    fault(
        "another tenant",
        "microsoft-entra-id",
        "default = \"common\"",
        "default = \"consumers\"",
        &["facts"],
    ),
    fault(
        "the issuers of tenants at another host",
        "microsoft-entra-id",
        "template = \"{base_url}/{tenantid}/v2.0\"",
        "template = \"{base_url}/{tenantid}/v1.0\"",
        &["discovery"],
    ),
    fault(
        "tokens revoked at the address of another",
        "discord",
        "https://discord.com/api/oauth2/token/revoke",
        "https://discord.com/api/oauth2/revoke",
        &["facts"],
    ),
    fault(
        "Apple's answer in the address, where scopes are refused",
        "apple",
        "response_mode = \"form_post\"\ncallback_json = { user = \"/user\" }\n",
        "",
        &["facts"],
    ),
    fault(
        "keys from another host",
        "apple",
        "https://appleid.apple.com/auth/keys",
        "https://account.apple.com/auth/keys",
        &["facts", "discovery"],
    ),
    fault(
        "a parameter of the authorization dropped",
        "atlassian",
        "params = { audience = \"api.atlassian.com\", prompt = \"consent\" }",
        "params = { prompt = \"consent\" }",
        &["facts"],
    ),
    fault(
        "a header of the profile's request dropped",
        "notion",
        "# Required; the form of the answer depends on it.\nheaders = { Notion-Version = \"2022-06-28\" }\n",
        "",
        &["facts"],
    ),
    fault(
        "a host that has ended",
        "vk",
        "token]\nurl = \"https://id.vk.ru",
        "token]\nurl = \"https://id.vk.com",
        &["facts"],
    ),
    fault(
        "an algorithm that the issuer does not sign with",
        "microsoft-entra-id",
        "algorithms = [\"RS256\"]",
        "algorithms = [\"ES256\"]",
        &["discovery"],
    ),
];

/// What the application's own loader says.
fn loader(id: &str, text: &str) -> Complaints {
    match ProviderSpec::from_toml_named(id, text) {
        Ok(_) => Vec::new(),
        Err(errors) => vec![errors.to_string()],
    }
}

const CHECKS: &[(&str, Check)] = &[
    ("facts", facts::differences),
    ("discovery", discovery::differences),
    ("verified", verified::differences),
    ("snapshot", snapshot::differences),
];

/// The names of the checks that have something to say.
fn found_by(id: &str, text: &str) -> Vec<&'static str> {
    // A file that cannot be read reaches no other check, nor any application.
    if !loader(id, text).is_empty() {
        return vec!["loader"];
    }
    let complains = |check: &Check| !check(id, text).is_empty();
    let found = CHECKS.iter().filter(|(_, check)| complains(check));
    found.map(|(name, _)| *name).collect()
}

#[test]
fn every_mistake_put_into_a_file_is_found() {
    let mut missed = Vec::new();
    for fault in FAULTS {
        let entry = authcore_providers::all()
            .iter()
            .find(|it| it.id == fault.id);
        let text = entry.unwrap().spec;
        assert_eq!(
            found_by(fault.id, text),
            Vec::<&str>::new(),
            "{}: the file is wrong as it is",
            fault.id
        );
        assert_eq!(
            text.matches(fault.from).count(),
            1,
            "{}, {}: `{}` must be there once",
            fault.id,
            fault.is,
            fault.from
        );
        let found = found_by(fault.id, &text.replace(fault.from, fault.to));
        let mut expected = fault.found_by.to_vec();
        if expected != ["loader"] {
            expected.push("snapshot");
        }
        if found != expected {
            missed.push(format!("{}, {}: found by {found:?}", fault.id, fault.is));
        }
    }
    assert!(missed.is_empty(), "\n{}", missed.join("\n"));
}
