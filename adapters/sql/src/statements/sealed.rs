//! This file writes the statements that go through a table with sealed columns: how many rows there are,
//! the next of them in the order of their key, and a row replaced if it is still the one that was read.
//!
//! Their arguments are counted, not named: how many there are depends on the table.

use sea_query::{Cond, Condition, Expr, ExprTrait, Order, Query};

use super::writer::Writer;
use crate::{
    dialect::Dialect,
    driver::Kind,
    sealed::SealedTable,
    statement::{Statement, counted},
};

/// What goes through one table.
pub(crate) struct SealedStatements {
    pub(crate) table: &'static SealedTable,
    /// Reads the table whole; no visitor waits for it.
    pub(crate) count: Statement,
    /// Takes a key and a number of rows: answers as many rows after that key, key first.
    pub(crate) page: Statement,
    /// Takes a key, what was read, and what is to stand there.
    pub(crate) replace: Statement,
}

impl Writer<'_> {
    pub(super) fn sealed(&self, table: &'static SealedTable) -> SealedStatements {
        SealedStatements {
            table,
            count: self.count_sealed(table),
            page: self.page_of_sealed(table),
            replace: self.replace_sealed(table),
        }
    }

    fn count_sealed(&self, table: &SealedTable) -> Statement {
        let mut select = Query::select();
        select
            .expr(Expr::cust("COUNT(*)"))
            .from(self.schema.table((table.table)(self.schema)));
        Statement::render(self.dialect, table.statements[0], &select, &[Kind::Int])
    }

    fn page_of_sealed(&self, table: &SealedTable) -> Statement {
        let columns = [table.key, table.columns].concat();
        let mut select = Query::select();
        select
            .columns(columns.iter().copied())
            .from(self.schema.table((table.table)(self.schema)))
            .cond_where(self.after(table.key))
            .limit(table.key.len() as u64);
        for name in table.key {
            select.order_by(*name, Order::Asc);
        }
        let kinds = vec![Kind::Text; columns.len()];
        Statement::render(self.dialect, table.statements[1], &select, &kinds)
    }

    /// Whether a row stands after a key. SQLite and PostgreSQL find the place in the index when tuples
    /// are compared; MySQL only when each column is.
    fn after(&self, key: &[&'static str]) -> Condition {
        if self.dialect != Dialect::Mysql {
            let row = Expr::tuple(key.iter().map(|name| Expr::col(*name)));
            let given = Expr::tuple((0..key.len()).map(counted));
            return Cond::all().add(row.gt(given));
        }
        let mut any = Cond::any();
        for (last, name) in key.iter().enumerate() {
            let mut all = Cond::all();
            for (place, equal) in key[..last].iter().enumerate() {
                all = all.add(Expr::col(*equal).eq(counted(place)));
            }
            any = any.add(all.add(Expr::col(*name).gt(counted(last))));
        }
        any
    }

    fn replace_sealed(&self, table: &SealedTable) -> Statement {
        let (keys, columns) = (table.key.len(), table.columns.len());
        let same = match self.dialect {
            Dialect::Sqlite => "? IS ?",
            Dialect::Postgres => "$1 IS NOT DISTINCT FROM $2",
            Dialect::Mysql => "? <=> ?",
        };
        let mut update = Query::update();
        update.table(self.schema.table((table.table)(self.schema)));
        for (place, name) in table.columns.iter().enumerate() {
            update.value(*name, counted(keys + columns + place));
        }
        for (place, name) in table.key.iter().enumerate() {
            update.and_where(Expr::col(*name).eq(counted(place)));
        }
        for (place, name) in table.columns.iter().enumerate() {
            let both = [Expr::col(*name), counted(keys + place)];
            update.and_where(Expr::cust_with_exprs(same, both));
        }
        Statement::render(self.dialect, table.statements[2], &update, &[])
    }
}
