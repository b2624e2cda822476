//! This file is how a case says what it expects: results instead of panics, so that a driver that is
//! broken on purpose can be seen to fail.

use std::{error::Error, fmt};

use authcore::adapter::AdapterError;

/// What was not as it should be.
pub struct Broken(String);

/// What a case answers.
pub type Outcome = Result<(), Broken>;

impl Broken {
    /// In words.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

/// This is what a failed test prints.
impl fmt::Debug for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Tells the whole of an error: this is a test.
impl<E: Error> From<E> for Broken {
    fn from(error: E) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        Self(text)
    }
}

/// Ends a case unless a condition holds.
macro_rules! ensure {
    ($condition:expr, $($text:tt)+) => {
        if !$condition {
            return Err($crate::testkit::Broken::new(format!($($text)+)));
        }
    };
}
pub(super) use ensure;

/// Ends a case unless two values are equal.
macro_rules! ensure_eq {
    ($left:expr, $right:expr, $($what:tt)+) => {{
        let (left, right) = (&$left, &$right);
        $crate::testkit::check::ensure!(
            left == right,
            "{}: expected {right:?}, found {left:?}",
            format!($($what)+)
        );
    }};
}
pub(super) use ensure_eq;

/// Expects that the store is not there for now.
pub(super) fn unavailable<T>(result: Result<T, AdapterError>, when: &str) -> Outcome {
    match result {
        Err(AdapterError::Unavailable(_)) => Ok(()),
        other => Err(other_than("the store to be unavailable", other, when)),
    }
}

/// Expects that something stored cannot be read.
pub(super) fn corrupt<T>(result: Result<T, AdapterError>, about: &str, when: &str) -> Outcome {
    match result {
        Err(AdapterError::Corrupt { what }) if what == about => Ok(()),
        other => Err(other_than(&format!("a corrupt {about}"), other, when)),
    }
}

/// Expects a failure that waiting does not mend, and answers what the database said of it.
pub(super) fn failed<T>(result: Result<T, AdapterError>, when: &str) -> Result<String, Broken> {
    match result {
        Err(AdapterError::Failed(source)) => Ok(source.to_string()),
        other => Err(other_than("a failure", other, when)),
    }
}

fn other_than<T>(expected: &str, found: Result<T, AdapterError>, when: &str) -> Broken {
    let found = match found {
        Ok(_) => "that it was done".to_owned(),
        Err(error) => format!("{:?}", Broken::from(error)),
    };
    Broken(format!("{when}: expected {expected}, found {found}"))
}
