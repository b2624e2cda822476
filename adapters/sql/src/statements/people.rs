//! This file writes the statements about users and their accounts.

use sea_query::{
    CaseStatement, Expr, ExprTrait, Func, LockType, Query, SelectStatement, UpdateStatement,
};

use super::{Holds, Write, Writer, authenticators::of_a_passkey, column};
use crate::{
    dialect::Dialect,
    schema::{NewIds, Passkeys},
    statement::{Arg, Statement},
};

impl Writer<'_> {
    pub(super) fn create_user(&self) -> Write {
        let id = match self.form.new_ids {
            NewIds::Made | NewIds::Asked => Some(self.people.id),
            NewIds::Told => None,
        };
        self.insert(
            &self.schema.users,
            &[
                (id, Arg::UserId),
                (Some(self.people.name), Arg::Name),
                (Some(self.people.email), Arg::Email),
                (Some(self.people.email_verified), Arg::EmailVerified),
                (Some(self.people.image), Arg::Image),
                (self.people.extra, Arg::UserExtra),
                (self.prisma.updated, Arg::WrittenAt),
            ],
        )
    }

    pub(super) fn user(&self) -> SelectStatement {
        self.users()
            .and_where(self.same(self.user_column(self.people.id), Arg::UserId.expr()))
            .take()
    }

    pub(super) fn user_by_email(&self) -> SelectStatement {
        self.users()
            .and_where(self.dialect.same(
                self.form.addresses,
                self.user_column(self.people.email),
                Arg::Email.expr(),
            ))
            .take()
    }

    pub(super) fn user_by_account(&self) -> SelectStatement {
        let accounts = &self.schema.accounts;
        self.users()
            .inner_join(
                self.schema.table(accounts),
                self.same(
                    self.user_column(self.people.id),
                    column(accounts, self.columns.user_id),
                ),
            )
            .and_where(self.same(column(accounts, "provider"), Arg::Provider.expr()))
            .and_where(self.same(column(accounts, self.columns.subject), Arg::Subject.expr()))
            .take()
    }

    pub(super) fn update_user(&self) -> Write {
        let mut update = Query::update();
        update.table(self.schema.table(&self.schema.users));
        let fields = [
            (Some(self.people.name), Arg::SetName, Arg::Name),
            (Some(self.people.email), Arg::SetEmail, Arg::Email),
            (
                Some(self.people.email_verified),
                Arg::SetEmailVerified,
                Arg::EmailVerified,
            ),
            (Some(self.people.image), Arg::SetImage, Arg::Image),
            (self.people.extra, Arg::SetUserExtra, Arg::UserExtra),
        ];
        for (name, whether, value) in fields {
            if let Some(name) = name {
                // One statement for every set of changes: rendered once, and no row is read first
                // that another could change in between.
                let changed = CaseStatement::new()
                    .case(whether.expr().eq(Expr::cust("1")), self.value(value))
                    .finally(Expr::col(name.to_owned()));
                update.value(name.to_owned(), changed);
            }
        }
        self.written(&mut update);
        update.and_where(self.same(self.user_column(self.people.id), Arg::UserId.expr()));
        Write::Update(update)
    }

    /// Says when the row is written, where it says so.
    pub(super) fn written(&self, update: &mut UpdateStatement) {
        if let Some(name) = self.prisma.updated {
            update.value(name, self.value(Arg::WrittenAt));
        }
    }

    pub(super) fn delete_user(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.users);
        delete.and_where(self.same(self.user_column(self.people.id), Arg::UserId.expr()));
        Write::Delete(delete)
    }

    pub(super) fn delete_of_user(&self, table: &str) -> Write {
        let mut delete = self.delete_from(table);
        delete.and_where(self.same(Expr::col(self.columns.user_id), Arg::UserId.expr()));
        Write::Delete(delete)
    }

    pub(super) fn create_account(&self) -> Write {
        self.create_account_of(Arg::UserId)
    }

    pub(super) fn create_account_of(&self, user: Arg) -> Write {
        let names = [
            (Some("provider"), Arg::Provider),
            (Some(self.columns.subject), Arg::Subject),
            (Some(self.columns.user_id), user),
            (Some(self.columns.kind), Arg::Kind),
            (self.prisma.row_id, Arg::RowId),
            (self.prisma.updated, Arg::WrittenAt),
        ];
        self.insert(
            &self.schema.accounts,
            &[names.as_slice(), &self.tokens()].concat(),
        )
    }

    pub(super) fn update_tokens(&self) -> Write {
        let mut update = Query::update();
        update.table(self.schema.table(&self.schema.accounts));
        for (name, value) in self.tokens() {
            if let Some(name) = name {
                update.value(name, value.expr());
            }
        }
        self.end_leases(&mut update);
        self.written(&mut update);
        update
            .and_where(self.same(Expr::col("provider"), Arg::Provider.expr()))
            .and_where(self.same(Expr::col(self.columns.subject), Arg::Subject.expr()));
        Write::Update(update)
    }

    pub(super) fn delete_account(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.accounts);
        delete
            .and_where(self.same(Expr::col("provider"), Arg::Provider.expr()))
            .and_where(self.same(Expr::col(self.columns.subject), Arg::Subject.expr()));
        Write::Delete(delete)
    }

    /// Holds a user's row until the transaction ends: whoever takes away one of their ways in waits for
    /// whoever takes another. SQLite has no such words and needs none: a transaction that writes is alone.
    pub(super) fn lock_user(&self) -> SelectStatement {
        let mut select = Query::select();
        self.read(
            &mut select,
            &self.schema.users,
            &[(Some(self.people.id), Holds::UserId)],
        );
        select
            .from(self.schema.table(&self.schema.users))
            .and_where(self.same(self.user_column(self.people.id), Arg::UserId.expr()))
            .lock(LockType::Update)
            .take()
    }

    pub(super) fn account_of_user(&self) -> SelectStatement {
        Query::select()
            .column("provider")
            .from(self.schema.table(&self.schema.accounts))
            .and_where(self.same(Expr::col("provider"), Arg::Provider.expr()))
            .and_where(self.same(Expr::col(self.columns.subject), Arg::Subject.expr()))
            .and_where(self.same(Expr::col(self.columns.user_id), Arg::UserId.expr()))
            .take()
    }

    /// How many ways in a user has: accounts and passkeys. The accounts that passkeys are known by are
    /// none besides them, and only count where no passkeys are kept.
    pub(super) fn ways_in(&self) -> SelectStatement {
        let of_user = |table: &str| {
            let user = column(table, self.columns.user_id);
            let mut select = Query::select();
            select
                .from(self.schema.table(table))
                .and_where(self.same(user, Arg::UserId.expr()));
            select
        };
        let mut accounts = of_user(&self.schema.accounts);
        let mut passkeys = of_user(&self.schema.passkeys);
        passkeys.expr(Expr::cust("COUNT(*)"));
        match self.form.passkeys {
            Passkeys::None => return accounts.expr(Expr::cust("COUNT(*)")).take(),
            Passkeys::Authenticators => {
                passkeys.and_where(self.has_its_account());
            }
            Passkeys::Ours => {}
        }
        let kind = || column(&self.schema.accounts, self.columns.kind);
        let count = |condition: Expr| {
            let one = CaseStatement::new().case(condition, Expr::cust("1"));
            Func::count(one)
        };
        let others = count(kind().ne(of_a_passkey()));
        let known_by = count(kind().eq(of_a_passkey()));
        let passkeys = Func::cust("NULLIF").args([passkeys.into(), Expr::cust("0")]);
        let by_passkey = Func::coalesce([passkeys, known_by]);
        accounts.expr(Expr::from(others).add(by_passkey)).take()
    }

    pub(super) fn accounts(&self) -> SelectStatement {
        let mut select = Query::select();
        self.read_account(&mut select);
        select
            .from(self.schema.table(&self.schema.accounts))
            .and_where(self.same(Expr::col(self.columns.user_id), Arg::UserId.expr()))
            .take()
    }

    pub(super) fn read_account(&self, select: &mut SelectStatement) {
        let names = [
            (Some(self.columns.user_id), Holds::UserId),
            (Some("provider"), Holds::Plain),
            (Some(self.columns.subject), Holds::Plain),
            (Some(self.columns.kind), Holds::Plain),
        ];
        let tokens = self.tokens().map(|(name, value)| match value {
            Arg::TokenExpires => (name, Holds::Number),
            _ => (name, Holds::Plain),
        });
        let accounts = &self.schema.accounts;
        self.read(select, accounts, &[&names[..], &tokens].concat());
    }

    /// Asked for beforehand, so that an account can point to its user in every database alike.
    pub(super) fn next_user_id(&self) -> Statement {
        let users = self.schema.quoted(self.dialect, &self.schema.users);
        Statement::number(
            "next_user_id",
            format!("SELECT nextval(pg_get_serial_sequence('{users}', 'id'))"),
        )
    }

    /// The number of the user that this connection has just stored.
    pub(super) fn told_user_id(&self) -> Statement {
        Statement::number("told_user_id", format!("SELECT {}", self.told()))
    }

    /// The same as a value. Names in it were checked.
    pub(super) fn told(&self) -> String {
        match self.dialect {
            Dialect::Sqlite => "last_insert_rowid()".to_owned(),
            Dialect::Mysql => "CAST(LAST_INSERT_ID() AS SIGNED)".to_owned(),
            Dialect::Postgres => {
                let users = self.schema.quoted(self.dialect, &self.schema.users);
                let id = self.people.id;
                format!("currval(pg_get_serial_sequence('{users}', '{id}'))")
            }
        }
    }
}
