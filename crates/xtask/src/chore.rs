//! This file reads what was asked for, and runs the programs that a chore is made of.

use std::{
    ffi::OsString,
    fmt,
    path::{Path, PathBuf},
    process::Command,
};

use crate::providers;

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Chore {
    Help,
    Providers(providers::Mode),
    Test(Test),
    Tidy,
}

/// How much is tested.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Test {
    pub(crate) part: Part,
    /// What `cargo test` is told beside that.
    pub(crate) rest: Vec<String>,
}

/// A part of the tests that is worth a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Everything,
    /// What needs nothing but Rust.
    Sqlite,
    /// What answers within a minute or two once things are built.
    Fast,
}

impl Chore {
    pub(crate) fn read(arguments: &[String]) -> Result<Self, String> {
        let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match words.as_slice() {
            [] | ["help" | "--help" | "-h"] => Ok(Self::Help),
            ["providers"] => Ok(Self::Providers(providers::Mode::Write)),
            ["providers", "--check"] => Ok(Self::Providers(providers::Mode::Check)),
            ["tidy"] => Ok(Self::Tidy),
            ["test", rest @ ..] => Self::read_test(rest).map(Self::Test),
            [chore, ..] => Err(format!("there is no chore `{chore}` of that form")),
        }
    }

    fn read_test(words: &[&str]) -> Result<Test, String> {
        let (words, rest) = match words.iter().position(|word| *word == "--") {
            Some(at) => (&words[..at], &words[at + 1..]),
            None => (words, &[][..]),
        };
        let part = match words {
            [] => Part::Everything,
            ["--only", "sqlite"] => Part::Sqlite,
            ["--only", "fast"] => Part::Fast,
            ["--only", other] => return Err(format!("there is no part `{other}`")),
            [word, ..] => return Err(format!("`test` does not know `{word}`")),
        };
        Ok(Test {
            part,
            rest: rest.iter().map(ToString::to_string).collect(),
        })
    }
}

/// What went wrong and what to do about it.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    mend: String,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            mend: mend.into(),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.what, self.mend)
    }
}

/// The workspace's folder.
pub(crate) fn root() -> Result<PathBuf, Failure> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    match here.parent().and_then(Path::parent) {
        Some(root) if root.join("Cargo.toml").is_file() => Ok(root.to_path_buf()),
        _ => Err(Failure::new(
            format!(
                "the workspace of {} is not where it was built",
                here.display()
            ),
            "mend: run `cargo clean -p xtask`, then the chore again",
        )),
    }
}

/// The cargo that runs this chore.
pub(crate) fn cargo(root: &Path) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.current_dir(root);
    command
}

/// Runs a program that shows its own output.
pub(crate) fn run(command: &mut Command, mend: &str) -> Result<(), Failure> {
    let said = said(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("`{said}` failed ({status})"), mend)),
        Err(error) => Err(Failure::new(
            format!("`{said}` could not be started: {error}"),
            mend,
        )),
    }
}

/// What a program prints, if it can be run and succeeds.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    if !output.status.success() {
        return None;
    }
    String::from_utf8(output.stdout).ok()
}

fn said(command: &Command) -> String {
    let mut said = command.get_program().to_string_lossy().into_owned();
    if let Some(name) = Path::new(&said).file_name() {
        said = name.to_string_lossy().into_owned();
    }
    for argument in command.get_args() {
        said.push(' ');
        said.push_str(&argument.to_string_lossy());
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Chore, String> {
        let words: Vec<String> = line.split_whitespace().map(String::from).collect();
        Chore::read(&words)
    }

    #[test]
    fn what_follows_two_dashes_goes_to_cargo() {
        assert_eq!(
            read("test --only sqlite -- --nocapture a_name"),
            Ok(Chore::Test(Test {
                part: Part::Sqlite,
                rest: vec!["--nocapture".into(), "a_name".into()],
            }))
        );
    }

    #[test]
    fn an_unknown_part_or_chore_is_refused() {
        assert!(read("test --only everything-else").is_err());
        assert!(read("test --quick").is_err());
        assert!(read("tests").is_err());
    }

    #[test]
    fn nothing_asks_for_help() {
        assert_eq!(read(""), Ok(Chore::Help));
    }
}
