//! This file asks a table for its keys: whatever it was never asked for is a mistake, and the nearest
//! key that it was asked for is the mend.

use std::collections::BTreeMap;

use super::{Entry, Findings, Raw, cut, nearest};
use crate::provider::{map::Pointer, spec::Template};

/// Keys of the top that people write below a table, where TOML takes them for the table's.
const OF_THE_TOP: &[&str] = &[
    "authorization",
    "client_auth",
    "envelope",
    "issuer",
    "protocol",
    "scopes",
    "token",
    "userinfo",
];

/// What is the application's and in no file of a provider.
fn of_the_application(name: &str) -> Option<&'static str> {
    match name {
        "client_id" => Some("remove it; the application sets `AUTH_<ID>_ID`"),
        "client_secret" => Some(
            "remove it, and change the secret if others can read the file; the application sets \
             `AUTH_<ID>_SECRET`",
        ),
        "redirect_uri" | "callback" | "callback_url" => {
            Some("remove it; it follows from `AUTH_URL` and the id")
        }
        _ => None,
    }
}

/// A table and which of its keys were asked for.
pub(crate) struct Section<'f, 't> {
    pub(crate) findings: &'f Findings<'t>,
    key: String,
    at: usize,
    entries: BTreeMap<String, Entry>,
    known: Vec<&'static str>,
}

impl<'f, 't> Section<'f, 't> {
    /// The section of a table; notes a mistake when the entry is none.
    pub(crate) fn of(findings: &'f Findings<'t>, entry: Entry) -> Option<Self> {
        match entry.value {
            Raw::Table(entries) => Some(Self {
                findings,
                key: entry.key,
                at: entry.at,
                entries,
                known: Vec::new(),
            }),
            other => {
                findings.push(
                    Some(entry.at),
                    &entry.key,
                    format!("expected a table, found {}", other.kind()),
                    "write `{ … }`, or a table of its own: `[name]` on a line",
                );
                None
            }
        }
    }

    /// An entry, or nothing when there is none. From now on the key is known.
    pub(crate) fn take(&mut self, name: &'static str) -> Option<Entry> {
        self.known.push(name);
        self.entries.remove(name)
    }

    /// Whether nothing is left in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All entries that are left, for tables whose keys are free.
    pub(crate) fn take_rest(&mut self) -> BTreeMap<String, Entry> {
        std::mem::take(&mut self.entries)
    }

    /// An entry that must be there.
    pub(crate) fn need(&mut self, name: &'static str, example: &str) -> Option<Entry> {
        let entry = self.take(name);
        if entry.is_none() {
            let at = (!self.key.is_empty()).then_some(self.at);
            self.findings.push(
                at,
                &self.path(name),
                "is missing",
                format!("add `{name} = {example}`"),
            );
        }
        entry
    }

    /// A text.
    pub(crate) fn text(&mut self, name: &'static str) -> Option<String> {
        let entry = self.take(name)?;
        self.findings.text(&entry)
    }

    /// A list of texts.
    pub(crate) fn texts(&mut self, name: &'static str) -> Option<Vec<String>> {
        let entry = self.take(name)?;
        let items = self.findings.list(entry, "[\"one\", \"two\"]")?;
        Some(
            items
                .iter()
                .filter_map(|item| self.findings.text(item))
                .collect(),
        )
    }

    /// True or false.
    pub(crate) fn flag(&mut self, name: &'static str) -> Option<bool> {
        let entry = self.take(name)?;
        match entry.value {
            Raw::Boolean(word) => Some(word),
            ref other => {
                self.findings.wrong(
                    &entry,
                    format!("expected true or false, found {}", other.kind()),
                    format!("write `{name} = true` or `{name} = false`, without quotes"),
                );
                None
            }
        }
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> Option<T> {
        let entry = self.take(name)?;
        self.findings.word(&entry, words)
    }

    /// A JSON pointer.
    pub(crate) fn pointer(&mut self, name: &'static str) -> Option<Pointer> {
        let entry = self.take(name)?;
        self.findings.pointer(&entry)
    }

    /// A whole number that is not negative.
    pub(crate) fn number(&mut self, name: &'static str) -> Option<u32> {
        let entry = self.take(name)?;
        self.findings.number(&entry)
    }

    /// A template.
    pub(crate) fn template(&mut self, name: &'static str) -> Option<Template> {
        let entry = self.take(name)?;
        self.findings.template(&entry)
    }

    /// A table inside this one.
    pub(crate) fn section(&mut self, name: &'static str) -> Option<Self> {
        let entry = self.take(name)?;
        Self::of(self.findings, entry)
    }

    /// Notes a mistake at a key that is known and has no place here.
    pub(crate) fn refuse(&mut self, name: &str, what: &str, mend: &str) {
        if let Some(entry) = self.entries.remove(name) {
            self.findings.wrong(&entry, what, mend);
        }
    }

    /// Notes every key that was not asked for.
    pub(crate) fn finish(self) {
        for (name, entry) in &self.entries {
            let mend = match nearest(name, self.known.iter().copied()) {
                _ if self.key.is_empty()
                    && let Some(mend) = of_the_application(name) =>
                {
                    mend.into()
                }
                Some(near) => format!("did you mean `{near}`?"),
                None if !self.key.is_empty() && OF_THE_TOP.contains(&name.as_str()) => {
                    "write it at the top of the file, above the first `[table]`".into()
                }
                None => format!("remove it; known here: `{}`", self.known.join("`, `")),
            };
            self.findings.push(
                Some(entry.at),
                &self.path(&cut(name)),
                "is no known key",
                mend,
            );
        }
    }

    /// Where the section begins, for mistakes of the section as a whole.
    pub(crate) fn here(&self) -> Entry {
        Entry {
            key: self.key.clone(),
            at: self.at,
            value: Raw::Table(BTreeMap::new()),
        }
    }

    fn path(&self, name: &str) -> String {
        if self.key.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.key)
        }
    }
}
