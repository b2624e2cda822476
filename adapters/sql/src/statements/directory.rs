//! This file writes the statements that list users, a page at a time.
//!
//! What a member of `extra` must be is asked in two places: here, with what each database knows of JSON,
//! so that few rows are read; and of the rows that came, exactly, by the adapter. So this must leave out
//! nobody who belongs there, and may let others pass: databases differ in whether 1 is 1.0, in how deep
//! JSON goes and in which characters a text has. A member's name is a value like any other.
//!
//! The attack it stops: a text in one user's `extra` at which the database fails, so that nobody is
//! listed any more (`a_members_name_is_never_more_than_a_name`).

use sea_query::{Expr, ExprTrait, Order, SelectStatement};

use super::{users::USER, writer::Writer};
use crate::{
    dialect::Dialect,
    statement::{Arg, Statement},
};

/// What lists users.
pub(crate) struct DirectoryStatements {
    /// Those after a user.
    pub(crate) users: Statement,
    /// Those of them who may have a member of a value. It looks through the users of a page in their
    /// order, unless the application has made an index for the member.
    pub(crate) with_member: Option<Statement>,
}

impl DirectoryStatements {
    pub(super) fn all(&self) -> impl Iterator<Item = &Statement> {
        [&self.users].into_iter().chain(&self.with_member)
    }
}

impl Writer<'_> {
    pub(super) fn directory(&self) -> DirectoryStatements {
        let with_member = self.people.extra.map(|extra| {
            let members = self.user_column(extra);
            let page = self.page_of_users().and_where(self.member(members)).take();
            self.reading("users_with_member", &page, USER)
        });
        DirectoryStatements {
            users: self.reading("users", &self.page_of_users(), USER),
            with_member,
        }
    }

    fn page_of_users(&self) -> SelectStatement {
        self.users()
            .and_where(self.user_column(self.people.id).gt(self.id(Arg::After)))
            .order_by_expr(self.user_column(self.people.id), Order::Asc)
            .limit(Arg::Limit.limit())
            .take()
    }

    fn member(&self, extra: Expr) -> Expr {
        let (text, exprs) = match self.dialect {
            // Names as they are: a path could not say each of them.
            Dialect::Sqlite => (
                "EXISTS (SELECT 1 FROM JSON_EACH(?) AS m WHERE m.key = ? AND (\
                 (m.type = 'text' AND m.atom = ?) \
                 OR (m.type IN ('integer', 'real') AND m.atom = CAST(? AS NUMERIC)) \
                 OR m.type = ?))",
                vec![
                    extra,
                    Arg::Member.expr(),
                    Arg::MemberText.expr(),
                    Arg::MemberNumber.expr(),
                    Arg::MemberTruth.expr(),
                ],
            ),
            // Its JSON has no zero characters, and fails at one.
            Dialect::Postgres => (
                r"CAST(REPLACE($1, '\u0000', '\ufffd') AS JSONB) @> CAST(CAST($2 AS TEXT) AS JSONB)",
                vec![extra, Arg::MemberObject.expr()],
            ),
            // What may lie too deep for it is let pass: MariaDB calls it not valid, but MySQL fails at
            // more than a hundred levels, in JSON_VALID already.
            Dialect::Mysql => (
                "CASE WHEN LENGTH(?) - LENGTH(REPLACE(REPLACE(?, '[', ''), '{', '')) > 99 THEN TRUE \
                 WHEN JSON_VALID(?) THEN JSON_CONTAINS(?, ?) ELSE TRUE END",
                vec![
                    extra.clone(),
                    extra.clone(),
                    extra.clone(),
                    extra,
                    Arg::MemberObject.expr(),
                ],
            ),
        };
        Expr::cust_with_exprs(text, exprs)
    }
}
