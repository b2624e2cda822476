//! This file holds the JSON Schema of the format against the loader: an independent validator judges
//! every file of the catalogue, and thousands that were broken at one key, as the loader does.

use std::fs;

use authcore::provider::spec::ProviderSpec;
use jsonschema::Validator;
use toml::{Table, Value};

/// What only the loader knows, since it holds between keys or is no form of a single value.
const BETWEEN_KEYS: &[&str] = &[
    "is no variable of this file",
    "its contrast is",
    "there is no token yet",
    "the profile is not known here",
    "a body is sent by POST only",
    "only a form brings fields back",
    "nothing is signed with this `client_auth`",
    "is missing, and this `client_auth` signs with a key",
    "the secret is for headers",
    "nothing says where the keys are that sign access tokens",
    "finds an element of a list, which is no text",
];

fn validator() -> Validator {
    let path = format!(
        "{}/../docs/provider.schema.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let schema = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    jsonschema::draft7::new(&schema).unwrap()
}

fn catalogue() -> impl Iterator<Item = (&'static str, Table)> {
    authcore_providers::all()
        .iter()
        .map(|entry| (entry.id, entry.spec.parse().unwrap()))
}

/// The paths to all keys of a table, at every depth.
fn keys(table: &Table, above: &[String], into: &mut Vec<Vec<String>>) {
    for (key, value) in table {
        let mut path = above.to_vec();
        path.push(key.clone());
        into.push(path.clone());
        if let Value::Table(below) = value {
            keys(below, &path, into);
        }
    }
}

/// The table that has the last key of a path.
fn holder<'t>(table: &'t mut Table, path: &[String]) -> &'t mut Table {
    path[..path.len() - 1].iter().fold(table, |table, key| {
        table.get_mut(key).unwrap().as_table_mut().unwrap()
    })
}

/// Why the two differ over a file; nothing when they do not, or when only the loader can know.
fn difference(validator: &Validator, file: &Table) -> Option<String> {
    let by_schema = validator.is_valid(&serde_json::to_value(file).unwrap());
    match ProviderSpec::from_toml(&toml::to_string(file).unwrap()) {
        Ok(_) if by_schema => None,
        Ok(_) => Some("the schema refuses what the loader takes".into()),
        Err(errors) if by_schema => {
            let told = |what: &&str| errors.errors.iter().all(|error| error.what.contains(*what));
            match BETWEEN_KEYS.iter().any(told) {
                true => None,
                false => Some(format!(
                    "the schema takes what the loader refuses: {errors}"
                )),
            }
        }
        Err(_) => None,
    }
}

#[test]
fn every_file_of_the_catalogue_is_valid() {
    let validator = validator();
    for (id, file) in catalogue() {
        let file = serde_json::to_value(file).unwrap();
        let errors: Vec<_> = validator
            .iter_errors(&file)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{id}: {errors:?}");
    }
}

#[test]
fn a_file_broken_at_one_key_has_the_same_verdict_twice() {
    let validator = validator();
    let (mut cases, mut differences) = (0, Vec::new());
    for (id, file) in catalogue() {
        let mut all = Vec::new();
        keys(&file, &[], &mut all);
        for path in all {
            let key = path.last().unwrap();
            let mut broken: Vec<(String, Table)> = Vec::new();
            for value in [
                "7",
                "true",
                "\"\"",
                "\"zzzz\"",
                "[]",
                "[7]",
                "{}",
                "{ zzzz = 1 }",
            ] {
                let mut changed = file.clone();
                let value: Table = format!("it = {value}").parse().unwrap();
                holder(&mut changed, &path).insert(key.clone(), value["it"].clone());
                broken.push((format!("= {}", value["it"]), changed));
            }
            let mut without = file.clone();
            let value = holder(&mut without, &path).remove(key).unwrap();
            broken.push(("is gone".into(), without.clone()));
            holder(&mut without, &path).insert(format!("{key}zzzz"), value);
            broken.push(("has another name".into(), without));
            for (how, file) in broken {
                cases += 1;
                if let Some(why) = difference(&validator, &file) {
                    differences.push(format!("{id}: {} {how}: {why}", path.join(".")));
                }
            }
        }
    }
    assert!(cases > 5000, "{cases}");
    assert!(
        differences.is_empty(),
        "{} of {cases}:\n{}",
        differences.len(),
        differences.join("\n")
    );
}
