//! This file reads TOML with the place of every value, and collects what is wrong instead of
//! stopping at the first mistake.
//!
//! `section.rs` asks a table for its keys; `likeness.rs` finds the word that was meant.

mod likeness;
mod section;

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

pub(crate) use likeness::nearest;
pub(crate) use section::Section;
use toml::de::{DeTable, DeValue};

use super::{SpecError, Template};
use crate::provider::map::Pointer;

/// How deep values may nest; a provider's data needs five.
const DEPTH: usize = 24;

/// The text being read, and what was found wrong with it so far.
pub(crate) struct Findings<'t> {
    text: &'t str,
    errors: RefCell<Vec<SpecError>>,
    places: RefCell<BTreeMap<String, usize>>,
}

/// A value, its key, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) at: usize,
    pub(crate) value: Raw,
}

/// A value as TOML has it.
#[derive(Debug, Clone)]
pub(crate) enum Raw {
    Text(String),
    Integer(i64),
    Boolean(bool),
    List(Vec<Entry>),
    Table(BTreeMap<String, Entry>),
    /// A kind that no key takes: a float, a date.
    Other(&'static str),
}

impl<'t> Findings<'t> {
    /// Reads a text as TOML; `None` when it is none.
    pub(crate) fn read(text: &'t str) -> (Self, Option<Entry>) {
        let findings = Self {
            text,
            errors: RefCell::default(),
            places: RefCell::default(),
        };
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut told = BTreeSet::new();
        for error in &errors {
            let at = error.span().map(|span| span.start);
            // After the first mistake of a line, the rest of it is read wrongly.
            if told.insert(at.map(|at| findings.line(at))) {
                findings.push(
                    at,
                    "",
                    format!("this is not TOML: {}", error.message()),
                    "see https://toml.io; texts stand in quotes, and every line is `key = value`",
                );
            }
        }
        let root = errors.is_empty().then(|| Entry {
            key: String::new(),
            at: 0,
            value: findings.table(table.into_inner(), "", 0),
        });
        (findings, root)
    }

    /// Notes a mistake at an entry.
    pub(crate) fn wrong(&self, entry: &Entry, what: impl Into<String>, mend: impl Into<String>) {
        self.push(Some(entry.at), &entry.key, what, mend);
    }

    /// Notes a mistake at a key, or at the nearest table around it that the file has.
    pub(crate) fn wrong_at(&self, key: &str, what: impl Into<String>, mend: impl Into<String>) {
        let places = self.places.borrow();
        let at = std::iter::successors(Some(key), |key| key.rsplit_once('.').map(|(up, _)| up))
            .find_map(|key| places.get(key).copied());
        self.push(at, key, what, mend);
    }

    /// Notes a mistake.
    pub(crate) fn push(
        &self,
        at: Option<usize>,
        key: &str,
        what: impl Into<String>,
        mend: impl Into<String>,
    ) {
        let line = at.map(|at| self.line(at));
        self.errors.borrow_mut().push(SpecError {
            line,
            key: key.into(),
            what: what.into(),
            mend: mend.into(),
        });
    }

    fn line(&self, at: usize) -> usize {
        let before = self.text.bytes().take(at);
        1 + before.filter(|byte| *byte == b'\n').count()
    }

    /// Whether something is wrong with this key already, so that nothing need be said of what follows.
    pub(crate) fn tell_of(&self, key: &str) -> bool {
        let below = format!("{key}.");
        let errors = self.errors.borrow();
        errors
            .iter()
            .any(|error| error.key == key || error.key.starts_with(&below))
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn are_none(&self) -> bool {
        self.errors.borrow().is_empty()
    }

    /// What was found, by line.
    pub(crate) fn into_errors(self) -> Vec<SpecError> {
        let mut errors = self.errors.into_inner();
        errors.sort_by_key(|error| error.line);
        errors
    }

    fn table(&self, table: DeTable<'_>, above: &str, depth: usize) -> Raw {
        let entries = table.into_iter().map(|(key, value)| {
            let at = key.span().start;
            let name = key.into_inner().into_owned();
            let path = if above.is_empty() {
                name.clone()
            } else {
                format!("{above}.{name}")
            };
            (name, self.entry(path, at, value.into_inner(), depth + 1))
        });
        Raw::Table(entries.collect())
    }

    fn entry(&self, key: String, at: usize, value: DeValue<'_>, depth: usize) -> Entry {
        self.places.borrow_mut().insert(key.clone(), at);
        if depth > DEPTH {
            self.push(
                Some(at),
                &key,
                format!("values nest deeper than {DEPTH}"),
                "write it flatter",
            );
            return Entry {
                key,
                at,
                value: Raw::Other("something too deep"),
            };
        }
        let value = match value {
            DeValue::String(text) => Raw::Text(text.into_owned()),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or(Raw::Other("an integer of more than 64 bits"), Raw::Integer),
            DeValue::Float(_) => Raw::Other("a fraction"),
            DeValue::Boolean(word) => Raw::Boolean(word),
            DeValue::Datetime(_) => Raw::Other("a date"),
            DeValue::Array(items) => Raw::List(
                items
                    .into_iter()
                    .enumerate()
                    .map(|(index, item)| {
                        let at = item.span().start;
                        self.entry(format!("{key}[{index}]"), at, item.into_inner(), depth + 1)
                    })
                    .collect(),
            ),
            DeValue::Table(table) => self.table(table, &key, depth),
        };
        Entry { key, at, value }
    }
}

impl Raw {
    /// What kind of value it is, for error texts.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Integer(_) => "an integer",
            Self::Boolean(_) => "a boolean",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
            Self::Other(kind) => kind,
        }
    }

    /// The same as JSON; `None` for kinds that no key takes.
    pub(crate) fn to_json(&self) -> Option<serde_json::Value> {
        Some(match self {
            Self::Text(text) => text.clone().into(),
            Self::Integer(number) => (*number).into(),
            Self::Boolean(word) => (*word).into(),
            Self::List(items) => items
                .iter()
                .map(|item| item.value.to_json())
                .collect::<Option<Vec<_>>>()?
                .into(),
            Self::Table(entries) => entries
                .iter()
                .map(|(name, entry)| Some((name.clone(), entry.value.to_json()?)))
                .collect::<Option<serde_json::Map<_, _>>>()?
                .into(),
            Self::Other(_) => return None,
        })
    }
}

impl Findings<'_> {
    /// The text of an entry; notes a mistake when it is none.
    pub(crate) fn text(&self, entry: &Entry) -> Option<String> {
        match &entry.value {
            Raw::Text(text) => Some(text.clone()),
            other => {
                self.wrong(
                    entry,
                    format!("expected a text, found {}", other.kind()),
                    "put it in quotes",
                );
                None
            }
        }
    }

    /// The items of a list; notes a mistake when it is none.
    pub(crate) fn list(&self, entry: Entry, example: &str) -> Option<Vec<Entry>> {
        match entry.value {
            Raw::List(items) => Some(items),
            ref other => {
                self.wrong(
                    &entry,
                    format!("expected a list, found {}", other.kind()),
                    format!("write it like `{example}`"),
                );
                None
            }
        }
    }

    /// The number of an entry; notes a mistake when it is none.
    pub(crate) fn number(&self, entry: &Entry) -> Option<u32> {
        let number = match entry.value {
            Raw::Integer(number) => u32::try_from(number).ok(),
            _ => None,
        };
        if number.is_none() {
            self.wrong(
                entry,
                format!("expected a whole number, found {}", entry.value.kind()),
                "write it without quotes, not negative",
            );
        }
        number
    }

    /// The word of an entry, one of a few; notes a mistake when it is none.
    pub(crate) fn word<T: Copy>(&self, entry: &Entry, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(entry)?;
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let all: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            self.wrong(
                entry,
                format!(
                    "expected one of `{}`, found `{}`",
                    all.join("`, `"),
                    cut(&text)
                ),
                match nearest(&text, all.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "choose one of them".into(),
                },
            );
        }
        found.map(|(_, value)| *value)
    }

    /// The JSON pointer of an entry; notes a mistake when it is none.
    pub(crate) fn pointer(&self, entry: &Entry) -> Option<Pointer> {
        let text = self.text(entry)?;
        match Pointer::parse(&text) {
            Ok(pointer) => Some(pointer),
            Err(error) => {
                self.wrong(
                    entry,
                    format!("`{}` is no JSON pointer: {error}", cut(&text)),
                    match likeness::pointer(&text) {
                        Some(meant) => format!("did you mean `{}`?", cut(&meant)),
                        None => "write it like `/user/id`".into(),
                    },
                );
                None
            }
        }
    }

    /// The template of an entry; notes a mistake when it is none.
    pub(crate) fn template(&self, entry: &Entry) -> Option<Template> {
        let text = self.text(entry)?;
        match Template::parse(&text) {
            Ok(template) => Some(template),
            Err(error) => {
                self.wrong(
                    entry,
                    format!("is no template: {error}"),
                    "write it like `{base_url}/authorize`",
                );
                None
            }
        }
    }
}

/// A text of somebody else's, short enough for an error.
pub(crate) fn cut(text: &str) -> String {
    let mut short: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    if short.chars().count() < text.chars().count() {
        short.push('…');
    }
    short
}
