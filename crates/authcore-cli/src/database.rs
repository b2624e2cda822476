//! This file finds the database that a command is about, and opens it.
//!
//! The URL is never repeated: it may hold a password.

use std::{error::Error, ops::ControlFlow, path::PathBuf};

#[cfg(any(feature = "postgres", feature = "mysql"))]
use std::time::Duration;

use async_trait::async_trait;
use authcore::{
    adapter::AdapterError,
    config::Env,
    model::{ProviderId, Secret},
};
use authcore_sql::{
    AuthjsTables, AuthorityCount, Copied, Dialect, Driver, Kind, Migration, MigrationError,
    MovedAccounts, Plan, Query, Rotate, Rotation, Schema, SqlAdapter, Told, Value,
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
    /// The schema of PostgreSQL's that the tables are in.
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
    /// It must be there, or is made when it is missing, where that is a matter of a file or of a schema:
    /// never a folder.
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
        self.check_file(purpose)?;
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
        opened.map_err(|error| self.unusable(&error))
    }

    /// The URL, by which a missing file of SQLite's is made or not: whatever it says itself, only
    /// [`Purpose::Make`] makes one.
    fn location(&self, purpose: Purpose) -> String {
        if self.dialect != Dialect::Sqlite {
            return self.url.clone();
        }
        let (place, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let mode = match purpose {
            Purpose::Make => "mode=rwc",
            Purpose::Find | Purpose::Survey => "mode=rw",
        };
        let words = query.split('&').filter(|word| !word.is_empty());
        let is_fixed = |word: &&str| ["mode=memory", "mode=ro"].contains(word);
        let mut words: Vec<_> = match query.split('&').any(|word| is_fixed(&word)) {
            true => words.collect(),
            false => words
                .filter(|it| !it.starts_with("mode="))
                .chain([mode])
                .collect(),
        };
        words.dedup();
        format!("{place}?{}", words.join("&"))
    }

    /// The file of a SQLite database; `None` for what is no file.
    pub(crate) fn file(&self) -> Option<PathBuf> {
        if self.dialect != Dialect::Sqlite {
            return None;
        }
        let (place, query) = self.url.split_once('?').unwrap_or((&self.url, ""));
        let path = place.strip_prefix("sqlite:")?;
        let path = path.strip_prefix("//").unwrap_or(path);
        if path == ":memory:" || path.is_empty() || query.split('&').any(|it| it == "mode=memory") {
            return None;
        }
        let path = percent_encoding::percent_decode_str(path)
            .decode_utf8()
            .ok()?;
        Some(PathBuf::from(path.as_ref()))
    }

    /// That the file can be opened: it is there, or it is to be made in a folder that is there.
    fn check_file(&self, purpose: Purpose) -> Result<(), Failure> {
        let Some(file) = self.file().filter(|file| !file.exists()) else {
            return Ok(());
        };
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let (file, folder) = (file.display(), folder.as_path());
        if !folder.is_dir() {
            return Err(Failure(format!(
                "the SQLite database cannot be opened: there is no folder {}\n  mend: see that the URL is \
                 right; if it is, make the folder, and then the file by `authcore migrate --create`",
                folder.display()
            )));
        }
        match purpose {
            Purpose::Make => Ok(()),
            Purpose::Find | Purpose::Survey => Err(Failure(format!(
                "the SQLite database cannot be opened: there is no file {file}\n  mend: see that the URL is \
                 right; `authcore migrate --create` makes a new database there"
            ))),
        }
    }

    /// That there is something which tables would be made in, and which stays.
    pub(crate) async fn check_place(
        &self,
        tables: &dyn Tables,
        purpose: Purpose,
    ) -> Result<(), Failure> {
        if self.dialect == Dialect::Sqlite && self.file().is_none() {
            return Err(Failure(
                "a database in memory ends with this command\n  mend: name a file: sqlite:app.db"
                    .into(),
            ));
        }
        let Some(schema) = self.schema.postgres_schema() else {
            return Ok(());
        };
        if self.dialect != Dialect::Postgres || purpose == Purpose::Make {
            return Ok(());
        }
        let query = Query {
            sql: "SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname = $1".into(),
            values: vec![Value::Text(Some(schema.to_owned()))],
            columns: [Kind::Text].into(),
        };
        let found = tables.driver().rows(query).await;
        match found.map_err(|error| self.unusable(&error.into()))?.len() {
            0 => Err(Failure(format!(
                "the database has no schema {schema:?}\n  mend: see that --postgres-schema is right; \
                 `authcore migrate --create` makes it"
            ))),
            _ => Ok(()),
        }
    }

    /// The database that the URL names at a server.
    fn database(&self) -> &str {
        let (place, _) = self.url.split_once('?').unwrap_or((&self.url, ""));
        place.rsplit('/').next().unwrap_or_default()
    }

    fn unusable(&self, error: &AdapterError) -> Failure {
        // The first says only that the store failed.
        let why = error.source().map_or_else(|| error.to_string(), reasons);
        if why.contains("no such database") {
            let database = self.database();
            return Failure(format!(
                "the {} server has no database {database:?}\n  mend: see that the URL is right; if it is, \
                 make the database (`CREATE DATABASE {database}`) as a user who may: no command here makes \
                 one",
                self.name()
            ));
        }
        let mend = match (error, self.dialect) {
            (AdapterError::Unavailable(_), Dialect::Sqlite) => {
                "see that the file can be written, and that nobody keeps it locked"
            }
            (AdapterError::Unavailable(_), _) => {
                "see that the server runs, and that host, port and TLS of the URL are right"
            }
            (_, Dialect::Sqlite) => {
                "see that the file is a SQLite database, and that the URL is right"
            }
            _ => "see that the URL names a user, a password and a database that the server knows",
        };
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

/// What is told of tables that could not be made or changed.
pub(crate) fn migration_failed(error: &MigrationError) -> Failure {
    let what = reasons(error);
    Failure(match error {
        MigrationError::Database(_) => format!(
            "{what}\n  mend: the user of the URL must be allowed to make tables; one who is can run what \
             `authcore migrate --print` writes"
        ),
        // These say themselves what to do.
        _ => what,
    })
}
