//! This file names the tables of Auth.js's adapters, and says what is kept in them.
//!
//! Names stand in the text of statements: each is checked as those of our own tables are
//! (`a_name_that_could_leave_its_quotes_is_refused`).

use authcore::model::ProviderId;

use super::{Maker, Passkeys, PrismaModels, Schema, SchemaError, check};

impl Schema {
    /// Auth.js's tables under the names of its SQL adapters: `users`, `accounts`, `sessions`,
    /// `verification_token`. Used attempts are kept in the last one, beside Auth.js's own tokens.
    /// On PostgreSQL these are the tables of `@auth/pg-adapter`, whose users have whole numbers for
    /// ids. MySQL has no such adapter: there, see [`authjs_drizzle`](Schema::authjs_drizzle) and
    /// [`authjs_prisma`](Schema::authjs_prisma).
    #[must_use]
    pub fn authjs() -> Self {
        // These adapters have no table of passkeys.
        let names = ["users", "accounts", "sessions", "verification_token", ""];
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
        Self::authjs().with_tables(users, accounts, sessions, verification_tokens)
    }

    /// Auth.js's tables as `@auth/drizzle-adapter` describes them: `user`, `account`, `session`,
    /// `verificationToken`, `authenticator`, with text ids.
    ///
    /// On MySQL, where collations take `Ada` and `ada` for one, every comparison is of bytes, and a
    /// row that the database takes for another one's twin is refused as a conflict.
    #[must_use]
    pub fn authjs_drizzle() -> Self {
        let names = [
            "user",
            "account",
            "session",
            "verificationToken",
            "authenticator",
        ];
        Self::authjs_named(Maker::AuthjsDrizzle, names)
    }

    /// Auth.js's tables as Prisma makes them for `@auth/prisma-adapter`: `User`, `Account`, `Session`,
    /// `VerificationToken`, with text ids. Prisma keeps its tables itself: none is made here, and no
    /// index is added.
    ///
    /// On SQLite, times are written as Prisma 7 writes them (as text) and read in either of its
    /// forms. On MySQL, what is said of [`authjs_drizzle`](Schema::authjs_drizzle) holds.
    #[must_use]
    pub fn authjs_prisma(models: PrismaModels) -> Self {
        let names = [
            "User",
            "Account",
            "Session",
            "VerificationToken",
            "Authenticator",
        ];
        Self::authjs_named(Maker::AuthjsPrisma(models), names)
    }

    /// Auth.js's tables with that of its authenticators, in which passkeys are kept then. Drizzle's tables
    /// have one (`authenticator`), which this renames. Prisma's have one if the model is there
    /// (`Authenticator`), and this says so; without it, no passkeys are kept in Prisma's tables.
    ///
    /// Each passkey stands beside an account of the kind `webauthn`, which is written and removed with it;
    /// one whose account is gone is none. There is no place for a passkey's name and for `extra`: whoever
    /// has some is refused, as are credential ids of more than 189 bytes. When it was registered and last
    /// used is left out, and reads as 1970 and never.
    ///
    /// # Errors
    /// [`SchemaError`] when the name could not be that of a table.
    pub fn with_authenticators(mut self, table: &str) -> Result<Self, SchemaError> {
        check(table)?;
        self.passkeys = table.to_owned();
        Ok(self.keeping_authenticators())
    }

    /// The same under the name that the table has there.
    pub(crate) fn keeping_authenticators(mut self) -> Self {
        self.passkeys_are = Passkeys::Authenticators;
        self
    }

    /// The id of the provider under which the accounts of passkeys stand in Auth.js's tables. Default:
    /// `passkey`, as Auth.js calls its own; its other one is called `webauthn`. An account that a user has
    /// under another id already is left as it is.
    #[must_use]
    pub fn with_passkey_provider(mut self, provider: ProviderId) -> Self {
        self.passkey_provider = Some(provider);
        self
    }

    /// Under which provider's id accounts of passkeys are written.
    pub(crate) fn passkey_provider(&self) -> &str {
        let provider = self.passkey_provider.as_ref();
        provider.map_or("passkey", ProviderId::as_str)
    }

    fn authjs_named(
        maker: Maker,
        [users, accounts, sessions, tokens, passkeys]: [&str; 5],
    ) -> Self {
        Self {
            maker,
            namespace: None,
            prefix: "authcore_authjs_".to_owned(),
            users: users.to_owned(),
            accounts: accounts.to_owned(),
            sessions: sessions.to_owned(),
            attempts: tokens.to_owned(),
            verifications: tokens.to_owned(),
            passkeys: passkeys.to_owned(),
            // Auth.js has no such tables, and the stores are not offered there.
            revocations: String::new(),
            limits: String::new(),
            user_states: "authcore_authjs_user_states".to_owned(),
            authorities: "authcore_authjs_authorities".to_owned(),
            found_ids: None,
            migrations: "authcore_authjs_migrations".to_owned(),
            people: None,
            passkeys_are: match maker {
                Maker::AuthjsDrizzle => Passkeys::Authenticators,
                _ => Passkeys::None,
            },
            passkey_provider: None,
        }
    }
}
