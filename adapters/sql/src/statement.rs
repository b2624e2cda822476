//! This file renders one statement once, and remembers which argument stands at which placeholder.
//!
//! Arguments are named, not counted: while a statement is rendered, each stands in it as its own
//! number, and the dialect answers them in the order of its placeholders. A layout that lacks a
//! column simply never asks for that argument.

use std::sync::Arc;

use authcore::adapter::AdapterError;
use sea_query::{
    Expr, MysqlQueryBuilder, PostgresQueryBuilder, QueryStatementWriter, SqliteQueryBuilder,
    Value as SeaValue,
};

use crate::{
    dialect::Dialect,
    driver::{Fault, Kind, Query, Value},
};

/// The name of a value that a statement takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arg {
    UserId,
    /// The same as text, for a table of ours beside Auth.js's.
    UserIdText,
    Name,
    Email,
    EmailVerified,
    UnverifiedEmail,
    DisabledAt,
    ValidFrom,
    Image,
    UserExtra,
    /// Whether the value of the same name is to be set: 1 or 0.
    SetName,
    SetEmail,
    SetEmailVerified,
    SetUnverifiedEmail,
    SetDisabledAt,
    SetValidFrom,
    SetImage,
    SetUserExtra,
    Provider,
    Subject,
    Authority,
    Kind,
    AccessToken,
    RefreshToken,
    IdToken,
    TokenType,
    Scope,
    TokenExpires,
    SessionState,
    AccountExtra,
    SessionToken,
    CreatedAt,
    ExpiresAt,
    Now,
    Limit,
    Attempt,
    AttemptKind,
    LastSeen,
    UserAgent,
    Address,
    /// The only session that is left alone.
    Kept,
    Identifier,
    Verification,
    CredentialId,
    PublicKey,
    Counter,
    Reach,
    Backup,
    Transports,
    LastUsed,
    PasskeyExtra,
    LimitKey,
    /// The user that this connection has just stored: no value, but words of the database's.
    ToldUserId,
    /// The number of a lease.
    Lease,
    /// When a lease ends, or a revocation is due again.
    Until,
    RevocationId,
    /// The user after whom a page begins.
    After,
    /// A member of `extra`, as an object that has no other.
    MemberObject,
    /// Its name, and its value as what it is; the others are missing.
    Member,
    MemberText,
    MemberNumber,
    MemberTruth,
    /// The id of an account's or a session's row, and when it is written.
    RowId,
    WrittenAt,
}

impl Arg {
    /// The argument's place in a statement that is being rendered.
    pub(crate) fn expr(self) -> Expr {
        Expr::val(self as i64)
    }

    /// The same, for a limit.
    pub(crate) fn limit(self) -> u64 {
        self as u64
    }
}

/// The argument at a place, counted from 0, in a statement whose arguments have no names: how many
/// there are depends on a table's columns.
pub(crate) fn counted(place: usize) -> Expr {
    Expr::val(i64::try_from(place).unwrap_or(-1))
}

/// Values by name.
pub(crate) type Arguments = Vec<(Arg, Value)>;

/// A rendered statement.
pub(crate) struct Statement {
    /// What it is called in tests and logs.
    pub(crate) name: &'static str,
    pub(crate) sql: Arc<str>,
    order: Box<[i64]>,
    columns: Arc<[Kind]>,
}

impl Statement {
    /// Renders a statement that answers rows with these columns.
    pub(crate) fn render(
        dialect: Dialect,
        name: &'static str,
        statement: &impl QueryStatementWriter,
        columns: &[Kind],
    ) -> Self {
        let (sql, values) = match dialect {
            Dialect::Sqlite => statement.build(SqliteQueryBuilder),
            Dialect::Postgres => statement.build(PostgresQueryBuilder),
            Dialect::Mysql => statement.build(MysqlQueryBuilder),
        };
        let order = values.0.iter().map(|value| match value {
            SeaValue::BigInt(Some(place)) => *place,
            SeaValue::BigUnsigned(Some(place)) => i64::try_from(*place).unwrap_or(-1),
            // Not an argument: finds no value below, so that the statement cannot run.
            _ => -1,
        });
        Self {
            name,
            sql: sql.into(),
            order: order.collect(),
            columns: columns.into(),
        }
    }

    /// A statement without values that answers one number.
    pub(crate) fn number(name: &'static str, sql: String) -> Self {
        Self {
            name,
            sql: sql.into(),
            order: [].into(),
            columns: [Kind::Int].into(),
        }
    }

    /// The statement with its values. Those that it does not ask for are left out.
    pub(crate) fn with(&self, arguments: &[(Arg, Value)]) -> Result<Query, AdapterError> {
        self.filled(|place| {
            let found = arguments.iter().find(|(arg, _)| *arg as i64 == place);
            found.map(|(_, value)| value.clone())
        })
    }

    /// The same for a statement whose arguments are counted, as [`counted`] renders them.
    pub(crate) fn with_counted(&self, values: &[Value]) -> Result<Query, AdapterError> {
        self.filled(|place| values.get(usize::try_from(place).ok()?).cloned())
    }

    fn filled(&self, value: impl Fn(i64) -> Option<Value>) -> Result<Query, AdapterError> {
        let values = self.order.iter().map(|place| value(*place));
        match values.collect::<Option<Vec<_>>>() {
            Some(values) => Ok(Query {
                sql: self.sql.clone(),
                values,
                columns: self.columns.clone(),
            }),
            None => Err(AdapterError::Failed(Box::new(Fault::new(
                None,
                format!("the statement {} lacks a value", self.name),
            )))),
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_query::{ExprTrait, Query as Sea};

    use super::*;

    fn by_email(dialect: Dialect) -> Statement {
        let mut select = Sea::select();
        select
            .column("id")
            .from("users")
            .and_where(Expr::col("email").eq(Arg::Email.expr()))
            .and_where(Expr::col("name").eq(Arg::Name.expr()))
            .limit(Arg::Limit.limit());
        Statement::render(dialect, "by_email", &select, &[Kind::Text])
    }

    #[test]
    fn arguments_find_their_places_by_name() {
        let query = by_email(Dialect::Sqlite)
            .with(&[
                (Arg::Limit, 1.into()),
                (Arg::Name, "Ada".into()),
                (Arg::Image, "not asked for".into()),
                (Arg::Email, "ada@example.org".into()),
            ])
            .unwrap();
        assert_eq!(
            &*query.sql,
            r#"SELECT "id" FROM "users" WHERE "email" = ? AND "name" = ? LIMIT ?"#
        );
        assert_eq!(
            query.values,
            ["ada@example.org".into(), "Ada".into(), Value::from(1)]
        );
    }

    #[test]
    fn each_database_gets_its_own_quotes_and_placeholders() {
        assert_eq!(
            &*by_email(Dialect::Postgres).sql,
            r#"SELECT "id" FROM "users" WHERE "email" = $1 AND "name" = $2 LIMIT $3"#
        );
        assert_eq!(
            &*by_email(Dialect::Mysql).sql,
            "SELECT `id` FROM `users` WHERE `email` = ? AND `name` = ? LIMIT ?"
        );
    }

    #[test]
    fn a_statement_without_all_its_values_does_not_run() {
        let failed = by_email(Dialect::Sqlite).with(&[(Arg::Email, "a@b".into())]);
        let failed = failed.unwrap_err();
        assert_eq!(failed.code(), "adapter_failed");
    }
}
