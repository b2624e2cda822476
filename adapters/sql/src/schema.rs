//! This file says how tables and columns are called: our own layout with a settable prefix, perhaps
//! beside an application's own table of users, or that of Auth.js, so that both programs can share one
//! database.
//!
//! Names stand in the text of statements, where no database takes a placeholder. The attack it stops
//! is a name that ends its quotes (`a_name_that_could_leave_its_quotes_is_refused`).

mod authjs;
mod columns;
mod form;
mod users;

use authcore::model::ProviderId;
use columns::{AUTHCORE, AUTHCORE_USERS, AUTHJS, AUTHJS_USERS};
use sea_query::{IntoTableRef, TableRef};

use crate::{dialect::Dialect, driver::Fault};
pub(crate) use columns::{Columns, PrismaColumns, UserColumns};
pub(crate) use form::{Extra, Form, Ids, Keeper, Kept, NewIds, Passkeys, Texts, Times, Unverified};
pub use users::{UserIds, UserTable};

/// Which columns there are, and in which form their values stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Layout {
    /// Our own: sealed OAuth tokens, hashed session tokens, the application's own fields.
    Authcore,
    /// Auth.js's: tokens stand as Auth.js stores them, and there is no column for fields that it
    /// does not know. A user's `extra` is refused there; of a token answer only the members that
    /// have a column are kept.
    Authjs,
}

/// Which columns Prisma's models have beyond those that Auth.js needs. Prisma fills them itself and
/// leaves no default in the database, so whoever else writes rows must know of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrismaModels {
    /// None of the below.
    Plain,
    /// `id` in `Account` and `Session`: the guide of NextAuth 4.
    Ids,
    /// `updatedAt` in `User`, `Account` and `Session`: Auth.js's guide for PostgreSQL.
    Dates,
    /// Both: Auth.js's guide for MySQL and SQLite.
    IdsAndDates,
}

/// Whose program made the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Maker {
    Authcore,
    /// Auth.js's adapters that speak SQL themselves (`@auth/pg-adapter`).
    AuthjsSql,
    /// `@auth/drizzle-adapter`.
    AuthjsDrizzle,
    /// Prisma, for `@auth/prisma-adapter`.
    AuthjsPrisma(PrismaModels),
}

/// Why a name cannot be part of a statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{name:?} cannot be part of the name of a table or a column: use at most 40 of A-Z, a-z, 0-9 and _, \
     beginning with no digit and not with sqlite_ or pg_"
)]
pub struct SchemaError {
    /// The name as given.
    pub name: String,
}

/// The names of the tables, and the layout of their columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schema {
    maker: Maker,
    /// PostgreSQL's schema that the tables stand in; `None`: wherever its `search_path` says.
    pub(crate) namespace: Option<String>,
    pub(crate) prefix: String,
    pub(crate) users: String,
    pub(crate) accounts: String,
    pub(crate) sessions: String,
    pub(crate) attempts: String,
    pub(crate) verifications: String,
    pub(crate) passkeys: String,
    pub(crate) revocations: String,
    pub(crate) limits: String,
    /// Beside users that are not in a table of ours: since when they are locked out.
    pub(crate) user_states: String,
    /// Beside accounts that are not in a table of ours: who gave out their subjects.
    pub(crate) authorities: String,
    pub(crate) migrations: String,
    /// What kind the ids of Auth.js's users were found to be.
    found_ids: Option<Ids>,
    /// The table of users, when it is the application's own.
    people: Option<UserTable>,
    passkeys_are: Passkeys,
    /// Under which provider's id the accounts of passkeys stand, where each has one.
    passkey_provider: Option<ProviderId>,
}

impl Default for Schema {
    fn default() -> Self {
        Self::authcore()
    }
}

impl Schema {
    /// Our own tables: `authcore_users`, `authcore_accounts`, `authcore_sessions`,
    /// `authcore_attempts` (whatever is used once), `authcore_verifications`, `authcore_passkeys`,
    /// `authcore_revocations`, `authcore_limits`, and `authcore_migrations` for what was done to them.
    #[must_use]
    pub fn authcore() -> Self {
        Self::prefixed("authcore_")
    }

    /// Our own tables with another prefix, or with none.
    ///
    /// # Errors
    /// [`SchemaError`] when the prefix could not begin a table's name.
    pub fn with_prefix(prefix: &str) -> Result<Self, SchemaError> {
        if !prefix.is_empty() {
            check(prefix)?;
        }
        Ok(Self::prefixed(prefix))
    }

    /// The same tables under other names; used attempts are kept in the last.
    ///
    /// # Errors
    /// [`SchemaError`] when a name could not be that of a table.
    pub fn with_tables(
        self,
        users: &str,
        accounts: &str,
        sessions: &str,
        attempts: &str,
    ) -> Result<Self, SchemaError> {
        for name in [users, accounts, sessions, attempts] {
            check(name)?;
        }
        Ok(Self {
            users: users.to_owned(),
            accounts: accounts.to_owned(),
            sessions: sessions.to_owned(),
            attempts: attempts.to_owned(),
            verifications: match self.layout() {
                Layout::Authcore => self.verifications,
                Layout::Authjs => attempts.to_owned(),
            },
            ..self
        })
    }

    /// The same tables beside a table of users that the application has already: ours is not made, and
    /// all others point to it. Connecting looks at the table and says what it lacks. Auth.js's tables
    /// are shared whole, and take no other table of users.
    ///
    /// Set it before the first start: accounts that point to one table of users are not moved to
    /// another.
    #[must_use]
    pub fn with_users(mut self, users: UserTable) -> Self {
        self.users = users.table.clone();
        self.people = Some(users);
        self
    }

    /// The same tables in a schema of PostgreSQL's (`auth.authcore_users`). It is made when it is
    /// missing. Default: the first of the connection's `search_path`. Other databases know no such
    /// thing and refuse it.
    ///
    /// # Errors
    /// [`SchemaError`] when the name could not be that of a schema.
    pub fn in_postgres_schema(mut self, name: &str) -> Result<Self, SchemaError> {
        check(name)?;
        self.namespace = Some(name.to_owned());
        Ok(self)
    }

    /// What the names of our own tables begin with.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The schema of PostgreSQL's that the tables stand in, where one was named.
    #[must_use]
    pub fn postgres_schema(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The layout of the columns.
    #[must_use]
    pub fn layout(&self) -> Layout {
        match self.maker {
            Maker::Authcore => Layout::Authcore,
            Maker::AuthjsSql | Maker::AuthjsDrizzle | Maker::AuthjsPrisma(_) => Layout::Authjs,
        }
    }

    /// The layout as it is in a database.
    ///
    /// # Errors
    /// [`Fault`] when the database has no such tables.
    pub(crate) fn form(&self, dialect: Dialect) -> Result<Form, Fault> {
        let none = |text: &str| Err(Fault::new(None, text));
        let people = self.people.as_ref();
        let elsewhere = people.is_some_and(|it| it.namespace.is_some());
        let (ids, times, texts) = match (dialect, self.maker) {
            (Dialect::Sqlite | Dialect::Mysql, _) if self.namespace.is_some() || elsewhere => {
                return none("only PostgreSQL has schemas: leave `in_postgres_schema` out");
            }
            (_, Maker::Authcore | Maker::AuthjsSql)
                if self.passkeys_are == Passkeys::Authenticators =>
            {
                return none(
                    "a table of authenticators is drizzle's or Prisma's: leave \
                     `with_authenticators` out",
                );
            }
            (_, Maker::AuthjsSql | Maker::AuthjsDrizzle | Maker::AuthjsPrisma(_))
                if people.is_some() =>
            {
                return none(
                    "a table of users of the application's own goes with authcore's other tables: \
                     use `Schema::authcore().with_users(…)`",
                );
            }
            (Dialect::Sqlite, Maker::AuthjsPrisma(_)) => (Ids::Text, Times::Written, Texts::Exact),
            (_, Maker::Authcore) | (Dialect::Sqlite, _) => (Ids::Text, Times::Millis, Texts::Exact),
            (Dialect::Postgres, Maker::AuthjsSql) => (Ids::Counted, Times::WithZone, Texts::Exact),
            (Dialect::Postgres, Maker::AuthjsDrizzle | Maker::AuthjsPrisma(_)) => {
                (Ids::Text, Times::WithoutZone, Texts::Exact)
            }
            (Dialect::Mysql, Maker::AuthjsDrizzle | Maker::AuthjsPrisma(_)) => {
                (Ids::Text, Times::WithoutZone, Texts::Collated)
            }
            (Dialect::Mysql, Maker::AuthjsSql) => {
                return none(
                    "Auth.js has no adapter that makes these tables on MySQL: use \
                     `Schema::authjs_drizzle()` or `Schema::authjs_prisma(…)`",
                );
            }
        };
        let ids = match people.map(|it| it.ids) {
            None => self.found_ids.unwrap_or(ids),
            Some(UserIds::Text) => ids,
            Some(UserIds::Uuid) if dialect != Dialect::Postgres => {
                return none("only PostgreSQL has a type of uuids here: use `UserIds::Text`");
            }
            Some(UserIds::Uuid) => Ids::Uuid,
            Some(_) => Ids::Counted,
        };
        let (states, authorities, unverified) = match (self.maker, people) {
            (Maker::Authcore, None) => (Kept::InRow, Kept::InRow, Unverified::Apart),
            (Maker::Authcore, Some(_)) => (Kept::Beside, Kept::InRow, Unverified::Shared),
            (Maker::AuthjsPrisma(_), _) => (Kept::Nowhere, Kept::Nowhere, Unverified::Shared),
            _ => (Kept::Beside, Kept::Beside, Unverified::Shared),
        };
        Ok(Form {
            layout: self.layout(),
            ids,
            times,
            texts,
            addresses: match (dialect, people) {
                // What the column's collation is, the application has decided.
                (Dialect::Mysql, Some(_)) => Texts::Collated,
                _ => texts,
            },
            new_ids: match (ids, people) {
                (Ids::Text | Ids::Uuid, _) => NewIds::Made,
                (Ids::Counted, None) => NewIds::Asked,
                (Ids::Counted, Some(_)) => NewIds::Told,
            },
            extra: match self.user_columns().extra {
                Some(_) => Extra::Kept,
                None => Extra::Refused,
            },
            passkeys: self.passkeys_are,
            states,
            authorities,
            unverified,
        })
    }

    /// Whether the times of day in these tables are those of a connection's time zone, as MySQL's
    /// `TIMESTAMP` is: then ours must be in the zone that Auth.js's are in, the server's own.
    #[must_use]
    pub fn follows_the_time_zone(&self) -> bool {
        self.maker == Maker::AuthjsDrizzle
    }

    /// The same tables, whose users' ids were found to be of this kind.
    pub(crate) fn with_found_ids(mut self, ids: Ids) -> Self {
        self.found_ids = Some(ids);
        self
    }

    /// The same as its adapters make them, whatever was found.
    pub(crate) fn as_made(&self) -> Self {
        Self {
            found_ids: None,
            ..self.clone()
        }
    }

    /// Who keeps the tables.
    pub(crate) fn keeper(&self) -> Keeper {
        match self.maker {
            Maker::Authcore => Keeper::Authcore,
            Maker::AuthjsSql | Maker::AuthjsDrizzle => Keeper::Both,
            Maker::AuthjsPrisma(_) => Keeper::Prisma,
        }
    }

    /// A table's full name in its quotes.
    pub(crate) fn quoted(&self, dialect: Dialect, table: &str) -> String {
        let before = before(dialect, self.namespace_of(table));
        format!("{before}{}", dialect.quoted(table))
    }

    /// What stands before a table's name: its schema, where one was set.
    pub(crate) fn before(&self, dialect: Dialect) -> String {
        before(dialect, self.namespace.as_ref())
    }

    /// The same for the table of users, where the application has set one.
    pub(crate) fn before_users(&self, dialect: Dialect) -> Option<String> {
        let people = self.people.as_ref()?;
        Some(before(dialect, Some(people.namespace.as_ref()?)))
    }

    /// A table in a statement.
    pub(crate) fn table(&self, name: &str) -> TableRef {
        match self.namespace_of(name) {
            Some(namespace) => (namespace.clone(), name.to_owned()).into_table_ref(),
            None => name.to_owned().into_table_ref(),
        }
    }

    fn namespace_of(&self, table: &str) -> Option<&String> {
        let people = self.people.as_ref().filter(|_| table == self.users);
        let own = people.and_then(|people| people.namespace.as_ref());
        own.or(self.namespace.as_ref())
    }

    /// What kind the ids of the application's own users are, when the table is its own.
    pub(crate) fn own_ids(&self) -> Option<UserIds> {
        self.people.as_ref().map(|people| people.ids)
    }

    /// The columns of users.
    pub(crate) fn user_columns(&self) -> UserColumns<'_> {
        match (&self.people, self.layout()) {
            (Some(people), _) => people.columns(),
            (None, Layout::Authcore) => AUTHCORE_USERS,
            (None, Layout::Authjs) => AUTHJS_USERS,
        }
    }

    fn prefixed(prefix: &str) -> Self {
        let table = |name: &str| format!("{prefix}{name}");
        Self {
            maker: Maker::Authcore,
            namespace: None,
            prefix: prefix.to_owned(),
            users: table("users"),
            accounts: table("accounts"),
            sessions: table("sessions"),
            attempts: table("attempts"),
            verifications: table("verifications"),
            passkeys: table("passkeys"),
            revocations: table("revocations"),
            limits: table("limits"),
            user_states: table("user_states"),
            authorities: String::new(),
            found_ids: None,
            migrations: table("migrations"),
            people: None,
            passkeys_are: Passkeys::Ours,
            passkey_provider: None,
        }
    }

    pub(crate) fn columns(&self) -> &'static Columns {
        match self.layout() {
            Layout::Authcore => &AUTHCORE,
            Layout::Authjs => &AUTHJS,
        }
    }

    /// The columns that only Prisma's models have.
    pub(crate) fn prisma_columns(&self) -> PrismaColumns {
        let Maker::AuthjsPrisma(models) = self.maker else {
            return PrismaColumns::default();
        };
        let (id, updated) = (Some("id"), Some("updatedAt"));
        let (row_id, updated) = match models {
            PrismaModels::Plain => (None, None),
            PrismaModels::Ids => (id, None),
            PrismaModels::Dates => (None, updated),
            PrismaModels::IdsAndDates => (id, updated),
        };
        PrismaColumns { row_id, updated }
    }
}

fn before(dialect: Dialect, namespace: Option<&String>) -> String {
    match namespace {
        Some(name) => format!("{}.", dialect.quoted(name)),
        None => String::new(),
    }
}

fn check(name: &str) -> Result<(), SchemaError> {
    let lower = name.to_ascii_lowercase();
    let first_is_letter = name
        .bytes()
        .next()
        .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
    // 40, because PostgreSQL cuts names at 63 bytes and an index's name adds to the table's.
    let is_name = first_is_letter
        && name.len() <= 40
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !lower.starts_with("sqlite_")
        && !lower.starts_with("pg_");
    is_name.then_some(()).ok_or_else(|| SchemaError {
        name: name.to_owned(),
    })
}

#[cfg(test)]
mod tests;
