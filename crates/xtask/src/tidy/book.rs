//! This file keeps the pages of the book readable outside the repository: they link to each other only,
//! and the files of the repository that they name are there.

use super::{Finding, documents, tree::Tree};

const BOOK: &str = "docs/";
/// Where a path in the book begins that is meant as one of the repository.
const FOLDERS: &[&str] = &["adapters/", "crates/", "examples/", "providers/", "tests/"];

/// No page of the book links out of it, and every file that one names exists.
pub(crate) fn pages_stay_in_the_book(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.markdown().filter(|file| file.path.starts_with(BOOK)) {
        for (line, target) in documents::links(&file.text) {
            let is_ours = !target.contains("://") && !target.starts_with("mailto:");
            let path = target.split('#').next().unwrap_or_default();
            if is_ours
                && !path.is_empty()
                && !documents::resolve(file.folder(), path).starts_with(BOOK)
            {
                findings.push(Finding::refused(
                    &file.path,
                    line,
                    format!(
                        "`{target}` is not in the book, which is read without the repository; \
                             write the path from the repository's root as code"
                    ),
                ));
            }
        }
        for (number, text) in file.text.lines().enumerate() {
            for path in text
                .split('`')
                .skip(1)
                .step_by(2)
                .filter(|span| is_path(span))
            {
                if !tree.has(path) {
                    findings.push(Finding::refused(
                        &file.path,
                        number + 1,
                        format!("there is no `{path}`"),
                    ));
                }
            }
        }
    }
    findings
}

/// Whether a piece of code is the path of one file: `providers/<id>/` and patterns are not.
fn is_path(code: &str) -> bool {
    FOLDERS.iter().any(|folder| code.starts_with(folder))
        && code
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte))
        && code
            .rsplit('/')
            .next()
            .is_some_and(|name| name.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(page: &str) -> Vec<String> {
        let files = [
            ("docs/providers/acme.md", page),
            ("docs/errors.md", "# Errors\n"),
            ("crates/core/src/lib.rs", "//! x\n"),
        ];
        let tree = Tree::of(files.map(|(path, text)| (path.to_owned(), text.to_owned())));
        let findings = pages_stay_in_the_book(&tree);
        findings.into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_link_out_of_the_book_is_refused() {
        for link in [
            "[x](../../crates/core/src/lib.rs)",
            "[x](../../README.md#a)",
        ] {
            assert!(told(link)[0].contains("not in the book"), "{link}");
        }
        for link in [
            "[x](../errors.md#a)",
            "[x](https://example.org)",
            "[x](#here)",
            "[x](mailto:a@example.org)",
        ] {
            assert_eq!(told(link), [""; 0], "{link}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_not_named() {
        assert_eq!(told("see `crates/core/src/lib.rs`"), [""; 0]);
        assert_eq!(
            told("see `crates/core/src/`, `providers/<id>/mod.rs`"),
            [""; 0]
        );
        assert_eq!(
            told("see `crates/core/src/gone.rs`"),
            ["there is no `crates/core/src/gone.rs`"]
        );
    }
}
