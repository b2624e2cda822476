//! This file keeps files short, named plainly and saying what they do, and refuses what is left for
//! later and tests that prove nothing.

use super::{Finding, rust, tree::Tree};

/// Lines after which a file should be split.
const LONG: usize = 450;
/// Lines after which it must be.
const TOO_LONG: usize = 1000;

/// No Rust file has more than 1000 lines.
pub(crate) fn files_are_short(tree: &Tree) -> Vec<Finding> {
    tree.rust("")
        .filter_map(|file| match file.text.lines().count() {
            lines if lines > TOO_LONG => Some(Finding::refused(
                &file.path,
                0,
                format!("{lines} lines; split it"),
            )),
            lines if lines > LONG => Some(Finding::warned(
                &file.path,
                0,
                format!("{lines} lines; think of splitting it"),
            )),
            _ => None,
        })
        .collect()
}

/// Every Rust file begins by saying what it does.
pub(crate) fn files_say_what_they_do(tree: &Tree) -> Vec<Finding> {
    tree.rust("")
        .filter(|file| {
            let first = file.text.lines().find(|line| {
                let line = line.trim();
                !line.is_empty() && !line.starts_with("#!")
            });
            !first.is_some_and(|line| {
                line.starts_with("//! ") && line.len() > 12 && line != "//! Placeholder."
            })
        })
        .map(|file| {
            Finding::refused(
                &file.path,
                1,
                "the file does not begin by saying what it does: `//! This file …`",
            )
        })
        .collect()
}

/// Names that say nothing.
const EMPTY_NAMES: &[&str] = &[
    "util", "utils", "helper", "helpers", "common", "manager", "handler", "handlers", "service",
    "services", "misc",
];

/// No file or type is named by a word that says nothing.
pub(crate) fn names_are_plain(tree: &Tree) -> Vec<Finding> {
    const ENDINGS: &[&str] = &["Manager", "Handler", "Helper", "Helpers", "Util", "Utils"];
    let mut findings = Vec::new();
    for file in tree.rust("") {
        let stem = file.name().strip_suffix(".rs").unwrap_or_default();
        let folder = file.folder().rsplit('/').next().unwrap_or_default();
        let name = if stem == "mod" { folder } else { stem };
        if EMPTY_NAMES.contains(&name) {
            findings.push(Finding::refused(
                &file.path,
                0,
                format!("`{name}` says nothing; name the step or the thing"),
            ));
        }
        for (number, line) in file.code.lines().enumerate() {
            let mut words = line
                .split(|c: char| c != '_' && !c.is_alphanumeric())
                .filter(|word| !word.is_empty());
            let Some(_) = words.find(|word| ["struct", "enum", "trait"].contains(word)) else {
                continue;
            };
            if let Some(word) = words
                .next()
                .filter(|word| ENDINGS.iter().any(|end| word.ends_with(end)))
            {
                findings.push(Finding::refused(
                    &file.path,
                    number + 1,
                    format!("`{word}` is named after what code does to it, not after what it is"),
                ));
            }
        }
    }
    findings
}

/// Nothing is left for later.
pub(crate) fn nothing_is_left_for_later(tree: &Tree) -> Vec<Finding> {
    // Written in halves, so that this file does not find itself.
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X:"),
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
    ];
    let mut findings = Vec::new();
    for file in tree.iter().filter(|file| !file.path.ends_with(".json")) {
        for (number, line) in file.text.lines().enumerate() {
            if let Some(mark) = marks.iter().find(|mark| stands_alone(line, mark)) {
                findings.push(Finding::refused(
                    &file.path,
                    number + 1,
                    format!("`{mark}`: do it, or open an issue"),
                ));
            }
        }
    }
    findings
}

/// Whether a mark is a word of its own there: a provider's name may hold one (`AUTH_MAS…N_ID`).
fn stands_alone(line: &str, mark: &str) -> bool {
    line.match_indices(mark).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line
            .get(at + mark.len()..)
            .and_then(|text| text.chars().next());
        let goes_on =
            mark.ends_with(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric);
        !goes_on && !before.is_some_and(char::is_alphanumeric)
    })
}

/// No test is left out, waits by the wall clock, or measures time.
pub(crate) fn tests_prove_something(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust("") {
        for (number, line) in file.code.lines().enumerate() {
            if line.contains(concat!("#[ig", "nore")) {
                findings.push(Finding::refused(
                    &file.path,
                    number + 1,
                    "a test that never runs",
                ));
            }
        }
        let shipped: Vec<&str> = file.shipped.lines().collect();
        for (line, word) in rust::words(&file.code) {
            let in_test = file.is_test()
                || shipped
                    .get(line - 1)
                    .is_none_or(|text| !text.contains(word));
            let waits = ["sleep", "sleep_until", "sleep_ms"].contains(&word);
            if in_test && waits && !is_declaration(&file.code, line, word) {
                findings.push(Finding::refused(
                    &file.path,
                    line,
                    "a test that sleeps; wait for the event, or set the clock",
                ));
            }
        }
    }
    findings
}

/// A module of an integration test that needs more than Rust is named in the chore, which leaves it
/// out of the small run and says so.
pub(crate) fn modules_with_peers_are_named(tree: &Tree) -> Vec<Finding> {
    tree.rust("")
        .filter(|file| !["main.rs", "peers.rs"].contains(&file.name()))
        .filter(|file| file.code.contains("Peer::start") || file.text.contains("AUTHCORE_CHROM"))
        .filter(|file| {
            let Some((_, path)) = file.path.split_once("tests/it/") else {
                return false;
            };
            let module = path.split(['/', '.']).next().unwrap_or_default();
            !crate::needs::WITH_PEERS.contains(&module)
        })
        .map(|file| {
            Finding::refused(
                &file.path,
                0,
                "it needs a program that is not ours; name it in WITH_PEERS of crates/xtask/src/needs.rs",
            )
        })
        .collect()
}

fn is_declaration(code: &str, line: usize, word: &str) -> bool {
    code.lines()
        .nth(line - 1)
        .is_some_and(|text| text.contains(&format!("fn {word}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::samples::{places, tree};

    #[test]
    fn a_file_that_is_too_long_is_refused_and_a_long_one_warned_of() {
        let tree = tree(&[
            ("a/long.rs", &"//! x\n".repeat(451)),
            ("a/too_long.rs", &"//! x\n".repeat(1001)),
        ]);
        let weights: Vec<_> = files_are_short(&tree)
            .into_iter()
            .map(|f| f.weight)
            .collect();
        assert_eq!(
            weights,
            [super::super::Weight::Warned, super::super::Weight::Refused]
        );
    }

    #[test]
    fn a_file_without_a_word_on_itself_is_found() {
        let tree = tree(&[
            ("a/silent.rs", "use std::fmt;\n//! Too late to say so.\n"),
            ("a/empty.rs", "//! Placeholder.\n"),
            (
                "a/good.rs",
                "#![warn(missing_docs)]\n\n//! This file is a sample.\n",
            ),
        ]);
        assert_eq!(
            places(&files_say_what_they_do(&tree)),
            ["a/empty.rs:1", "a/silent.rs:1"]
        );
    }

    #[test]
    fn names_that_say_nothing_are_found() {
        let tree = tree(&[
            ("a/utils/mod.rs", "//! This file is a sample.\n"),
            (
                "a/b.rs",
                "//! This file is a sample.\npub struct SessionManager;\npub fn managers() {}\n",
            ),
        ]);
        assert_eq!(
            places(&names_are_plain(&tree)),
            ["a/b.rs:2", "a/utils/mod.rs:0"]
        );
    }

    #[test]
    fn what_is_left_for_later_is_found_in_code_and_documents() {
        let mark = concat!("TO", "DO");
        let tree = tree(&[
            ("a.md", &format!("one\n{mark} two\n")),
            ("b.rs", &format!("// {mark}\n")),
        ]);
        assert_eq!(
            places(&nothing_is_left_for_later(&tree)),
            ["a.md:2", "b.rs:1"]
        );
    }

    #[test]
    fn a_name_that_holds_a_mark_is_none() {
        let mark = concat!("TO", "DO");
        let names = format!("AUTH_MAS{mark}N_ID AUTH_{mark}IST_ID\n");
        assert!(nothing_is_left_for_later(&tree(&[("a.md", &names)])).is_empty());
    }

    #[test]
    fn a_test_that_sleeps_or_never_runs_is_found() {
        let text = format!(
            "//! x\nfn f() {{ sleep(1); }}\n#[cfg(test)]\nmod tests {{\n{}]\nfn a() {{ sleep(1); }}\n}}\n",
            concat!("#[ig", "nore")
        );
        let tree = tree(&[
            ("a.rs", &text),
            ("tests/it/b.rs", "//! x\ntokio::time::sleep(x).await;\n"),
        ]);
        assert_eq!(
            places(&tests_prove_something(&tree)),
            ["a.rs:5", "a.rs:6", "tests/it/b.rs:2"]
        );
    }

    #[test]
    fn a_module_that_needs_a_peer_and_is_not_named_is_found() {
        let text = "//! x\nasync fn f() { Peer::start(\"op.mjs\", &[]).await; }\n";
        let tree = tree(&[
            ("tests/it/peers.rs", text),
            ("tests/it/authjs_jwt.rs", text),
            ("tests/it/unnamed/login.rs", text),
            (
                "examples/demo/tests/it/driver.rs",
                "//! x\nplace(\"AUTHCORE_CHROMEDRIVER\");\n",
            ),
        ]);
        assert_eq!(
            places(&modules_with_peers_are_named(&tree)),
            [
                "examples/demo/tests/it/driver.rs:0",
                "tests/it/unnamed/login.rs:0"
            ]
        );
    }
}
