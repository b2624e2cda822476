//! This file names a table of users that the application has already.
//!
//! Names stand in the text of statements: each is checked as those of our own tables are
//! (`a_name_that_could_leave_its_quotes_is_refused`).

use super::{SchemaError, check, columns::UserColumns};
use crate::dialect::Dialect;

/// A table of users that the application has already, made by its own migrations. authcore reads and
/// writes the columns that are named here, makes none, and points its own tables to the ids, so that
/// whatever is a user's goes with the user, whoever deletes the row.
///
/// ```
/// # fn main() -> Result<(), authcore_sql::SchemaError> {
/// use authcore_sql::{Schema, UserIds, UserTable};
///
/// let people = UserTable::named("people")?
///     .id("person_id", UserIds::BigInt)?
///     .name("full_name")?
///     .extra("auth_extra")?;
/// let schema = Schema::authcore().with_users(people);
/// # Ok(())
/// # }
/// ```
///
/// | column | called | holds |
/// |---|---|---|
/// | [`id`](UserTable::id) | `id` | the primary key: text, a whole number that the database counts, or PostgreSQL's `UUID` |
/// | [`name`](UserTable::name) | `name` | text, or `NULL` |
/// | [`email`](UserTable::email) | `email` | text with a unique index, in lower case, or `NULL` |
/// | [`email_verified`](UserTable::email_verified) | `email_verified` | milliseconds since 1970 (`BIGINT`), or `NULL`: nobody vouches for the address |
/// | [`image`](UserTable::image) | `image` | text, or `NULL` |
/// | [`extra`](UserTable::extra) | none | text: the application's own fields, as JSON |
///
/// An address without `email_verified` is read as
/// [`unverified_email`](authcore::model::User::unverified_email). One is written only while no other user
/// has it, and a user for whom it is verified takes it over. Since when a user is locked out, and from when
/// on their sessions are valid, stands in a table of ours beside.
///
/// All but `extra` must be there: what a provider says of somebody is stored whole or not at all. Every
/// other column needs a default, or must take `NULL`. Where `email` is `NOT NULL`, people without an
/// address are refused; without `extra`, users with own fields are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserTable {
    pub(super) table: String,
    pub(super) namespace: Option<String>,
    pub(super) ids: UserIds,
    id: String,
    name: String,
    email: String,
    email_verified: String,
    image: String,
    extra: Option<String>,
}

/// What kind the ids of an application's own users are. Only MySQL tells the kinds of whole numbers
/// apart: there, what points to an id must be of the very same type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserIds {
    /// Text that authcore makes (UUIDv7) for those whom it stores. In MySQL, `VARBINARY`.
    Text,
    /// PostgreSQL's `UUID`, which authcore makes (UUIDv7) for those whom it stores. Other databases have
    /// no such type here: there, see [`UserIds::Text`].
    Uuid,
    /// Whole numbers that the database counts (`BIGINT`): SQLite's `INTEGER PRIMARY KEY`, PostgreSQL's
    /// `SERIAL` or `GENERATED … AS IDENTITY`, MySQL's `AUTO_INCREMENT`.
    BigInt,
    /// The same, `BIGINT UNSIGNED` in MySQL.
    BigIntUnsigned,
    /// The same, `INT` in MySQL.
    Int,
    /// The same, `INT UNSIGNED` in MySQL.
    IntUnsigned,
}

impl UserTable {
    /// A table with text ids in `id`, and columns called `name`, `email`, `email_verified` and `image`.
    ///
    /// # Errors
    /// [`SchemaError`] when the name could not be that of a table.
    pub fn named(table: &str) -> Result<Self, SchemaError> {
        check(table)?;
        Ok(Self {
            table: table.to_owned(),
            namespace: None,
            ids: UserIds::Text,
            id: "id".to_owned(),
            name: "name".to_owned(),
            email: "email".to_owned(),
            email_verified: "email_verified".to_owned(),
            image: "image".to_owned(),
            extra: None,
        })
    }

    /// The schema of PostgreSQL's that the table stands in. Default: that of all other tables.
    ///
    /// # Errors
    /// [`SchemaError`] when the name could not be that of a schema.
    pub fn in_postgres_schema(mut self, name: &str) -> Result<Self, SchemaError> {
        check(name)?;
        self.namespace = Some(name.to_owned());
        Ok(self)
    }

    /// The column of the ids, and what kind they are. Default: `id`, text.
    ///
    /// # Errors
    /// [`SchemaError`] when the name could not be that of a column; so have all below.
    pub fn id(mut self, column: &str, ids: UserIds) -> Result<Self, SchemaError> {
        self.ids = ids;
        self.id = checked(column)?;
        Ok(self)
    }

    /// The column of names. Default: `name`.
    ///
    /// # Errors
    /// [`SchemaError`].
    pub fn name(mut self, column: &str) -> Result<Self, SchemaError> {
        self.name = checked(column)?;
        Ok(self)
    }

    /// The column of addresses. Default: `email`.
    ///
    /// # Errors
    /// [`SchemaError`].
    pub fn email(mut self, column: &str) -> Result<Self, SchemaError> {
        self.email = checked(column)?;
        Ok(self)
    }

    /// The column that says since when an address is verified. Default: `email_verified`.
    ///
    /// # Errors
    /// [`SchemaError`].
    pub fn email_verified(mut self, column: &str) -> Result<Self, SchemaError> {
        self.email_verified = checked(column)?;
        Ok(self)
    }

    /// The column of the pictures' addresses. Default: `image`.
    ///
    /// # Errors
    /// [`SchemaError`].
    pub fn image(mut self, column: &str) -> Result<Self, SchemaError> {
        self.image = checked(column)?;
        Ok(self)
    }

    /// The column of the application's own fields. Default: none.
    ///
    /// # Errors
    /// [`SchemaError`].
    pub fn extra(mut self, column: &str) -> Result<Self, SchemaError> {
        self.extra = Some(checked(column)?);
        Ok(self)
    }

    pub(super) fn columns(&self) -> UserColumns<'_> {
        UserColumns {
            id: &self.id,
            name: &self.name,
            email: &self.email,
            email_verified: &self.email_verified,
            image: &self.image,
            extra: self.extra.as_deref(),
            unverified_email: None,
            disabled_at: None,
            sessions_valid_from: None,
        }
    }
}

impl UserIds {
    /// The type of a column that points to such an id.
    pub(crate) fn column_type(self, dialect: Dialect) -> &'static str {
        match (dialect, self) {
            (Dialect::Sqlite, Self::Text) => "TEXT",
            // With the collation of what it points to, which is the database's own: an index of
            // another collation is not used.
            (Dialect::Postgres, Self::Text) => "TEXT",
            (Dialect::Mysql, Self::Text) => "VARBINARY(255)",
            // Elsewhere it is refused before anything is made.
            (_, Self::Uuid) => "UUID",
            (Dialect::Sqlite, _) => "INTEGER",
            (Dialect::Postgres, _) | (Dialect::Mysql, Self::BigInt) => "BIGINT",
            (Dialect::Mysql, Self::BigIntUnsigned) => "BIGINT UNSIGNED",
            (Dialect::Mysql, Self::Int) => "INT",
            (Dialect::Mysql, Self::IntUnsigned) => "INT UNSIGNED",
        }
    }
}

fn checked(column: &str) -> Result<String, SchemaError> {
    check(column)?;
    Ok(column.to_owned())
}
