//! This file keeps the crates depending one way, and what is listed twice the same in both places.

use super::{
    Finding,
    tree::{File, Tree},
};

/// What each published crate may depend on of ours. Everything else of the workspace stands at the
/// edge (examples, tests, benches) and may use any of them.
const ALLOWED: &[(&str, &[&str])] = &[
    ("authcore", &[]),
    ("authcore-axum", &["authcore"]),
    ("authcore-testing", &["authcore"]),
    ("authcore-providers", &["authcore"]),
    (
        "authcore-cli",
        &[
            "authcore",
            "authcore-providers",
            "authcore-sql",
            "authcore-sqlite",
            "authcore-postgres",
            "authcore-mysql",
        ],
    ),
    ("authcore-sql", &["authcore"]),
    ("authcore-sqlite", &["authcore", "authcore-sql"]),
    ("authcore-postgres", &["authcore", "authcore-sql"]),
    ("authcore-mysql", &["authcore", "authcore-sql"]),
];

/// Crates of others that only some of ours may bring to a user.
const KEPT_TO: &[(&str, &[&str])] = &[
    ("axum", &["authcore-axum", "authcore-testing"]),
    (
        "sqlx",
        &[
            "authcore-sqlite",
            "authcore-postgres",
            "authcore-mysql",
            "authcore-cli",
        ],
    ),
    ("reqwest", &["authcore", "authcore-testing"]),
    ("openssl", &[]),
    ("native-tls", &[]),
    ("chrono", &[]),
    ("time", &[]),
];

/// The crates depend one way.
pub(crate) fn crates_depend_one_way(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, manifest) in manifests(tree) {
        let name = package(&manifest);
        let row = ALLOWED.iter().find(|(known, _)| *known == name);
        if row.is_none() {
            if is_published(&manifest) {
                findings.push(Finding::refused(&file.path, 0, format!("`{name}` has no row in the table of crates; give it one in crates/xtask/src/tidy/packages.rs")));
            }
            continue;
        }
        let allowed = row.map_or(&[][..], |(_, allowed)| *allowed);
        for section in ["dependencies", "build-dependencies"] {
            for dependency in keys(&manifest, section) {
                let ours = ALLOWED.iter().any(|(known, _)| *known == dependency);
                if ours && !allowed.contains(&&*dependency) {
                    findings.push(Finding::refused(&file.path, line(file, &dependency), format!("`{name}` depends on `{dependency}`; crates depend one way, towards `authcore`")));
                }
                let kept = KEPT_TO.iter().find(|(known, _)| *known == dependency);
                if kept.is_some_and(|(_, homes)| !homes.contains(&&*name)) {
                    findings.push(Finding::refused(&file.path, line(file, &dependency), format!("`{name}` brings `{dependency}` to everyone who uses it; it belongs to an edge crate or nowhere")));
                }
            }
        }
    }
    findings
}

/// Every member of the workspace follows the workspace's lints, `unsafe_code = "forbid"` among them.
pub(crate) fn members_share_lints(tree: &Tree) -> Vec<Finding> {
    let mut findings: Vec<Finding> = manifests(tree)
        .filter(|(_, manifest)| {
            manifest
                .get("lints")
                .and_then(|lints| lints.get("workspace"))
                != Some(&toml::Value::Boolean(true))
        })
        .map(|(file, _)| {
            Finding::refused(
                &file.path,
                0,
                "the workspace's lints are not asked for: `[lints]` with `workspace = true`",
            )
        })
        .collect();
    if let Some(file) = tree.get("Cargo.toml") {
        let lints = file.text.parse::<toml::Table>().ok().and_then(|root| {
            let level = root
                .get("workspace")?
                .get("lints")?
                .get("rust")?
                .get("unsafe_code")?;
            level.as_str().map(String::from)
        });
        if lints.as_deref() != Some("forbid") {
            findings.push(Finding::refused(
                &file.path,
                0,
                "the workspace does not forbid unsafe code",
            ));
        }
    }
    findings
}

/// Every provider's folder is a feature of the catalogue, and the other way round.
pub(crate) fn features_match_folders(tree: &Tree) -> Vec<Finding> {
    const MANIFEST: &str = "providers/Cargo.toml";
    let Some((file, manifest)) = manifests(tree).find(|(file, _)| file.path == MANIFEST) else {
        return Vec::new();
    };
    let folders: Vec<&str> = tree
        .folders("providers")
        .into_iter()
        .filter(|folder| tree.has(&format!("providers/{folder}/provider.toml")))
        .collect();
    let mut findings = Vec::new();
    let features = keys(&manifest, "features");
    let all: Vec<&str> = manifest
        .get("features")
        .and_then(|features| features.get("all")?.as_array())
        .map(|all| all.iter().filter_map(toml::Value::as_str).collect())
        .unwrap_or_default();
    for folder in &folders {
        if !features.iter().any(|feature| feature == folder) {
            findings.push(Finding::refused(
                MANIFEST,
                0,
                format!("providers/{folder} has no feature"),
            ));
        }
        if !all.contains(folder) {
            findings.push(Finding::refused(
                MANIFEST,
                line(file, "all"),
                format!("the feature `all` leaves `{folder}` out"),
            ));
        }
        for part in ["guide.md", "golden"] {
            if !tree.has(&format!("providers/{folder}/{part}")) {
                findings.push(Finding::refused(
                    &format!("providers/{folder}/provider.toml"),
                    0,
                    format!("there is no {part} beside it"),
                ));
            }
        }
    }
    for feature in features {
        if !folders.contains(&&*feature) && !["all", "default"].contains(&&*feature) {
            findings.push(Finding::refused(
                MANIFEST,
                line(file, &feature),
                format!("the feature `{feature}` has no folder with a provider.toml"),
            ));
        }
    }
    findings
}

/// Lock files of npm name versions and checksums, not the place that somebody happened to get them from.
pub(crate) fn lock_files_name_no_registry(tree: &Tree) -> Vec<Finding> {
    tree.iter()
        .filter(|file| file.name() == "package-lock.json")
        .flat_map(|file| {
            file.text.lines().enumerate().filter(|(_, text)| text.contains("\"resolved\"")).map(
                |(number, _)| Finding::refused(&file.path, number + 1, "the lock file records where a package came from; set omit-lockfile-registry-resolved, as tests/peers/.npmrc does"),
            )
        })
        .collect()
}

/// The manifests of packages, read.
pub(crate) fn manifests(tree: &Tree) -> impl Iterator<Item = (&File, toml::Table)> {
    tree.iter()
        .filter(|file| file.name() == "Cargo.toml")
        .filter_map(|file| Some((file, file.text.parse::<toml::Table>().ok()?)))
        .filter(|(_, manifest)| manifest.contains_key("package"))
}

fn is_published(manifest: &toml::Table) -> bool {
    let publish = manifest
        .get("package")
        .and_then(|package| package.get("publish"));
    publish != Some(&toml::Value::Boolean(false))
}

/// The name of a manifest's package.
pub(crate) fn package(manifest: &toml::Table) -> String {
    manifest
        .get("package")
        .and_then(|package| package.get("name")?.as_str())
        .unwrap_or_default()
        .to_string()
}

fn keys(manifest: &toml::Table, section: &str) -> Vec<String> {
    manifest
        .get(section)
        .and_then(toml::Value::as_table)
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default()
}

fn line(file: &File, key: &str) -> usize {
    file.text
        .lines()
        .position(|line| {
            line.strip_prefix(key)
                .is_some_and(|rest| rest.starts_with([' ', '=', '.']))
        })
        .map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::samples::{places, tree};

    fn manifest(name: &str, rest: &str) -> String {
        format!("[package]\nname = \"{name}\"\n[lints]\nworkspace = true\n{rest}")
    }

    #[test]
    fn a_dependency_upwards_or_sideways_is_found() {
        let tree = tree(&[
            (
                "crates/authcore/Cargo.toml",
                &manifest("authcore", "[dependencies]\nauthcore-axum = \"1\"\n"),
            ),
            (
                "adapters/sql/Cargo.toml",
                &manifest("authcore-sql", "[dependencies]\nauthcore-sqlite = \"1\"\n"),
            ),
            (
                "adapters/sqlite/Cargo.toml",
                &manifest(
                    "authcore-sqlite",
                    "[dependencies]\nauthcore-sql = \"1\"\n[dev-dependencies]\nauthcore-testing = \"1\"\n",
                ),
            ),
            (
                "examples/demo/Cargo.toml",
                "[package]\nname = \"demo\"\npublish = false\n[dependencies]\nauthcore-axum = \"1\"\n",
            ),
        ]);
        assert_eq!(
            places(&crates_depend_one_way(&tree)),
            ["adapters/sql/Cargo.toml:6", "crates/authcore/Cargo.toml:6"]
        );
    }

    #[test]
    fn a_framework_or_a_driver_in_the_core_is_found() {
        let tree = tree(&[(
            "crates/authcore/Cargo.toml",
            &manifest(
                "authcore",
                "[dependencies]\naxum = \"1\"\nsqlx.workspace = true\n",
            ),
        )]);
        assert_eq!(crates_depend_one_way(&tree).len(), 2);
    }

    #[test]
    fn a_crate_without_the_shared_lints_is_found() {
        let tree = tree(&[
            (
                "Cargo.toml",
                "[workspace.lints.rust]\nunsafe_code = \"warn\"\n",
            ),
            ("benches/Cargo.toml", "[package]\nname = \"benches\"\n"),
        ]);
        assert_eq!(
            places(&members_share_lints(&tree)),
            ["benches/Cargo.toml:0", "Cargo.toml:0"]
        );
    }

    #[test]
    fn a_folder_without_a_feature_and_a_feature_without_a_folder_are_found() {
        let manifest = manifest(
            "authcore-providers",
            "[features]\nall = [\"github\"]\ngithub = []\n",
        );
        let tree = tree(&[
            ("providers/Cargo.toml", &manifest),
            ("providers/wikimedia/provider.toml", ""),
            ("providers/wikimedia/guide.md", ""),
            ("providers/wikimedia/golden/a.json", ""),
        ]);
        let findings = features_match_folders(&tree);
        assert_eq!(findings.len(), 3, "{findings:?}");
    }

    #[test]
    fn a_lock_file_with_addresses_is_found() {
        let tree = tree(&[("tests/peers/package-lock.json", "{\n\"resolved\": \"x\"\n}")]);
        assert_eq!(
            places(&lock_files_name_no_registry(&tree)),
            ["tests/peers/package-lock.json:2"]
        );
    }
}
