//! This file says how tables and columns are called: our own layout with a settable prefix, or that
//! of Auth.js, so that both programs can share one database.
//!
//! Names stand in the text of statements, where no database takes a placeholder. The attack it stops
//! is a name that ends its quotes (`a_name_that_could_leave_its_quotes_is_refused`).

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
    pub(crate) layout: Layout,
    pub(crate) prefix: String,
    pub(crate) users: String,
    pub(crate) accounts: String,
    pub(crate) sessions: String,
    pub(crate) attempts: String,
    pub(crate) migrations: String,
}

impl Default for Schema {
    fn default() -> Self {
        Self::authcore()
    }
}

impl Schema {
    /// Our own tables: `authcore_users`, `authcore_accounts`, `authcore_sessions`,
    /// `authcore_attempts`, and `authcore_migrations` for what was done to them.
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
    #[must_use]
    pub fn authjs() -> Self {
        Self::authjs_named("users", "accounts", "sessions", "verification_token")
    }

    /// Auth.js's tables under other names, such as `user`, `account`, `session` and
    /// `verificationToken` (its Drizzle adapter).
    ///
    /// # Errors
    /// [`SchemaError`] when a name could not be that of a table.
    pub fn authjs_with_tables(
        users: &str,
        accounts: &str,
        sessions: &str,
        verification_tokens: &str,
    ) -> Result<Self, SchemaError> {
        for name in [users, accounts, sessions, verification_tokens] {
            check(name)?;
        }
        Ok(Self::authjs_named(
            users,
            accounts,
            sessions,
            verification_tokens,
        ))
    }

    /// The layout of the columns.
    #[must_use]
    pub fn layout(&self) -> Layout {
        self.layout
    }

    fn prefixed(prefix: &str) -> Self {
        let table = |name: &str| format!("{prefix}{name}");
        Self {
            layout: Layout::Authcore,
            prefix: prefix.to_owned(),
            users: table("users"),
            accounts: table("accounts"),
            sessions: table("sessions"),
            attempts: table("attempts"),
            migrations: table("migrations"),
        }
    }

    fn authjs_named(users: &str, accounts: &str, sessions: &str, tokens: &str) -> Self {
        Self {
            layout: Layout::Authjs,
            prefix: "authcore_authjs_".to_owned(),
            users: users.to_owned(),
            accounts: accounts.to_owned(),
            sessions: sessions.to_owned(),
            attempts: tokens.to_owned(),
            migrations: "authcore_authjs_migrations".to_owned(),
        }
    }

    pub(crate) fn columns(&self) -> &'static Columns {
        match self.layout {
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
            &schema.migrations,
        ] {
            assert!(table.starts_with("shop_"), "{table}");
        }
        assert_eq!(Schema::with_prefix("").unwrap().users, "users");
    }
}
