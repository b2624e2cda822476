//! This file writes the statements that count tries. Auth.js's tables have no place for them.
//!
//! A try is one statement that adds the row or raises its count, so that of many at once each raises
//! what another left (`many_hits_at_once_all_count`). What it came to is read in the same transaction,
//! while the row is still ours alone.

use sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, Query, SelectStatement};

use super::writer::{Holds, Write, Writer, column};
use crate::{
    driver::Kind,
    statement::{Arg, Statement},
};

/// What runs on the table of counts.
pub(crate) struct LimitStatements {
    pub(crate) hit: Statement,
    pub(crate) read: Statement,
    pub(crate) forget: Statement,
    pub(crate) expire: Statement,
}

impl LimitStatements {
    pub(super) fn render(writer: &Writer<'_>) -> Self {
        let (schema, dialect) = (writer.schema, writer.dialect);
        let expire = writer.expire(&schema.limits, "key_hash", "ends_at", None);
        let read = writer.hits();
        Self {
            hit: writer.write("hit", writer.hit()),
            read: Statement::render(dialect, "hits", &read, &[Kind::Int, Kind::Int]),
            forget: writer.write("forget_hits", writer.forget_hits()),
            expire: writer.write("expire_limits", expire),
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Statement> {
        let Self {
            hit,
            read,
            forget,
            expire,
        } = self;
        [hit, read, forget, expire].into_iter()
    }
}

impl Writer<'_> {
    fn hit(&self) -> Write {
        let stored = |name| column(&self.schema.limits, name);
        let has_ended = || stored("ends_at").lte(Arg::Now.expr());
        let is_full = stored("count").gte(Expr::cust(u32::MAX.to_string()));
        let count = CaseStatement::new()
            .case(has_ended(), Expr::cust("1"))
            .case(is_full, stored("count"))
            .finally(stored("count").add(Expr::cust("1")));
        let ends_at = CaseStatement::new()
            .case(has_ended(), Arg::ExpiresAt.expr())
            .finally(stored("ends_at"));
        let mut insert = Query::insert();
        insert
            .into_table(self.schema.table(&self.schema.limits))
            .columns(["key_hash", "count", "ends_at"])
            // As many values as columns: this cannot panic.
            .values_panic([Arg::LimitKey.expr(), Expr::cust("1"), Arg::ExpiresAt.expr()])
            .on_conflict(
                // MySQL sets them one after another: the count comes first, while the end is the old one.
                OnConflict::column("key_hash")
                    .value("count", count)
                    .value("ends_at", ends_at)
                    .to_owned(),
            );
        Write::Insert(insert)
    }

    fn hits(&self) -> SelectStatement {
        let mut select = Query::select();
        let columns = [
            (Some("count"), Holds::Plain),
            (Some("ends_at"), Holds::Time),
        ];
        self.read(&mut select, &self.schema.limits, &columns);
        select
            .from(self.schema.table(&self.schema.limits))
            .and_where(Expr::col("key_hash").eq(Arg::LimitKey.expr()))
            .take()
    }

    fn forget_hits(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.limits);
        delete.and_where(Expr::col("key_hash").eq(Arg::LimitKey.expr()));
        Write::Delete(delete)
    }
}
