//! This file keeps the folders of the core importing one way, so that a reader can follow a login
//! from top to bottom and never comes back up.

use super::{
    Finding, rust,
    tree::{File, Tree},
};

const CORE: &str = "crates/authcore/src/";

/// What each folder or file of the core may import, lowest first. An entry of two words allows that
/// one item only.
const ALLOWED: &[(&str, &str)] = &[
    // Values, and the doors to the outside.
    ("model", "provider::ProviderKind"),
    ("clock", "model"),
    ("random", "model"),
    ("transport", ""),
    // The contracts.
    ("adapter", "model"),
    ("provider", "clock config model oauth random transport"),
    (
        "session",
        "adapter clock hooks login::Admitted model random",
    ),
    ("hooks", "model provider session"),
    // What runs a login.
    ("oauth", "clock model provider random transport"),
    (
        "error",
        "adapter hooks model provider random session transport",
    ),
    ("pages", "error model provider"),
    (
        "context",
        "adapter clock config hooks login model provider random session transport web",
    ),
    (
        "web",
        "adapter clock context error hooks model pages provider random session",
    ),
    (
        "login",
        "adapter clock context error hooks model provider random session transport web",
    ),
    // The door, and what it is made from.
    (
        "action",
        "adapter clock config context error hooks login model pages provider random session transport web",
    ),
    (
        "config",
        "adapter auth clock context error hooks login model provider random session transport web",
    ),
    (
        "auth",
        "action adapter clock config context error hooks login model pages provider random session transport web",
    ),
];

/// The folders of the core import one way.
pub(crate) fn folders_import_one_way(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust(CORE) {
        if file.is_test() || file.path == "crates/authcore/src/lib.rs" {
            continue;
        }
        let module = module(file);
        let Some(&home) = module.first() else {
            continue;
        };
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == home) else {
            findings.push(Finding::refused(
                &file.path,
                0,
                format!("`{home}` has no row in the table of layers; give it one in crates/xtask/src/tidy/layers.rs"),
            ));
            continue;
        };
        let allowed: Vec<&str> = allowed.split_whitespace().collect();
        for (line, path) in rust::paths(&file.shipped, &module) {
            let Some(target) = path.first().map(String::as_str) else {
                continue;
            };
            let known = ALLOWED.iter().any(|(name, _)| *name == target);
            let item = path
                .iter()
                .take(2)
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join("::");
            if known && target != home && !allowed.contains(&target) && !allowed.contains(&&*item) {
                findings.push(Finding::refused(
                    &file.path,
                    line,
                    format!("`{home}` imports `{item}`, which is above it; hand the value down, or move the item to a lower folder"),
                ));
            }
        }
    }
    findings
}

/// Where a file of the core stands: `provider/spec/mod.rs` is `[provider, spec]`.
fn module(file: &File) -> Vec<&str> {
    let path = file.path.strip_prefix(CORE).unwrap_or(&file.path);
    let path = path.strip_suffix(".rs").unwrap_or(path);
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/').collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::samples::{places, tree};

    #[test]
    fn an_import_from_above_is_found_in_every_spelling() {
        let tree = tree(&[
            (
                "crates/authcore/src/adapter/mod.rs",
                "//! x\nuse crate::{\n  model::User, web::Guarded};\n",
            ),
            (
                "crates/authcore/src/model/user.rs",
                "//! x\nuse super::super::session::ActiveSession;\n",
            ),
            (
                "crates/authcore/src/pages/mod.rs",
                "//! x\nfn f() { crate::action::callback(); }\n",
            ),
        ]);
        assert_eq!(
            places(&folders_import_one_way(&tree)),
            [
                "crates/authcore/src/adapter/mod.rs:2",
                "crates/authcore/src/model/user.rs:2",
                "crates/authcore/src/pages/mod.rs:2",
            ]
        );
    }

    #[test]
    fn imports_from_below_comments_and_tests_are_fine() {
        let tree = tree(&[(
            "crates/authcore/src/adapter/mod.rs",
            "//! x\nuse crate::model::User;\n// use crate::web::Guarded;\n#[cfg(test)]\nmod tests { use crate::web::Guarded; }\n",
        )]);
        assert_eq!(folders_import_one_way(&tree), []);
    }

    #[test]
    fn an_item_that_is_allowed_by_name_does_not_open_its_folder() {
        let tree = tree(&[(
            "crates/authcore/src/session/jwt.rs",
            "//! x\nuse crate::login::Admitted;\nuse crate::login::Transaction;\n",
        )]);
        assert_eq!(
            places(&folders_import_one_way(&tree)),
            ["crates/authcore/src/session/jwt.rs:3"]
        );
    }

    #[test]
    fn a_folder_without_a_row_is_found() {
        let tree = tree(&[("crates/authcore/src/extras/mod.rs", "//! x\n")]);
        assert_eq!(folders_import_one_way(&tree).len(), 1);
    }
}
