//! This file reads Auth.js's rows a page at a time, in the order of a key, so that no page is read twice
//! and none is long.
//!
//! The attack it stops: a text that fills the memory. Longer than a mebibyte, it is left in the database
//! and the row only says so (`hostile_rows_are_counted_and_nobody_is_shown`).

use authcore::adapter::AdapterError;
use sea_query::{Cond, Condition, Expr, ExprTrait, Order, Query, SelectStatement};

use super::{
    AuthjsTables, Part,
    found::{Column, ColumnKind},
};
use crate::{
    dialect::Dialect,
    driver::{Driver, Kind, Row, Value},
    statement::{Statement, counted},
};

/// Rows in a page.
pub(super) const PAGE: i64 = 100;

/// The most bytes of a text.
const TEXT: usize = 1 << 20;

/// How a column is read.
#[derive(Clone, Copy)]
enum Cell {
    Text,
    Time,
    Number,
}

/// What is read of a table beside its key.
fn cells(part: Part) -> &'static [(&'static str, Cell)] {
    match part {
        Part::Users => &[
            ("id", Cell::Text),
            ("name", Cell::Text),
            ("email", Cell::Text),
            ("emailVerified", Cell::Time),
            ("image", Cell::Text),
        ],
        Part::Accounts => &[
            ("userId", Cell::Text),
            ("provider", Cell::Text),
            ("providerAccountId", Cell::Text),
            ("type", Cell::Text),
            ("access_token", Cell::Text),
            ("refresh_token", Cell::Text),
            ("id_token", Cell::Text),
            ("token_type", Cell::Text),
            ("scope", Cell::Text),
            ("expires_at", Cell::Number),
            ("session_state", Cell::Text),
        ],
        Part::Sessions => &[
            ("userId", Cell::Text),
            ("sessionToken", Cell::Text),
            ("expires", Cell::Time),
        ],
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

/// Goes through one table.
pub(super) struct Pages<'a> {
    driver: &'a dyn Driver,
    first: Statement,
    next: Statement,
    keys: usize,
    after: Option<Vec<Value>>,
    pub(super) part: Part,
}

impl<'a> Pages<'a> {
    /// Begins at the first row. `besides` names columns that are read as texts.
    pub(super) fn new(
        driver: &'a dyn Driver,
        tables: &AuthjsTables,
        part: Part,
        besides: &[&str],
    ) -> Self {
        let dialect = driver.dialect();
        let keys = keys(tables, part);
        let select = Select {
            dialect,
            tables,
            part,
        };
        let (mut query, mut kinds) = select.all(&keys, besides);
        query.limit(keys.len() as u64);
        kinds.splice(0..0, keys.iter().map(|key| kind(key)));
        let first = Statement::render(dialect, "first_page", &query, &kinds);
        query.cond_where(select.after(&keys));
        Self {
            driver,
            first,
            next: Statement::render(dialect, "next_page", &query, &kinds),
            keys: keys.len(),
            after: None,
            part,
        }
    }

    /// The next rows; none after the last.
    pub(super) async fn page(&mut self) -> Result<Vec<Found>, AdapterError> {
        let (statement, mut values) = match &self.after {
            None => (&self.first, vec![Value::Int(None); self.keys]),
            Some(after) => (&self.next, after.clone()),
        };
        values.push(PAGE.into());
        let rows = self.driver.rows(statement.with_counted(&values)?).await?;
        rows.into_iter().map(|row| self.read(row)).collect()
    }

    fn read(&mut self, row: Row) -> Result<Found, AdapterError> {
        let corrupt = || AdapterError::Corrupt {
            what: match self.part {
                Part::Users => "user",
                Part::Accounts => "account",
                Part::Sessions => "session",
            },
        };
        let mut values = row.0.into_iter();
        let key: Vec<Value> = values.by_ref().take(self.keys).collect();
        let is_missing = |value: &Value| matches!(value, Value::Int(None) | Value::Text(None));
        if key.iter().any(is_missing) {
            return Err(corrupt());
        }
        self.after = Some(key);
        let mut flag = || match values.next() {
            Some(Value::Int(Some(flag))) => Ok(flag != 0),
            _ => Err(corrupt()),
        };
        Ok(Found {
            too_long: flag()?,
            of_nobody: flag()?,
            values: values.collect(),
        })
    }
}

/// The columns by which rows are in order: an id where there is one, else what is unique.
fn keys(tables: &AuthjsTables, part: Part) -> Vec<&Column> {
    if let Some(id) = tables.column(part, "id") {
        return vec![id];
    }
    let names: &[&str] = match part {
        Part::Accounts => &["provider", "providerAccountId"],
        _ => &["sessionToken"],
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

struct Select<'a> {
    dialect: Dialect,
    tables: &'a AuthjsTables,
    part: Part,
}

impl Select<'_> {
    /// A column under its table's name: alone, an order would go by what is read, which is text.
    fn name(&self, column: &str) -> String {
        let table = self.dialect.quoted(self.tables.name(self.part));
        format!("{table}.{}", self.dialect.quoted(column))
    }

    /// Whether a row stands after a key.
    fn after(&self, keys: &[&Column]) -> Condition {
        let column = |key: &Column| Expr::cust(self.name(&key.name));
        let given = |place: usize| match keys[place].kind {
            ColumnKind::Uuid => counted(place).cast_as("uuid"),
            _ => counted(place),
        };
        let mut any = Cond::any();
        for last in 0..keys.len() {
            let mut all = Cond::all();
            for (place, key) in keys[..last].iter().enumerate() {
                all = all.add(column(key).eq(given(place)));
            }
            any = any.add(all.add(column(keys[last]).gt(given(last))));
        }
        any
    }

    fn all(&self, keys: &[&Column], besides: &[&str]) -> (SelectStatement, Vec<Kind>) {
        let mut select = Query::select();
        for key in keys {
            select.expr(match key.kind {
                ColumnKind::Number => Expr::cust(self.number(key)),
                _ => Expr::cust(self.text(key)),
            });
        }
        let besides = besides.iter().map(|name| (*name, Cell::Text));
        let cells: Vec<_> = cells(self.part).iter().copied().chain(besides).collect();
        let texts: Vec<_> = cells
            .iter()
            .filter(|(_, cell)| matches!(cell, Cell::Text))
            .filter_map(|(name, _)| self.tables.column(self.part, name))
            .map(|column| self.is_long(column))
            .collect();
        select.expr(Expr::cust(self.flag(&texts.join(" OR "))));
        select.expr(Expr::cust(self.flag(&self.of_nobody())));
        let mut kinds = vec![Kind::Int, Kind::Int];
        for (name, cell) in &cells {
            let column = self.tables.column(self.part, name);
            let (expr, kind) = self.cell(column, *cell);
            select.expr(expr);
            kinds.push(kind);
        }
        for key in keys {
            select.order_by_expr(Expr::cust(self.name(&key.name)), Order::Asc);
        }
        let table = self.tables.name(self.part);
        (select.from(self.tables.schema.table(table)).take(), kinds)
    }

    fn cell(&self, column: Option<&Column>, cell: Cell) -> (Expr, Kind) {
        match (cell, column) {
            (Cell::Text, Some(column)) => {
                let (long, text) = (self.is_long(column), self.text(column));
                let short = format!("CASE WHEN {long} THEN NULL ELSE {text} END");
                (Expr::cust(short), Kind::Text)
            }
            (Cell::Time, Some(column)) => {
                let stored = Expr::cust(self.name(&column.name));
                let time = self.tables.times(column).map_or_else(
                    || Expr::cust(self.nothing(Cell::Time)),
                    |times| self.dialect.millis(times, stored),
                );
                (time, Kind::Int)
            }
            (Cell::Number, Some(column)) if column.kind == ColumnKind::Number => {
                (Expr::cust(self.number(column)), Kind::Int)
            }
            (Cell::Text, None) => (Expr::cust(self.nothing(Cell::Text)), Kind::Text),
            _ => (Expr::cust(self.nothing(Cell::Number)), Kind::Int),
        }
    }

    /// A column that is not there.
    fn nothing(&self, cell: Cell) -> &'static str {
        match (self.dialect, cell) {
            (Dialect::Postgres, Cell::Text) => "CAST(NULL AS TEXT)",
            (Dialect::Postgres, _) => "CAST(NULL AS BIGINT)",
            _ => "NULL",
        }
    }

    fn text(&self, column: &Column) -> String {
        let name = self.name(&column.name);
        match (self.dialect, column.kind) {
            // A column takes values of any kind there.
            (Dialect::Sqlite, _) => {
                format!("CASE TYPEOF({name}) WHEN 'blob' THEN NULL ELSE CAST({name} AS TEXT) END")
            }
            (Dialect::Postgres, _) => format!("CAST({name} AS TEXT)"),
            (Dialect::Mysql, ColumnKind::Text) => name,
            (Dialect::Mysql, _) => format!("CAST({name} AS CHAR)"),
        }
    }

    /// By bytes, and beyond a zero byte.
    fn is_long(&self, column: &Column) -> String {
        let text = self.text(column);
        match self.dialect {
            Dialect::Sqlite => format!("LENGTH(CAST({text} AS BLOB)) > {TEXT}"),
            Dialect::Postgres => format!("OCTET_LENGTH({text}) > {TEXT}"),
            Dialect::Mysql => format!("LENGTH({text}) > {TEXT}"),
        }
    }

    fn number(&self, column: &Column) -> String {
        let name = self.name(&column.name);
        match self.dialect {
            Dialect::Sqlite => format!("CAST({name} AS INTEGER)"),
            Dialect::Postgres => format!("CAST({name} AS BIGINT)"),
            Dialect::Mysql => format!("CAST({name} AS SIGNED)"),
        }
    }

    fn flag(&self, condition: &str) -> String {
        let flag = format!("CASE WHEN {condition} THEN 1 ELSE 0 END");
        match self.dialect {
            Dialect::Postgres => format!("CAST({flag} AS BIGINT)"),
            _ => flag,
        }
    }

    fn of_nobody(&self) -> String {
        if self.part == Part::Users {
            return "1 = 0".to_owned();
        }
        let schema = &self.tables.schema;
        let users = schema.quoted(self.dialect, &schema.users);
        let (owner, id) = (self.name("userId"), self.dialect.quoted("id"));
        format!("NOT EXISTS (SELECT 1 FROM {users} AS owners WHERE owners.{id} = {owner})")
    }
}
