//! This folder is the core's `Adapter`, written once over any [`Driver`].
//!
//! ```text
//! mod.rs            how an adapter is made, and what runs its statements
//! transaction.rs    several statements that happen whole or not at all
//! found_ids.rs      of what kind the ids of Auth.js's users are
//! existing.rs       what a table of users of the application's own must be
//! people.rs         users and their accounts
//! changes.rs        how users are stored and changed
//! stores.rs         sessions and used attempts
//! verifications.rs  verification tokens
//! passkeys.rs       passkeys
//! limits.rs         counts of tries
//! leases.rs         leases of tokens
//! revocations.rs    tokens that are to be revoked
//! directory.rs      pages of users
//! authority.rs      accounts of a server that is at another address now
//! rotate.rs         another secret for all that is sealed
//! ```

mod authority;
mod changes;
mod directory;
mod existing;
mod found_ids;
mod leases;
mod limits;
mod passkeys;
mod people;
mod revocations;
mod rotate;
mod stores;
mod transaction;
mod verifications;

use std::{
    fmt,
    future::Future,
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, LastWayIn, Unlinked},
    clock::{Clock, SystemClock},
    model::Secret,
};

pub use authority::{AuthorityCount, MovedAccounts};
pub(crate) use passkeys::LONGEST_CREDENTIAL_ID;
pub use rotate::{Ended, KeyUse, Rotate, Rotation};
use transaction::Came;
pub(crate) use transaction::Step;

use crate::{
    at_rest::Keyring,
    driver::{Driver, DriverError, Query, Row, Value},
    migration::{self, Migration, MigrationError, Migrations, Plan, migrate},
    record::TokenForm,
    schema::{Form, Layout, Schema},
    statement::{Arguments, Statement},
    statements::Statements,
};

/// Users, accounts, sessions and used attempts in an SQL database.
///
/// OAuth tokens are sealed before they are written (see [`Settings::secrets`]); session tokens are
/// stored as their SHA-256. All statements are rendered when the adapter is made.
pub struct SqlAdapter<D> {
    pub(crate) driver: D,
    pub(crate) schema: Schema,
    pub(crate) form: Form,
    statements: Statements,
    pub(crate) keyring: OnceLock<Keyring>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// What an adapter is made with.
#[non_exhaustive]
pub struct Settings {
    /// The names of the tables. Default: [`Schema::authcore`].
    pub schema: Schema,
    /// The secrets that OAuth tokens are sealed with: the first seals, all open. Default: none, and
    /// then those of the `Auth` that the adapter is plugged into. An adapter that has none at all
    /// refuses to store a token.
    pub secrets: Vec<Secret>,
    /// Where the time in new ids comes from. Default: the machine's clock.
    pub clock: Arc<dyn Clock>,
    /// Whether [`SqlAdapter::open`] brings the tables up to date. Default: yes.
    pub migrations: Migrations,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            schema: Schema::default(),
            secrets: Vec::new(),
            clock: Arc::new(SystemClock),
            migrations: Migrations::default(),
        }
    }
}

/// Makes the methods of a builder that every database's has: `schema`, `secrets`, `migrations` and
/// `clock`, documented where a user looks for them. The builder keeps its [`Settings`](crate::Settings)
/// in a field `settings`.
#[macro_export]
macro_rules! settings {
    () => {
        /// The names of the tables. Default: our own, prefixed with `authcore_`.
        #[must_use]
        pub fn schema(mut self, schema: $crate::Schema) -> Self {
            self.settings.schema = schema;
            self
        }

        /// The secrets that OAuth tokens are encrypted with: the first encrypts, all decrypt.
        /// Default: those of the `Auth` that the adapter is plugged into.
        #[must_use]
        pub fn secrets(
            mut self,
            secrets: impl ::core::iter::IntoIterator<
                Item = impl ::core::convert::Into<$crate::Secret>,
            >,
        ) -> Self {
            self.settings.secrets = secrets.into_iter().map(::core::convert::Into::into).collect();
            self
        }

        /// Whether to make the tables and bring them up to date. Default: yes.
        #[must_use]
        pub fn migrations(mut self, migrations: $crate::Migrations) -> Self {
            self.settings.migrations = migrations;
            self
        }

        /// Where the time in new ids comes from. Default: the machine's clock.
        #[must_use]
        pub fn clock(mut self, clock: ::std::sync::Arc<dyn $crate::Clock>) -> Self {
            self.settings.clock = clock;
            self
        }
    };
}

/// A database that an adapter can connect to: what the crate of one database adds to its [`Driver`].
#[async_trait]
pub trait Database: Driver + Sized {
    /// The driver's pool of connections.
    type Pool: Send;
    /// What can be set before connecting.
    type Builder: Default + Send;

    /// Connects as a builder says.
    async fn connect(builder: Self::Builder, url: &str) -> Result<SqlAdapter<Self>, AdapterError>;

    /// Uses connections that the application has already.
    async fn from_pool(
        builder: Self::Builder,
        pool: Self::Pool,
    ) -> Result<SqlAdapter<Self>, AdapterError>;
}

/// Shows the names of the tables: neither keys nor connections are anybody's to read.
impl<D> fmt::Debug for SqlAdapter<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqlAdapter")
            .field("schema", &self.schema)
            .finish_non_exhaustive()
    }
}

impl<D: Database> SqlAdapter<D> {
    /// Connects to the database of a URL, with our own tables, which are made or brought up to date.
    ///
    /// # Errors
    /// [`AdapterError::Unavailable`] when it cannot be reached, [`AdapterError::Failed`] when the
    /// URL is none or the tables cannot be brought up to date.
    pub async fn connect(url: &str) -> Result<Self, AdapterError> {
        D::connect(D::Builder::default(), url).await
    }

    /// Everything that can be set before connecting.
    #[must_use]
    pub fn builder() -> D::Builder {
        D::Builder::default()
    }

    /// Uses connections that the application has already, with our own tables, which are made or
    /// brought up to date.
    ///
    /// # Errors
    /// As [`SqlAdapter::connect`].
    pub async fn from_pool(pool: D::Pool) -> Result<Self, AdapterError> {
        D::from_pool(D::Builder::default(), pool).await
    }
}

impl<D: Driver> SqlAdapter<D> {
    /// An adapter over a driver. It does not touch the database.
    ///
    /// # Errors
    /// [`AdapterError::Failed`] when no key can be derived from the secrets, or the database has no
    /// such tables as the schema asks for.
    pub fn new(driver: D, settings: Settings) -> Result<Self, AdapterError> {
        let dialect = driver.dialect();
        let form = settings
            .schema
            .form(dialect)
            .map_err(|fault| AdapterError::Failed(Box::new(fault)))?;
        let keyring = OnceLock::new();
        if !settings.secrets.is_empty() {
            let keys = Keyring::new(&settings.secrets)
                .map_err(|error| AdapterError::Failed(Box::new(error)))?;
            keyring.get_or_init(|| keys);
        }
        Ok(Self {
            statements: Statements::render(dialect, form, &settings.schema),
            driver,
            form,
            schema: settings.schema,
            keyring,
            clock: settings.clock,
        })
    }

    /// The same, after the tables were brought up to date, unless the settings leave them alone.
    ///
    /// # Errors
    /// As [`SqlAdapter::new`]; those of [`migrate`]; [`AdapterError::Failed`] when a table of users of
    /// the application's own is not as it must be, or ids of Auth.js's are of a kind that cannot be worked
    /// with.
    pub async fn open(driver: D, mut settings: Settings) -> Result<Self, AdapterError> {
        settings
            .schema
            .form(driver.dialect())
            .map_err(DriverError::Failed)?;
        existing::check(&driver, &settings.schema).await?;
        settings.schema = found_ids::find(&driver, settings.schema).await?;
        if settings.migrations == Migrations::Run {
            migrate(&driver, &settings.schema, settings.clock.now()).await?;
        }
        Self::new(driver, settings)
    }

    /// The driver below.
    pub fn driver(&self) -> &D {
        &self.driver
    }

    /// The names and texts of all statements, for those who want to see their plans.
    pub fn statements(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.statements
            .all()
            .map(|statement| (statement.name, &*statement.sql))
    }

    /// Says which steps are due before the tables are up to date, and changes nothing.
    ///
    /// # Errors
    /// [`MigrationError`].
    pub async fn plan(&self) -> Result<Plan, MigrationError> {
        migration::plan(&self.driver, &self.schema).await
    }

    /// Brings the tables up to date, as connecting does unless it was told to leave them, and tells each
    /// step as soon as it is done. Answers how many were.
    ///
    /// # Errors
    /// [`MigrationError`].
    pub async fn migrate(
        &self,
        told: &mut (dyn FnMut(&Migration) + Send),
    ) -> Result<usize, MigrationError> {
        migration::migrate_telling(&self.driver, &self.schema, self.clock.now(), told).await
    }

    pub(crate) fn layout(&self) -> Layout {
        self.form.layout
    }

    pub(crate) fn token_form(&self) -> TokenForm<'_> {
        match self.layout() {
            Layout::Authcore => TokenForm::Sealed(self.keyring.get()),
            Layout::Authjs => TokenForm::Plain,
        }
    }

    async fn execute(
        &self,
        statement: &Statement,
        values: &Arguments,
        about: About,
    ) -> Result<u64, AdapterError> {
        let query = statement.with(values)?;
        about.check(&query)?;
        let run = || self.driver.execute(query.clone());
        tried(run, about).await
    }

    async fn rows(
        &self,
        statement: &Statement,
        values: &Arguments,
        about: About,
    ) -> Result<Vec<Row>, AdapterError> {
        let query = statement.with(values)?;
        let run = || self.driver.rows(query.clone());
        tried(run, about).await
    }

    async fn row(
        &self,
        statement: &Statement,
        values: &Arguments,
        about: About,
    ) -> Result<Option<Row>, AdapterError> {
        Ok(self.rows(statement, values, about).await?.pop())
    }
}

/// How often a transaction is done again when others are in its way. Each time at least one of those
/// has passed, so that as many are enough as there are at once about one person.
const TRIES: u32 = 20;

/// Runs one statement, again when others are in its way. Reading is no different: a serializable
/// transaction may be given up for what it read.
async fn tried<T, F: Future<Output = Result<T, DriverError>>>(
    run: impl Fn() -> F,
    about: About,
) -> Result<T, AdapterError> {
    let mut left = TRIES;
    loop {
        left -= 1;
        match run().await {
            Err(DriverError::Lost(_)) if left > 0 => {}
            answer => return answer.map_err(|error| about.failure(error)),
        }
    }
}

/// How many ways in there must be before one is taken away.
fn fewest_ways_in(last: LastWayIn) -> i64 {
    match last {
        LastWayIn::Keep => 2,
        LastWayIn::Remove => 1,
    }
}

/// What came of taking a way in away, whose steps ask in this order: is there such a user, is it theirs,
/// are there enough others.
fn unlinked(came: &Came) -> Unlinked {
    match came {
        Came::Done(_) => Unlinked::Done,
        Came::Forbidden { at: 2 } => Unlinked::LastWayIn,
        Came::Forbidden { .. } => Unlinked::NotTheirs,
    }
}

/// What a statement is about: a database says only that something is taken or points to nothing,
/// and the statement knows what.
#[derive(Clone, Copy)]
pub(crate) enum About {
    User,
    Account,
    Session,
    Attempt,
    Token,
    Verification,
    Passkey,
    Limit,
    Revocation,
}

impl About {
    /// Refuses a text with a zero byte before it is written. PostgreSQL holds none, and what one database
    /// keeps and another refuses would be told apart by who cannot sign in.
    pub(crate) fn check(self, query: &Query) -> Result<(), AdapterError> {
        let written = query.values.iter().take(written(&query.sql));
        let has_zero =
            |value: &Value| matches!(value, Value::Text(Some(text)) if text.contains('\0'));
        match written.into_iter().any(has_zero) {
            true => Err(AdapterError::Refused {
                what: self.names().0,
            }),
            false => Ok(()),
        }
    }

    /// What it is called, and what of it is unique.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::User => ("user", "email"),
            Self::Account => ("account", "account"),
            Self::Session => ("session", "session"),
            Self::Attempt => ("attempt", "attempt"),
            Self::Token => ("token", "token"),
            Self::Verification => ("verification", "verification"),
            Self::Passkey => ("passkey", "passkey"),
            Self::Limit => ("limit", "limit"),
            Self::Revocation => ("revocation", "revocation"),
        }
    }

    fn failure(self, error: DriverError) -> AdapterError {
        let (what, unique) = self.names();
        match error {
            DriverError::Unique => AdapterError::Conflict { what: unique },
            // Accounts, sessions and passkeys point to users, and to nothing else.
            DriverError::ForeignKey => AdapterError::NotFound { what: "user" },
            DriverError::Unavailable(fault) | DriverError::Lost(fault) => {
                AdapterError::Unavailable(Box::new(fault))
            }
            DriverError::Refused => AdapterError::Refused { what },
            DriverError::Corrupt => AdapterError::Corrupt { what },
            DriverError::Exists(fault) | DriverError::Failed(fault) => {
                AdapterError::Failed(Box::new(fault))
            }
        }
    }
}

/// How many of a statement's values are written: those that come first. The others are looked for, and one
/// that no row can have finds none.
fn written(sql: &str) -> usize {
    match sql.split_once(' ') {
        Some(("SELECT" | "DELETE", _)) => 0,
        Some(("UPDATE", _)) => {
            let set = sql.split_once(" WHERE ").map_or(sql, |(set, _)| set);
            set.matches(['?', '$']).count()
        }
        _ => usize::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn what_is_looked_for_is_not_written() {
        for (sql, count) in [
            ("SELECT a FROM b WHERE c = ?", 0),
            ("DELETE FROM b WHERE c = $1", 0),
            (
                "UPDATE b SET a = ?, d = CASE WHEN (? = 1) THEN ? END WHERE c = ?",
                3,
            ),
            ("UPDATE b SET a = $1 WHERE c = $2", 1),
            ("INSERT INTO b (a) VALUES (?)", usize::MAX),
        ] {
            assert_eq!(written(sql), count, "{sql}");
        }
    }
}
