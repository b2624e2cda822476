//! This file runs statements past the adapter: it damages rows, holds locks and counts what is there.

use crate::{
    Driver, DriverError, Kind, Migrations, Query, Row, Schema, SqlAdapter, Transaction, Value,
};

use super::{Broken, Scratch, Way};

/// The tables that operations write to.
const TABLES: [&str; 8] = [
    "{sessions}",
    "{accounts}",
    "{passkeys}",
    "{users}",
    "{attempts}",
    "{verifications}",
    "{limits}",
    "{revocations}",
];

/// Connections to a scratch of their own, past the adapter under test.
pub struct Beside<D> {
    adapter: SqlAdapter<D>,
    schema: Schema,
}

impl<D: Driver> Beside<D> {
    /// Connects, and makes no tables.
    ///
    /// # Errors
    /// That of the crate.
    pub async fn of<S: Scratch<Driver = D>>(scratch: &S) -> Result<Self, Broken> {
        let way = Way {
            migrations: Migrations::Leave,
            ..Way::default()
        };
        let schema = scratch.placed(way.schema.clone());
        let adapter = scratch.open(way).await?;
        Ok(Self { adapter, schema })
    }

    /// Makes the schema of PostgreSQL's that the tables are to stand in, where there is such a thing.
    pub(super) async fn make_room(&self) -> Result<(), Broken> {
        if let Some(name) = &self.schema.namespace {
            let name = self.dialect().quoted(name);
            self.script(&format!("CREATE SCHEMA {name}")).await?;
        }
        Ok(())
    }

    /// Runs statements without values, which may make tables. `{users}`, `{accounts}`, `{sessions}`,
    /// `{attempts}`, `{verifications}`, `{passkeys}`, `{limits}`, `{revocations}` and `{migrations}` stand
    /// for our tables.
    ///
    /// # Errors
    /// That of the driver.
    pub async fn script(&self, text: &str) -> Result<(), DriverError> {
        let mut open = self.begin().await?;
        open.script(&self.named(text)).await?;
        open.commit().await
    }

    /// Runs a statement whose values stand as `?`.
    ///
    /// # Errors
    /// That of the driver.
    pub async fn run(&self, text: &str, values: Vec<Value>) -> Result<u64, DriverError> {
        let query = self.query(text, values, &[]);
        self.adapter.driver().execute(query).await
    }

    /// Reads a number.
    ///
    /// # Errors
    /// That of the driver, or that there was none.
    pub async fn number(&self, text: &str, values: Vec<Value>) -> Result<i64, Broken> {
        match self.first(text, values, Kind::Int).await? {
            Some(Value::Int(Some(number))) => Ok(number),
            _ => Err(Broken::new(format!("`{text}` answered no number"))),
        }
    }

    /// Reads a text, or none.
    pub(super) async fn text(&self, text: &str) -> Result<Option<String>, Broken> {
        match self.first(text, Vec::new(), Kind::Text).await? {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(Broken::new(format!("`{text}` answered no text"))),
        }
    }

    /// Reads bytes.
    pub(super) async fn bytes(&self, text: &str) -> Result<Vec<u8>, Broken> {
        match self.first(text, Vec::new(), Kind::Blob).await? {
            Some(Value::Blob(Some(bytes))) => Ok(bytes),
            _ => Err(Broken::new(format!("`{text}` answered no bytes"))),
        }
    }

    /// How many rows each table has.
    pub(super) async fn counts(&self) -> Result<Vec<i64>, Broken> {
        let mut counts = Vec::new();
        for table in TABLES {
            let count = format!("SELECT COUNT(*) FROM {table}");
            counts.push(self.number(&count, Vec::new()).await?);
        }
        Ok(counts)
    }

    /// Whether there is any of our tables.
    pub(super) async fn has_tables(&self) -> bool {
        for table in TABLES.iter().chain(&["{migrations}"]) {
            let count = format!("SELECT COUNT(*) FROM {table}");
            if self.number(&count, Vec::new()).await.is_ok() {
                return true;
            }
        }
        false
    }

    /// Removes every row.
    pub(super) async fn clear(&self) -> Result<(), DriverError> {
        for table in TABLES {
            self.run(&format!("DELETE FROM {table}"), Vec::new())
                .await?;
        }
        Ok(())
    }

    /// Begins a transaction that can be held.
    pub(super) async fn begin(&self) -> Result<Box<dyn Transaction>, DriverError> {
        self.adapter.driver().begin().await
    }

    /// A statement whose tables stand as in [`script`](Beside::script) and whose values stand as `?`.
    pub(super) fn query(&self, text: &str, values: Vec<Value>, columns: &[Kind]) -> Query {
        let dialect = self.dialect();
        let sql = text
            .split('?')
            .enumerate()
            .map(|(at, part)| match at {
                0 => part.to_owned(),
                number => format!("{}{part}", dialect.placeholder(number)),
            })
            .collect::<String>();
        Query {
            sql: self.named(&sql).into(),
            values,
            columns: columns.into(),
        }
    }

    async fn first(
        &self,
        text: &str,
        values: Vec<Value>,
        kind: Kind,
    ) -> Result<Option<Value>, DriverError> {
        let query = self.query(text, values, &[kind]);
        let rows = self.adapter.driver().rows(query).await?;
        Ok(rows
            .into_iter()
            .next()
            .and_then(|Row(row)| row.into_iter().next()))
    }

    fn named(&self, text: &str) -> String {
        let schema = &self.schema;
        let names = [
            ("{users}", &schema.users),
            ("{accounts}", &schema.accounts),
            ("{sessions}", &schema.sessions),
            ("{attempts}", &schema.attempts),
            ("{verifications}", &schema.verifications),
            ("{passkeys}", &schema.passkeys),
            ("{limits}", &schema.limits),
            ("{revocations}", &schema.revocations),
            ("{migrations}", &schema.migrations),
        ];
        names.iter().fold(text.to_owned(), |text, (mark, name)| {
            text.replace(mark, &schema.quoted(self.dialect(), name))
        })
    }

    fn dialect(&self) -> crate::Dialect {
        self.adapter.driver().dialect()
    }
}
