//! This folder writes every statement that the adapter runs, once, for any schema and dialect.
//!
//! ```text
//! mod.rs            their list, and what their writers share
//! people.rs         users and accounts
//! stores.rs         sessions and what is used once
//! verifications.rs  verification tokens
//! passkeys.rs       passkeys
//! authenticators.rs  the same in Auth.js's tables
//! limits.rs         counts of tries
//! leases.rs         leases of tokens
//! revocations.rs    tokens that are to be revoked
//! directory.rs      pages of users
//! sealed.rs         tables with sealed columns, gone through when the secret changes
//! ```
//!
//! None returns rows from a write (`RETURNING`): MySQL has no such thing and the builder drops the
//! word silently. Where a changed row is wanted, it is read in the same transaction.

mod authenticators;
mod directory;
mod leases;
mod limits;
mod passkeys;
mod people;
mod revocations;
mod sealed;
mod stores;
mod verifications;

use sea_query::{
    DeleteStatement, Expr, ExprTrait, Func, InsertStatement, Query, SelectStatement,
    UpdateStatement, extension::postgres::PgFunc,
};

use crate::{
    dialect::Dialect,
    driver::Kind,
    schema::{Columns, Form, Ids, Layout, NewIds, Passkeys, PrismaColumns, Schema, UserColumns},
    statement::{Arg, Statement},
};

pub(crate) use directory::DirectoryStatements;
pub(crate) use leases::LeaseStatements;
pub(crate) use limits::LimitStatements;
pub(crate) use passkeys::PasskeyStatements;
pub(crate) use revocations::RevocationStatements;
pub(crate) use sealed::SealedStatements;
pub(crate) use verifications::VerificationStatements;

/// What follows on a user whose number the database has just told.
pub(crate) struct ToldStatements {
    pub(crate) user_id: Statement,
    pub(crate) create_account: Statement,
}

/// All statements of an adapter.
pub(crate) struct Statements {
    pub(crate) create_user: Statement,
    pub(crate) user: Statement,
    pub(crate) user_by_email: Statement,
    pub(crate) user_by_account: Statement,
    pub(crate) update_user: Statement,
    pub(crate) delete_user: Statement,
    pub(crate) create_account: Statement,
    pub(crate) update_tokens: Statement,
    pub(crate) delete_account: Statement,
    pub(crate) accounts: Statement,
    pub(crate) delete_accounts_of_user: Statement,
    pub(crate) create_session: Statement,
    pub(crate) session: Statement,
    pub(crate) session_alone: Statement,
    pub(crate) extend_session: Statement,
    pub(crate) delete_session: Statement,
    pub(crate) delete_sessions_of_user: Statement,
    pub(crate) lock_user: Statement,
    pub(crate) account_of_user: Statement,
    pub(crate) ways_in: Statement,
    pub(crate) see_session: Option<Statement>,
    pub(crate) sessions_of_user: Statement,
    pub(crate) delete_session_of_user: Statement,
    pub(crate) delete_other_sessions: Statement,
    pub(crate) use_once: Statement,
    pub(crate) expire_sessions: Statement,
    pub(crate) expire_attempts: Statement,
    pub(crate) directory: DirectoryStatements,
    pub(crate) leases: Option<LeaseStatements>,
    pub(crate) revocations: Option<RevocationStatements>,
    /// Where the database counts users itself, the next number.
    pub(crate) next_user_id: Option<Statement>,
    /// Where it tells the number only after a user was stored.
    pub(crate) told: Option<ToldStatements>,
    pub(crate) verifications: VerificationStatements,
    pub(crate) passkeys: Option<PasskeyStatements>,
    pub(crate) limits: Option<LimitStatements>,
    /// For each table that has sealed columns.
    pub(crate) sealed: Vec<SealedStatements>,
}

impl Statements {
    /// Renders all statements.
    pub(crate) fn render(dialect: Dialect, form: Form, schema: &Schema) -> Self {
        let writer = Writer {
            dialect,
            form,
            schema,
            columns: schema.columns(),
            prisma: schema.prisma_columns(),
            people: schema.user_columns(),
        };
        let render_write = |name, statement| writer.write(name, statement);
        let render_read = |name, statement: SelectStatement, columns: &[Kind]| {
            writer.reading(name, &statement, columns)
        };
        Self {
            create_user: render_write("create_user", writer.create_user()),
            user: render_read("user", writer.user(), USER),
            user_by_email: render_read("user_by_email", writer.user_by_email(), USER),
            user_by_account: render_read("user_by_account", writer.user_by_account(), USER),
            update_user: render_write("update_user", writer.update_user()),
            delete_user: render_write("delete_user", writer.delete_user()),
            create_account: render_write("create_account", writer.create_account()),
            update_tokens: render_write("update_tokens", writer.update_tokens()),
            delete_account: render_write("delete_account", writer.delete_account()),
            accounts: render_read("accounts", writer.accounts(), ACCOUNT),
            delete_accounts_of_user: render_write(
                "delete_accounts_of_user",
                writer.delete_of_user(&schema.accounts),
            ),
            create_session: render_write("create_session", writer.create_session()),
            session: render_read("session", writer.session(), &[SESSION, USER].concat()),
            session_alone: render_read("session_alone", writer.session_alone(), SESSION),
            extend_session: render_write("extend_session", writer.extend_session()),
            delete_session: render_write("delete_session", writer.delete_session()),
            delete_sessions_of_user: render_write(
                "delete_sessions_of_user",
                writer.delete_of_user(&schema.sessions),
            ),
            lock_user: render_read("lock_user", writer.lock_user(), &[Kind::Text]),
            account_of_user: render_read(
                "account_of_user",
                writer.account_of_user(),
                &[Kind::Text],
            ),
            ways_in: render_read("ways_in", writer.ways_in(), &[Kind::Int]),
            see_session: writer
                .see_session()
                .map(|statement| render_write("see_session", statement)),
            sessions_of_user: render_read(
                "sessions_of_user",
                writer.sessions_of_user(),
                &[&[writer.token_kind()], SESSION].concat(),
            ),
            delete_session_of_user: render_write(
                "delete_session_of_user",
                writer.delete_session_of_user(),
            ),
            delete_other_sessions: render_write(
                "delete_other_sessions",
                writer.delete_other_sessions(),
            ),
            use_once: render_write("use_once", writer.use_once()),
            expire_sessions: render_write("expire_sessions", writer.expire_sessions()),
            expire_attempts: render_write("expire_attempts", writer.expire_attempts()),
            directory: writer.directory(),
            leases: writer.leases(),
            revocations: writer.revocations(),
            next_user_id: match form.new_ids {
                NewIds::Asked => Some(writer.next_user_id()),
                NewIds::Made | NewIds::Told => None,
            },
            told: match form.new_ids {
                NewIds::Told => Some(ToldStatements {
                    user_id: writer.told_user_id(),
                    create_account: render_write(
                        "create_account_of_new",
                        writer.create_account_of(Arg::ToldUserId),
                    ),
                }),
                NewIds::Made | NewIds::Asked => None,
            },
            verifications: VerificationStatements::render(&writer),
            passkeys: match form.passkeys {
                Passkeys::Ours => Some(PasskeyStatements::render(&writer)),
                Passkeys::Authenticators => Some(PasskeyStatements::render_authenticators(&writer)),
                Passkeys::None => None,
            },
            limits: match form.layout {
                Layout::Authcore => Some(LimitStatements::render(&writer)),
                Layout::Authjs => None,
            },
            sealed: crate::sealed::tables(form.layout)
                .iter()
                .map(|table| writer.sealed(table))
                .collect(),
        }
    }

    /// All statements that go by an index, for whoever wants to see their text or their plan.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Statement> {
        // Every field by its name: one that is added and left out here does not compile.
        let Self {
            create_user,
            user,
            user_by_email,
            user_by_account,
            update_user,
            delete_user,
            create_account,
            update_tokens,
            delete_account,
            accounts,
            delete_accounts_of_user,
            create_session,
            session,
            session_alone,
            extend_session,
            delete_session,
            delete_sessions_of_user,
            lock_user,
            account_of_user,
            ways_in,
            sessions_of_user,
            delete_session_of_user,
            delete_other_sessions,
            use_once,
            expire_sessions,
            expire_attempts,
            see_session,
            directory,
            leases,
            revocations,
            next_user_id,
            told,
            verifications,
            passkeys,
            limits,
            sealed,
        } = self;
        [
            create_user,
            user,
            user_by_email,
            user_by_account,
            update_user,
            delete_user,
            create_account,
            update_tokens,
            delete_account,
            accounts,
            delete_accounts_of_user,
            create_session,
            session,
            session_alone,
            extend_session,
            delete_session,
            delete_sessions_of_user,
            lock_user,
            account_of_user,
            ways_in,
            sessions_of_user,
            delete_session_of_user,
            delete_other_sessions,
            use_once,
            expire_sessions,
            expire_attempts,
        ]
        .into_iter()
        .chain(see_session)
        .chain(directory.all())
        .chain(leases.iter().flat_map(LeaseStatements::all))
        .chain(revocations.iter().flat_map(RevocationStatements::all))
        .chain(next_user_id)
        .chain(told.iter().flat_map(|it| [&it.user_id, &it.create_account]))
        .chain(verifications.all())
        .chain(passkeys.iter().flat_map(PasskeyStatements::all))
        .chain(limits.iter().flat_map(LimitStatements::all))
        .chain(sealed.iter().flat_map(|it| [&it.page, &it.replace]))
    }
}

/// The columns of a user, in the order in which they are read.
const USER: &[Kind] = &[
    Kind::Text, // id
    Kind::Text, // name
    Kind::Text, // email
    Kind::Int,  // email_verified
    Kind::Text, // image
    Kind::Text, // extra
];

/// The columns of an account, in the order in which they are read.
const ACCOUNT: &[Kind] = &[
    Kind::Text, // user_id
    Kind::Text, // provider
    Kind::Text, // subject
    Kind::Text, // kind
    Kind::Text, // access_token
    Kind::Text, // refresh_token
    Kind::Text, // id_token
    Kind::Text, // token_type
    Kind::Text, // scope
    Kind::Int,  // expires_at
    Kind::Text, // session_state
    Kind::Text, // extra
];

/// The columns of a session, in the order in which they are read.
const SESSION: &[Kind] = &[
    Kind::Text, // user_id
    Kind::Int,  // created_at
    Kind::Int,  // expires_at
    Kind::Int,  // last_seen_at
    Kind::Text, // user_agent
    Kind::Text, // address
];

enum Write {
    Insert(InsertStatement),
    Update(UpdateStatement),
    Delete(DeleteStatement),
}

struct Writer<'a> {
    dialect: Dialect,
    form: Form,
    schema: &'a Schema,
    columns: &'static Columns,
    prisma: PrismaColumns,
    people: UserColumns<'a>,
}

/// What a column holds, as far as reading it is concerned.
#[derive(Clone, Copy)]
enum Holds {
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

impl Writer<'_> {
    /// Renders a statement that changes rows.
    fn write(&self, name: &'static str, statement: Write) -> Statement {
        match statement {
            Write::Insert(it) => Statement::render(self.dialect, name, &it, &[]),
            Write::Update(it) => Statement::render(self.dialect, name, &it, &[]),
            Write::Delete(it) => Statement::render(self.dialect, name, &it, &[]),
        }
    }

    fn reading(&self, name: &'static str, select: &SelectStatement, columns: &[Kind]) -> Statement {
        Statement::render(self.dialect, name, select, columns)
    }

    /// A select of users, open for its conditions.
    fn users(&self) -> SelectStatement {
        let mut select = Query::select();
        self.read_user(&mut select);
        select.from(self.schema.table(&self.schema.users)).take()
    }

    fn read_user(&self, select: &mut SelectStatement) {
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
    fn user_column(&self, name: &str) -> Expr {
        column(&self.schema.users, name)
    }

    /// The columns that a later sign-in replaces.
    fn tokens(&self) -> [(Option<&'static str>, Arg); 8] {
        [
            (Some("access_token"), Arg::AccessToken),
            (Some("refresh_token"), Arg::RefreshToken),
            (Some("id_token"), Arg::IdToken),
            (Some("token_type"), Arg::TokenType),
            (Some("scope"), Arg::Scope),
            (Some("expires_at"), Arg::TokenExpires),
            (Some("session_state"), Arg::SessionState),
            (self.columns.account_extra, Arg::AccountExtra),
        ]
    }

    /// Reads columns of a table; one that the layout lacks is read as nothing, in its place.
    fn read(&self, select: &mut SelectStatement, table: &str, columns: &[(Option<&str>, Holds)]) {
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
                (Holds::UserId, Ids::Counted) => stored.cast_as("text"),
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
    fn value(&self, arg: Arg) -> Expr {
        match arg {
            Arg::EmailVerified
            | Arg::CreatedAt
            | Arg::ExpiresAt
            | Arg::LastSeen
            | Arg::LastUsed
            | Arg::Now
            | Arg::WrittenAt => self.dialect.time(self.form.times, arg.expr()),
            Arg::ToldUserId => Expr::cust(self.told()),
            Arg::Backup
                if self.form.passkeys == Passkeys::Authenticators
                    && self.dialect == Dialect::Postgres =>
            {
                arg.expr().cast_as("integer").cast_as("boolean")
            }
            _ => arg.expr(),
        }
    }

    /// Whether two texts are the same, and not only to a collation.
    fn same(&self, one: Expr, other: Expr) -> Expr {
        self.dialect.same(self.form.texts, one, other)
    }

    fn insert(&self, table: &str, columns: &[(Option<&str>, Arg)]) -> Write {
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
    fn is_any_of(&self, column: Expr, found: SelectStatement) -> Expr {
        let all = Func::cust("ARRAY").arg(found);
        column.eq(PgFunc::any(all))
    }

    fn delete_from(&self, table: &str) -> DeleteStatement {
        let mut delete = Query::delete();
        delete.from_table(self.schema.table(table));
        delete
    }
}

fn column(table: &str, name: &str) -> Expr {
    Expr::col((table.to_owned(), name.to_owned()))
}
