//! This file writes the statements that read Auth.js's rows: a page of them, and how many are on none.
//!
//! Names of columns stand in them in quotes. Those that Auth.js gives are written here; others are the
//! application's and were looked at before (`a_column_s_name_is_never_taken_for_sql`).

use sea_query::{
    CaseStatement, Cond, Condition, Expr, ExprTrait, Order, Query, SelectStatement, TableRef,
};

use super::{
    AuthjsTables, Part,
    kind::{Column, ColumnKind},
    page::{Besides, Cell, KEY, cells},
};
use crate::{dialect::Dialect, driver::Kind, record::ONCE, schema::Texts, statement::counted};

/// The most bytes of a column that was asked for besides.
const BESIDES: usize = 64 * 1024;

pub(super) struct Select<'a> {
    pub(super) dialect: Dialect,
    pub(super) tables: &'a AuthjsTables,
    pub(super) part: Part,
    /// By what rows are in order.
    pub(super) keys: &'a [&'a Column],
}

impl Select<'_> {
    /// Whether a row has a key, to the database.
    pub(super) fn ties(&self) -> Condition {
        let mut all = Cond::all();
        for (place, key) in self.keys.iter().enumerate() {
            let column = Expr::cust(self.name(&key.name));
            all = all.add(column.eq(given(key, place)));
        }
        all
    }

    /// Whether a row stands after a key.
    pub(super) fn after(&self) -> Condition {
        let column = |key: &Column| Expr::cust(self.name(&key.name));
        let given = |place: usize| given(self.keys[place], place);
        let mut any = Cond::any();
        for last in 0..self.keys.len() {
            let mut all = Cond::all();
            for (place, key) in self.keys[..last].iter().enumerate() {
                all = all.add(column(key).eq(given(place)));
            }
            any = any.add(all.add(column(self.keys[last]).gt(given(last))));
        }
        any
    }

    /// The rows of a page: their keys, whether a text is too long, whether they are nobody's, and their
    /// columns. Counted arguments are the key, the limit, and what [`Besides`] has.
    pub(super) fn all(&self, besides: Besides<'_>) -> (SelectStatement, Vec<Kind>) {
        let mut select = Query::select();
        for key in self.keys {
            select.expr(match key.kind {
                ColumnKind::Number => Expr::cust(self.number(key)),
                _ => Expr::cust(self.text(key)),
            });
        }
        let own = besides.columns().iter();
        let own = own.map(|name| (*name, Cell::Text(BESIDES)));
        let cells: Vec<_> = cells(self.part).iter().copied().chain(own).collect();
        let texts: Vec<_> = cells
            .iter()
            .filter_map(|(name, cell)| match cell {
                Cell::Text(most) => {
                    let column = self.tables.column(self.part, name)?;
                    Some(self.is_long(column, *most))
                }
                _ => None,
            })
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
        if let Besides::AccountsAt(providers) = besides {
            for whose in [Whose::Theirs, Whose::Anothers] {
                let account = self.account(providers.len(), whose);
                select.expr(self.case(Expr::exists(account)));
                kinds.push(Kind::Int);
            }
        }
        for key in self.keys {
            select.order_by_expr(Expr::cust(self.name(&key.name)), Order::Asc);
        }
        select.cond_where(Expr::cust(self.is_on_a_page()));
        (select.from(self.table()).take(), kinds)
    }

    /// How many rows have no key, and how many have too long a one.
    pub(super) fn left_out(&self) -> SelectStatement {
        let any = |conditions: Vec<String>| match conditions.is_empty() {
            true => "1 = 0".to_owned(),
            false => conditions.join(" OR "),
        };
        let missing = any(self.keys.iter().map(|key| self.is_missing(key)).collect());
        let long = any(self.long_keys());
        let count =
            |condition: String| Expr::cust(format!("COUNT(CASE WHEN {condition} THEN 1 END)"));
        let mut select = Query::select();
        select
            .expr(count(missing.clone()))
            .expr(count(format!("NOT ({missing}) AND ({long})")))
            .from(self.table())
            .cond_where(Expr::cust(self.is_theirs()))
            .take()
    }

    fn is_on_a_page(&self) -> String {
        let missing = self.keys.iter().map(|key| self.is_missing(key));
        let not = missing.chain(self.long_keys());
        let not = not.map(|condition| format!("NOT ({condition})"));
        let all: Vec<_> = std::iter::once(self.is_theirs()).chain(not).collect();
        all.join(" AND ")
    }

    /// Whether a row is Auth.js's: what authcore has used once stands beside its tokens.
    fn is_theirs(&self) -> String {
        match self.part {
            Part::Verifications => {
                let name = self.name("identifier");
                let length = ONCE.len();
                format!("COALESCE(SUBSTR({name}, 1, {length}), '') <> '{ONCE}'")
            }
            _ => "1 = 1".to_owned(),
        }
    }

    fn is_missing(&self, key: &Column) -> String {
        format!("{} IS NULL", self.text(key))
    }

    fn long_keys(&self) -> Vec<String> {
        let texts = self
            .keys
            .iter()
            .filter(|key| !matches!(key.kind, ColumnKind::Number | ColumnKind::Uuid));
        texts.map(|key| self.is_long(key, KEY)).collect()
    }

    /// The account that goes with a passkey.
    fn account(&self, providers: usize, whose: Whose) -> SelectStatement {
        let name = |column: &str| format!("goes_with.{}", self.dialect.quoted(column));
        let plain = |column: &str| Expr::cust(name(column));
        let text = |name: String| match self.dialect {
            Dialect::Postgres => Expr::cust(format!("CAST({name} AS TEXT)")),
            _ => Expr::cust(name),
        };
        let texts = match self.dialect {
            Dialect::Mysql => Texts::Collated,
            _ => Texts::Exact,
        };
        let same = |one, other| self.dialect.same(texts, one, other);
        let of_user = same(text(name("userId")), text(self.name("userId")));
        // After the key and the limit.
        let places = (self.keys.len() + 1)..(self.keys.len() + 1 + providers);
        let accounts = &self.tables.schema.accounts;
        Query::select()
            .expr(Expr::cust("1"))
            .from_as(self.tables.schema.table(accounts), "goes_with")
            .and_where(match places.is_empty() {
                true => Expr::cust("1 = 0"),
                false => plain("provider").is_in(places.map(counted)),
            })
            .and_where(same(
                plain("providerAccountId"),
                Expr::cust(self.name("providerAccountId")),
            ))
            .and_where(plain("type").eq(Expr::cust("'webauthn'")))
            .and_where(match whose {
                Whose::Theirs => of_user,
                Whose::Anothers => of_user.not(),
            })
            .take()
    }

    fn cell(&self, column: Option<&Column>, cell: Cell) -> (Expr, Kind) {
        match (cell, column) {
            (Cell::Text(most), Some(column)) => {
                let (long, text) = (self.is_long(column, most), self.text(column));
                let short = format!("CASE WHEN {long} THEN NULL ELSE {text} END");
                (Expr::cust(short), Kind::Text)
            }
            (Cell::Time, Some(column)) => {
                let stored = Expr::cust(self.name(&column.name));
                let time = self.tables.times(column).map_or_else(
                    || Expr::cust(self.nothing(Kind::Int)),
                    |times| self.dialect.millis(times, stored),
                );
                (time, Kind::Int)
            }
            (Cell::Number, Some(column)) if column.kind == ColumnKind::Number => {
                (Expr::cust(self.number(column)), Kind::Int)
            }
            (Cell::Exact, Some(column)) => (Expr::cust(self.exact(column)), Kind::Int),
            (Cell::Text(_), None) => (Expr::cust(self.nothing(Kind::Text)), Kind::Text),
            _ => (Expr::cust(self.nothing(Kind::Int)), Kind::Int),
        }
    }

    /// A column that is not there.
    fn nothing(&self, kind: Kind) -> &'static str {
        match (self.dialect, kind) {
            (Dialect::Postgres, Kind::Text) => "CAST(NULL AS TEXT)",
            (Dialect::Postgres, _) => "CAST(NULL AS BIGINT)",
            _ => "NULL",
        }
    }

    fn exact(&self, column: &Column) -> String {
        let name = self.name(&column.name);
        match (self.dialect, column.kind) {
            // A column takes values of any kind there.
            (Dialect::Sqlite, _) => format!("CASE TYPEOF({name}) WHEN 'integer' THEN {name} END"),
            (Dialect::Postgres, ColumnKind::Truth) => {
                format!("CAST(CAST({name} AS INTEGER) AS BIGINT)")
            }
            (_, ColumnKind::Number | ColumnKind::Truth) => self.number(column),
            _ => self.nothing(Kind::Int).to_owned(),
        }
    }

    fn text(&self, column: &Column) -> String {
        text(self.dialect, &self.name(&column.name), column.kind)
    }

    fn is_long(&self, column: &Column, most: usize) -> String {
        format!("{} > {most}", length(self.dialect, &self.text(column)))
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

    fn case(&self, condition: Expr) -> Expr {
        let flag = CaseStatement::new()
            .case(condition, Expr::cust("1"))
            .finally(Expr::cust("0"));
        let flag: Expr = flag.into();
        match self.dialect {
            Dialect::Postgres => flag.cast_as("bigint"),
            _ => flag,
        }
    }

    fn of_nobody(&self) -> String {
        if matches!(self.part, Part::Users | Part::Verifications) {
            return "1 = 0".to_owned();
        }
        let schema = &self.tables.schema;
        let users = schema.quoted(self.dialect, &schema.users);
        let (owner, id) = (self.name("userId"), self.dialect.quoted("id"));
        format!("NOT EXISTS (SELECT 1 FROM {users} AS owners WHERE owners.{id} = {owner})")
    }

    /// A column under its table's name: alone, an order would go by what is read, which is text.
    fn name(&self, column: &str) -> String {
        let table = self.dialect.quoted(self.tables.name(self.part));
        format!("{table}.{}", self.dialect.quoted(column))
    }

    fn table(&self) -> TableRef {
        self.tables.schema.table(self.tables.name(self.part))
    }
}

/// What is given for a column of the key.
fn given(key: &Column, place: usize) -> Expr {
    match key.kind {
        ColumnKind::Uuid => counted(place).cast_as("uuid"),
        _ => counted(place),
    }
}

/// Whose account it is that goes with a passkey.
#[derive(Clone, Copy)]
enum Whose {
    Theirs,
    Anothers,
}

/// A column as text.
pub(super) fn text(dialect: Dialect, name: &str, kind: ColumnKind) -> String {
    match (dialect, kind) {
        // A column takes values of any kind there.
        (Dialect::Sqlite, _) => {
            format!("CASE TYPEOF({name}) WHEN 'blob' THEN NULL ELSE CAST({name} AS TEXT) END")
        }
        (Dialect::Postgres, _) => format!("CAST({name} AS TEXT)"),
        (Dialect::Mysql, ColumnKind::Text) => name.to_owned(),
        (Dialect::Mysql, _) => format!("CAST({name} AS CHAR)"),
    }
}

/// The length of a text in bytes, also beyond a zero byte.
pub(super) fn length(dialect: Dialect, text: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!("LENGTH(CAST({text} AS BLOB))"),
        Dialect::Postgres => format!("OCTET_LENGTH({text})"),
        Dialect::Mysql => format!("LENGTH({text})"),
    }
}
