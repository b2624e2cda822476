//! This file writes the statements about tokens that are to be revoked. Only our own layout has a table
//! for them.
//!
//! They are copied as they are sealed, row by row in the database: what a text is sealed to, account and
//! column, is the same in both tables.

use sea_query::{
    Cond, Expr, ExprTrait, InsertStatement, LockBehavior, LockType, Order, Query, SelectStatement,
};

use super::writer::{Write, Writer};
use crate::{
    driver::Kind,
    schema::Layout,
    statement::{Arg, Statement},
};

/// What puts tokens aside, and hands them out.
pub(crate) struct RevocationStatements {
    /// The tokens of one account of a user, if it has any.
    pub(crate) of_account: Statement,
    /// The tokens of all accounts of a user that have any.
    pub(crate) of_user: Statement,
    /// Those that are due and that nobody else is taking at this moment.
    pub(crate) due: Statement,
    /// Says that one was taken. Its key comes last.
    pub(crate) take: Statement,
    pub(crate) postpone: Statement,
    pub(crate) finish: Statement,
}

impl RevocationStatements {
    pub(super) fn all(&self) -> [&Statement; 6] {
        [
            &self.of_account,
            &self.of_user,
            &self.due,
            &self.take,
            &self.postpone,
            &self.finish,
        ]
    }
}

/// The columns of a revocation, in the order in which they are read; its key first.
const REVOCATION: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("provider", Kind::Text),
    ("subject", Kind::Text),
    ("access_token", Kind::Text),
    ("refresh_token", Kind::Text),
    ("tries", Kind::Int),
    ("created_at", Kind::Int),
];

impl Writer<'_> {
    pub(super) fn revocations(&self) -> Option<RevocationStatements> {
        if self.form.layout != Layout::Authcore {
            return None;
        }
        let kinds: Vec<_> = REVOCATION.iter().map(|(_, kind)| *kind).collect();
        let one = Cond::all()
            .add(Expr::col("provider").eq(Arg::Provider.expr()))
            .add(Expr::col("subject").eq(Arg::Subject.expr()));
        let put_aside = |of| Write::Insert(self.put_aside(of));
        Some(RevocationStatements {
            of_account: self.write("revoke_tokens_of_account", put_aside(one)),
            of_user: self.write("revoke_tokens_of_user", put_aside(Cond::all())),
            due: self.reading("due_revocations", &self.due_revocations(), &kinds),
            take: self.write("take_revocation", self.move_revocation(Tries::Count)),
            postpone: self.write("postpone_revocation", self.move_revocation(Tries::Leave)),
            finish: self.write("finish_revocation", self.finish_revocation()),
        })
    }

    /// The rows are held until the transaction ends: nobody puts newer tokens into an account between
    /// this and its end.
    fn put_aside(&self, which: Cond) -> InsertStatement {
        let has_any = Expr::col("access_token")
            .is_not_null()
            .or(Expr::col("refresh_token").is_not_null());
        let accounts = Query::select()
            .expr(Arg::RevocationId.expr())
            .columns(["provider", "subject", "access_token", "refresh_token"])
            .expr(Expr::cust("0"))
            .expr(Arg::CreatedAt.expr())
            .expr(Arg::CreatedAt.expr())
            .from(self.schema.table(&self.schema.accounts))
            .cond_where(which)
            .and_where(Expr::col("user_id").eq(self.user_id()))
            .and_where(has_any)
            .lock(LockType::Update)
            .take();
        let columns = REVOCATION.iter().map(|(name, _)| *name);
        let mut insert = Query::insert();
        insert
            .into_table(self.schema.table(&self.schema.revocations))
            .columns(columns.chain(["due_at"]));
        // As many values as columns: the only thing that it refuses.
        let _ = insert.select_from(accounts);
        insert
    }

    fn due_revocations(&self) -> SelectStatement {
        Query::select()
            .columns(REVOCATION.iter().map(|(name, _)| *name))
            .from(self.schema.table(&self.schema.revocations))
            .and_where(Expr::col("due_at").lte(Arg::Now.expr()))
            .order_by("due_at", Order::Asc)
            .limit(Arg::Limit.limit())
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .take()
    }

    fn move_revocation(&self, tries: Tries) -> Write {
        let mut update = Query::update();
        update
            .table(self.schema.table(&self.schema.revocations))
            .value("due_at", Arg::Until.expr());
        if let Tries::Count = tries {
            update.value("tries", Expr::col("tries").add(Expr::cust("1")));
        }
        update.cond_where(of_key());
        Write::Update(update)
    }

    fn finish_revocation(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.revocations);
        delete.cond_where(of_key());
        Write::Delete(delete)
    }
}

/// Whether a revocation counts as tried.
enum Tries {
    Count,
    Leave,
}

fn of_key() -> Cond {
    Cond::all()
        .add(Expr::col("id").eq(Arg::RevocationId.expr()))
        .add(Expr::col("provider").eq(Arg::Provider.expr()))
        .add(Expr::col("subject").eq(Arg::Subject.expr()))
}
