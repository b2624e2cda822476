//! This file takes the environment as a value, so that nothing else reads the process's own.

use std::{collections::BTreeMap, fmt};

use crate::model::Secret;

/// Environment variables, read once. An empty value counts as not set.
#[derive(Clone, Default)]
pub struct Env(BTreeMap<String, String>);

impl Env {
    /// The process's environment. Variables that are not Unicode are left out.
    #[must_use]
    pub fn process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// No variables at all: everything is set in code.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// The value of a variable, unless it is empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// The secrets that are set, each with the name of its variable: `AUTH_SECRET_3`,
    /// `AUTH_SECRET_2`, `AUTH_SECRET_1`, `AUTH_SECRET`. The first of them seals, all open.
    #[must_use]
    pub fn secrets(&self) -> Vec<(&'static str, Secret)> {
        SECRETS
            .into_iter()
            .filter_map(|name| Some((name, Secret::new(self.get(name)?))))
            .collect()
    }

    /// The names of all variables that are set.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, _)| name.as_str())
    }
}

/// The variables of secrets. While secrets are changed there are several, and the one with the highest
/// number is the newest (as in Auth.js).
const SECRETS: [&str; 4] = [
    "AUTH_SECRET_3",
    "AUTH_SECRET_2",
    "AUTH_SECRET_1",
    "AUTH_SECRET",
];

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Env {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        Self(
            variables
                .into_iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }
}

/// Shows no values: some are secrets.
impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
