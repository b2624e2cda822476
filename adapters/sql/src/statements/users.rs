//! This file writes the statements about users.

use sea_query::{CaseStatement, Expr, ExprTrait, LockType, Query, SelectStatement};

use super::writer::{Holds, Write, Writer, column};
use crate::{
    dialect::Dialect,
    driver::Kind,
    schema::NewIds,
    statement::{Arg, Statement},
};

/// The columns of a user, in the order in which they are read.
pub(super) const USER: &[Kind] = &[
    Kind::Text, // id
    Kind::Text, // name
    Kind::Text, // email
    Kind::Int,  // email_verified
    Kind::Text, // image
    Kind::Text, // extra
];

/// What runs on the table of users.
pub(crate) struct UserStatements {
    pub(crate) create: Statement,
    pub(crate) by_id: Statement,
    pub(crate) by_email: Statement,
    pub(crate) by_account: Statement,
    pub(crate) update: Statement,
    pub(crate) delete: Statement,
    pub(crate) lock: Statement,
    /// Where the database counts users itself, the next number.
    pub(crate) next_id: Option<Statement>,
    /// Where it tells the number only after a user was stored, that number.
    pub(crate) told_id: Option<Statement>,
}

impl UserStatements {
    pub(super) fn render(writer: &Writer<'_>) -> Self {
        let new_ids = writer.form.new_ids;
        let user = |name, select| writer.reading(name, &select, USER);
        Self {
            create: writer.write("create_user", writer.create_user()),
            by_id: user("user", writer.user()),
            by_email: user("user_by_email", writer.user_by_email()),
            by_account: user("user_by_account", writer.user_by_account()),
            update: writer.write("update_user", writer.update_user()),
            delete: writer.write("delete_user", writer.delete_user()),
            lock: writer.reading("lock_user", &writer.lock_user(), &[Kind::Text]),
            next_id: (new_ids == NewIds::Asked).then(|| writer.next_user_id()),
            told_id: (new_ids == NewIds::Told).then(|| writer.told_user_id()),
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Statement> {
        let Self {
            create,
            by_id,
            by_email,
            by_account,
            update,
            delete,
            lock,
            next_id,
            told_id,
        } = self;
        [create, by_id, by_email, by_account, update, delete, lock]
            .into_iter()
            .chain(next_id)
            .chain(told_id)
    }
}

impl Writer<'_> {
    fn create_user(&self) -> Write {
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

    fn user(&self) -> SelectStatement {
        self.users()
            .and_where(self.same(self.user_column(self.people.id), Arg::UserId.expr()))
            .take()
    }

    fn user_by_email(&self) -> SelectStatement {
        self.users()
            .and_where(self.dialect.same(
                self.form.addresses,
                self.user_column(self.people.email),
                Arg::Email.expr(),
            ))
            .take()
    }

    fn user_by_account(&self) -> SelectStatement {
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

    fn update_user(&self) -> Write {
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

    fn delete_user(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.users);
        delete.and_where(self.same(self.user_column(self.people.id), Arg::UserId.expr()));
        Write::Delete(delete)
    }

    /// Holds a user's row until the transaction ends: whoever takes away one of their ways in waits for
    /// whoever takes another. SQLite has no such words and needs none: a transaction that writes is alone.
    fn lock_user(&self) -> SelectStatement {
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

    /// Asked for beforehand, so that an account can point to its user in every database alike.
    fn next_user_id(&self) -> Statement {
        let users = self.schema.quoted(self.dialect, &self.schema.users);
        Statement::number(
            "next_user_id",
            format!("SELECT nextval(pg_get_serial_sequence('{users}', 'id'))"),
        )
    }

    /// The number of the user that this connection has just stored.
    fn told_user_id(&self) -> Statement {
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

    /// A select of users, open for its conditions.
    pub(super) fn users(&self) -> SelectStatement {
        let mut select = Query::select();
        self.read_user(&mut select);
        select.from(self.schema.table(&self.schema.users)).take()
    }

    pub(super) fn read_user(&self, select: &mut SelectStatement) {
        let columns = [
            (Some(self.people.id), Holds::UserId),
            (Some(self.people.name), Holds::Plain),
            (Some(self.people.email), Holds::Plain),
            (Some(self.people.email_verified), Holds::Time),
            (Some(self.people.image), Holds::Plain),
            (self.people.extra, Holds::Plain),
        ];
        self.read(select, &self.schema.users, &columns);
    }

    /// A column of users by its name in [`Writer::people`].
    pub(super) fn user_column(&self, name: &str) -> Expr {
        column(&self.schema.users, name)
    }
}
