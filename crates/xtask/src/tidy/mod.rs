//! This folder checks what can be checked without compiling. Each file is one family of rules:
//!
//! ```text
//! layers.rs     the folders of the core import one way
//! cycles.rs     no modules of one folder import each other in a circle
//! packages.rs   the crates depend one way; features and folders of providers agree; lints are shared
//! absences.rs   no clock, randomness or socket where none belongs; no provider id in the core
//! shape.rs      file sizes, module docs, names, tests that prove nothing
//! book.rs       the book's pages link to each other only
//! security.rs   every row of the table of attacks names a test that exists
//! documents.rs  links, commands, the README's lines, an entry for every error code
//! ```
//!
//! A rule is a function from [`Tree`] to findings, so that each is tested on small hostile samples.

mod absences;
mod book;
mod cycles;
mod documents;
mod layers;
mod packages;
mod rust;
mod security;
mod shape;
mod tree;

use std::path::Path;

use crate::{chore::Failure, providers};
use tree::Tree;

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) path: String,
    /// The line, from 1; 0 when it is about the whole file.
    pub(crate) line: usize,
    pub(crate) what: String,
    pub(crate) weight: Weight,
}

/// Whether a finding makes the chore fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Refused,
    Warned,
}

impl Finding {
    fn refused(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            line,
            what: what.into(),
            weight: Weight::Refused,
        }
    }

    fn warned(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self {
            weight: Weight::Warned,
            ..Self::refused(path, line, what)
        }
    }
}

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: &[Rule] = &[
    layers::folders_import_one_way,
    cycles::no_circle_of_imports,
    packages::crates_depend_one_way,
    packages::members_share_lints,
    packages::features_match_folders,
    packages::lock_files_name_no_registry,
    absences::time_chance_and_network_have_one_door,
    absences::no_provider_id_in_the_core,
    absences::no_unsafe_and_no_global_state,
    shape::files_are_short,
    shape::files_say_what_they_do,
    shape::names_are_plain,
    shape::nothing_is_left_for_later,
    shape::tests_prove_something,
    shape::modules_with_peers_are_named,
    documents::links_resolve,
    book::pages_stay_in_the_book,
    documents::commands_exist,
    documents::the_readme_shows_the_quickstart,
    documents::every_code_has_an_entry,
    security::every_attack_has_its_test,
];

/// Runs every rule over the workspace.
pub(crate) fn run(root: &Path) -> Result<(), Failure> {
    let tree = Tree::read(root)?;
    let findings: Vec<Finding> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    for finding in &findings {
        let place = match finding.line {
            0 => finding.path.clone(),
            line => format!("{}:{line}", finding.path),
        };
        match finding.weight {
            Weight::Refused => println!("       {place}: {}", finding.what),
            Weight::Warned => println!("       {place}: (warning) {}", finding.what),
        }
    }
    let refused = findings
        .iter()
        .filter(|finding| finding.weight == Weight::Refused)
        .count();
    if refused > 0 {
        return Err(Failure::new(
            format!("tidy found {refused} things to mend"),
            "mend: each line above says where and what",
        ));
    }
    println!(
        "       {} rules hold over {} files",
        RULES.len(),
        tree.len()
    );
    providers::run(root, providers::Mode::Check)
}

#[cfg(test)]
pub(crate) mod samples {
    use super::{Finding, tree::Tree};

    /// A workspace of these files and no others.
    pub(crate) fn tree(files: &[(&str, &str)]) -> Tree {
        Tree::of(
            files
                .iter()
                .map(|(path, text)| ((*path).into(), (*text).into())),
        )
    }

    /// Where the findings are, as `path:line`.
    pub(crate) fn places(findings: &[Finding]) -> Vec<String> {
        findings
            .iter()
            .map(|finding| format!("{}:{}", finding.path, finding.line))
            .collect()
    }
}
