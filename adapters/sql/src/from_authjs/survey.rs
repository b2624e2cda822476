//! This file goes through all of Auth.js's rows, changes nothing, and counts what stands in the way.

use std::{
    collections::{BTreeMap, HashSet},
    ops::ControlFlow,
};

use authcore::{
    adapter::AdapterError,
    model::{ProviderId, Timestamp},
};
use sea_query::{Expr, ExprTrait};

use super::{
    AuthjsTables, Hindrance, Hindrances, Part, Told, check,
    check::Twins,
    page::{Found, Pages},
};
use crate::{
    adapter::Ended,
    dialect::Dialect,
    driver::{Driver, Kind, Query, Value},
    record,
    statement::{Statement, counted},
};

/// The most providers that are told apart: whoever can write to the table names them.
const PROVIDERS: usize = 200;

/// What is in Auth.js's tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Survey {
    /// How many rows there were at the beginning.
    pub total: u64,
    /// How many of each table were looked at.
    pub rows: BTreeMap<Part, u64>,
    /// How many of the sessions have not ended.
    pub live_sessions: u64,
    /// How many verification tokens there are, and how many of them have not ended.
    pub verifications: (u64, u64),
    /// How many addresses are written otherwise than here, most often in upper case.
    pub spelled_otherwise: u64,
    /// What stands in the way.
    pub hindrances: Hindrances,
    /// How many accounts each provider has. Those beyond the first two hundred, and whatever could be no
    /// provider's id, are summed up under the empty text.
    pub providers: BTreeMap<String, u64>,
    /// Whether all of it was gone through.
    pub ended: Ended,
}

/// Goes through Auth.js's tables and says what is in them. It reads them whole, a hundred rows at a time.
///
/// # Errors
/// [`AdapterError`] when a table cannot be read.
pub async fn survey_authjs(
    driver: &dyn Driver,
    tables: &AuthjsTables,
    now: Timestamp,
    told: Told<'_>,
) -> Result<Survey, AdapterError> {
    let asks = Asks { driver, tables };
    let mut survey = Survey {
        total: asks.total().await?,
        verifications: asks.verifications(now).await?,
        ..Survey::default()
    };
    let twins = asks.twins().await?;
    for (part, hindrance, count) in [
        (
            Part::Users,
            Hindrance::EmailTwice,
            asks.twice(Part::Users).await?,
        ),
        (Part::Users, Hindrance::EmailCase, twins.len() as u64),
        (
            Part::Accounts,
            Hindrance::AccountTwice,
            asks.twice(Part::Accounts).await?,
        ),
        (
            Part::Sessions,
            Hindrance::SessionTwice,
            asks.twice(Part::Sessions).await?,
        ),
    ] {
        if count > 0 {
            survey.hindrances.insert((part, hindrance), count);
        }
    }
    for part in Part::ALL {
        let mut pages = Pages::new(driver, tables, part, &[]);
        loop {
            let page = pages.page().await?;
            if page.is_empty() {
                break;
            }
            for found in page {
                survey.count(part, found, now);
            }
            let rows = survey.rows.values().sum();
            if told(rows, survey.total) == ControlFlow::Break(()) {
                survey.ended = Ended::Stopped;
                return Ok(survey);
            }
        }
    }
    Ok(survey)
}

impl Survey {
    fn count(&mut self, part: Part, found: Found, now: Timestamp) {
        *self.rows.entry(part).or_default() += 1;
        let hindrance = match part {
            Part::Users => {
                self.spelled_otherwise += u64::from(is_spelled_otherwise(&found));
                // The twins were counted as addresses.
                check::user(found, &Twins::default(), &[]).err()
            }
            Part::Accounts => {
                self.count_provider(&found);
                check::account(found).err()
            }
            Part::Sessions => match check::session(found) {
                Ok((_, session)) => {
                    self.live_sessions += u64::from(session.expires_at > now);
                    None
                }
                Err(hindrance) => Some(hindrance),
            },
        };
        if let Some(hindrance) = hindrance {
            *self.hindrances.entry((part, hindrance)).or_default() += 1;
        }
    }

    fn count_provider(&mut self, found: &Found) {
        let name = match found.values.get(1) {
            Some(Value::Text(Some(text))) if ProviderId::new(text.as_str()).is_ok() => {
                text.as_str()
            }
            _ => "",
        };
        let is_known = self.providers.contains_key(name) || self.providers.len() < PROVIDERS;
        let name = if is_known { name } else { "" };
        *self.providers.entry(name.to_owned()).or_default() += 1;
    }
}

fn is_spelled_otherwise(found: &Found) -> bool {
    match found.values.get(2) {
        Some(Value::Text(Some(text))) => {
            let email = authcore::model::Email::parse(text);
            email.is_ok_and(|email| email.as_str() != text)
        }
        _ => false,
    }
}

/// Questions about whole tables.
pub(super) struct Asks<'a> {
    pub(super) driver: &'a dyn Driver,
    pub(super) tables: &'a AuthjsTables,
}

impl Asks<'_> {
    /// How many rows there are of users, accounts and sessions.
    pub(super) async fn total(&self) -> Result<u64, AdapterError> {
        let mut total = 0;
        for part in Part::ALL {
            let table = self.quoted(self.tables.name(part));
            total += self.number(format!("SELECT COUNT(*) FROM {table}")).await?;
        }
        Ok(total)
    }

    /// Addresses in lower case that users have in several cases.
    pub(super) async fn twins(&self) -> Result<Twins, AdapterError> {
        let table = self.quoted(self.tables.name(Part::Users));
        let email = self.column("email");
        let lower = self.bytes(&format!("LOWER({email})"));
        let distinct = self.bytes(&email);
        let sql = format!(
            "SELECT {lower} FROM {table} WHERE {email} IS NOT NULL \
             GROUP BY {lower} HAVING COUNT(DISTINCT {distinct}) > 1"
        );
        let rows = self.rows(sql, &[Kind::Text]).await?;
        let texts = rows
            .into_iter()
            .filter_map(|row| match row.0.into_iter().next() {
                Some(Value::Text(text)) => text,
                _ => None,
            });
        Ok(texts.map(|text| text.trim().to_lowercase()).collect())
    }

    /// Accounts that several users have: nobody can say whose they are.
    pub(super) async fn shared_accounts(&self) -> Result<HashSet<(String, String)>, AdapterError> {
        let table = self.quoted(self.tables.name(Part::Accounts));
        let [provider, subject] = ["provider", "providerAccountId"].map(|name| {
            let column = self.bytes(&self.column(name));
            match self.tables.dialect {
                Dialect::Sqlite => format!("CAST({column} AS TEXT)"),
                _ => column,
            }
        });
        let owner = self.bytes(&self.column("userId"));
        let sql = format!(
            "SELECT {provider}, {subject} FROM {table} GROUP BY {provider}, {subject} \
             HAVING COUNT(DISTINCT {owner}) > 1"
        );
        let rows = self.rows(sql, &[Kind::Text; 2]).await?;
        let keys = rows
            .into_iter()
            .filter_map(|row| match <[Value; 2]>::try_from(row.0) {
                Ok([Value::Text(Some(provider)), Value::Text(Some(subject))]) => {
                    Some((provider, subject))
                }
                _ => None,
            });
        Ok(keys.collect())
    }

    /// How many addresses, accounts or sessions are there several times.
    async fn twice(&self, part: Part) -> Result<u64, AdapterError> {
        let names: &[&str] = match part {
            Part::Users => &["email"],
            Part::Accounts => &["provider", "providerAccountId"],
            Part::Sessions => &["sessionToken"],
        };
        let table = self.quoted(self.tables.name(part));
        let columns: Vec<_> = names.iter().map(|name| self.column(name)).collect();
        let groups: Vec<_> = columns.iter().map(|name| self.bytes(name)).collect();
        let sql = format!(
            "SELECT COUNT(*) FROM (SELECT COUNT(*) AS times FROM {table} \
             WHERE {} IS NOT NULL GROUP BY {} HAVING COUNT(*) > 1) AS twice",
            columns[0],
            groups.join(", ")
        );
        self.number(sql).await
    }

    /// How many verification tokens there are, and how many that have not ended.
    async fn verifications(&self, now: Timestamp) -> Result<(u64, u64), AdapterError> {
        let (true, Some(times)) = (self.tables.has_tokens(), self.tables.token_times()) else {
            return Ok((0, 0));
        };
        let schema = &self.tables.schema;
        let table = self.quoted(&schema.verifications);
        let all = self.number(format!("SELECT COUNT(*) FROM {table}")).await?;
        let mut select = sea_query::Query::select();
        let expires = Expr::cust(self.column("expires"));
        let live = self.tables.dialect.millis(times, expires).gt(counted(0));
        select
            .expr(Expr::cust("COUNT(*)"))
            .from(schema.table(&schema.verifications))
            .and_where(live);
        let statement =
            Statement::render(self.tables.dialect, "live_tokens", &select, &[Kind::Int]);
        let query = statement.with_counted(&[now.millis().into()])?;
        let row = self.driver.rows(query).await?.pop();
        let live = row.and_then(record::number).unwrap_or_default();
        Ok((all, u64::try_from(live).unwrap_or_default()))
    }

    async fn number(&self, sql: String) -> Result<u64, AdapterError> {
        let row = self.rows(sql, &[Kind::Int]).await?.pop();
        let number = row.and_then(record::number).unwrap_or_default();
        Ok(u64::try_from(number).unwrap_or_default())
    }

    async fn rows(
        &self,
        sql: String,
        columns: &[Kind],
    ) -> Result<Vec<crate::driver::Row>, AdapterError> {
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
