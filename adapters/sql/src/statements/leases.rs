//! This file writes the statements about leases of tokens. Only our own layout has a place for them.

use sea_query::{Expr, ExprTrait, Query, SelectStatement, UpdateStatement};

use super::{
    accounts::ACCOUNT,
    writer::{Write, Writer, column},
};
use crate::{
    driver::Kind,
    schema::Layout,
    statement::{Arg, Statement},
};

/// What leases the tokens of one account.
pub(crate) struct LeaseStatements {
    /// Takes the lease if nobody holds it: the question and the answer are one statement.
    pub(crate) lease: Statement,
    /// The number of the lease, and the account.
    pub(crate) leased: Statement,
    /// Writes tokens if the lease still holds.
    pub(crate) replace: Statement,
    /// Gives the lease back if it still holds.
    pub(crate) release: Statement,
}

impl LeaseStatements {
    pub(super) fn all(&self) -> [&Statement; 4] {
        [&self.lease, &self.leased, &self.replace, &self.release]
    }
}

impl Writer<'_> {
    pub(super) fn leases(&self) -> Option<LeaseStatements> {
        if self.form.layout != Layout::Authcore {
            return None;
        }
        let kinds = [&[Kind::Int], ACCOUNT].concat();
        Some(LeaseStatements {
            lease: self.write("lease_tokens", Write::Update(self.lease_tokens())),
            leased: self.reading("leased_tokens", &self.leased_tokens(), &kinds),
            replace: self.write("replace_tokens", Write::Update(self.replace_tokens())),
            release: self.write("release_tokens", Write::Update(self.release_tokens())),
        })
    }

    fn lease_tokens(&self) -> UpdateStatement {
        let free = Expr::col("leased_until")
            .is_null()
            .or(Expr::col("leased_until").lte(Arg::Now.expr()));
        self.update_account()
            .value("lease", next_lease())
            .value("leased_until", Arg::Until.expr())
            .and_where(free)
            .take()
    }

    fn leased_tokens(&self) -> SelectStatement {
        let accounts = &self.schema.accounts;
        let mut select = Query::select();
        select.expr(column(accounts, "lease"));
        self.read_account(&mut select);
        select
            .from(self.schema.table(accounts))
            .and_where(self.same(column(accounts, "provider"), Arg::Provider.expr()))
            .and_where(self.same(column(accounts, self.columns.subject), Arg::Subject.expr()))
            .take()
    }

    fn replace_tokens(&self) -> UpdateStatement {
        let mut update = self.update_account();
        for (name, value) in self.tokens() {
            if let Some(name) = name {
                update.value(name, value.expr());
            }
        }
        self.held(update)
    }

    fn release_tokens(&self) -> UpdateStatement {
        self.held(self.update_account())
    }

    /// Ends the lease, where it is the one that was given.
    fn held(&self, mut update: UpdateStatement) -> UpdateStatement {
        update
            .value("leased_until", Expr::cust("NULL"))
            .and_where(Expr::col("lease").eq(Arg::Lease.expr()))
            .and_where(Expr::col("leased_until").is_not_null())
            .take()
    }

    fn update_account(&self) -> UpdateStatement {
        Query::update()
            .table(self.schema.table(&self.schema.accounts))
            .and_where(self.same(Expr::col("provider"), Arg::Provider.expr()))
            .and_where(self.same(Expr::col(self.columns.subject), Arg::Subject.expr()))
            .take()
    }

    /// A sign-in has newer tokens than whoever renews the old ones: their lease is passed on.
    pub(super) fn end_leases(&self, update: &mut UpdateStatement) {
        if self.form.layout == Layout::Authcore {
            update
                .value("lease", next_lease())
                .value("leased_until", Expr::cust("NULL"));
        }
    }
}

fn next_lease() -> Expr {
    Expr::col("lease").add(Expr::cust("1"))
}
