//! This file lists the functions that a provider's data can name where its own language does not
//! reach. Each is a small file beside this one and knows an answer, never a provider.

use std::fmt;

use serde_json::Value;

use super::discord_avatar::discord_avatar;

/// A function of ours, chosen by its name in a provider's data: `builtin = "discord_avatar"`.
#[derive(Clone, Copy)]
pub struct Builtin {
    name: &'static str,
    run: fn(&Value) -> Option<String>,
}

const ALL: &[Builtin] = &[Builtin {
    name: "discord_avatar",
    run: discord_avatar,
}];

impl Builtin {
    /// The built-in of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ALL.iter().copied().find(|builtin| builtin.name == name)
    }

    /// The names of all built-ins.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ALL.iter().map(|builtin| builtin.name)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// What it makes of an answer.
    #[must_use]
    pub fn run(&self, answer: &Value) -> Option<String> {
        (self.run)(answer)
    }
}

impl PartialEq for Builtin {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Builtin {}

impl fmt::Debug for Builtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Builtin({})", self.name)
    }
}
