//! This file changes the secret that sealed columns are under: all that an older secret opens is sealed
//! again under the first.
//!
//! It goes through each table in the order of its key, a bounded number of rows at a time, beside an
//! application that works on. A row is replaced only if it still is what was read, so that a sign-in
//! which writes newer tokens meanwhile wins. Each batch is one transaction; whoever is stopped after any
//! of them runs it again, and rows that are under the first secret are known by their key's id and not
//! opened. What no secret opens is left as it is: an operator may still find that secret.

use std::{collections::BTreeMap, ops::ControlFlow};

use authcore::adapter::AdapterError;

use super::{About, SqlAdapter, transaction::Step};
use crate::{
    at_rest::{Keyring, Place, SealError, key_id},
    driver::{Driver, Row, Value},
    record,
    sealed::SealedTable,
    statements::SealedStatements,
};

/// Rows in one transaction. Few enough that a sign-in which waits for one of them does not notice.
const BATCH: i64 = 100;

/// How often a row that others changed meanwhile is looked at.
const LOOKS: usize = 3;

/// The most ids of unknown keys that are told apart: whoever can write to the table chooses them.
const UNKNOWN: usize = 20;

/// What [`SqlAdapter::rotate_secrets`] does with a row that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotate {
    /// Seals it again.
    Write,
    /// Counts it only.
    DryRun,
}

/// How far a change of secrets is, and in the end what it came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rotation {
    /// How many rows there were at the beginning.
    pub total: u64,
    /// How many were looked at.
    pub rows: u64,
    /// How many were sealed again; in a dry run, would have been.
    pub resealed: u64,
    /// How many had nothing to do: no token, or all under the first secret.
    pub current: u64,
    /// How many others changed each time they were looked at. They are as those others left them.
    pub overtaken: u64,
    /// Rows in which something opens with no secret, by table and provider. What does open in them is
    /// sealed again.
    pub unopened: BTreeMap<(&'static str, String), u64>,
    /// How many values each key had, as they were found: the secrets' in their order, then others.
    pub keys: Vec<KeyUse>,
    /// Values that are not sealed at all.
    pub unsealed: u64,
    /// Whether all of it was gone through, or the caller ended it.
    pub ended: Ended,
}

/// Values that are sealed with one key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyUse {
    /// The id that stands in each of them; `None`: of keys that are too many to tell apart.
    pub id: Option<String>,
    /// The place of the key's secret among those given, from 0; `None`: none of them.
    pub secret: Option<usize>,
    /// How many there were.
    pub values: u64,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ended {
    /// All rows were gone through.
    #[default]
    Whole,
    /// The caller had it stop. What was done stays; running it again goes on.
    Stopped,
}

impl<D: Driver> SqlAdapter<D> {
    /// Seals again, under the first secret, all that an older one opens. The application can be running.
    /// It tells how far it is after each batch of 100 rows, and stops there when it is told to break.
    ///
    /// Tables of Auth.js hold nothing sealed: nothing is done there.
    ///
    /// # Errors
    /// [`AdapterError::Failed`] without a secret, or when the tables are not there;
    /// [`AdapterError::Unavailable`] when the database cannot be reached. What was done stays.
    pub async fn rotate_secrets(
        &self,
        what: Rotate,
        told: &mut (dyn FnMut(&Rotation) -> ControlFlow<()> + Send),
    ) -> Result<Rotation, AdapterError> {
        let keyring = self
            .keyring
            .get()
            .ok_or_else(|| AdapterError::Failed(Box::new(SealError::NoSecret)))?;
        let mut rotation = Rotation {
            keys: own_keys(keyring),
            ..Rotation::default()
        };
        for statements in &self.statements.sealed {
            let none = Vec::new();
            let row = self.row(&statements.count, &none, About::Token).await?;
            let count = row.and_then(record::number).unwrap_or(0);
            rotation.total += u64::try_from(count).unwrap_or(0);
        }
        for statements in &self.statements.sealed {
            let mut after = vec![String::new(); statements.table.key.len()];
            loop {
                let rows = self.page(statements, &after).await?;
                let Some(last) = rows.last() else {
                    break;
                };
                let next = last.key.clone();
                for row in &rows {
                    rotation.rows += 1;
                    rotation.count_keys(row);
                }
                self.batch(statements, keyring, what, &mut rotation, (&after, rows))
                    .await?;
                after = next;
                if told(&rotation).is_break() {
                    rotation.ended = Ended::Stopped;
                    return Ok(rotation);
                }
            }
        }
        Ok(rotation)
    }

    /// Deals with the rows after a key. Those that others changed meanwhile are read and dealt with
    /// again.
    async fn batch(
        &self,
        statements: &SealedStatements,
        keyring: &Keyring,
        what: Rotate,
        rotation: &mut Rotation,
        (after, mut rows): (&[String], Vec<SealedRow>),
    ) -> Result<(), AdapterError> {
        for _ in 0..LOOKS {
            let mut due = Vec::new();
            for row in rows {
                let again = row.seal_again(statements.table, keyring)?;
                if again.fails {
                    rotation.count_unopened(statements.table, &row);
                }
                match again.values {
                    Some(values) => due.push((row, values, again.fails)),
                    None if !again.fails => rotation.current += 1,
                    None => {}
                }
            }
            if what == Rotate::DryRun {
                rotation.resealed += due.iter().filter(|(_, _, fails)| !fails).count() as u64;
                return Ok(());
            }
            let mut steps = Vec::new();
            for (row, values, _) in &due {
                let values = [row.key_values(), row.values(), texts(values)].concat();
                let query = statements.replace.with_counted(&values)?;
                steps.push(Step::write_query(query, About::Token));
            }
            if steps.is_empty() {
                return Ok(());
            }
            let changed = self.transaction_of(&steps, About::Token).await?.each;
            let mut overtaken = Vec::new();
            for ((row, _, fails), changed) in due.into_iter().zip(changed) {
                match (changed, fails) {
                    (0, _) => overtaken.push(row),
                    (_, false) => rotation.resealed += 1,
                    (_, true) => {}
                }
            }
            if overtaken.is_empty() {
                return Ok(());
            }
            rows = self.page(statements, after).await?;
            // One that is not there any more was removed.
            rows.retain(|row| overtaken.iter().any(|it| it.key == row.key));
        }
        rotation.overtaken += rows.len() as u64;
        Ok(())
    }

    async fn page(
        &self,
        statements: &SealedStatements,
        after: &[String],
    ) -> Result<Vec<SealedRow>, AdapterError> {
        let mut values: Vec<Value> = after.iter().map(|text| text.as_str().into()).collect();
        values.push(BATCH.into());
        let query = statements.page.with_counted(&values)?;
        let rows = self.driver.rows(query).await;
        let rows = rows.map_err(|error| About::Token.failure(error))?;
        let keys = statements.table.key.len();
        rows.into_iter()
            .map(|row| SealedRow::read(row, keys))
            .collect()
    }
}

/// A row as it was read.
struct SealedRow {
    key: Vec<String>,
    sealed: Vec<Option<String>>,
}

/// What should stand in a row.
struct Again {
    /// All of its sealed columns; `None`: as they are.
    values: Option<Vec<Option<String>>>,
    /// Whether something in it opens with no secret.
    fails: bool,
}

impl SealedRow {
    fn read(row: Row, keys: usize) -> Result<Self, AdapterError> {
        const CORRUPT: AdapterError = AdapterError::Corrupt { what: "token" };
        let mut texts = row.0.into_iter().map(|value| match value {
            Value::Text(text) => Ok(text),
            _ => Err(CORRUPT),
        });
        let key = texts.by_ref().take(keys).map(|text| text?.ok_or(CORRUPT));
        Ok(Self {
            key: key.collect::<Result<_, _>>()?,
            sealed: texts.collect::<Result<_, _>>()?,
        })
    }

    fn seal_again(&self, table: &SealedTable, keyring: &Keyring) -> Result<Again, AdapterError> {
        let first = keyring.ids().next();
        let row = self.key.iter().skip(table.row);
        let row: Vec<&str> = row.map(String::as_str).collect();
        let mut values = self.sealed.clone();
        let (mut changes, mut fails) = (false, false);
        for (column, value) in table.columns.iter().zip(&mut values) {
            let Some(sealed) = value.as_deref() else {
                continue;
            };
            let id = key_id(sealed);
            if id.is_some() && id == first {
                continue;
            }
            let place = Place {
                table: table.sealed_to,
                row: &row,
                column,
            };
            match keyring.open(place, sealed) {
                Some(opened) => {
                    let again = keyring
                        .seal(place, opened.expose())
                        .map_err(|error| AdapterError::Failed(Box::new(error)))?;
                    *value = Some(again);
                    changes = true;
                }
                None => fails = true,
            }
        }
        Ok(Again {
            values: changes.then_some(values),
            fails,
        })
    }

    fn key_values(&self) -> Vec<Value> {
        self.key.iter().map(|text| text.as_str().into()).collect()
    }

    fn values(&self) -> Vec<Value> {
        texts(&self.sealed)
    }
}

impl Rotation {
    fn count_keys(&mut self, row: &SealedRow) {
        for sealed in row.sealed.iter().flatten() {
            let Some(id) = key_id(sealed) else {
                self.unsealed += 1;
                continue;
            };
            let is_it = |key: &&mut KeyUse| key.id.as_deref() == Some(id);
            if let Some(key) = self.keys.iter_mut().find(is_it) {
                key.values += 1;
                continue;
            }
            let unknown = self.keys.iter().filter(|key| key.secret.is_none()).count();
            match self.keys.last_mut() {
                Some(rest) if unknown > UNKNOWN => rest.values += 1,
                _ => self.keys.push(KeyUse {
                    id: (unknown < UNKNOWN).then(|| id.to_owned()),
                    secret: None,
                    values: 1,
                }),
            }
        }
    }

    fn count_unopened(&mut self, table: &SealedTable, row: &SealedRow) {
        let named = row.key.get(table.row).cloned().unwrap_or_default();
        *self.unopened.entry((table.name, named)).or_default() += 1;
    }
}

/// The keys of the secrets, each once.
fn own_keys(keyring: &Keyring) -> Vec<KeyUse> {
    let mut keys: Vec<KeyUse> = Vec::new();
    for (place, id) in keyring.ids().enumerate() {
        if keys.iter().all(|key| key.id.as_deref() != Some(id)) {
            keys.push(KeyUse {
                id: Some(id.to_owned()),
                secret: Some(place),
                values: 0,
            });
        }
    }
    keys
}

fn texts(values: &[Option<String>]) -> Vec<Value> {
    values.iter().cloned().map(Value::Text).collect()
}
