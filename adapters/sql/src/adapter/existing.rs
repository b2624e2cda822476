//! This file looks at a table of users that the application keeps itself, before anything is made that
//! points to it: what it lacks is said when connecting, and not at the first login.
//!
//! The attack it stops: two people at one address, where no index forbids it
//! (`a_table_of_users_that_lacks_something_is_refused_with_the_mend`).

use authcore::adapter::AdapterError;
use sea_query::{Expr, ExprTrait, Query as Sea};

use crate::{
    dialect::Dialect,
    driver::{Driver, DriverError, Fault, Kind, Query, Row, Value},
    schema::{Ids, Schema, UserIds},
    statement::Statement,
};

/// Says what the table lacks. Nothing is asked where the table is ours.
pub(super) async fn check(driver: &impl Driver, schema: &Schema) -> Result<(), AdapterError> {
    let Some(ids) = schema.own_ids() else {
        return Ok(());
    };
    let dialect = driver.dialect();
    schema.form(dialect).map_err(DriverError::Failed)?;
    let users = Users {
        dialect,
        schema,
        ids,
    };
    match driver.rows(users.columns()?).await {
        Ok(_) => {}
        Err(DriverError::Failed(fault)) => {
            return Err(wrong(format!(
                "the application's table of users cannot be used: {fault}. Its own migrations make \
                 it and its columns, before authcore connects; `UserTable` says what they are called"
            )));
        }
        Err(other) => return Err(other.into()),
    }
    let (id, email) = (schema.user_columns().id, schema.user_columns().email);
    let table = &schema.users;
    let found = text(driver.rows(users.id()).await?).unwrap_or_default();
    if !users.is_as_said(&found) {
        let expected = users.expected_id();
        return Err(wrong(format!(
            "the column `{id}` of `{table}` must be {expected}, and is: {found}. Change the column, \
             or say what it is with `UserTable::id`"
        )));
    }
    if text(driver.rows(users.unique_email()).await?).as_deref() == Some("0") {
        return Err(wrong(format!(
            "two users of `{table}` could have one address: make a unique index on its column \
             `{email}` alone"
        )));
    }
    Ok(())
}

struct Users<'a> {
    dialect: Dialect,
    schema: &'a Schema,
    ids: UserIds,
}

impl Users<'_> {
    /// Asks for every column, of no row. With the table before them: SQLite takes a name in quotes that
    /// is no column for a text.
    fn columns(&self) -> Result<Query, AdapterError> {
        let names = self.schema.user_columns();
        let always = [
            names.id,
            names.name,
            names.email,
            names.email_verified,
            names.image,
        ];
        let mut select = Sea::select();
        for name in always.into_iter().chain(names.extra) {
            select.column((self.schema.users.clone(), name.to_owned()));
        }
        select
            .from(self.schema.table(&self.schema.users))
            .and_where(Expr::cust("1").eq(Expr::cust("0")));
        Statement::render(self.dialect, "users", &select, &[]).with(&[])
    }

    /// Asks what the column of ids is, in words. All names were checked and hold no quote.
    fn id(&self) -> Query {
        let (table, id) = (&self.schema.users, self.schema.user_columns().id);
        let full = self.schema.quoted(self.dialect, table);
        asking(match self.dialect {
            Dialect::Sqlite => format!(
                "SELECT UPPER(type) || CASE WHEN pk = 1 AND \
                 (SELECT COUNT(*) FROM pragma_table_info('{table}') WHERE pk > 0) = 1 \
                 THEN ' PRIMARY KEY' ELSE '' END \
                 FROM pragma_table_info('{table}') WHERE name = '{id}' COLLATE NOCASE"
            ),
            Dialect::Postgres => format!(
                "SELECT format_type(a.atttypid, NULL) || \
                 CASE WHEN pg_get_serial_sequence('{full}', '{id}') IS NULL THEN '' \
                 ELSE ' counted' END || \
                 CASE WHEN EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND \
                 i.indisunique AND i.indpred IS NULL AND i.indnkeyatts = 1 AND \
                 i.indkey[0] = a.attnum) THEN ' unique' ELSE '' END \
                 FROM pg_attribute a WHERE a.attrelid = '{full}'::regclass AND a.attname = '{id}'"
            ),
            Dialect::Mysql => format!(
                "SELECT CONCAT(CAST(column_type AS CHAR), ' ', CAST(extra AS CHAR), ' ', \
                 CAST(column_key AS CHAR)) FROM information_schema.columns \
                 WHERE table_schema = DATABASE() AND table_name = '{table}' AND column_name = '{id}'"
            ),
        })
    }

    /// Counts the unique indexes of addresses, in words.
    fn unique_email(&self) -> Query {
        let (table, email) = (&self.schema.users, self.schema.user_columns().email);
        let full = self.schema.quoted(self.dialect, table);
        asking(match self.dialect {
            Dialect::Sqlite => format!(
                "SELECT CAST(COUNT(*) AS TEXT) FROM pragma_index_list('{table}') list \
                 WHERE list.\"unique\" = 1 AND list.partial = 0 AND \
                 (SELECT GROUP_CONCAT(name) FROM pragma_index_info(list.name)) \
                 = '{email}' COLLATE NOCASE"
            ),
            Dialect::Postgres => format!(
                "SELECT COUNT(*)::text FROM pg_index i JOIN pg_attribute a \
                 ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] \
                 WHERE i.indrelid = '{full}'::regclass AND i.indisunique AND i.indpred IS NULL \
                 AND i.indnkeyatts = 1 AND a.attname = '{email}'"
            ),
            Dialect::Mysql => format!(
                "SELECT CAST(COUNT(*) AS CHAR) FROM (SELECT index_name AS name \
                 FROM information_schema.statistics WHERE table_schema = DATABASE() AND \
                 table_name = '{table}' AND non_unique = 0 GROUP BY index_name \
                 HAVING COUNT(*) = 1 AND LOWER(MIN(column_name)) = LOWER('{email}') AND \
                 MAX(sub_part) IS NULL) list"
            ),
        })
    }

    /// Whether the column of ids is what the application says.
    fn is_as_said(&self, found: &str) -> bool {
        let counted = match self.ids {
            UserIds::Text => Ids::Text,
            UserIds::Uuid => Ids::Uuid,
            _ => Ids::Counted,
        };
        match (self.dialect, counted) {
            (Dialect::Sqlite, Ids::Text) => {
                found.ends_with("PRIMARY KEY") && !found.starts_with("INT")
            }
            // Only such a column is what SQLite counts.
            (Dialect::Sqlite, Ids::Counted) => found == "INTEGER PRIMARY KEY",
            (Dialect::Postgres, Ids::Text) => {
                found == "text unique" || found == "character varying unique"
            }
            (Dialect::Postgres, Ids::Counted) => found.ends_with(" counted unique"),
            (Dialect::Postgres, Ids::Uuid) => found == "uuid unique",
            // There is no such schema.
            (Dialect::Sqlite, Ids::Uuid) => false,
            (Dialect::Mysql, ids) => {
                let lower = found.to_ascii_lowercase();
                let is_counted = lower.contains("auto_increment");
                let has_key = lower.ends_with(" pri") || lower.ends_with(" uni");
                has_key
                    && is_counted == (ids == Ids::Counted)
                    && bare_type(&lower) == self.bare_expected()
            }
        }
    }

    fn bare_expected(&self) -> String {
        bare_type(&self.ids.column_type(self.dialect).to_ascii_lowercase())
    }

    fn expected_id(&self) -> String {
        let kind = self.ids.column_type(self.dialect);
        match (self.dialect, self.ids) {
            (Dialect::Postgres, UserIds::Text) => "TEXT with a unique index".to_owned(),
            (Dialect::Postgres, UserIds::Uuid) => "UUID with a unique index".to_owned(),
            (Dialect::Postgres, _) => "a whole number from a sequence of its own (SERIAL, \
                 GENERATED … AS IDENTITY) with a unique index"
                .to_owned(),
            (Dialect::Mysql, UserIds::Text) => "VARBINARY with a unique index".to_owned(),
            (Dialect::Mysql, _) => format!("{kind} AUTO_INCREMENT with a unique index"),
            (Dialect::Sqlite, _) => format!("{kind} PRIMARY KEY"),
        }
    }
}

/// A type of MySQL's without lengths: `bigint(20) unsigned auto_increment` is `bigint unsigned`.
fn bare_type(text: &str) -> String {
    let (kind, rest) = match text.split_once('(') {
        Some((kind, rest)) => (kind, rest.split_once(')').map_or("", |(_, rest)| rest)),
        None => text.split_once(' ').unwrap_or((text, "")),
    };
    match rest.split_whitespace().next() {
        Some("unsigned") => format!("{kind} unsigned"),
        _ => kind.to_owned(),
    }
}

pub(super) fn asking(sql: String) -> Query {
    Query {
        sql: sql.into(),
        values: Vec::new(),
        columns: [Kind::Text].into(),
    }
}

pub(super) fn text(rows: Vec<Row>) -> Option<String> {
    match rows.into_iter().next()?.0.into_iter().next()? {
        Value::Text(text) => text,
        _ => None,
    }
}

pub(super) fn wrong(text: String) -> AdapterError {
    AdapterError::Failed(Box::new(Fault::new(None, text)))
}

#[cfg(test)]
mod tests {
    use super::bare_type;

    #[test]
    fn a_type_is_compared_without_its_length() {
        for (text, bare) in [
            ("bigint(20) unsigned auto_increment pri", "bigint unsigned"),
            ("bigint unsigned auto_increment pri", "bigint unsigned"),
            ("bigint(20) auto_increment pri", "bigint"),
            ("int auto_increment pri", "int"),
            ("varbinary(36)  pri", "varbinary"),
            ("varchar(36)  pri", "varchar"),
            ("", ""),
        ] {
            assert_eq!(bare_type(text), bare, "{text}");
        }
    }
}
