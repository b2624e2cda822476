//! The statements that move accounts of one authority to another, a part of a provider's accounts at a time.
//!
//! Their arguments are counted, not named: a part has two ends.

use sea_query::{Expr, ExprTrait, Order, Query};

use super::writer::Writer;
use crate::{
    driver::Kind,
    schema::Kept,
    statement::{Statement, counted},
};

/// What moves accounts.
pub(crate) struct MoveStatements {
    /// Reads the table whole: how many accounts there are of each provider and authority.
    pub(crate) count: Statement,
    /// Takes a provider, a subject and a number: answers as many subjects after that one.
    pub(crate) page: Statement,
    /// Takes a provider, the subject before the first, the last one, and two authorities.
    pub(crate) replace: Statement,
}

impl Writer<'_> {
    /// None, where authorities are kept nowhere.
    pub(super) fn moves(&self) -> Option<MoveStatements> {
        let (table, subject) = match self.form.authorities {
            Kept::InRow => (&self.schema.accounts, self.columns.subject),
            Kept::Beside => (&self.schema.authorities, "subject"),
            Kept::Nowhere => return None,
        };
        let table = || self.schema.table(table);
        let of_provider = || self.same(Expr::col("provider"), counted(0));
        let after = || Expr::col(subject).gt(counted(1));

        let mut count = Query::select();
        count
            .columns(["provider", "authority"])
            .expr(Expr::cust("COUNT(*)"))
            .from(table())
            .group_by_columns(["provider", "authority"])
            .order_by("provider", Order::Asc)
            .order_by("authority", Order::Asc);
        let mut page = Query::select();
        page.column(subject)
            .from(table())
            .and_where(of_provider())
            .and_where(after())
            .order_by(subject, Order::Asc)
            .limit(2);
        let mut replace = Query::update();
        replace
            .table(table())
            .value("authority", counted(4))
            .and_where(of_provider())
            .and_where(after())
            .and_where(Expr::col(subject).lte(counted(2)))
            .and_where(self.same(Expr::col("authority"), counted(3)));
        let texts = [Kind::Text, Kind::Text, Kind::Int];
        let render = |name, statement: &_, kinds: &[Kind]| {
            Statement::render(self.dialect, name, statement, kinds)
        };
        Some(MoveStatements {
            count: render("count_of_authorities", &count, &texts),
            page: render("page_of_accounts", &page, &texts[..1]),
            replace: Statement::render(self.dialect, "move_authority", &replace, &[]),
        })
    }
}
