//! This file opens the database that `DATABASE_URL` names: a SQLite file, a PostgreSQL or a MySQL
//! server, or none.
//!
//! The URL of a server is never repeated: it may hold a password.

use std::{error::Error, sync::Arc};

use authcore::{
    adapter::{Adapter, AdapterError},
    config::{Env, Problem},
};
use authcore_mysql::MysqlAdapter;
use authcore_postgres::PostgresAdapter;
use authcore_sqlite::{Schema, SqliteAdapter};

/// Where users live when nothing is said.
pub(crate) const DEFAULT: &str = "sqlite:demo-data/authcore.db";

/// Where users live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite(String),
    Postgres(String),
    Mysql(String),
    None,
}

/// What the environment says.
pub(crate) fn chosen(env: &Env, problems: &mut Vec<Problem>) -> Database {
    let url = match env.get("DATABASE_URL") {
        None => DEFAULT,
        Some("none") => return Database::None,
        Some(url) => url,
    };
    match url.split(':').next() {
        Some("sqlite") => Database::Sqlite(url.into()),
        Some("postgres" | "postgresql") => Database::Postgres(url.into()),
        Some("mysql" | "mariadb") => Database::Mysql(url.into()),
        _ => {
            problems.push(Problem::new(
                "database_unknown",
                "DATABASE_URL names no database that is known here",
                format!("set DATABASE_URL to {DEFAULT}, postgres://…, mysql://…, or none"),
            ));
            Database::None
        }
    }
}

impl Database {
    /// Opens it and brings its tables up to date.
    pub(crate) async fn open(&self, schema: Schema) -> Result<Option<Arc<dyn Adapter>>, Problem> {
        match self {
            Self::Sqlite(url) => {
                let opened = SqliteAdapter::builder().schema(schema).connect(url).await;
                opened.map(shared).map_err(|error| {
                    unusable(
                        url,
                        &error,
                        format!(
                            "set DATABASE_URL to a file that is a SQLite database and can be written, or \
                             that is not there yet (the default is {DEFAULT}), or to none"
                        ),
                    )
                })
            }
            Self::Postgres(url) => {
                let opened = PostgresAdapter::builder().schema(schema).connect(url).await;
                let mend = "set DATABASE_URL to postgres://user:password@host:5432/database, where a \
                            PostgreSQL server answers, or to none";
                opened
                    .map(shared)
                    .map_err(|error| unusable("the PostgreSQL database", &error, mend.into()))
            }
            Self::Mysql(url) => {
                let opened = MysqlAdapter::builder().schema(schema).connect(url).await;
                let mend = "set DATABASE_URL to mysql://user:password@host:3306/database, where a \
                            MySQL or MariaDB server answers, or to none";
                opened
                    .map(shared)
                    .map_err(|error| unusable("the MySQL database", &error, mend.into()))
            }
            Self::None => Ok(None),
        }
    }
}

fn shared(adapter: impl Adapter + 'static) -> Option<Arc<dyn Adapter>> {
    Some(Arc::new(adapter))
}

fn unusable(what: &str, error: &AdapterError, mend: String) -> Problem {
    let found = format!("{what} cannot be opened: {}", reasons(error));
    Problem::new("database_unusable", found, mend)
}

/// An error and what it came from.
fn reasons(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> (Database, Vec<Problem>) {
        let mut problems = Vec::new();
        let env = [("DATABASE_URL", url)].into_iter().collect();
        (chosen(&env, &mut problems), problems)
    }

    #[test]
    fn each_database_is_known_by_how_its_url_begins() {
        for (url, is_it) in [
            ("sqlite:a.db", Database::Sqlite("sqlite:a.db".into())),
            (
                "postgresql://h/d",
                Database::Postgres("postgresql://h/d".into()),
            ),
            ("mysql://h/d", Database::Mysql("mysql://h/d".into())),
            ("none", Database::None),
        ] {
            assert_eq!(read(url), (is_it, Vec::new()), "{url}");
        }
    }

    #[test]
    fn an_unknown_database_url_is_not_repeated() {
        let (_, problems) = read("oracle://me:canary@db/app");
        assert_eq!(problems.len(), 1);
        assert!(!format!("{problems:?}").contains("canary"));
    }
}
