//! This file gives tests a database of their own of any kind, people in it, and the command on it.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStderr, Command, Output, Stdio},
    sync::Arc,
};

use authcore::{
    adapter::Adapter,
    model::{AccountKey, NewAccount, NewUser, ProviderId, Subject, TokenSet, User},
    provider::ProviderKind,
    random,
};
use authcore_mysql::MysqlAdapter;
use authcore_postgres::PostgresAdapter;
use authcore_sql::{Driver, Kind as Column, Migrations, Query, Schema, SqlAdapter, Value};
use authcore_sqlite::{
    SqliteAdapter,
    sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous},
};
use tempfile::TempDir;

use crate::run::Run;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
    Mysql,
}

/// A database that no other test uses: a file, a schema of PostgreSQL's, a database of MySQL's.
pub(crate) struct Place {
    pub(crate) kind: Kind,
    pub(crate) url: String,
    pub(crate) name: String,
    _folder: Option<TempDir>,
}

/// An adapter, and the way past it.
pub(crate) trait Store: Adapter {
    fn raw(&self) -> &dyn Driver;
}

impl<D: Driver> Store for SqlAdapter<D> {
    fn raw(&self) -> &dyn Driver {
        self.driver()
    }
}

impl Place {
    pub(crate) async fn new(kind: Kind) -> Self {
        let chance: [u8; 8] = random::bytes().unwrap();
        let name = format!("cli_{:x}", u64::from_be_bytes(chance));
        let folder = (kind == Kind::Sqlite).then(|| tempfile::tempdir().unwrap());
        let url = match &folder {
            Some(folder) => format!("sqlite:{}", folder.path().join("app.db").display()),
            None => server(kind),
        };
        let mut place = Self {
            kind,
            url,
            name,
            _folder: folder,
        };
        match kind {
            Kind::Sqlite => {}
            Kind::Postgres => place.script("CREATE SCHEMA {name}").await,
            Kind::Mysql => {
                place.script("CREATE DATABASE {name}").await;
                let (server, _) = place.url.rsplit_once('/').unwrap();
                place.url = format!("{server}/{}", place.name);
            }
        }
        place
    }

    /// Servers are shared: what a test made goes with it.
    pub(crate) async fn remove(self) {
        match self.kind {
            Kind::Sqlite => {}
            Kind::Postgres => self.script("DROP SCHEMA {name} CASCADE").await,
            Kind::Mysql => self.script("DROP DATABASE {name}").await,
        }
    }

    pub(crate) fn schema(&self) -> Schema {
        let schema = Schema::authcore();
        match self.kind {
            Kind::Postgres => schema.in_postgres_schema(&self.name).unwrap(),
            _ => schema,
        }
    }

    /// Opens it past the command, and leaves its tables as they are.
    pub(crate) async fn open(&self, secrets: &[&str]) -> Arc<dyn Store> {
        let (schema, secrets) = (self.schema(), secrets.iter().copied());
        match self.kind {
            Kind::Sqlite => {
                let builder = SqliteAdapter::builder().schema(schema).secrets(secrets);
                let builder = builder.migrations(Migrations::Leave);
                Arc::new(builder.connect(&self.url).await.unwrap())
            }
            Kind::Postgres => {
                let builder = PostgresAdapter::builder().schema(schema).secrets(secrets);
                let builder = builder.migrations(Migrations::Leave);
                Arc::new(builder.connect(&self.url).await.unwrap())
            }
            Kind::Mysql => {
                let builder = MysqlAdapter::builder().schema(schema).secrets(secrets);
                let builder = builder.migrations(Migrations::Leave);
                Arc::new(builder.connect(&self.url).await.unwrap())
            }
        }
    }

    /// The same for filling it: what is written is lost when the machine loses its power.
    pub(crate) async fn open_hastily(&self, secrets: &[&str]) -> Arc<dyn Store> {
        if self.kind != Kind::Sqlite {
            return self.open(secrets).await;
        }
        let options: SqliteConnectOptions = self.url.parse().unwrap();
        let options = options.synchronous(SqliteSynchronous::Off);
        let pool = SqlitePoolOptions::new().max_connections(1);
        let pool = pool.connect_with(options).await.unwrap();
        let builder = SqliteAdapter::builder().secrets(secrets.iter().copied());
        Arc::new(builder.pool(pool).await.unwrap())
    }

    /// Runs statements past the command; `{name}` is the place's name, `{at}` stands before a table's.
    pub(crate) async fn script(&self, sql: &str) {
        let mut open = self.open(&[]).await.raw().begin().await.unwrap();
        open.script(&self.filled(sql)).await.unwrap();
        open.commit().await.unwrap();
    }

    /// The texts that a query answers, row by row.
    pub(crate) async fn texts(&self, sql: &str, columns: usize) -> Vec<Vec<Option<String>>> {
        let query = Query {
            sql: self.filled(sql).into(),
            values: Vec::new(),
            columns: vec![Column::Text; columns].into(),
        };
        let rows = self.open(&[]).await.raw().rows(query).await.unwrap();
        let text = |value| match value {
            Value::Text(text) => text,
            other => panic!("{other:?}"),
        };
        rows.into_iter()
            .map(|row| row.0.into_iter().map(text).collect())
            .collect()
    }

    pub(crate) fn filled(&self, sql: &str) -> String {
        let at = match self.kind {
            Kind::Postgres => format!("{}.", self.name),
            _ => String::new(),
        };
        sql.replace("{name}", &self.name).replace("{at}", &at)
    }

    /// The command on this database. The first secret is the newest.
    pub(crate) fn command(&self, words: &[&str], secrets: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_authcore"));
        command.args(words).env("DATABASE_URL", &self.url);
        if self.kind == Kind::Postgres {
            command.args(["--postgres-schema", &self.name]);
        }
        // A place in SQLite has no file until it is made.
        let is_told = ["from-authjs", "--print"]
            .iter()
            .any(|it| words.contains(it));
        if self.kind == Kind::Sqlite && words.first() == Some(&"migrate") && !is_told {
            command.arg("--create");
        }
        let names = [
            "AUTH_SECRET",
            "AUTH_SECRET_1",
            "AUTH_SECRET_2",
            "AUTH_SECRET_3",
        ];
        for name in names {
            command.env_remove(name);
        }
        for (name, secret) in names.iter().zip(secrets.iter().rev()) {
            command.env(name, secret);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs the command to its end, while everything else goes on.
    pub(crate) async fn run(&self, words: &[&str], secrets: &[&str]) -> Run {
        let mut command = self.command(words, secrets);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap());
        run(output.await.unwrap())
    }
}

/// A command that runs, and what it says meanwhile.
pub(crate) struct Running {
    child: Child,
    said: BufReader<ChildStderr>,
    err: String,
}

impl Running {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let said = BufReader::new(child.stderr.take().unwrap());
        let err = String::new();
        Self { child, said, err }
    }

    /// Waits until it has said something.
    pub(crate) fn until(&mut self, told: &str) {
        while !self.err.contains(told) {
            let read = self.said.read_line(&mut self.err).unwrap();
            assert_ne!(read, 0, "it ended without {told:?}: {}", self.err);
        }
    }

    /// Ends it in the middle of whatever it does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success());
    }

    pub(crate) fn end(mut self) -> Run {
        std::io::Read::read_to_string(&mut self.said, &mut self.err).unwrap();
        let mut ended = run(self.child.wait_with_output().unwrap());
        ended.err = self.err;
        ended
    }
}

fn run(output: Output) -> Run {
    Run {
        status: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn server(kind: Kind) -> String {
    let name = match kind {
        Kind::Mysql => "AUTHCORE_MYSQL_URL",
        _ => "AUTHCORE_POSTGRES_URL",
    };
    std::env::var(name).unwrap_or_else(|_| {
        panic!("{name} names no server: run `cargo xtask test`, which starts one")
    })
}

pub(crate) fn key(subject: &str) -> AccountKey {
    AccountKey {
        provider: ProviderId::new("wiki").unwrap(),
        subject: Subject::new(subject).unwrap(),
    }
}

/// Tokens in each of the columns that are sealed, all named after one text.
pub(crate) fn tokens(text: &str) -> TokenSet {
    let token = |kind: &str| Some(format!("canary-{kind}-{text}").into());
    let extra = [("note".to_owned(), format!("canary-extra-{text}").into())];
    TokenSet {
        access_token: token("access"),
        refresh_token: token("refresh"),
        id_token: token("id"),
        extra: extra.into_iter().collect(),
        ..TokenSet::default()
    }
}

/// Somebody who signed in: the account's subject is the name, and so is the tokens' text.
pub(crate) async fn person(store: &dyn Store, name: &str) -> User {
    let account = NewAccount {
        key: key(name),
        kind: ProviderKind::OAuth2,
        tokens: tokens(name),
        authority: None,
    };
    let user = NewUser {
        name: Some(name.to_owned()),
        ..NewUser::default()
    };
    store.create_user_with_account(user, account).await.unwrap()
}
