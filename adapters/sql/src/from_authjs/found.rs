//! This file finds Auth.js's tables in a database: whose adapter made them, told by their names and
//! columns, and what they lack.
//!
//! Names that come out of the database stand in no statement, but for those of plain letters, which are
//! in quotes there. The attack it stops: a column whose name is SQL
//! (`a_column_s_name_is_never_taken_for_sql`).

use authcore::adapter::AdapterError;

use super::{
    Part,
    kind::{Column, ColumnKind, is_plain},
};
use crate::{
    dialect::Dialect,
    driver::{Driver, DriverError, Kind, Query, Row, Value},
    schema::{PrismaModels, Schema, Times},
};

/// Whose adapter made the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Auth.js's adapters that speak SQL themselves: `users`, `accounts`, `sessions`.
    Authjs,
    /// `@auth/drizzle-adapter`: `user`, `account`, `session`.
    Drizzle,
    /// `@auth/prisma-adapter`: `User`, `Account`, `Session`.
    Prisma,
}

impl Origin {
    /// All that are known.
    pub const ALL: [Self; 3] = [Self::Authjs, Self::Drizzle, Self::Prisma];

    /// Its name on the command line and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authjs => "authjs",
            Self::Drizzle => "drizzle",
            Self::Prisma => "prisma",
        }
    }

    fn schema(self, models: PrismaModels) -> Schema {
        match self {
            Self::Authjs => Schema::authjs(),
            Self::Drizzle => Schema::authjs_drizzle(),
            Self::Prisma => Schema::authjs_prisma(models),
        }
    }
}

/// Tables of Auth.js, as they are in a database.
#[derive(Debug, Clone)]
pub struct AuthjsTables {
    origin: Origin,
    models: PrismaModels,
    pub(super) schema: Schema,
    pub(super) dialect: Dialect,
    users: Vec<Column>,
    accounts: Vec<Column>,
    passkeys: Vec<Column>,
    sessions: Vec<Column>,
    tokens: Vec<Column>,
}

/// The columns that each table must have.
fn needed(part: Part) -> &'static [&'static str] {
    match part {
        Part::Users => &["id", "name", "email", "emailVerified", "image"],
        Part::Accounts => &["userId", "type", "provider", "providerAccountId"],
        Part::Passkeys => &[
            "userId",
            "providerAccountId",
            "credentialID",
            "credentialPublicKey",
            "counter",
            "credentialDeviceType",
            "credentialBackedUp",
        ],
        Part::Sessions => &["sessionToken", "userId", "expires"],
        Part::Verifications => &["identifier", "token", "expires"],
    }
}

/// The columns that it may have besides.
fn known(part: Part) -> &'static [&'static str] {
    match part {
        Part::Users => &[],
        Part::Accounts => &[
            "id",
            "access_token",
            "refresh_token",
            "id_token",
            "token_type",
            "scope",
            "expires_at",
            "session_state",
        ],
        Part::Passkeys => &["id", "transports"],
        Part::Sessions | Part::Verifications => &["id"],
    }
}

impl AuthjsTables {
    /// Whose they are.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The schema with which an adapter works on them where they are.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Which of Prisma's models they are; of no meaning for other origins.
    #[must_use]
    pub fn models(&self) -> PrismaModels {
        self.models
    }

    /// The name of a table.
    #[must_use]
    pub fn name(&self, part: Part) -> &str {
        match part {
            Part::Users => &self.schema.users,
            Part::Accounts => &self.schema.accounts,
            Part::Passkeys => &self.schema.passkeys,
            Part::Sessions => &self.schema.sessions,
            Part::Verifications => &self.schema.verifications,
        }
    }

    /// Those of the tables that are there: passkeys are few applications', and verification tokens those
    /// of applications that send links.
    pub fn parts(&self) -> impl Iterator<Item = Part> {
        let is_there = |part: &Part| !self.columns(*part).is_empty();
        Part::ALL.into_iter().filter(is_there)
    }

    /// The table and the column of what is missing, or not of a kind that can be read.
    #[must_use]
    pub fn lacks(&self) -> Vec<(&str, &'static str)> {
        let mut lacks = Vec::new();
        let always = [Part::Users, Part::Accounts, Part::Sessions];
        let asked = Part::ALL.into_iter().filter(|part| {
            let is_there = !self.columns(*part).is_empty();
            is_there || always.contains(part)
        });
        for part in asked {
            for name in needed(part) {
                let readable = self.column(part, name).is_some_and(|column| match *name {
                    "emailVerified" | "expires" => self.times(column).is_some(),
                    "id" => column.kind.is_key(),
                    _ => true,
                });
                if !readable {
                    lacks.push((self.name(part), *name));
                }
            }
        }
        lacks
    }

    /// What keeps an adapter from working on them where they are: columns of other kinds than those that
    /// its schema is for.
    #[must_use]
    pub fn misfits(&self) -> Vec<(&str, &'static str)> {
        let form = self.schema.form(self.dialect);
        let (Ok(form), Some(id)) = (form, self.column(Part::Users, "id")) else {
            return vec![(self.name(Part::Users), "id")];
        };
        let mut misfits = Vec::new();
        let counted = form.ids == crate::schema::Ids::Counted;
        if counted != (id.kind == ColumnKind::Number) || id.kind == ColumnKind::Uuid {
            misfits.push((self.name(Part::Users), "id"));
        }
        for (part, name) in [(Part::Users, "emailVerified"), (Part::Sessions, "expires")] {
            let kind = self.column(part, name).map(|column| column.kind);
            let fits = match (self.dialect, form.times) {
                (Dialect::Sqlite, Times::Millis) => kind == Some(ColumnKind::Number),
                (Dialect::Sqlite, _) => true,
                (_, Times::WithZone) => kind == Some(ColumnKind::Zoned),
                _ => kind == Some(ColumnKind::Unzoned),
            };
            if !fits {
                misfits.push((self.name(part), name));
            }
        }
        misfits
    }

    /// The columns that are the application's own, by table.
    pub fn own_columns(&self) -> impl Iterator<Item = (Part, &str)> {
        Part::ALL.into_iter().flat_map(move |part| {
            let columns = self.columns(part).iter().map(|column| &*column.name);
            let own = columns
                .filter(move |name| !needed(part).contains(name) && !known(part).contains(name));
            own.map(move |name| (part, name))
        })
    }

    /// Whether a column of the users can be copied into `extra`.
    #[must_use]
    pub fn can_be_extra(&self, name: &str) -> bool {
        let found = self.column(Part::Users, name);
        let is_own = self.own_columns().any(|own| own == (Part::Users, name));
        is_own && is_plain(name) && found.is_some_and(|it| it.kind != ColumnKind::Bytes)
    }

    pub(super) fn columns(&self, part: Part) -> &[Column] {
        match part {
            Part::Users => &self.users,
            Part::Accounts => &self.accounts,
            Part::Passkeys => &self.passkeys,
            Part::Sessions => &self.sessions,
            Part::Verifications => &self.tokens,
        }
    }

    pub(super) fn column(&self, part: Part, name: &str) -> Option<&Column> {
        self.columns(part).iter().find(|column| column.name == name)
    }

    /// In what form a column's times stand.
    pub(super) fn times(&self, column: &Column) -> Option<Times> {
        match (self.dialect, column.kind) {
            // Columns take values of any kind there: each is looked at.
            (Dialect::Sqlite, _) => Some(Times::Written),
            (_, ColumnKind::Number) => Some(Times::Millis),
            (Dialect::Postgres, ColumnKind::Zoned) => Some(Times::WithZone),
            (_, ColumnKind::Unzoned) => Some(Times::WithoutZone),
            _ => None,
        }
    }
}

/// Looks for the tables of Auth.js's adapters; on PostgreSQL in the schema that `beside` names, else in
/// the first of the search path.
///
/// # Errors
/// [`AdapterError`] when the database does not say which tables it has.
pub async fn find_authjs(
    driver: &dyn Driver,
    beside: &Schema,
) -> Result<Vec<AuthjsTables>, AdapterError> {
    let dialect = driver.dialect();
    let (sql, values) = match dialect {
        Dialect::Sqlite => (
            "SELECT m.name, p.name, p.type FROM sqlite_master AS m \
             JOIN pragma_table_info(m.name) AS p WHERE m.type = 'table' ORDER BY m.name, p.cid",
            Vec::new(),
        ),
        Dialect::Postgres => (
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT) \
             FROM information_schema.columns \
             WHERE table_schema = COALESCE($1, CAST(current_schema() AS TEXT)) \
             ORDER BY table_name, ordinal_position",
            vec![Value::Text(beside.namespace.clone())],
        ),
        Dialect::Mysql => (
            "SELECT table_name, column_name, column_type FROM information_schema.columns \
             WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position",
            Vec::new(),
        ),
    };
    let query = Query {
        sql: sql.into(),
        values,
        columns: [Kind::Text; 3].into(),
    };
    let mut all = Vec::new();
    for row in driver.rows(query).await? {
        all.push(read(dialect, row)?);
    }
    let mut found = Vec::new();
    for origin in Origin::ALL {
        found.extend(of(origin, dialect, beside, &all));
    }
    Ok(found)
}

/// A table's name and one of its columns.
fn read(dialect: Dialect, row: Row) -> Result<(String, Column), DriverError> {
    match <[Value; 3]>::try_from(row.0) {
        Ok(
            [
                Value::Text(Some(table)),
                Value::Text(Some(name)),
                Value::Text(Some(declared)),
            ],
        ) => {
            let kind = ColumnKind::of(dialect, &declared);
            Ok((table, Column { name, kind }))
        }
        _ => Err(DriverError::Corrupt),
    }
}

fn of(
    origin: Origin,
    dialect: Dialect,
    beside: &Schema,
    all: &[(String, Column)],
) -> Option<AuthjsTables> {
    let columns = |table: &str| -> Vec<Column> {
        let of_table = all.iter().filter(|(name, _)| name == table);
        of_table.map(|(_, column)| column.clone()).collect()
    };
    let names = origin.schema(PrismaModels::Plain);
    let accounts = columns(&names.accounts);
    let sessions = columns(&names.sessions);
    let has = |columns: &[Column], name: &str| columns.iter().any(|it| it.name == name);
    // Many applications have tables of users and accounts; only Auth.js's have this, or a name like it.
    if !has(&accounts, "providerAccountId") && !has(&accounts, "provider_account_id") {
        return None;
    }
    let models = match (has(&accounts, "id"), has(&accounts, "updatedAt")) {
        (false, false) => PrismaModels::Plain,
        (true, false) => PrismaModels::Ids,
        (false, true) => PrismaModels::Dates,
        (true, true) => PrismaModels::IdsAndDates,
    };
    let mut schema = origin.schema(models);
    schema.namespace.clone_from(&beside.namespace);
    // The application may have a table of its own under these two names.
    let passkeys = columns(&schema.passkeys);
    let is_theirs = has(&passkeys, "credentialID") || has(&passkeys, "credential_id");
    let tokens = columns(&schema.verifications);
    let are_theirs = needed(Part::Verifications)
        .iter()
        .all(|name| has(&tokens, name));
    if is_theirs && origin == Origin::Prisma {
        schema = schema.keeping_authenticators();
    }
    Some(AuthjsTables {
        origin,
        models,
        users: columns(&schema.users),
        passkeys: if is_theirs { passkeys } else { Vec::new() },
        tokens: if are_theirs { tokens } else { Vec::new() },
        accounts,
        sessions,
        schema,
        dialect,
    })
}
