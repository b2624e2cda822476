//! Reads which chore was asked for, and with what.

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
