//! This file keeps the folders of the core importing one way, so that a reader can follow a login
//! from top to bottom and never comes back up.

use super::{
    Finding, rust,
    tree::{File, Tree},
};

const CORE: &str = "crates/authcore/src/";

/// What each folder or file of the core may import, lowest first. An entry of two words allows that
/// one file or item only.
const ALLOWED: &[(&str, &str)] = &[
    // Values, and the doors to the outside.
    ("model", "provider::ProviderKind"),
    ("clock", "model"),
    ("random", "model"),
    ("transport", ""),
    // The contracts, and what sealed values and cookies look like.
    ("web::arrivals", ""),
    ("web::seal", "model random"),
    ("web::cookie", "model"),
    ("adapter", "model"),
    (
        "provider",
        "adapter clock config model oauth random transport",
    ),
    (
        "session",
        "adapter hooks login::Admitted model random web::cookie web::seal",
    ),
    ("hooks", "model provider"),
    // What a failure is to the outside.
    (
        "error",
        "adapter hooks login::AttemptFault model provider random session transport web::guard web::request",
    ),
    ("pages", "config::Problem error model provider"),
    // What runs a login.
    ("oauth", "clock model provider random transport"),
    (
        "context",
        "adapter clock config hooks login::Attempts model pages::Look pages::SiteScheme provider session tokens::Flights transport web::arrivals web::cookie",
    ),
    ("tokens", "adapter context hooks model provider transport"),
    (
        "web",
        "adapter clock context error hooks model pages provider random session",
    ),
    ("current", "context model session web"),
    (
        "login",
        "adapter clock config::FieldPolicies config::FieldSync config::Moves config::ProfileSync context current error hooks model provider random session transport web",
    ),
    // The door, and what it is made from.
    (
        "action",
        "adapter clock config context current error hooks login model pages provider random session transport web",
    ),
    (
        "config",
        "adapter auth clock context error hooks login model pages provider random session tokens transport web",
    ),
    (
        "auth",
        "action adapter clock config context current error hooks login model pages provider random session tokens transport web",
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
        let Some((home, allowed)) = row(&module) else {
            findings.push(Finding::refused(
                &file.path,
                0,
                format!(
                    "`{}` has no row in the table of layers; give it one in \
                     crates/xtask/src/tidy/layers.rs",
                    module.join("::")
                ),
            ));
            continue;
        };
        for (line, path) in rust::paths(&file.shipped, &module) {
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let Some((target, _)) = row(&path) else {
                continue;
            };
            let allowed = allowed.split_whitespace().any(|entry| begins(&path, entry));
            if !allowed && target != home && !begins(&path, home) {
                let item = &path[..path.len().min(2)];
                findings.push(Finding::refused(
                    &file.path,
                    line,
                    format!(
                        "`{home}` imports `{}`, which is above it; hand the value down, or move \
                         the item to a lower folder",
                        item.join("::")
                    ),
                ));
            }
        }
    }
    findings
}

/// The row of a path: the one with the longest name that it begins with.
fn row(path: &[&str]) -> Option<(&'static str, &'static str)> {
    ALLOWED
        .iter()
        .filter(|(name, _)| begins(path, name))
        .max_by_key(|(name, _)| name.len())
        .copied()
}

fn begins(path: &[&str], with: &str) -> bool {
    let with: Vec<&str> = with.split("::").collect();
    path.starts_with(&with)
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
