//! This file finds the database that a command is about, and opens it.
//!
//! The URL is never repeated: it may hold a password.

use std::{error::Error, ops::ControlFlow};

#[cfg(any(feature = "postgres", feature = "mysql"))]
use std::time::Duration;

use async_trait::async_trait;
use authcore::{
    adapter::AdapterError,
    config::Env,
    model::{ProviderId, Secret},
};
use authcore_sql::{
    AuthjsTables, AuthorityCount, Copied, Dialect, Driver, Migration, MigrationError,
    MovedAccounts, Plan, Rotate, Rotation, Schema, SqlAdapter, Told,
};
use clap::{Args, ValueEnum};

use super::Failure;

/// Which database, and which tables in it.
#[derive(Debug, Args)]
pub(crate) struct Database {
    /// The database: sqlite:app.db, postgres://user@host/database, mysql://user@host/database. Default:
    /// the variable DATABASE_URL, which is the better place for a password: whoever is on the machine
    /// can read a command's words in the list of processes.
    #[arg(long, value_name = "URL")]
    database_url: Option<String>,
    /// Whose tables: our own, those of Auth.js's SQL adapters, those of @auth/drizzle-adapter.
    #[arg(long, value_enum, default_value_t = Layout::Authcore)]
    schema: Layout,
    /// What the names of our own tables begin with, in place of `authcore_`.
    #[arg(long)]
    prefix: Option<String>,
    /// The schema of PostgreSQL's that the tables stand in. It is made when it is missing.
    #[arg(long, value_name = "NAME")]
    postgres_schema: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Layout {
    Authcore,
    Authjs,
    Drizzle,
}

/// What a database is for a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It is made when it is missing, where that is a matter of a file.
    Make,
    /// It must be there.
    Find,
    /// It must be there, and whole tables are gone through: statements may take long.
    Survey,
}

impl Purpose {
    /// How long a statement, and the wait for a connection, may take.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    fn patience(self) -> Duration {
        match self {
            Self::Make | Self::Find => Duration::from_secs(5),
            Self::Survey => Duration::from_secs(600),
        }
    }
}

/// A database that was named, and its tables.
pub(crate) struct Named {
    url: String,
    pub(crate) dialect: Dialect,
    pub(crate) schema: Schema,
}

impl Database {
    /// Whether any is named. The demo takes `none` for none.
    pub(crate) fn is_named(&self, env: &Env) -> bool {
        let url = self
            .database_url
            .as_deref()
            .or_else(|| env.get("DATABASE_URL"));
        url.is_some_and(|url| url != "none")
    }

    /// What was named, on the command line or in the environment.
    pub(crate) fn named(&self, env: &Env) -> Result<Named, Failure> {
        Named::new(self.database_url.as_deref(), env, self.tables()?)
    }

    fn tables(&self) -> Result<Schema, Failure> {
        let told = |error: authcore_sql::SchemaError| Failure(error.to_string());
        let schema = match (self.schema, &self.prefix) {
            (Layout::Authcore, None) => Schema::authcore(),
            (Layout::Authcore, Some(prefix)) => Schema::with_prefix(prefix).map_err(told)?,
            (Layout::Authjs, None) => Schema::authjs(),
            (Layout::Drizzle, None) => Schema::authjs_drizzle(),
            (Layout::Authjs | Layout::Drizzle, Some(_)) => {
                return Err(Failure(
                    "Auth.js's tables have their own names\n  mend: leave --prefix out".into(),
                ));
            }
        };
        match &self.postgres_schema {
            Some(name) => schema.in_postgres_schema(name).map_err(told),
            None => Ok(schema),
        }
    }
}

impl Named {
    /// The database of a URL, or of DATABASE_URL, and tables in it.
    pub(crate) fn new(url: Option<&str>, env: &Env, schema: Schema) -> Result<Self, Failure> {
        let url = url.or_else(|| env.get("DATABASE_URL")).ok_or_else(|| {
            Failure("no database is named\n  mend: set DATABASE_URL, or give --database-url".into())
        })?;
        let dialect = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Dialect::Sqlite,
            Some("postgres" | "postgresql") => Dialect::Postgres,
            Some("mysql" | "mariadb") => Dialect::Mysql,
            _ => {
                return Err(Failure(
                    "the URL is of no database that is known here\n  mend: it begins with sqlite:, \
                     postgres:// or mysql://"
                        .into(),
                ));
            }
        };
        Ok(Self {
            url: url.to_owned(),
            dialect,
            schema,
        })
    }

    /// Other tables in the same database.
    pub(crate) fn beside(&self, schema: Schema) -> Self {
        Self {
            url: self.url.clone(),
            dialect: self.dialect,
            schema,
        }
    }

    /// Whether the URL says only what kind of database it is: `postgres:`.
    pub(crate) fn is_only_a_kind(&self) -> bool {
        let rest = self.url.split_once(':').map(|(_, rest)| rest);
        rest.is_some_and(|rest| rest.trim_start_matches('/').is_empty())
    }

    /// What it is called among people.
    pub(crate) fn name(&self) -> &'static str {
        match self.dialect {
            Dialect::Sqlite => "SQLite",
            Dialect::Postgres => "PostgreSQL",
            _ => "MySQL",
        }
    }

    /// What it is called in JSON.
    pub(crate) fn word(&self) -> &'static str {
        match self.dialect {
            Dialect::Sqlite => "sqlite",
            Dialect::Postgres => "postgres",
            _ => "mysql",
        }
    }

    /// Opens it, and leaves its tables as they are.
    pub(crate) async fn open(
        &self,
        purpose: Purpose,
        secrets: Vec<Secret>,
    ) -> Result<Box<dyn Tables>, Failure> {
        let url = self.location(purpose);
        let opened: Result<Box<dyn Tables>, AdapterError> = match self.dialect {
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => {
                let builder = authcore_sqlite::SqliteAdapter::builder()
                    .schema(self.schema.clone())
                    .secrets(secrets)
                    .migrations(authcore_sql::Migrations::Leave);
                boxed(builder.connect(&url).await)
            }
            #[cfg(feature = "postgres")]
            Dialect::Postgres => {
                let builder = authcore_postgres::PostgresAdapter::builder()
                    .schema(self.schema.clone())
                    .secrets(secrets)
                    .max_connections(2)
                    .timeout(purpose.patience())
                    .migrations(authcore_sql::Migrations::Leave);
                boxed(builder.connect(&url).await)
            }
            #[cfg(feature = "mysql")]
            Dialect::Mysql => {
                let builder = authcore_mysql::MysqlAdapter::builder()
                    .schema(self.schema.clone())
                    .secrets(secrets)
                    .max_connections(2)
                    .timeout(purpose.patience())
                    .migrations(authcore_sql::Migrations::Leave);
                boxed(builder.connect(&url).await)
            }
            _ => {
                // Nobody here takes them.
                drop((url, secrets));
                return Err(Failure(format!(
                    "this `authcore` was built without {}\n  mend: install it with `--features {}`",
                    self.name(),
                    self.word()
                )));
            }
        };
        opened.map_err(|error| self.unusable(&error, purpose))
    }

    /// The URL, by which a missing file of SQLite's is made or not.
    fn location(&self, purpose: Purpose) -> String {
        let url = &self.url;
        let is_to_be_found = self.dialect == Dialect::Sqlite && purpose != Purpose::Make;
        match is_to_be_found && !url.contains("mode=") {
            true if url.contains('?') => format!("{url}&mode=rw"),
            true => format!("{url}?mode=rw"),
            false => url.clone(),
        }
    }

    fn unusable(&self, error: &AdapterError, purpose: Purpose) -> Failure {
        let mend = match (error, self.dialect) {
            (AdapterError::Unavailable(_), Dialect::Sqlite) if purpose != Purpose::Make => {
                "see that the file is there (`authcore migrate` makes it) and can be written, and that \
                 nobody keeps it locked"
            }
            (AdapterError::Unavailable(_), Dialect::Sqlite) => {
                "see that the file is there and can be written, and that nobody keeps it locked"
            }
            (AdapterError::Unavailable(_), _) => {
                "see that the server runs, and that host, port and TLS of the URL are right"
            }
            (_, Dialect::Sqlite) => {
                "see that the file is a SQLite database, and that the URL is right"
            }
            _ => "see that the URL names a user, a password and a database that the server knows",
        };
        // The first says only that the store failed.
        let why = error.source().map_or_else(|| error.to_string(), reasons);
        Failure(format!(
            "the {} database cannot be opened: {why}\n  mend: {mend}",
            self.name()
        ))
    }
}

/// An error and what it came from.
pub(crate) fn reasons(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(any(feature = "sqlite", feature = "postgres", feature = "mysql"))]
fn boxed<D: Driver>(
    opened: Result<SqlAdapter<D>, AdapterError>,
) -> Result<Box<dyn Tables>, AdapterError> {
    Ok(Box::new(opened?))
}

/// The tables of any database.
#[async_trait]
pub(crate) trait Tables: Send + Sync {
    /// What is due.
    async fn plan(&self) -> Result<Plan, MigrationError>;

    /// Does what is due, and tells each step.
    async fn migrate(
        &self,
        told: &mut (dyn for<'s> FnMut(&'s Migration) + Send),
    ) -> Result<usize, MigrationError>;

    /// Seals all under the first secret, and tells how far it is.
    async fn rotate(
        &self,
        what: Rotate,
        told: &mut (dyn for<'s> FnMut(&'s Rotation) -> ControlFlow<()> + Send),
    ) -> Result<Rotation, AdapterError>;

    /// How many accounts there are of each provider and authority.
    async fn authorities(&self) -> Result<Vec<AuthorityCount>, AdapterError>;

    /// Moves accounts to another authority, and tells how far it is.
    async fn move_authority(
        &self,
        provider: &ProviderId,
        from: &str,
        to: &str,
        told: &mut (dyn for<'s> FnMut(&'s MovedAccounts) -> ControlFlow<()> + Send),
    ) -> Result<MovedAccounts, AdapterError>;

    /// The way past the adapter.
    fn driver(&self) -> &dyn Driver;

    /// Copies people from Auth.js's tables into these.
    async fn copy(
        &self,
        from: &dyn Driver,
        tables: &AuthjsTables,
        extras: &[&str],
        told: Told<'_>,
    ) -> Result<Copied, AdapterError>;
}

#[async_trait]
impl<D: Driver> Tables for SqlAdapter<D> {
    async fn plan(&self) -> Result<Plan, MigrationError> {
        Self::plan(self).await
    }

    async fn migrate(
        &self,
        told: &mut (dyn for<'s> FnMut(&'s Migration) + Send),
    ) -> Result<usize, MigrationError> {
        Self::migrate(self, told).await
    }

    async fn rotate(
        &self,
        what: Rotate,
        told: &mut (dyn for<'s> FnMut(&'s Rotation) -> ControlFlow<()> + Send),
    ) -> Result<Rotation, AdapterError> {
        self.rotate_secrets(what, told).await
    }

    async fn authorities(&self) -> Result<Vec<AuthorityCount>, AdapterError> {
        Self::authorities(self).await
    }

    async fn move_authority(
        &self,
        provider: &ProviderId,
        from: &str,
        to: &str,
        told: &mut (dyn for<'s> FnMut(&'s MovedAccounts) -> ControlFlow<()> + Send),
    ) -> Result<MovedAccounts, AdapterError> {
        Self::move_authority(self, provider, from, to, told).await
    }

    fn driver(&self) -> &dyn Driver {
        Self::driver(self)
    }

    async fn copy(
        &self,
        from: &dyn Driver,
        tables: &AuthjsTables,
        extras: &[&str],
        told: Told<'_>,
    ) -> Result<Copied, AdapterError> {
        self.copy_authjs(from, tables, extras, told).await
    }
}
