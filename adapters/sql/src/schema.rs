//! This file says how tables and columns are called: our own layout with a settable prefix, or that
//! of Auth.js, so that both programs can share one database.
//!
//! Names stand in the text of statements, where no database takes a placeholder. The attack it stops
//! is a name that ends its quotes (`a_name_that_could_leave_its_quotes_is_refused`).

use sea_query::{IntoTableRef, TableRef};

use crate::{dialect::Dialect, driver::Fault};

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

/// What kind the ids of users are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ids {
    /// Text, made by us.
    Text,
    /// Whole numbers, counted by the database.
    Counted,
}

/// In what kind of column times stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Times {
    /// Whole numbers: milliseconds since 1970.
    Millis,
    /// A moment, such as PostgreSQL's `TIMESTAMPTZ`.
    WithZone,
    /// Date and time of day, in UTC.
    WithoutZone,
}

/// A layout as it is in one database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) layout: Layout,
    pub(crate) ids: Ids,
    pub(crate) times: Times,
}

/// Whose program made the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Maker {
    Authcore,
    /// Auth.js's adapters that speak SQL themselves (`@auth/pg-adapter`).
    AuthjsSql,
    /// `@auth/drizzle-adapter`.
    AuthjsDrizzle,
}

/// Why a name cannot be part of a statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{name:?} cannot be part of a table's name: use at most 40 of A-Z, a-z, 0-9 and _, \
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
    pub(crate) migrations: String,
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

    /// Auth.js's tables under the names of its SQL adapters: `users`, `accounts`, `sessions`,
    /// `verification_token`. Used attempts are kept in the last one, beside Auth.js's own tokens.
    /// On PostgreSQL these are the tables of `@auth/pg-adapter`, whose users have whole numbers for
    /// ids.
    #[must_use]
    pub fn authjs() -> Self {
        let names = ["users", "accounts", "sessions", "verification_token"];
        Self::authjs_named(Maker::AuthjsSql, names)
    }

    /// The same under other names.
    ///
    /// # Errors
    /// [`SchemaError`] when a name could not be that of a table.
    pub fn authjs_with_tables(
        users: &str,
        accounts: &str,
        sessions: &str,
        verification_tokens: &str,
    ) -> Result<Self, SchemaError> {
        let names = [users, accounts, sessions, verification_tokens];
        for name in names {
            check(name)?;
        }
        Ok(Self::authjs_named(Maker::AuthjsSql, names))
    }

    /// Auth.js's tables as `@auth/drizzle-adapter` describes them: `user`, `account`, `session`,
    /// `verificationToken`, with text ids on PostgreSQL and SQLite.
    #[must_use]
    pub fn authjs_drizzle() -> Self {
        let names = ["user", "account", "session", "verificationToken"];
        Self::authjs_named(Maker::AuthjsDrizzle, names)
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

    /// The layout of the columns.
    #[must_use]
    pub fn layout(&self) -> Layout {
        match self.maker {
            Maker::Authcore => Layout::Authcore,
            Maker::AuthjsSql | Maker::AuthjsDrizzle => Layout::Authjs,
        }
    }

    /// The layout as it is in a database.
    ///
    /// # Errors
    /// [`Fault`] when the database has no such tables.
    pub(crate) fn form(&self, dialect: Dialect) -> Result<Form, Fault> {
        let none = |text: &str| Err(Fault::new(None, text));
        let (ids, times) = match (dialect, self.maker) {
            (Dialect::Sqlite | Dialect::Mysql, _) if self.namespace.is_some() => {
                return none("only PostgreSQL has schemas: leave `in_postgres_schema` out");
            }
            (_, Maker::Authcore) | (Dialect::Sqlite, _) => (Ids::Text, Times::Millis),
            (Dialect::Postgres, Maker::AuthjsSql) => (Ids::Counted, Times::WithZone),
            (Dialect::Postgres, Maker::AuthjsDrizzle) => (Ids::Text, Times::WithoutZone),
            // Its text columns compare as MySQL's collations do: `Ada`, `ada` and `ada ` would be one
            // account, and one session token.
            (Dialect::Mysql, Maker::AuthjsSql | Maker::AuthjsDrizzle) => {
                return none(
                    "Auth.js's tables are not shared on MySQL, only on PostgreSQL and SQLite",
                );
            }
        };
        Ok(Form {
            layout: self.layout(),
            ids,
            times,
        })
    }

    /// A table's full name in its quotes.
    pub(crate) fn quoted(&self, dialect: Dialect, table: &str) -> String {
        format!("{}{}", self.before(dialect), dialect.quoted(table))
    }

    /// What stands before a table's name: its schema, where one was set.
    pub(crate) fn before(&self, dialect: Dialect) -> String {
        match &self.namespace {
            Some(name) => format!("{}.", dialect.quoted(name)),
            None => String::new(),
        }
    }

    /// A table in a statement.
    pub(crate) fn table(&self, name: &str) -> TableRef {
        match &self.namespace {
            Some(namespace) => (namespace.clone(), name.to_owned()).into_table_ref(),
            None => name.to_owned().into_table_ref(),
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
            migrations: table("migrations"),
        }
    }

    fn authjs_named(maker: Maker, [users, accounts, sessions, tokens]: [&str; 4]) -> Self {
        Self {
            maker,
            namespace: None,
            prefix: "authcore_authjs_".to_owned(),
            users: users.to_owned(),
            accounts: accounts.to_owned(),
            sessions: sessions.to_owned(),
            attempts: tokens.to_owned(),
            verifications: tokens.to_owned(),
            // Auth.js's SQL adapters have no such tables, and the stores are not offered there.
            passkeys: String::new(),
            revocations: String::new(),
            limits: String::new(),
            migrations: "authcore_authjs_migrations".to_owned(),
        }
    }

    pub(crate) fn columns(&self) -> &'static Columns {
        match self.layout() {
            Layout::Authcore => &AUTHCORE,
            Layout::Authjs => &AUTHJS,
        }
    }
}

/// The names of the columns; `None`: this layout has no such column.
pub(crate) struct Columns {
    pub(crate) email_verified: &'static str,
    pub(crate) user_extra: Option<&'static str>,
    pub(crate) subject: &'static str,
    pub(crate) user_id: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) account_extra: Option<&'static str>,
    pub(crate) session_token: &'static str,
    pub(crate) session_created: Option<&'static str>,
    pub(crate) session_expires: &'static str,
    pub(crate) session_seen: Option<&'static str>,
    pub(crate) session_user_agent: Option<&'static str>,
    pub(crate) session_address: Option<&'static str>,
    pub(crate) attempt: &'static str,
    /// What tells attempts from everything else in their table, where they share one.
    pub(crate) attempt_kind: Option<&'static str>,
    pub(crate) attempt_expires: &'static str,
}

static AUTHCORE: Columns = Columns {
    email_verified: "email_verified",
    user_extra: Some("extra"),
    subject: "subject",
    user_id: "user_id",
    kind: "kind",
    account_extra: Some("extra"),
    session_token: "token_hash",
    session_created: Some("created_at"),
    session_expires: "expires_at",
    session_seen: Some("last_seen_at"),
    session_user_agent: Some("user_agent"),
    session_address: Some("address"),
    attempt: "id",
    attempt_kind: None,
    attempt_expires: "expires_at",
};

static AUTHJS: Columns = Columns {
    email_verified: "emailVerified",
    user_extra: None,
    subject: "providerAccountId",
    user_id: "userId",
    kind: "type",
    account_extra: None,
    session_token: "sessionToken",
    session_created: None,
    session_expires: "expires",
    session_seen: None,
    session_user_agent: None,
    session_address: None,
    attempt: "token",
    attempt_kind: Some("identifier"),
    attempt_expires: "expires",
};

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
mod tests {
    use super::*;

    #[test]
    fn a_name_that_could_leave_its_quotes_is_refused() {
        for name in [
            "a\"b", "a`b", "a'b", "a b", "a;b", "1a", "a-b", "ä", "a\0", "sqlite_a", "PG_a",
        ] {
            assert!(Schema::with_prefix(name).is_err(), "{name:?}");
            assert!(Schema::authjs_with_tables("users", name, "s", "t").is_err());
            assert!(Schema::authcore().in_postgres_schema(name).is_err());
        }
        assert!(Schema::with_prefix(&"a".repeat(41)).is_err());
    }

    #[test]
    fn a_prefix_stands_before_every_table() {
        let schema = Schema::with_prefix("shop_").unwrap();
        for table in [
            &schema.users,
            &schema.accounts,
            &schema.sessions,
            &schema.attempts,
            &schema.verifications,
            &schema.passkeys,
            &schema.revocations,
            &schema.limits,
            &schema.migrations,
        ] {
            assert!(table.starts_with("shop_"), "{table}");
        }
        assert_eq!(Schema::with_prefix("").unwrap().users, "users");
    }

    #[test]
    fn a_schema_of_postgresql_stands_before_every_table_and_elsewhere_is_refused() {
        let schema = Schema::authcore().in_postgres_schema("auth").unwrap();
        assert!(schema.form(Dialect::Postgres).is_ok());
        assert_eq!(
            schema.quoted(Dialect::Postgres, &schema.users),
            r#""auth"."authcore_users""#
        );
        for other in [Dialect::Sqlite, Dialect::Mysql] {
            assert!(schema.form(other).is_err());
        }
    }
}
