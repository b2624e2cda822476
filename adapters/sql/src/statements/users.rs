//! This file writes the statements about users.

use sea_query::{CaseStatement, Expr, ExprTrait, Func, LockType, Query, SelectStatement};

use super::{
    accounts::AUTHORITY,
    states::StateStatements,
    writer::{Holds, Write, Writer, column},
};
use crate::{
    dialect::Dialect,
    driver::Kind,
    schema::{NewIds, Unverified},
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
    Kind::Text, // unverified_email
    Kind::Int,  // disabled_at
    Kind::Int,  // sessions_valid_from
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
    /// Where verified addresses share their column with others, takes one from whoever has it unverified.
    pub(crate) release: Option<Statement>,
    /// Where they stand beside the users.
    pub(crate) states: Option<StateStatements>,
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
            by_account: writer.reading(
                "user_by_account",
                &writer.user_by_account(),
                &[USER, AUTHORITY].concat(),
            ),
            update: writer.write("update_user", writer.update_user()),
            delete: writer.write("delete_user", writer.delete_user()),
            lock: writer.reading("lock_user", &writer.lock_user(), &[Kind::Text]),
            release: (writer.form.unverified == Unverified::Shared)
                .then(|| writer.write("release_address", writer.release_address())),
            states: writer.states(),
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
            release,
            states,
            next_id,
            told_id,
        } = self;
        [create, by_id, by_email, by_account, update, delete, lock]
            .into_iter()
            .chain(release)
            .chain(states.iter().flat_map(StateStatements::all))
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
                (self.people.unverified_email, Arg::UnverifiedEmail),
                (self.prisma.updated, Arg::WrittenAt),
            ],
        )
    }

    fn user(&self) -> SelectStatement {
        self.users()
            .and_where(self.same(self.user_column(self.people.id), self.user_id()))
            .take()
    }

    fn user_by_email(&self) -> SelectStatement {
        self.users()
            .and_where(self.dialect.same(
                self.form.addresses,
                self.user_column(self.people.email),
                Arg::Email.expr(),
            ))
            .and_where(self.user_column(self.people.email_verified).is_not_null())
            .take()
    }

    fn user_by_account(&self) -> SelectStatement {
        let accounts = &self.schema.accounts;
        let mut select = self.users();
        self.read_authority(&mut select);
        select
            .inner_join(
                self.schema.table(accounts),
                self.same(
                    self.user_column(self.people.id),
                    column(accounts, self.columns.user_id),
                ),
            )
            .and_where(self.same(column(accounts, "provider"), Arg::Provider.expr()))
            .and_where(self.same(column(accounts, self.columns.subject), Arg::Subject.expr()));
        self.join_authorities(&mut select);
        select
    }

    fn update_user(&self) -> Write {
        let mut update = Query::update();
        update.table(self.schema.table(&self.schema.users));
        for (name, value) in self.changed_addresses() {
            update.value(name.to_owned(), value);
        }
        let fields = [
            (Some(self.people.name), Arg::SetName, Arg::Name),
            (Some(self.people.image), Arg::SetImage, Arg::Image),
            (self.people.extra, Arg::SetUserExtra, Arg::UserExtra),
            (self.people.disabled_at, Arg::SetDisabledAt, Arg::DisabledAt),
            (
                self.people.sessions_valid_from,
                Arg::SetValidFrom,
                Arg::ValidFrom,
            ),
        ];
        for (name, whether, value) in fields {
            if let Some(name) = name {
                // One statement for every set of changes: rendered once, and no row is read first
                // that another could change in between.
                let changed = CaseStatement::new()
                    .case(set(whether), self.value(value))
                    .finally(Expr::col(name.to_owned()));
                update.value(name.to_owned(), changed);
            }
        }
        self.written(&mut update);
        update.and_where(self.same(self.user_column(self.people.id), self.user_id()));
        Write::Update(update)
    }

    /// What becomes of the columns of addresses, in an order in which each sees the old values of those
    /// after it: MySQL sets them one after another.
    fn changed_addresses(&self) -> Vec<(&str, CaseStatement)> {
        let (email, verified) = (self.people.email, self.people.email_verified);
        let [email_now, verified_now] = [email, verified].map(|it| Expr::col(it.to_owned()));
        let is_set = set;
        let not_set = |arg: Arg| arg.expr().eq(Expr::cust("0"));
        let new_email = || Arg::Email.expr();
        let new_verified = || self.value(Arg::EmailVerified);
        if let Some(apart) = self.people.unverified_email {
            let apart_now = Expr::col(apart.to_owned());
            // Whose verification is taken back keeps the address, and no longer as theirs alone.
            let taken_back = || {
                not_set(Arg::SetEmail)
                    .and(is_set(Arg::SetEmailVerified))
                    .and(self.is_missing(Arg::EmailVerified, "bigint"))
            };
            let unverified = CaseStatement::new()
                .case(is_set(Arg::SetUnverifiedEmail), Arg::UnverifiedEmail.expr())
                .case(
                    taken_back(),
                    Func::coalesce([email_now.clone(), apart_now.clone()]),
                )
                .finally(apart_now);
            let changed = CaseStatement::new()
                .case(is_set(Arg::SetEmail), new_email())
                .case(taken_back(), Expr::cust("NULL"))
                .finally(email_now);
            let since = CaseStatement::new()
                .case(is_set(Arg::SetEmailVerified), new_verified())
                .finally(verified_now);
            return vec![(apart, unverified), (email, changed), (verified, since)];
        }
        let is_unverified = || verified_now.clone().is_null();
        let without_verified = CaseStatement::new()
            .case(is_set(Arg::SetUnverifiedEmail), Arg::UnverifiedEmail.expr())
            .case(is_unverified(), email_now.clone())
            .finally(Expr::cust("NULL"));
        let changed = CaseStatement::new()
            .case(
                is_set(Arg::SetEmail),
                Func::coalesce([new_email(), without_verified.into()]),
            )
            .case(
                is_set(Arg::SetUnverifiedEmail).and(is_unverified()),
                Arg::UnverifiedEmail.expr(),
            )
            .finally(email_now.clone());
        // An address that shares the column is never verified by a moment that was meant for another.
        let since = CaseStatement::new()
            .case(
                is_set(Arg::SetEmail).and(self.is_missing(Arg::Email, "text")),
                Expr::cust("NULL"),
            )
            .case(
                not_set(Arg::SetEmail)
                    .and(email_now.is_not_null())
                    .and(is_unverified()),
                Expr::cust("NULL"),
            )
            .case(is_set(Arg::SetEmailVerified), new_verified())
            .finally(verified_now.clone());
        vec![(email, changed), (verified, since)]
    }

    /// Whether a value is missing. PostgreSQL asks for the type of one that stands alone.
    fn is_missing(&self, arg: Arg, kind: &'static str) -> Expr {
        match self.dialect {
            Dialect::Postgres => arg.expr().cast_as(kind).is_null(),
            Dialect::Sqlite | Dialect::Mysql => arg.expr().is_null(),
        }
    }

    fn release_address(&self) -> Write {
        let mut update = Query::update();
        update
            .table(self.schema.table(&self.schema.users))
            .value(self.people.email.to_owned(), Expr::cust("NULL"));
        self.written(&mut update);
        update
            .and_where(self.dialect.same(
                self.form.addresses,
                self.user_column(self.people.email),
                Arg::Email.expr(),
            ))
            .and_where(self.user_column(self.people.email_verified).is_null());
        Write::Update(update)
    }

    fn delete_user(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.users);
        delete.and_where(self.same(self.user_column(self.people.id), self.user_id()));
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
            .and_where(self.same(self.user_column(self.people.id), self.user_id()))
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
        select.from(self.schema.table(&self.schema.users));
        self.join_states(&mut select);
        select
    }

    pub(super) fn read_user(&self, select: &mut SelectStatement) {
        let columns = [
            (Some(self.people.id), Holds::UserId),
            (Some(self.people.name), Holds::Plain),
            (Some(self.people.email), Holds::Plain),
            (Some(self.people.email_verified), Holds::Time),
            (Some(self.people.image), Holds::Plain),
            (self.people.extra, Holds::Plain),
            (self.people.unverified_email, Holds::Plain),
        ];
        self.read(select, &self.schema.users, &columns);
        self.read_state(select);
    }

    /// A column of users by its name in [`Writer::people`].
    pub(super) fn user_column(&self, name: &str) -> Expr {
        column(&self.schema.users, name)
    }
}

/// Whether the value of the same name is to be set.
pub(super) fn set(whether: Arg) -> Expr {
    whether.expr().eq(Expr::cust("1"))
}
