//! This file makes databases that Auth.js and authcore share, one for each of Auth.js's adapters.

use std::sync::Arc;

use authcore::{adapter::Adapter, random};
use authcore_mysql::MysqlAdapter;
use authcore_postgres::{PostgresAdapter, PrismaModels, Schema, sqlx};
use authcore_sqlite::SqliteAdapter;
use sqlx::{
    AssertSqlSafe, Connection, Executor, MySqlConnection, PgConnection, Row, SqliteConnection,
};
use tempfile::TempDir;
use url::Url;

/// One of Auth.js's adapters and the database below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Pg,
    DrizzlePostgres,
    DrizzleMysql,
    DrizzleSqlite,
    PrismaPostgres,
    PrismaMysql,
    PrismaSqlite,
}

enum Engine {
    Postgres,
    Mysql,
    Sqlite,
}

impl Kind {
    /// What `tests/peers/stores.mjs` calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pg => "pg",
            Self::DrizzlePostgres => "drizzle-postgres",
            Self::DrizzleMysql => "drizzle-mysql",
            Self::DrizzleSqlite => "drizzle-sqlite",
            Self::PrismaPostgres => "prisma-postgres",
            Self::PrismaMysql => "prisma-mysql",
            Self::PrismaSqlite => "prisma-sqlite",
        }
    }

    fn engine(self) -> Engine {
        match self {
            Self::Pg | Self::DrizzlePostgres | Self::PrismaPostgres => Engine::Postgres,
            Self::DrizzleMysql | Self::PrismaMysql => Engine::Mysql,
            Self::DrizzleSqlite | Self::PrismaSqlite => Engine::Sqlite,
        }
    }

    pub(crate) fn schema(self) -> Schema {
        match self {
            Self::Pg => Schema::authjs(),
            Self::DrizzlePostgres | Self::DrizzleMysql | Self::DrizzleSqlite => {
                Schema::authjs_drizzle()
            }
            Self::PrismaPostgres => with_authenticators(PrismaModels::Dates),
            Self::PrismaMysql | Self::PrismaSqlite => {
                with_authenticators(PrismaModels::IdsAndDates)
            }
        }
    }

    /// The tables that their other owner makes; the rest are made by authcore.
    fn tables(self) -> Option<&'static str> {
        match self {
            Self::Pg | Self::DrizzlePostgres | Self::DrizzleSqlite => None,
            Self::DrizzleMysql => Some(include_str!(
                "../../adapters/sql/tests/tables/drizzle_mysql.sql"
            )),
            Self::PrismaPostgres => Some(include_str!(
                "../../adapters/sql/tests/tables/prisma_postgres.sql"
            )),
            Self::PrismaMysql => Some(include_str!(
                "../../adapters/sql/tests/tables/prisma_mysql.sql"
            )),
            Self::PrismaSqlite => Some(include_str!(
                "../../adapters/sql/tests/tables/prisma_sqlite.sql"
            )),
        }
    }

    /// The names of the tables of users, accounts and sessions.
    fn names(self) -> [&'static str; 3] {
        match self {
            Self::Pg => ["users", "accounts", "sessions"],
            Self::DrizzlePostgres | Self::DrizzleMysql | Self::DrizzleSqlite => {
                ["user", "account", "session"]
            }
            Self::PrismaPostgres | Self::PrismaMysql | Self::PrismaSqlite => {
                ["User", "Account", "Session"]
            }
        }
    }
}

fn with_authenticators(models: PrismaModels) -> Schema {
    let schema = Schema::authjs_prisma(models);
    schema.with_authenticators("Authenticator").unwrap()
}

/// A database that no other test uses.
pub(crate) struct Place {
    kind: Kind,
    name: String,
    pub(crate) url: String,
    _folder: TempDir,
}

impl Place {
    pub(crate) async fn new(kind: Kind) -> Self {
        let chance: [u8; 8] = random::bytes().unwrap();
        let name = format!("shared_{:x}", u64::from_be_bytes(chance));
        let folder = tempfile::tempdir().unwrap();
        let url = match kind.engine() {
            Engine::Sqlite => format!("file:{}", folder.path().join("app.db").display()),
            _ => {
                let mut url = Url::parse(&server(kind)).unwrap();
                url.set_path(&name);
                url.into()
            }
        };
        let place = Self {
            kind,
            name,
            url,
            _folder: folder,
        };
        place.at_server("CREATE DATABASE").await;
        if let Some(tables) = kind.tables() {
            place.script(tables).await;
        }
        place
    }

    /// authcore's adapter on these tables.
    pub(crate) async fn open(&self) -> Arc<dyn Adapter> {
        let schema = self.kind.schema();
        match self.kind.engine() {
            Engine::Postgres => {
                let builder = PostgresAdapter::builder().schema(schema).max_connections(4);
                Arc::new(builder.connect(&self.url).await.unwrap())
            }
            Engine::Mysql => {
                let builder = MysqlAdapter::builder().schema(schema).max_connections(4);
                Arc::new(builder.connect(&self.url).await.unwrap())
            }
            Engine::Sqlite => {
                let builder = SqliteAdapter::builder().schema(schema);
                Arc::new(builder.connect(&self.sqlite()).await.unwrap())
            }
        }
    }

    /// How many rows there are of users, accounts and sessions.
    pub(crate) async fn rows(&self) -> [i64; 3] {
        let mut counts = [0; 3];
        for (count, table) in counts.iter_mut().zip(self.kind.names()) {
            *count = match self.kind.engine() {
                Engine::Postgres => {
                    let mut beside = PgConnection::connect(&self.url).await.unwrap();
                    let sql = format!("SELECT COUNT(*) FROM \"{table}\"");
                    beside.fetch_one(AssertSqlSafe(sql)).await.unwrap().get(0)
                }
                Engine::Mysql => {
                    let mut beside = MySqlConnection::connect(&self.url).await.unwrap();
                    let sql = format!("SELECT COUNT(*) FROM `{table}`");
                    beside.fetch_one(AssertSqlSafe(sql)).await.unwrap().get(0)
                }
                Engine::Sqlite => {
                    let mut beside = SqliteConnection::connect(&self.sqlite()).await.unwrap();
                    let sql = format!("SELECT COUNT(*) FROM \"{table}\"");
                    beside.fetch_one(AssertSqlSafe(sql)).await.unwrap().get(0)
                }
            };
        }
        counts
    }

    /// Removes it from the server.
    pub(crate) async fn end(self) {
        self.at_server("DROP DATABASE").await;
    }

    async fn script(&self, text: &'static str) {
        match self.kind.engine() {
            Engine::Postgres => {
                let mut beside = PgConnection::connect(&self.url).await.unwrap();
                sqlx::raw_sql(text).execute(&mut beside).await.unwrap();
            }
            Engine::Mysql => {
                let mut beside = MySqlConnection::connect(&self.url).await.unwrap();
                sqlx::raw_sql(text).execute(&mut beside).await.unwrap();
            }
            Engine::Sqlite => {
                let url = format!("{}?mode=rwc", self.sqlite());
                let mut beside = SqliteConnection::connect(&url).await.unwrap();
                sqlx::raw_sql(text).execute(&mut beside).await.unwrap();
            }
        }
    }

    async fn at_server(&self, what: &str) {
        let name = &self.name;
        match self.kind.engine() {
            Engine::Postgres => {
                let mut server = PgConnection::connect(&server(self.kind)).await.unwrap();
                let force = if what.starts_with("DROP") {
                    " WITH (FORCE)"
                } else {
                    ""
                };
                let sql = format!("{what} \"{name}\"{force}");
                server.execute(AssertSqlSafe(sql)).await.unwrap();
            }
            Engine::Mysql => {
                let mut server = MySqlConnection::connect(&server(self.kind)).await.unwrap();
                let sql = format!("{what} `{name}`");
                server.execute(AssertSqlSafe(sql)).await.unwrap();
            }
            Engine::Sqlite => {}
        }
    }

    fn sqlite(&self) -> String {
        self.url.replacen("file:", "sqlite:", 1)
    }
}

fn server(kind: Kind) -> String {
    let variable = match kind.engine() {
        Engine::Mysql => "AUTHCORE_MYSQL_URL",
        _ => "AUTHCORE_POSTGRES_URL",
    };
    std::env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} names no server: run `cargo xtask test`, which starts one")
    })
}
