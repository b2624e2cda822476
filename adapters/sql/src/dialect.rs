//! This file says how names, values and times are written in each database.
//!
//! Auth.js's tables hold times in types of the database's own. They are turned into milliseconds in
//! the statement itself, so that no driver binds a date type and no session's time zone matters
//! (except where MySQL's own `TIMESTAMP` follows it: see `Schema::follows_the_time_zone`).

use sea_query::{Expr, ExprTrait};

use crate::schema::{Texts, Times};

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
            (_, Times::Millis) => return millis,
            (Self::Sqlite, _) => {
                "STRFTIME('%Y-%m-%dT%H:%M:%f', ? / 1000.0, 'unixepoch') || '+00:00'"
            }
            (Self::Mysql, _) => {
                "TIMESTAMPADD(MICROSECOND, ? * 1000, TIMESTAMP '1970-01-01 00:00:00')"
            }
            (Self::Postgres, Times::WithZone) => {
                "TIMESTAMPTZ 'epoch' + $1 * INTERVAL '1 millisecond'"
            }
            (Self::Postgres, Times::WithoutZone | Times::Written) => {
                "TIMESTAMP 'epoch' + $1 * INTERVAL '1 millisecond'"
            }
        };
        Expr::cust_with_expr(text, millis)
    }

    /// A column of times as milliseconds since 1970.
    pub(crate) fn millis(self, times: Times, column: Expr) -> Expr {
        let text = match (self, times) {
            (_, Times::Millis) => return column,
            (Self::Sqlite, _) => {
                let text = "CASE TYPEOF(?) WHEN 'integer' THEN ? \
                            ELSE CAST(ROUND((JULIANDAY(?) - 2440587.5) * 86400000.0) AS INTEGER) END";
                return Expr::cust_with_exprs(text, [column.clone(), column.clone(), column]);
            }
            (Self::Mysql, _) => {
                "TIMESTAMPDIFF(MICROSECOND, TIMESTAMP '1970-01-01 00:00:00', ?) DIV 1000"
            }
            (Self::Postgres, _) => "CAST(ROUND(EXTRACT(EPOCH FROM $1) * 1000) AS BIGINT)",
        };
        Expr::cust_with_expr(text, column)
    }

    /// Whether a moment of a column is before another. Where times stand in two forms, the column's
    /// is brought into the one that can be compared.
    pub(crate) fn before(self, times: Times, column: Expr, millis: Expr) -> Expr {
        match times {
            Times::Written => self.millis(times, column).lt(millis),
            _ => column.lt(self.time(times, millis)),
        }
    }

    /// Whether a moment of a column is after another.
    pub(crate) fn after(self, times: Times, column: Expr, millis: Expr) -> Expr {
        match times {
            Times::Written => self.millis(times, column).gt(millis),
            _ => column.gt(self.time(times, millis)),
        }
    }

    /// Whether two texts are the same. A collation finds the candidates, by an index; that they have
    /// the same characters is asked besides, as bytes, which knows no case, accent or space at an end.
    pub(crate) fn same(self, texts: Texts, one: Expr, other: Expr) -> Expr {
        let bytes = |text| Expr::cust_with_expr("CAST(CONVERT(? USING utf8mb4) AS BINARY)", text);
        match texts {
            Texts::Exact => one.eq(other),
            Texts::Collated => one
                .clone()
                .eq(other.clone())
                .and(bytes(one).eq(bytes(other))),
        }
    }
}
