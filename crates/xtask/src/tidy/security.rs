//! Keeps the table of attacks honest: each row names a test, and the test exists.

use std::collections::BTreeSet;

use super::{Finding, tree::Tree};

const PAGE: &str = "docs/security.md";

/// Every row of a table whose last column is `test` names tests that exist.
pub(crate) fn every_attack_has_its_test(tree: &Tree) -> Vec<Finding> {
    let Some(page) = tree.get(PAGE) else {
        return vec![Finding::refused(
            PAGE,
            0,
            "the chapter on security is missing",
        )];
    };
    let tests: BTreeSet<&str> = tree
        .rust("")
        .flat_map(|file| tests_of(&file.code).chain(cases_of(&file.path, &file.code)))
        .collect();
    let mut findings = Vec::new();
    let mut rows = 0;
    let mut is_table = false;
    for (number, line) in page.text.lines().enumerate() {
        let line = line.trim();
        if !line.starts_with('|') {
            is_table = false;
            continue;
        }
        let last = line.trim_end_matches('|').rsplit('|').next();
        let last = last.unwrap_or_default().trim();
        if last == "test" {
            is_table = true;
        } else if is_table && !last.starts_with("---") {
            rows += 1;
            let named: Vec<_> = last.split('`').skip(1).step_by(2).collect();
            if named.is_empty() {
                findings.push(Finding::refused(PAGE, number + 1, "this row names no test"));
            }
            for name in named {
                if !name.contains('/') && !tests.contains(name) {
                    let what = format!("there is no test `{name}`");
                    findings.push(Finding::refused(PAGE, number + 1, what));
                }
            }
        }
    }
    if rows == 0 {
        findings.push(Finding::refused(
            PAGE,
            0,
            "no table has a last column `test`",
        ));
    }
    findings
}

/// The names of functions that a test attribute stands over.
fn tests_of(code: &str) -> impl Iterator<Item = &str> {
    let mut is_test = false;
    code.lines().filter_map(move |line| {
        let line = line.trim();
        if line.starts_with("#[") {
            is_test |= line == "#[test]" || line.starts_with("#[tokio::test");
            return None;
        }
        let name = line
            .strip_prefix("async fn ")
            .or_else(|| line.strip_prefix("fn "));
        let name = name.and_then(|rest| rest.split(['(', '<']).next());
        let found = name.filter(|_| is_test);
        if !line.is_empty() {
            is_test = false;
        }
        found
    })
}

/// The names of the cases that every store is put through, which are tests without the attribute.
fn cases_of<'a>(path: &str, code: &'a str) -> impl Iterator<Item = &'a str> {
    let holds_cases = path.contains("/testkit/") || path.contains("/conformance/");
    let lines = code.lines().filter(move |_| holds_cases);
    lines.filter_map(|line| {
        let (name, signature) = line.strip_prefix("pub async fn ")?.split_once(['(', '<'])?;
        signature.contains("-> Outcome").then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::samples::{places, tree};

    const CODE: &str = "#[test]\nfn a_thief_is_refused() {}\n\n#[tokio::test(start_paused = true)]\nasync fn a_flood_is_bounded() {}\n\nfn helper() {}\n";

    const CASE: &str = "pub async fn a_case<S: Scratch>() -> Outcome {\n}\n";

    fn told(table: &str) -> Vec<String> {
        let page = format!("# Security\n\n{table}\n");
        places(&every_attack_has_its_test(&tree(&[
            ("docs/security.md", &page),
            ("tests/it/a.rs", CODE),
            ("adapters/sql/src/testkit/a.rs", CASE),
            (
                "adapters/sql/src/lib.rs",
                CASE.replace("case", "function").as_str(),
            ),
        ])))
    }

    #[test]
    fn a_row_whose_tests_exist_is_fine() {
        let rows = "| attack | what stops it | test |\n|---|---|---|\n\
                    | a | b | `a_thief_is_refused`, `a_flood_is_bounded` (`tests/it/a.rs`) |\n\
                    | a | b | `a_case` |";
        assert_eq!(told(rows), [""; 0]);
    }

    #[test]
    fn a_row_without_a_test_or_with_one_that_does_not_exist_is_refused() {
        let rows = "| attack | what stops it | test |\n|---|---|---|\n\
                    | a | b | `helper` |\n| a | b | `gone` |\n| a | b | none |\n\
                    | a | b | `a_function` |";
        let refused = [
            "docs/security.md:5",
            "docs/security.md:6",
            "docs/security.md:7",
            "docs/security.md:8",
        ];
        assert_eq!(told(rows), refused);
    }

    #[test]
    fn a_chapter_without_the_table_is_refused() {
        assert_eq!(
            told("| a | where |\n|---|---|\n| b | c |"),
            ["docs/security.md:0"]
        );
    }
}
