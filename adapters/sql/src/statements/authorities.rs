//! Who gave out the subjects of accounts: a column in our own table of accounts, and a table of ours beside
//! Auth.js's.

use sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement};

use super::writer::{Holds, Write, Writer, column};
use crate::{
    schema::{Ids, Kept},
    statement::{Arg, Statement},
};

/// What writes authorities.
pub(crate) struct AuthorityStatements {
    /// Changes that of an account, or adds it to the table beside.
    pub(crate) set: Statement,
    /// In a table beside, where no foreign key removes a row with its account.
    pub(crate) beside: Option<BesideStatements>,
}

/// What removes rows from the table beside.
pub(crate) struct BesideStatements {
    pub(crate) delete: Statement,
    pub(crate) delete_of_user: Statement,
}

impl AuthorityStatements {
    pub(super) fn all(&self) -> impl Iterator<Item = &Statement> {
        let beside = self.beside.iter();
        [&self.set]
            .into_iter()
            .chain(beside.flat_map(|it| [&it.delete, &it.delete_of_user]))
    }
}

impl Writer<'_> {
    pub(super) fn authorities(&self) -> Option<AuthorityStatements> {
        let beside = match self.form.authorities {
            Kept::Nowhere => return None,
            Kept::InRow => None,
            Kept::Beside => Some(BesideStatements {
                delete: self.write("delete_authority", self.delete_authority()),
                delete_of_user: self.write("delete_authorities_of_user", self.delete_authorities()),
            }),
        };
        Some(AuthorityStatements {
            set: self.write("set_authority", self.set_authority()),
            beside,
        })
    }

    pub(super) fn read_authority(&self, select: &mut SelectStatement) {
        let (table, name) = match self.form.authorities {
            Kept::InRow | Kept::Nowhere => (&self.schema.accounts, self.columns.authority),
            Kept::Beside => (&self.schema.authorities, Some("authority")),
        };
        self.read(select, table, &[(name, Holds::Plain)]);
    }

    /// Joins the row beside the account, where there is such a table.
    pub(super) fn join_authorities(&self, select: &mut SelectStatement) {
        if self.form.authorities == Kept::Beside {
            select.left_join(
                self.schema.table(&self.schema.authorities),
                self.is_of_account(),
            );
        }
    }

    /// Whether a row beside is that of an account.
    fn is_of_account(&self) -> Expr {
        let beside = |name| column(&self.schema.authorities, name);
        let account = |name| column(&self.schema.accounts, name);
        self.same(beside("provider"), account("provider"))
            .and(self.same(beside("subject"), account(self.columns.subject)))
    }

    fn set_authority(&self) -> Write {
        if self.form.authorities == Kept::Beside {
            return self.set_beside();
        }
        let mut update = Query::update();
        update
            .table(self.schema.table(&self.schema.accounts))
            .value("authority", Arg::Authority.expr())
            .and_where(self.same(Expr::col("provider"), Arg::Provider.expr()))
            .and_where(self.same(Expr::col(self.columns.subject), Arg::Subject.expr()));
        Write::Update(update)
    }

    /// With whose the account is, so that the row is found when they are deleted.
    fn set_beside(&self) -> Write {
        let accounts = &self.schema.accounts;
        let account = |name| column(accounts, name);
        let owner = || match self.form.ids {
            Ids::Text => account(self.columns.user_id),
            Ids::Counted | Ids::Uuid => account(self.columns.user_id).cast_as("text"),
        };
        let mut values = Query::select();
        values
            .expr(account("provider"))
            .expr(account(self.columns.subject))
            .expr(owner())
            .expr(Arg::Authority.expr())
            .from(self.schema.table(accounts))
            .and_where(self.same(account("provider"), Arg::Provider.expr()))
            .and_where(self.same(account(self.columns.subject), Arg::Subject.expr()));
        let mut insert = Query::insert();
        insert
            .into_table(self.schema.table(&self.schema.authorities))
            .columns(["provider", "subject", "user_id", "authority"]);
        // As many values as columns: this cannot fail.
        if insert.select_from(values).is_err() {
            tracing::error!("an authority has other columns than values");
        }
        insert.on_conflict(
            OnConflict::columns(["provider", "subject"])
                .update_columns(["user_id", "authority"])
                .to_owned(),
        );
        Write::Insert(insert)
    }

    fn delete_authority(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.authorities);
        delete
            .and_where(self.same(Expr::col("provider"), Arg::Provider.expr()))
            .and_where(self.same(Expr::col("subject"), Arg::Subject.expr()));
        Write::Delete(delete)
    }

    fn delete_authorities(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.authorities);
        delete.and_where(self.same(Expr::col("user_id"), Arg::UserIdText.expr()));
        Write::Delete(delete)
    }
}
