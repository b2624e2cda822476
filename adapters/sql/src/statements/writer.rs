//! This file has what the writers of statements share: how columns are read and values are stored in a
//! layout and a dialect.

use sea_query::{
    DeleteStatement, Expr, ExprTrait, Func, InsertStatement, LockBehavior, LockType, Order, Query,
    SelectStatement, UpdateStatement, extension::postgres::PgFunc,
};

use crate::{
    dialect::Dialect,
    driver::Kind,
    schema::{Columns, Form, Ids, Passkeys, PrismaColumns, Schema, UserColumns},
    statement::{Arg, Statement},
};

/// A statement that changes rows.
pub(super) enum Write {
    Insert(InsertStatement),
    Update(UpdateStatement),
    Delete(DeleteStatement),
}

/// Writes statements for one schema in one dialect.
pub(super) struct Writer<'a> {
    pub(super) dialect: Dialect,
    pub(super) form: Form,
    pub(super) schema: &'a Schema,
    pub(super) columns: &'static Columns,
    pub(super) prisma: PrismaColumns,
    pub(super) people: UserColumns<'a>,
}

/// What a column holds, as far as reading it is concerned.
#[derive(Clone, Copy)]
pub(super) enum Holds {
    /// What it is read as.
    Plain,
    /// The id of a user.
    UserId,
    /// A moment.
    Time,
    /// A whole number that may be a narrow one.
    Number,
    /// A truth value, read as 1 or 0.
    Truth,
}

impl<'a> Writer<'a> {
    pub(super) fn new(dialect: Dialect, form: Form, schema: &'a Schema) -> Self {
        Self {
            dialect,
            form,
            schema,
            columns: schema.columns(),
            prisma: schema.prisma_columns(),
            people: schema.user_columns(),
        }
    }
}

impl Writer<'_> {
    /// Renders a statement that changes rows.
    pub(super) fn write(&self, name: &'static str, statement: Write) -> Statement {
        match statement {
            Write::Insert(it) => Statement::render(self.dialect, name, &it, &[]),
            Write::Update(it) => Statement::render(self.dialect, name, &it, &[]),
            Write::Delete(it) => Statement::render(self.dialect, name, &it, &[]),
        }
    }

    pub(super) fn reading(
        &self,
        name: &'static str,
        select: &SelectStatement,
        columns: &[Kind],
    ) -> Statement {
        Statement::render(self.dialect, name, select, columns)
    }

    /// Reads columns of a table; one that the layout lacks is read as nothing, in its place.
    pub(super) fn read(
        &self,
        select: &mut SelectStatement,
        table: &str,
        columns: &[(Option<&str>, Holds)],
    ) {
        for (name, holds) in columns {
            let Some(name) = name else {
                select.expr(Expr::cust("NULL"));
                continue;
            };
            let stored = column(table, name);
            select.expr(match (holds, self.form.ids) {
                (Holds::UserId, Ids::Counted) if self.dialect == Dialect::Mysql => {
                    stored.cast_as("char")
                }
                (Holds::UserId, Ids::Counted | Ids::Uuid) => stored.cast_as("text"),
                (Holds::Time, _) => self.dialect.millis(self.form.times, stored),
                (Holds::Number, _) if self.dialect == Dialect::Postgres => stored.cast_as("bigint"),
                (Holds::Truth, _) if self.dialect == Dialect::Postgres => {
                    stored.cast_as("integer").cast_as("bigint")
                }
                _ => stored,
            });
        }
    }

    /// A value as its column stores it.
    pub(super) fn value(&self, arg: Arg) -> Expr {
        match arg {
            Arg::EmailVerified
            | Arg::CreatedAt
            | Arg::ExpiresAt
            | Arg::LastSeen
            | Arg::LastUsed
            | Arg::Now
            | Arg::WrittenAt => self.dialect.time(self.form.times, arg.expr()),
            Arg::ToldUserId => Expr::cust(self.told()),
            Arg::UserId | Arg::After => self.id(arg),
            Arg::Backup
                if self.form.passkeys == Passkeys::Authenticators
                    && self.dialect == Dialect::Postgres =>
            {
                arg.expr().cast_as("integer").cast_as("boolean")
            }
            _ => arg.expr(),
        }
    }

    /// The id of a user, as the columns of ids hold it.
    pub(super) fn id(&self, arg: Arg) -> Expr {
        match self.form.ids {
            Ids::Uuid => arg.expr().cast_as("uuid"),
            Ids::Text | Ids::Counted => arg.expr(),
        }
    }

    /// The id of the user whom a statement is about.
    pub(super) fn user_id(&self) -> Expr {
        self.id(Arg::UserId)
    }

    /// Whether two texts are the same, and not only to a collation.
    pub(super) fn same(&self, one: Expr, other: Expr) -> Expr {
        self.dialect.same(self.form.texts, one, other)
    }

    pub(super) fn insert(&self, table: &str, columns: &[(Option<&str>, Arg)]) -> Write {
        let present: Vec<_> = columns
            .iter()
            .filter_map(|(name, value)| name.map(|name| (name, *value)))
            .collect();
        let mut insert = Query::insert();
        insert
            .into_table(self.schema.table(table))
            .columns(present.iter().map(|(name, _)| (*name).to_owned()))
            // As many values as columns, both from the same list: this cannot panic.
            .values_panic(present.iter().map(|(_, value)| self.value(*value)));
        Write::Insert(insert)
    }

    /// Whether a column is one of those that PostgreSQL finds. As an array the subquery runs once; inside
    /// `IN` it may run again and find more.
    pub(super) fn is_any_of(&self, column: Expr, found: SelectStatement) -> Expr {
        let all = Func::cust("ARRAY").arg(found);
        column.eq(PgFunc::any(all))
    }

    pub(super) fn delete_of_user(&self, table: &str) -> Write {
        let mut delete = self.delete_from(table);
        delete.and_where(self.same(Expr::col(self.columns.user_id), self.user_id()));
        Write::Delete(delete)
    }

    pub(super) fn delete_from(&self, table: &str) -> DeleteStatement {
        let mut delete = Query::delete();
        delete.from_table(self.schema.table(table));
        delete
    }

    /// Says when the row is written, where it says so.
    pub(super) fn written(&self, update: &mut UpdateStatement) {
        if let Some(name) = self.prisma.updated {
            update.value(name, self.value(Arg::WrittenAt));
        }
    }

    /// Removes a bounded number of rows that have ended, the oldest first.
    pub(super) fn expire(
        &self,
        table: &str,
        key: &'static str,
        expires: &'static str,
        kind: Option<&'static str>,
    ) -> Write {
        let of_kind = || kind.map(|name| self.same(Expr::col(name), Arg::AttemptKind.expr()));
        let has_ended = || {
            let column = Expr::col(expires);
            self.dialect
                .before(self.form.times, column, Arg::Now.expr())
        };
        let mut delete = self.delete_from(table);
        let mut ended = Query::select();
        ended
            .column(key)
            .from(self.schema.table(table))
            .and_where(has_ended())
            .and_where_option(of_kind())
            .order_by(expires, Order::Asc)
            .limit(Arg::Limit.limit());
        match self.dialect {
            Dialect::Sqlite => delete.and_where(Expr::col(key).in_subquery(ended)),
            Dialect::Postgres => {
                // Two that remove at once take different rows instead of waiting for each other.
                ended.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
                delete.and_where(self.is_any_of(Expr::col(key), ended))
            }
            // MySQL takes no limit inside `IN`, but one on the removal itself.
            Dialect::Mysql => delete
                .and_where(has_ended())
                .order_by(expires, Order::Asc)
                .limit(Arg::Limit.limit()),
        };
        delete.and_where_option(of_kind());
        Write::Delete(delete)
    }
}

pub(super) fn column(table: &str, name: &str) -> Expr {
    Expr::col((table.to_owned(), name.to_owned()))
}
