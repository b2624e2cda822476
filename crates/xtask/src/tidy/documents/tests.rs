//! This file shows each rule about documents a small document that breaks it.

use super::*;
use crate::tidy::samples::{places, tree};

#[test]
fn a_link_that_leads_nowhere_is_found() {
    let tree = tree(&[
        (
            "docs/a.md",
            "[good](../README.md#what-it-is) [out](https://example.org)\n[gone](b.md)\n[`code`](../x.rs)\n`[no](link.md)`\n[no heading](../README.md#why)\n```\n[no](gone.md)\n```\n",
        ),
        (
            "README.md",
            "# What it is?\n[folder](docs/) [up](../../etc/passwd)\n",
        ),
    ]);
    assert_eq!(
        places(&links_resolve(&tree)),
        ["README.md:2", "docs/a.md:2", "docs/a.md:3", "docs/a.md:5"]
    );
}

#[test]
fn a_command_that_cannot_be_typed_is_found() {
    let text = "Type `cargo xtask tset`, `cargo` or `cargo fly`.\n```sh\nPORT=4000 cargo run -p demo   # fine\ncargo run -p nowhere\ncargo xtask test --only sqlite\ncargo xtask test --only some\ncargo add authcore-rails\n```\n```rust\ncargo nonsense\n```\n";
    let tree = tree(&[
        ("README.md", text),
        ("examples/demo/Cargo.toml", "[package]\nname = \"demo\"\n"),
    ]);
    let mut lines: Vec<usize> = commands_exist(&tree).iter().map(|f| f.line).collect();
    lines.sort_unstable();
    assert_eq!(lines, [1, 1, 4, 6, 7]);
}

#[test]
fn a_readme_that_has_drifted_from_the_quickstart_is_found() {
    let program = "//! This file is a sample.\n\nfn main() {\n    start();\n}\n";
    let shown = "# x\n```rust,no_run\nfn main() {\n    stop();\n}\n```\n";
    let tree = tree(&[(QUICKSTART, program), (README, shown)]);
    assert_eq!(
        places(&the_readme_shows_the_quickstart(&tree)),
        ["README.md:4"]
    );
}

#[test]
fn a_readme_that_shows_the_quickstart_is_fine() {
    let program = "//! This file is a sample.\n\nfn main() {\n    start();\n}\n";
    let shown = "# x\n```rust,no_run\nfn main() {\n    start();\n}\n```\n";
    let tree = tree(&[(QUICKSTART, program), (README, shown)]);
    assert_eq!(the_readme_shows_the_quickstart(&tree), []);
}

#[test]
fn a_code_without_an_entry_and_an_entry_without_a_code_are_found() {
    let source = r#"//! x
impl E {
    fn code(&self) -> &'static str {
        match self { Self::A => "a_known_one", Self::B => "a_new_one" }
    }
    fn name(&self) -> &'static str { "not_a_code" }
}
misbehaviours! {
    Nonce = "id_token_nonce", "the nonce is wrong";
}
fn check() {
    problems.push(Problem::new("secret_short", "word", "mend"));
    problems.push(Problem::new(
        "secret_missing",
        "there is none",
    ));
}
"#;
    let book = "| code | meaning |\n|---|---|\n| `a_known_one` | x |\n| `secret_short` | x |\n| `an_old_one` | x |\n| `a_known_one` | y |\n";
    let tree = tree(&[("crates/authcore/src/error.rs", source), (ERRORS, book)]);
    assert_eq!(
        places(&every_code_has_an_entry(&tree)),
        [
            "crates/authcore/src/error.rs:4",
            "crates/authcore/src/error.rs:9",
            "crates/authcore/src/error.rs:14",
            "docs/errors.md:5",
            "docs/errors.md:6",
        ]
    );
}
