//! This file writes the statements about users and their accounts.

use sea_query::{CaseStatement, Expr, ExprTrait, Query, SelectStatement};

use super::{Write, Writer, column, delete_from, insert, read};
use crate::statement::Arg;

impl Writer<'_> {
    pub(super) fn create_user(&self) -> Write {
        insert(
            &self.schema.users,
            &[
                (Some("id"), Arg::UserId),
                (Some("name"), Arg::Name),
                (Some("email"), Arg::Email),
                (Some(self.columns.email_verified), Arg::EmailVerified),
                (Some("image"), Arg::Image),
                (self.columns.user_extra, Arg::UserExtra),
            ],
        )
    }

    pub(super) fn user(&self) -> SelectStatement {
        self.users()
            .and_where(self.of_users("id").eq(Arg::UserId.expr()))
            .take()
    }

    pub(super) fn user_by_email(&self) -> SelectStatement {
        self.users()
            .and_where(self.of_users("email").eq(Arg::Email.expr()))
            .take()
    }

    pub(super) fn user_by_account(&self) -> SelectStatement {
        let accounts = &self.schema.accounts;
        self.users()
            .inner_join(
                accounts.clone(),
                self.of_users("id")
                    .equals((accounts.clone(), self.columns.user_id)),
            )
            .and_where(column(accounts, "provider").eq(Arg::Provider.expr()))
            .and_where(column(accounts, self.columns.subject).eq(Arg::Subject.expr()))
            .take()
    }

    pub(super) fn update_user(&self) -> Write {
        let mut update = Query::update();
        update.table(self.schema.users.clone());
        let fields = [
            (Some("name"), Arg::SetName, Arg::Name),
            (Some("email"), Arg::SetEmail, Arg::Email),
            (
                Some(self.columns.email_verified),
                Arg::SetEmailVerified,
                Arg::EmailVerified,
            ),
            (Some("image"), Arg::SetImage, Arg::Image),
            (self.columns.user_extra, Arg::SetUserExtra, Arg::UserExtra),
        ];
        for (name, whether, value) in fields {
            if let Some(name) = name {
                // One statement for every set of changes: rendered once, and no row is read first
                // that another could change in between.
                let changed = CaseStatement::new()
                    .case(whether.expr().eq(Expr::cust("1")), value.expr())
                    .finally(Expr::col(name));
                update.value(name, changed);
            }
        }
        update.and_where(Expr::col("id").eq(Arg::UserId.expr()));
        Write::Update(update)
    }

    pub(super) fn delete_user(&self) -> Write {
        let mut delete = delete_from(&self.schema.users);
        delete.and_where(Expr::col("id").eq(Arg::UserId.expr()));
        Write::Delete(delete)
    }

    pub(super) fn delete_of_user(&self, table: &str) -> Write {
        let mut delete = delete_from(table);
        delete.and_where(Expr::col(self.columns.user_id).eq(Arg::UserId.expr()));
        Write::Delete(delete)
    }

    pub(super) fn create_account(&self) -> Write {
        let names = [
            (Some("provider"), Arg::Provider),
            (Some(self.columns.subject), Arg::Subject),
            (Some(self.columns.user_id), Arg::UserId),
            (Some(self.columns.kind), Arg::Kind),
        ];
        insert(
            &self.schema.accounts,
            &[names.as_slice(), &self.tokens()].concat(),
        )
    }

    pub(super) fn update_tokens(&self) -> Write {
        let mut update = Query::update();
        update.table(self.schema.accounts.clone());
        for (name, value) in self.tokens() {
            if let Some(name) = name {
                update.value(name, value.expr());
            }
        }
        update
            .and_where(Expr::col("provider").eq(Arg::Provider.expr()))
            .and_where(Expr::col(self.columns.subject).eq(Arg::Subject.expr()));
        Write::Update(update)
    }

    pub(super) fn delete_account(&self) -> Write {
        let mut delete = delete_from(&self.schema.accounts);
        delete
            .and_where(Expr::col("provider").eq(Arg::Provider.expr()))
            .and_where(Expr::col(self.columns.subject).eq(Arg::Subject.expr()));
        Write::Delete(delete)
    }

    pub(super) fn accounts(&self) -> SelectStatement {
        let mut select = Query::select();
        let names = [
            Some(self.columns.user_id),
            Some("provider"),
            Some(self.columns.subject),
            Some(self.columns.kind),
        ];
        let tokens = self.tokens().map(|(name, _)| name);
        read(
            &mut select,
            &self.schema.accounts,
            names.into_iter().chain(tokens),
        );
        select
            .from(self.schema.accounts.clone())
            .and_where(Expr::col(self.columns.user_id).eq(Arg::UserId.expr()))
            .take()
    }
}
