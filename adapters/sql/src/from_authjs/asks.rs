//! This file asks questions about whole tables of Auth.js's: how many rows there are, and which are there
//! several times.
//!
//! The attack it stops: a table made so that the answers fill the memory. Only texts that could be ours are
//! asked for, and there is a most of answers (`ten_megabytes_in_any_column_are_counted_and_left_where_they_are`).

use std::collections::HashSet;

use authcore::{adapter::AdapterError, model::ProviderId};

use super::{
    AuthjsTables, Part,
    check::Twins,
    kind::ColumnKind,
    page::KEY,
    select::{length, text},
};
use crate::{
    dialect::Dialect,
    driver::{Driver, Fault, Kind, Query, Row, Value},
    record,
};

/// The most things of one kind that may be there several times.
const SEVERAL: usize = 100_000;

/// The most providers of passkeys.
const PROVIDERS: usize = 200;

/// Which addresses are compared with each other.
#[derive(Clone, Copy)]
pub(super) enum Among {
    AllAddresses,
    /// Those that were shown to be their user's. An unverified address takes nothing from its owner.
    VerifiedAddresses,
}

/// Questions about whole tables.
pub(super) struct Asks<'a> {
    pub(super) driver: &'a dyn Driver,
    pub(super) tables: &'a AuthjsTables,
}

impl Asks<'_> {
    /// How many rows there are.
    pub(super) async fn total(&self) -> Result<u64, AdapterError> {
        let mut total = 0;
        for part in self.tables.parts() {
            let table = self.quoted(self.tables.name(part));
            total += self.number(format!("SELECT COUNT(*) FROM {table}")).await?;
        }
        Ok(total)
    }

    /// Addresses in lower case that users have in several cases.
    pub(super) async fn twins(&self, among: Among) -> Result<Twins, AdapterError> {
        let table = self.quoted(self.tables.name(Part::Users));
        let email = self.column("email");
        let lower = self.bytes(&format!("LOWER({email})"));
        let distinct = self.bytes(&email);
        let short = self.is_short(Part::Users, "email");
        let counted = match among {
            Among::AllAddresses => email.clone(),
            Among::VerifiedAddresses => self.column("emailVerified"),
        };
        let sql = format!(
            "SELECT {lower} FROM {table} WHERE {email} IS NOT NULL AND {counted} IS NOT NULL AND {short} \
             GROUP BY {lower} HAVING COUNT(DISTINCT {distinct}) > 1"
        );
        let rows = self
            .several(sql, 1, "addresses of users in several cases")
            .await?;
        let all = rows.into_iter().flatten();
        Ok(all.map(|text| text.trim().to_lowercase()).collect())
    }

    /// Accounts that several users have: nobody can say whose they are.
    pub(super) async fn shared_accounts(&self) -> Result<HashSet<(String, String)>, AdapterError> {
        let table = self.quoted(self.tables.name(Part::Accounts));
        let [provider, subject] = ["provider", "providerAccountId"].map(|name| self.read(name));
        let owner = self.bytes(&self.column("userId"));
        let sql = format!(
            "SELECT {provider}, {subject} FROM {table} WHERE {} AND {} \
             GROUP BY {provider}, {subject} HAVING COUNT(DISTINCT {owner}) > 1",
            self.is_short(Part::Accounts, "provider"),
            self.is_short(Part::Accounts, "providerAccountId"),
        );
        let rows = self.several(sql, 2, "accounts of several users").await?;
        let keys = rows
            .into_iter()
            .filter_map(|row| match <[String; 2]>::try_from(row) {
                Ok([provider, subject]) => Some((provider, subject)),
                Err(_) => None,
            });
        Ok(keys.collect())
    }

    /// Passkeys that several users have, by their credential ids in base64 without padding.
    pub(super) async fn shared_passkeys(&self) -> Result<HashSet<String>, AdapterError> {
        if !self.has(Part::Passkeys) {
            return Ok(HashSet::new());
        }
        let table = self.quoted(self.tables.name(Part::Passkeys));
        let id = self.credential_id();
        let owner = self.bytes(&self.column("userId"));
        let sql = format!(
            "SELECT {id} FROM {table} WHERE {} GROUP BY {id} HAVING COUNT(DISTINCT {owner}) > 1",
            self.is_short(Part::Passkeys, "credentialID"),
        );
        let rows = self.several(sql, 1, "passkeys of several users").await?;
        Ok(rows.into_iter().flatten().collect())
    }

    /// The providers at which passkeys have accounts.
    pub(super) async fn passkey_providers(&self) -> Result<Vec<String>, AdapterError> {
        if !self.has(Part::Passkeys) {
            return Ok(Vec::new());
        }
        let table = self.quoted(self.tables.name(Part::Accounts));
        let provider = self.read("provider");
        let sql = format!(
            "SELECT DISTINCT {provider} FROM {table} WHERE {} = 'webauthn' AND {} LIMIT {PROVIDERS}",
            self.column("type"),
            self.is_short(Part::Accounts, "provider"),
        );
        let rows = self.texts(sql, 1).await?;
        let all = rows.into_iter().flatten();
        Ok(all
            .filter(|id| ProviderId::new(id.as_str()).is_ok())
            .collect())
    }

    /// How many addresses, accounts, passkeys or sessions are there several times.
    pub(super) async fn twice(&self, part: Part) -> Result<u64, AdapterError> {
        let names: &[&str] = match part {
            Part::Users => &["email"],
            Part::Accounts => &["provider", "providerAccountId"],
            Part::Passkeys => &["credentialID"],
            Part::Sessions => &["sessionToken"],
            // Two of the same are one.
            Part::Verifications => return Ok(0),
        };
        if !self.has(part) {
            return Ok(0);
        }
        let table = self.quoted(self.tables.name(part));
        let short: Vec<_> = names.iter().map(|name| self.is_short(part, name)).collect();
        let groups: Vec<_> = match part {
            Part::Passkeys => vec![self.credential_id()],
            _ => names
                .iter()
                .map(|name| self.bytes(&self.column(name)))
                .collect(),
        };
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT COUNT(*) AS times FROM {table} \
             WHERE {} IS NOT NULL AND {} GROUP BY {} HAVING COUNT(*) > 1) AS twice",
            self.column(names[0]),
            short.join(" AND "),
            groups.join(", ")
        );
        self.number(sql).await
    }

    fn has(&self, part: Part) -> bool {
        self.tables.parts().any(|it| it == part)
    }

    /// A credential id in the one of its spellings in base64 by which it is known here.
    fn credential_id(&self) -> String {
        let id = self.column("credentialID");
        let one = format!("REPLACE(REPLACE(REPLACE({id}, '-', '+'), '_', '/'), '=', '')");
        self.readable(&one)
    }

    /// A column of texts in the form in which it is read and told apart.
    fn read(&self, name: &str) -> String {
        self.readable(&self.column(name))
    }

    fn readable(&self, text: &str) -> String {
        let bytes = self.bytes(text);
        match self.tables.dialect {
            Dialect::Sqlite => format!("CAST({bytes} AS TEXT)"),
            _ => bytes,
        }
    }

    /// Whether a text could be ours.
    fn is_short(&self, part: Part, name: &str) -> String {
        let column = self.tables.column(part, name);
        let kind = column.map_or(ColumnKind::Text, |column| column.kind);
        let text = text(self.tables.dialect, &self.column(name), kind);
        format!("{} <= {KEY}", length(self.tables.dialect, &text))
    }

    /// The rows of what is there several times.
    async fn several(
        &self,
        sql: String,
        columns: usize,
        what: &str,
    ) -> Result<Vec<Vec<String>>, AdapterError> {
        let rows = self
            .texts(format!("{sql} LIMIT {}", SEVERAL + 1), columns)
            .await?;
        if rows.len() > SEVERAL {
            let text = format!("there are more than {SEVERAL} {what}: mend some of them first");
            return Err(AdapterError::Failed(Box::new(Fault::new(None, text))));
        }
        Ok(rows)
    }

    async fn texts(&self, sql: String, columns: usize) -> Result<Vec<Vec<String>>, AdapterError> {
        let rows = self.rows(sql, &vec![Kind::Text; columns]).await?;
        let texts = rows.into_iter().filter_map(|row| {
            let texts = row.0.into_iter().map(|value| match value {
                Value::Text(text) => text,
                _ => None,
            });
            texts.collect::<Option<Vec<_>>>()
        });
        Ok(texts.collect())
    }

    async fn number(&self, sql: String) -> Result<u64, AdapterError> {
        let row = self.rows(sql, &[Kind::Int]).await?.pop();
        let number = row.and_then(record::number).unwrap_or_default();
        Ok(u64::try_from(number).unwrap_or_default())
    }

    async fn rows(&self, sql: String, columns: &[Kind]) -> Result<Vec<Row>, AdapterError> {
        let query = Query {
            sql: sql.into(),
            values: Vec::new(),
            columns: columns.into(),
        };
        Ok(self.driver.rows(query).await?)
    }

    fn quoted(&self, table: &str) -> String {
        self.tables.schema.quoted(self.tables.dialect, table)
    }

    fn column(&self, name: &str) -> String {
        self.tables.dialect.quoted(name)
    }

    /// A text by its bytes, where a collation takes different ones for the same.
    fn bytes(&self, text: &str) -> String {
        match self.tables.dialect {
            Dialect::Mysql => format!("CAST({text} AS BINARY)"),
            _ => text.to_owned(),
        }
    }
}
