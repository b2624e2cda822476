//! This file says what is wrong with a provider's file: where, which key, what was expected, and
//! the mend; all of it at once.

use std::fmt;

use crate::config::Problem;

/// One mistake in a provider's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecError {
    /// The line it stands in, counted from 1; `None` when something is missing from the whole file.
    pub line: Option<usize>,
    /// The key, with its tables: `profile.subject`; empty when the file as a whole cannot be read.
    pub key: String,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub mend: String,
}

/// All mistakes in a provider's file, by line; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecErrors {
    /// The file's name, or `provider data` when it has none.
    pub file: String,
    /// The mistakes.
    pub errors: Vec<SpecError>,
}

/// Something in a provider's data that is allowed and not wise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecWarning {
    /// The key.
    pub key: &'static str,
    /// What it means.
    pub what: String,
}

impl SpecErrors {
    /// The mistakes as `build()` reports them, with the code `provider_data`.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        self.errors
            .iter()
            .map(|error| {
                let mut what = self.file.clone();
                if let Some(line) = error.line {
                    what.push_str(&format!(":{line}"));
                }
                if !error.key.is_empty() {
                    what.push_str(&format!(": `{}`", error.key));
                }
                Problem::new(
                    "provider_data",
                    format!("{what}: {}", error.what),
                    &error.mend,
                )
            })
            .collect()
    }
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.key.is_empty() {
            write!(f, "`{}`: ", self.key)?;
        }
        write!(f, "{}\n  mend: {}", self.what, self.mend)
    }
}

impl fmt::Display for SpecErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, error) in self.errors.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            match error.line {
                Some(line) => write!(f, "{}:{line}: {error}", self.file)?,
                None => write!(f, "{}: {error}", self.file)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for SpecErrors {}

impl fmt::Display for SpecWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.key, self.what)
    }
}
