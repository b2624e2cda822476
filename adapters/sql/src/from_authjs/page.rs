//! This file reads Auth.js's rows a page at a time, in the order of a key, so that no page is read twice
//! and none is long. Rows of one key are all on one page: where a table lacks what would keep them apart,
//! none is passed by (`rows_of_one_key_are_all_looked_at`).
//!
//! The attack it stops: texts that fill the memory. Each column has a length that is read; a row that has
//! more is left in the database and only says so, and a row whose key has more is counted and never looked
//! at (`ten_megabytes_in_any_column_are_counted_and_left_where_they_are`).

use authcore::adapter::AdapterError;

use super::{
    AuthjsTables, Part,
    kind::{Column, ColumnKind},
    select::Select,
};
use crate::{
    driver::{Driver, Fault, Kind, Row, Value},
    statement::Statement,
};

/// Rows in a page.
pub(super) const PAGE: i64 = 100;

/// The most rows of one key, where a table lacks what would keep them apart.
const TIES: i64 = 10_000;

/// The most bytes of what a row is known by, or whose it is.
pub(super) const KEY: usize = 4096;

/// The most bytes of a text.
const TEXT: usize = 64 * 1024;

/// The most bytes of a picture, which may be written out in its address.
const PICTURE: usize = 1 << 20;

/// How a column is read.
#[derive(Clone, Copy)]
pub(super) enum Cell {
    /// A text of so many bytes at most.
    Text(usize),
    Time,
    Number,
    /// A whole number or a truth value, and nothing that only looks like it.
    Exact,
}

/// What is read of a table beside its key.
pub(super) fn cells(part: Part) -> &'static [(&'static str, Cell)] {
    match part {
        Part::Users => &[
            ("id", Cell::Text(KEY)),
            ("name", Cell::Text(TEXT)),
            ("email", Cell::Text(KEY)),
            ("emailVerified", Cell::Time),
            ("image", Cell::Text(PICTURE)),
        ],
        Part::Accounts => &[
            ("userId", Cell::Text(KEY)),
            ("provider", Cell::Text(KEY)),
            ("providerAccountId", Cell::Text(KEY)),
            ("type", Cell::Text(KEY)),
            ("access_token", Cell::Text(TEXT)),
            ("refresh_token", Cell::Text(TEXT)),
            ("id_token", Cell::Text(TEXT)),
            ("token_type", Cell::Text(KEY)),
            ("scope", Cell::Text(TEXT)),
            ("expires_at", Cell::Number),
            ("session_state", Cell::Text(KEY)),
        ],
        Part::Passkeys => &[
            ("userId", Cell::Text(KEY)),
            ("credentialID", Cell::Text(KEY)),
            ("credentialPublicKey", Cell::Text(TEXT)),
            ("counter", Cell::Exact),
            ("credentialDeviceType", Cell::Text(KEY)),
            ("credentialBackedUp", Cell::Exact),
            ("transports", Cell::Text(KEY)),
        ],
        Part::Sessions => &[
            ("userId", Cell::Text(KEY)),
            ("sessionToken", Cell::Text(KEY)),
            ("expires", Cell::Time),
        ],
        Part::Verifications => &[
            ("identifier", Cell::Text(KEY)),
            ("token", Cell::Text(KEY)),
            ("expires", Cell::Time),
        ],
    }
}

/// What is read besides.
#[derive(Clone, Copy)]
pub(super) enum Besides<'a> {
    Nothing,
    /// Columns of the application's own, as texts.
    Columns(&'a [&'a str]),
    /// Of passkeys: whether their user has the account that goes with them at one of these providers, and
    /// whether another user has it.
    AccountsAt(&'a [String]),
}

impl<'a> Besides<'a> {
    pub(super) fn columns(self) -> &'a [&'a str] {
        match self {
            Self::Columns(names) => names,
            Self::Nothing | Self::AccountsAt(_) => &[],
        }
    }
}

/// A row as it stands in the database.
pub(super) struct Found {
    /// Whether a text was left there because it is too long.
    pub(super) too_long: bool,
    /// Whether the user that it belongs to is not there.
    pub(super) of_nobody: bool,
    /// The columns of [`cells`], then those that were asked for besides.
    pub(super) values: Vec<Value>,
}

/// How many rows are not read at all.
#[derive(Clone, Copy)]
pub(super) struct LeftOut {
    /// What they are known by is missing.
    pub(super) no_key: u64,
    /// It is longer than is read.
    pub(super) too_long: u64,
}

/// Goes through one table.
pub(super) struct Pages<'a> {
    driver: &'a dyn Driver,
    left_out: Statement,
    first: Statement,
    next: Statement,
    ties: Statement,
    keys: usize,
    after: Option<Vec<Value>>,
    providers: &'a [String],
    pub(super) part: Part,
}

impl<'a> Pages<'a> {
    /// Begins at the first row.
    pub(super) fn new(
        driver: &'a dyn Driver,
        tables: &AuthjsTables,
        part: Part,
        besides: Besides<'a>,
    ) -> Self {
        let dialect = driver.dialect();
        let keys = keys(tables, part);
        let select = Select {
            dialect,
            tables,
            part,
            keys: &keys,
        };
        let (mut query, mut kinds) = select.all(besides);
        query.limit(keys.len() as u64);
        kinds.splice(0..0, keys.iter().map(|key| kind(key)));
        let first = Statement::render(dialect, "first_page", &query, &kinds);
        let mut ties = query.clone();
        ties.cond_where(select.ties());
        query.cond_where(select.after());
        Self {
            driver,
            left_out: Statement::render(dialect, "left_out", &select.left_out(), &[Kind::Int; 2]),
            first,
            next: Statement::render(dialect, "next_page", &query, &kinds),
            ties: Statement::render(dialect, "ties", &ties, &kinds),
            keys: keys.len(),
            after: None,
            providers: match besides {
                Besides::AccountsAt(providers) => providers,
                Besides::Nothing | Besides::Columns(_) => &[],
            },
            part,
        }
    }

    /// How many rows are on no page.
    pub(super) async fn left_out(&self) -> Result<LeftOut, AdapterError> {
        let query = self.left_out.with_counted(&[])?;
        let row = self.driver.rows(query).await?.pop();
        match row.map(|row| row.0).as_deref() {
            Some([Value::Int(Some(no_key)), Value::Int(Some(too_long))]) => Ok(LeftOut {
                no_key: u64::try_from(*no_key).unwrap_or_default(),
                too_long: u64::try_from(*too_long).unwrap_or_default(),
            }),
            _ => Err(self.corrupt()),
        }
    }

    /// The next rows; none after the last.
    pub(super) async fn page(&mut self) -> Result<Vec<Found>, AdapterError> {
        let (statement, key) = match &self.after {
            None => (&self.first, vec![Value::Int(None); self.keys]),
            Some(after) => (&self.next, after.clone()),
        };
        let mut rows = self.rows(statement, key, PAGE).await?;
        if rows.len() as u64 == PAGE.unsigned_abs() {
            let rest = self.rest_of_the_last(&rows).await?;
            rows.extend(rest);
        }
        rows.into_iter().map(|row| self.read(row)).collect()
    }

    /// The rows that have the key of a page's last, to the database, and are not on it: the next page
    /// begins after that key.
    async fn rest_of_the_last(&self, page: &[Row]) -> Result<Vec<Row>, AdapterError> {
        let last = page.last().map(|row| row.0.iter().take(self.keys));
        let key: Vec<Value> = last.into_iter().flatten().cloned().collect();
        if key.iter().any(is_missing) {
            return Err(self.corrupt());
        }
        let ties = self.rows(&self.ties, key, TIES).await?;
        if ties.len() as u64 == TIES.unsigned_abs() {
            let text = format!(
                "{TIES} rows or more of the table of {} have one key: leave one of them",
                self.part.as_str()
            );
            return Err(AdapterError::Failed(Box::new(Fault::new(None, text))));
        }
        let mut is_there = vec![false; page.len()];
        let mut rest = Vec::new();
        for tie in ties {
            let mut same = page.iter().zip(&is_there);
            let same = same.position(|(row, is_there)| !is_there && *row == tie);
            match same.and_then(|at| is_there.get_mut(at)) {
                Some(is_there) => *is_there = true,
                None => rest.push(tie),
            }
        }
        Ok(rest)
    }

    async fn rows(
        &self,
        statement: &Statement,
        mut values: Vec<Value>,
        limit: i64,
    ) -> Result<Vec<Row>, AdapterError> {
        values.push(limit.into());
        values.extend(self.providers.iter().map(|id| id.as_str().into()));
        Ok(self.driver.rows(statement.with_counted(&values)?).await?)
    }

    fn read(&mut self, row: Row) -> Result<Found, AdapterError> {
        let mut values = row.0.into_iter();
        let key: Vec<Value> = values.by_ref().take(self.keys).collect();
        if key.iter().any(is_missing) {
            return Err(self.corrupt());
        }
        self.after = Some(key);
        let corrupt = self.corrupt();
        let (Some(Value::Int(Some(too_long))), Some(Value::Int(Some(of_nobody)))) =
            (values.next(), values.next())
        else {
            return Err(corrupt);
        };
        Ok(Found {
            too_long: too_long != 0,
            of_nobody: of_nobody != 0,
            values: values.collect(),
        })
    }

    fn corrupt(&self) -> AdapterError {
        AdapterError::Corrupt {
            what: match self.part {
                Part::Users => "user",
                Part::Accounts => "account",
                Part::Passkeys => "passkey",
                Part::Sessions => "session",
                Part::Verifications => "verification",
            },
        }
    }
}

fn is_missing(value: &Value) -> bool {
    matches!(value, Value::Int(None) | Value::Text(None))
}

/// The columns by which rows are in order: an id where there is one, else what is unique.
fn keys(tables: &AuthjsTables, part: Part) -> Vec<&Column> {
    if let Some(id) = tables.column(part, "id") {
        return vec![id];
    }
    let names: &[&str] = match part {
        Part::Users => &[],
        Part::Accounts => &["provider", "providerAccountId"],
        Part::Passkeys => &["credentialID"],
        Part::Sessions => &["sessionToken"],
        Part::Verifications => &["identifier", "token"],
    };
    let columns = names.iter().filter_map(|name| tables.column(part, name));
    columns.collect()
}

fn kind(key: &Column) -> Kind {
    match key.kind {
        ColumnKind::Number => Kind::Int,
        _ => Kind::Text,
    }
}
