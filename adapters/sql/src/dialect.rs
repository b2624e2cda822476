//! This file says how names, values and times are written in each database.
//!
//! Auth.js's tables hold times in types of the database's own. They are turned into milliseconds in
//! the statement itself, so that no driver binds a date type and no session's time zone matters.

use sea_query::Expr;

use crate::schema::Times;

/// A kind of SQL that statements are rendered in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// SQLite 3.37 or later (strict tables).
    Sqlite,
    /// PostgreSQL 13 or later.
    Postgres,
    /// MySQL 8 and MariaDB 10.6 or later.
    Mysql,
}

/// Whether a step that makes tables can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TableChanges {
    /// It is part of a transaction: all steps are done, or none.
    InTransaction,
    /// Each statement stays as soon as it has run, so that a process that ends in the middle leaves
    /// some steps done.
    EachAtOnce,
}

impl Dialect {
    /// A name in its quotes. It was checked: it holds none itself.
    pub(crate) fn quoted(self, name: &str) -> String {
        match self {
            Self::Sqlite | Self::Postgres => format!("\"{name}\""),
            Self::Mysql => format!("`{name}`"),
        }
    }

    /// The placeholder of a value, counted from 1.
    pub(crate) fn placeholder(self, number: usize) -> String {
        match self {
            Self::Postgres => format!("${number}"),
            Self::Sqlite | Self::Mysql => "?".to_owned(),
        }
    }

    pub(crate) fn table_changes(self) -> TableChanges {
        match self {
            Self::Sqlite | Self::Postgres => TableChanges::InTransaction,
            Self::Mysql => TableChanges::EachAtOnce,
        }
    }

    /// Milliseconds since 1970 as the value of a column of times.
    pub(crate) fn time(self, times: Times, millis: Expr) -> Expr {
        let text = match (self, times) {
            (_, Times::Millis) | (Self::Sqlite | Self::Mysql, _) => return millis,
            (Self::Postgres, Times::WithZone) => {
                "TIMESTAMPTZ 'epoch' + $1 * INTERVAL '1 millisecond'"
            }
            (Self::Postgres, Times::WithoutZone) => {
                "TIMESTAMP 'epoch' + $1 * INTERVAL '1 millisecond'"
            }
        };
        Expr::cust_with_expr(text, millis)
    }

    /// A column of times as milliseconds since 1970.
    pub(crate) fn millis(self, times: Times, column: Expr) -> Expr {
        let text = match (self, times) {
            (_, Times::Millis) | (Self::Sqlite | Self::Mysql, _) => return column,
            (Self::Postgres, _) => "CAST(ROUND(EXTRACT(EPOCH FROM $1) * 1000) AS BIGINT)",
        };
        Expr::cust_with_expr(text, column)
    }
}
