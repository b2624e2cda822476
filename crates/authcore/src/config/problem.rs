//! This file says what is wrong with a configuration, all of it at once, each with its mend.

use std::fmt;

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable code, as in the book: `secret_too_short`.
    pub code: &'static str,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub mend: String,
}

impl Problem {
    /// A mistake and its mend.
    #[must_use]
    pub fn new(code: &'static str, what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self {
            code,
            what: what.into(),
            mend: mend.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]\n  mend: {}", self.what, self.code, self.mend)
    }
}

/// All mistakes of a configuration; at least one.
#[derive(Clone, PartialEq, Eq)]
pub struct Problems(pub(crate) Vec<Problem>);

impl Problems {
    /// The mistakes, in the order they were found.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.0
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "authcore cannot start; {} to mend:", self.0.len())?;
        for problem in &self.0 {
            write!(f, "\n- {problem}")?;
        }
        Ok(())
    }
}

/// The same: a `main` that returns an error prints it this way, and it is read by a person.
impl fmt::Debug for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Problems {}
