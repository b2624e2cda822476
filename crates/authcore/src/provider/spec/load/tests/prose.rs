//! This file holds the description of the format to what the loader does.

use super::*;

const PROSE: &str = include_str!("../../format.md");

#[test]
fn every_example_is_read_without_a_warning() {
    let examples: Vec<&str> = PROSE
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert_eq!(examples.len(), 10);
    for example in examples {
        let spec =
            ProviderSpec::from_toml(example).unwrap_or_else(|errors| panic!("{errors}\n{example}"));
        assert_eq!(spec.warnings(), []);
    }
}

#[test]
fn every_key_is_described() {
    fn keys(table: &toml::Table, found: &mut Vec<String>) {
        for (key, value) in table {
            found.push(key.clone());
            let inner = match value {
                toml::Value::Array(items) => items.first(),
                other => Some(other),
            };
            if let Some(toml::Value::Table(inner)) = inner {
                let free = ["params", "headers", "variables", "extra", "where", "when"];
                if !free.contains(&key.as_str()) {
                    keys(inner, found);
                }
            }
        }
    }
    let mut found = Vec::new();
    keys(&WHOLE.parse().unwrap(), &mut found);
    assert!(found.len() > 60, "{found:?}");
    for key in found {
        assert!(PROSE.contains(&key), "`{key}` is not described");
    }
}
