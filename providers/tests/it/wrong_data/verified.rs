//! Whose addresses may count as verified, by which rule, and why that may be.
//!
//! The attack it stops: a provider at which anyone can write any address, taken at its word. Whoever makes
//! an account there with somebody else's address would be let into that person's account here. A file
//! that starts to say verified, or whose rule changes, is wrong until it is in this list.

use toml::{Table, Value};

use super::{Complaints, read};

/// The standard claim `email_verified`, which OpenID Connect files have when they say nothing.
const STANDARD: &str = "the standard claim";
/// A member of that name, in a profile that is not standard.
const EMAIL_VERIFIED: &str = r#""/email_verified""#;
/// Why that of a server of one's own may: the operator of the application chose whom to trust.
const OWN: &str = "the operator's own server or tenant says it, and they chose it";

/// Id, rule, reason.
const ALLOWED: &[(&str, &str, &str)] = &[
    (
        "apple",
        EMAIL_VERIFIED,
        "documented: Apple has verified it, or made it",
    ),
    ("asgardeo", STANDARD, OWN),
    (
        "atlassian",
        EMAIL_VERIFIED,
        "documented in the answer of /me for each account",
    ),
    ("auth0", STANDARD, OWN),
    (
        "bitbucket",
        r#"{ find = "/emails/values", where = { is_primary = true, is_confirmed = true }, take = "/is_confirmed" }"#,
        "documented of each address: whether it was confirmed",
    ),
    ("canva", EMAIL_VERIFIED, "documented of the address itself"),
    ("clerk", STANDARD, OWN),
    ("cognito", STANDARD, OWN),
    ("descope", STANDARD, OWN),
    (
        "digitalocean",
        EMAIL_VERIFIED,
        "documented: verified by a letter to it",
    ),
    (
        "discord",
        r#""/verified""#,
        "documented: whether the address of the account was verified",
    ),
    (
        "dropbox",
        EMAIL_VERIFIED,
        "documented of the address itself",
    ),
    ("duende-identity-server6", STANDARD, OWN),
    (
        "eventbrite",
        r#"{ find = "/emails", where = { primary = true }, take = "/verified" }"#,
        "documented of each address, and only the primary one counts",
    ),
    ("frontegg", STANDARD, OWN),
    ("fusionauth", STANDARD, OWN),
    (
        "gitee",
        r#""always" of { find = "/emails", where = { state = "confirmed" }, take = "/email" }"#,
        "only an address that the list calls confirmed is taken",
    ),
    (
        "github",
        r#"{ find = "/emails", where = { primary = true, verified = true }, take = "/verified" }"#,
        "documented of each address in the list; that of the profile never counts",
    ),
    (
        "google",
        r#"{ pointer = "/email_verified", when = [{ email = { ends_with = "@gmail.com" } }, "/hd"] }"#,
        "documented of the address itself, where Google has the mailbox or the organisation the domain",
    ),
    (
        "gov-uk-one-login",
        EMAIL_VERIFIED,
        "documented: verified by a code that was sent to it",
    ),
    ("huggingface", STANDARD, "documented in its UserInfo"),
    ("hydra", STANDARD, OWN),
    (
        "intuit",
        r#""/emailVerified""#,
        "documented in its UserInfo",
    ),
    (
        "kakao",
        r#"{ pointer = "/kakao_account/is_email_verified", when = { "/kakao_account/is_email_valid" = true } }"#,
        "documented; an address that is not valid any more belongs to another account",
    ),
    ("keycloak", STANDARD, OWN),
    ("kinde", STANDARD, OWN),
    ("linkedin", STANDARD, "documented of the address itself"),
    (
        "login-gov",
        EMAIL_VERIFIED,
        "documented: it has only verified addresses",
    ),
    ("logto", STANDARD, OWN),
    ("mattermost", EMAIL_VERIFIED, OWN),
    (
        "mediawiki",
        r#"["/confirmed_email", "/email_verified"]"#,
        "the wiki's word that a letter to it was answered, in its old and its new name",
    ),
    (
        "microsoft-entra-id",
        r#"{ constant = true, when = [{ xms_edov = true }, { xms_edov = 1 }, { xms_edov = "1" }] }"#,
        "documented: the organisation has proved that the address's domain is its own",
    ),
    (
        "musicbrainz",
        EMAIL_VERIFIED,
        "its source: the address was confirmed by a letter to it",
    ),
    ("oidc", STANDARD, OWN),
    ("okta", STANDARD, OWN),
    (
        "patreon",
        r#""/attributes/is_email_verified""#,
        "documented: the address was confirmed",
    ),
    ("ping-id", STANDARD, OWN),
    ("pocket-id", STANDARD, OWN),
    (
        "polar",
        EMAIL_VERIFIED,
        "documented of the address in the same answer",
    ),
    ("rauthy", STANDARD, OWN),
    ("rocketchat", EMAIL_VERIFIED, OWN),
    ("salesforce", STANDARD, "documented of the address itself"),
    (
        "shopify",
        STANDARD,
        "people sign in by a code that is sent to the address",
    ),
    (
        "simplelogin",
        STANDARD,
        "its source: confirmed at registration, or an alias of its own",
    ),
    (
        "slack",
        STANDARD,
        "documented, with the day on which it was verified",
    ),
    ("twitch", STANDARD, "documented of the address itself"),
    ("vipps", STANDARD, "documented of the address itself"),
    (
        "wikimedia",
        r#"["/confirmed_email", "/email_verified"]"#,
        "the wiki's word that a letter to it was answered, in its old and its new name",
    ),
    (
        "wordpress",
        EMAIL_VERIFIED,
        "documented: verified by a letter to it",
    ),
    (
        "yahoo",
        STANDARD,
        "among the claims that its discovery document lists",
    ),
    ("zitadel", STANDARD, OWN),
    (
        "zoom",
        "{ constant = true, when = { verified = 1 } }",
        "documented: whether the address of the account was verified",
    ),
];

/// By which rule an address of this file counts as verified; nothing when none ever does.
fn rule(id: &str, text: &str) -> Option<String> {
    let table: Table = text.parse().unwrap();
    let profile = table.get("profile").and_then(Value::as_table);
    let at = |key: &str| profile.and_then(|it| it.get(key));
    let is_oidc = table["protocol"].as_str() == Some("oidc");
    assert_eq!(read(id, text).id.as_str(), id);
    match at("email_verified") {
        None if is_oidc => Some(STANDARD.into()),
        None => None,
        Some(rule) if rule.as_str() == Some("never") => None,
        Some(rule) if rule.as_str() == Some("always") => {
            let of = at("email").map(|it| it.to_string()).unwrap_or_default();
            Some(format!("{rule} of {of}"))
        }
        Some(rule) => Some(rule.to_string()),
    }
}

/// What the file says of verified addresses that the list does not.
pub(super) fn differences(id: &str, text: &str) -> Complaints {
    let listed = ALLOWED.iter().find(|(listed, ..)| *listed == id);
    match (rule(id, text), listed) {
        (None, None) => Vec::new(),
        (Some(found), Some((_, rule, _))) if same(&found, rule) => Vec::new(),
        (Some(found), None) => vec![format!(
            "addresses count as verified by `{found}`, and the list in the tests does not allow it"
        )],
        (Some(found), Some((_, rule, _))) => vec![format!(
            "addresses count as verified by `{found}`, and the list in the tests allows `{rule}`"
        )],
        (None, Some(_)) => vec!["no address counts as verified: take it off the list".into()],
    }
}

/// Whether two rules are the same but for white space and the order of keys.
fn same(one: &str, other: &str) -> bool {
    let parsed = |text: &str| -> Vec<Value> {
        let parts = text.split(" of ");
        let value = |part: &str| {
            format!("rule = {part}")
                .parse::<Table>()
                .ok()?
                .remove("rule")
        };
        parts.filter_map(value).collect()
    };
    one == other || (!parsed(one).is_empty() && parsed(one) == parsed(other))
}

#[test]
fn an_address_counts_as_verified_only_where_the_list_gives_a_reason() {
    super::assert_right(differences);
    for (id, _, why) in ALLOWED {
        assert!(why.len() > 10, "{id}");
        assert!(authcore_providers::by_id(id).is_some(), "{id} is gone");
    }
}
