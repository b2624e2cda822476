//! This file compares the JSON Schema of the format with the loader: each table of one has the keys of
//! the other. The loader is asked by a key that nobody has: it then lists those that it knows.

use std::{collections::BTreeSet, fs};

use authcore::provider::spec::ProviderSpec;
use serde_json::Value;

const LEAST: &str =
    "id = \"a\"\nname = \"A\"\nprotocol = \"oidc\"\nissuer = \"https://a.example\"\n";

/// The tables of the format: where in the schema, and a file with a key in it that nobody has.
const TABLES: &[(&str, &str)] = &[
    ("", "zzzzqqqq = 1"),
    (
        "/definitions/authorization",
        "authorization = { url = \"https://a.example\", zzzzqqqq = 1 }",
    ),
    (
        "/definitions/token",
        "token = { url = \"https://a.example\", zzzzqqqq = 1 }",
    ),
    (
        "/definitions/token/properties/errors",
        "token = { url = \"https://a.example\", errors = { zzzzqqqq = 1 } }",
    ),
    (
        "/definitions/revocation",
        "revocation = { url = \"https://a.example\", zzzzqqqq = 1 }",
    ),
    (
        "/definitions/userinfo",
        "userinfo = { url = \"https://a.example\", zzzzqqqq = 1 }",
    ),
    (
        "/definitions/check",
        "checks = { nonce = { refused = \"x\", zzzzqqqq = 1 } }",
    ),
    (
        "/definitions/field/anyOf/2",
        "profile = { name = { pointer = \"/a\", zzzzqqqq = 1 } }",
    ),
    (
        "/definitions/ending",
        "profile = { name = { pointer = \"/a\", when = { a = { ends_with = \"@a\", zzzzqqqq = 1 } } } }",
    ),
    (
        "/definitions/pkce",
        "checks = { pkce = { refused = \"x\", zzzzqqqq = 1 } }",
    ),
    (
        "/properties/token_answer",
        "token_answer = { zzzzqqqq = 1 }",
    ),
    ("/properties/checks", "checks = { zzzzqqqq = 1 }"),
    (
        "/properties/client_assertion",
        "client_assertion = { zzzzqqqq = 1 }",
    ),
    (
        "/properties/variables/additionalProperties",
        "variables = { a = { description = \"a\", zzzzqqqq = 1 } }",
    ),
    (
        "/properties/access_token",
        "access_token = { issuers = [\"a\"], audiences = [\"a\"], zzzzqqqq = 1 }",
    ),
    ("/properties/id_token", "id_token = { zzzzqqqq = 1 }"),
    (
        "/properties/id_token/properties/issuer",
        "id_token = { issuer = { builtin = \"tenant\", template = \"https://a.example/{tenantid}\", zzzzqqqq = 1 } }",
    ),
    (
        "/properties/follow_up/items",
        "follow_up = [{ when_missing = \"/a\", into = \"/a\", url = \"https://a.example\", zzzzqqqq = 1 }]",
    ),
    ("/properties/profile", "profile = { zzzzqqqq = 1 }"),
    ("/properties/trust", "trust = { zzzzqqqq = 1 }"),
    ("/properties/quirks", "quirks = { zzzzqqqq = 1 }"),
    ("/properties/style", "style = { zzzzqqqq = 1 }"),
    ("/properties/docs", "docs = { zzzzqqqq = 1 }"),
];

fn schema() -> Value {
    let path = format!(
        "{}/../docs/provider.schema.json",
        env!("CARGO_MANIFEST_DIR")
    );
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The keys that the loader knows beside the one that nobody has.
fn known_to_the_loader(line: &str) -> BTreeSet<String> {
    let errors = ProviderSpec::from_toml(&format!("{line}\n{LEAST}")).unwrap_err();
    let error = errors
        .errors
        .iter()
        .find(|error| error.key.ends_with("zzzzqqqq"))
        .unwrap_or_else(|| panic!("{line}: {errors}"));
    let (_, known) = error.mend.split_once("known here: ").unwrap();
    let words = known
        .split(", ")
        .map(|word| word.trim_matches('`').to_owned());
    words.collect()
}

#[test]
fn the_schema_has_the_keys_of_the_loader() {
    let schema = schema();
    for (place, line) in TABLES {
        let table = schema.pointer(place).unwrap_or_else(|| panic!("{place}"));
        assert_eq!(table["additionalProperties"], false, "{place}");
        let keys: BTreeSet<String> = table["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        let mut known = known_to_the_loader(line);
        if *place == "/definitions/field/anyOf/2" {
            // The loader asks for these once it has seen `pointer`, `join`, `find` or `relative`.
            known.extend(["after", "with", "where", "take", "base"].map(String::from));
        }
        assert_eq!(keys, known, "{place}");
    }
}

#[test]
fn the_schema_has_no_other_closed_table() {
    fn closed(value: &Value) -> usize {
        match value {
            Value::Object(members) => {
                let own =
                    usize::from(members.get("additionalProperties") == Some(&Value::Bool(false)));
                own + members.values().map(closed).sum::<usize>()
            }
            Value::Array(items) => items.iter().map(closed).sum(),
            _ => 0,
        }
    }
    // The subject's table is a field's with `reject`.
    assert_eq!(closed(&schema()), TABLES.len() + 1);
}

#[test]
fn the_words_of_the_schema_are_the_loaders() {
    let schema = schema();
    for key in ["client_auth", "correlation", "response_mode", "user_agent"] {
        let words = schema["properties"][key]["enum"].as_array().unwrap();
        let errors =
            ProviderSpec::from_toml(&format!("{key} = \"zzzzqqqq\"\n{LEAST}")).unwrap_err();
        let told = &errors.errors[0].what;
        let listed = told
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|word| *word != "zzzzqqqq");
        let own: BTreeSet<_> = words.iter().map(|word| word.as_str().unwrap()).collect();
        assert_eq!(listed.collect::<BTreeSet<_>>(), own, "{key}: {told}");
    }
}
