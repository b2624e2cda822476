//! This file writes the statements about verification tokens.
//!
//! In Auth.js's tables, what has ended is not removed by age: they have no index for it, and a look
//! through the whole table would be dearer than the rows.

use sea_query::{Expr, ExprTrait, LockBehavior, LockType, Order, Query, SelectStatement};

use super::writer::{Holds, Write, Writer};
use crate::{
    dialect::Dialect,
    driver::Kind,
    schema::Layout,
    statement::{Arg, Statement},
};

/// What runs on the table of verification tokens.
pub(crate) struct VerificationStatements {
    pub(crate) create: Statement,
    /// Its end.
    pub(crate) read: Statement,
    pub(crate) delete: Statement,
    pub(crate) delete_all: Statement,
    pub(crate) expire: Option<Statement>,
}

impl VerificationStatements {
    pub(super) fn render(writer: &Writer<'_>) -> Self {
        Self {
            create: writer.write("create_verification", writer.create_verification()),
            read: Statement::render(
                writer.dialect,
                "verification",
                &writer.verification(),
                &[Kind::Int],
            ),
            delete: writer.write("delete_verification", writer.delete_verification()),
            delete_all: writer.write("delete_verifications", writer.delete_verifications()),
            expire: match writer.form.layout {
                Layout::Authcore => {
                    Some(writer.write("expire_verifications", writer.expire_verifications()))
                }
                Layout::Authjs => None,
            },
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Statement> {
        let Self {
            create,
            read,
            delete,
            delete_all,
            expire,
        } = self;
        [create, read, delete, delete_all].into_iter().chain(expire)
    }
}

impl Writer<'_> {
    fn create_verification(&self) -> Write {
        self.insert(
            &self.schema.verifications,
            &[
                (Some("identifier"), Arg::Identifier),
                (Some(self.columns.verification), Arg::Verification),
                (Some(self.columns.verification_expires), Arg::ExpiresAt),
            ],
        )
    }

    fn verification(&self) -> SelectStatement {
        let mut select = Query::select();
        let end = [(Some(self.columns.verification_expires), Holds::Time)];
        self.read(&mut select, &self.schema.verifications, &end);
        select
            .from(self.schema.table(&self.schema.verifications))
            .and_where(self.same(Expr::col("identifier"), Arg::Identifier.expr()))
            .and_where(self.same(
                Expr::col(self.columns.verification),
                Arg::Verification.expr(),
            ))
            .take()
    }

    fn delete_verification(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.verifications);
        delete
            .and_where(self.same(Expr::col("identifier"), Arg::Identifier.expr()))
            .and_where(self.same(
                Expr::col(self.columns.verification),
                Arg::Verification.expr(),
            ));
        Write::Delete(delete)
    }

    fn delete_verifications(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.verifications);
        delete.and_where(self.same(Expr::col("identifier"), Arg::Identifier.expr()));
        Write::Delete(delete)
    }

    /// As [`Writer::expire`], for a key of two columns. PostgreSQL is told the rows' own places, which
    /// do not change while they are locked.
    fn expire_verifications(&self) -> Write {
        let table = &self.schema.verifications;
        let has_ended = || Expr::col("expires_at").lt(Arg::Now.expr());
        let mut ended = Query::select();
        ended
            .from(self.schema.table(table))
            .and_where(has_ended())
            .order_by("expires_at", Order::Asc)
            .limit(Arg::Limit.limit());
        let mut delete = self.delete_from(table);
        match self.dialect {
            Dialect::Sqlite => {
                let key = || ["identifier", "token_hash"];
                ended.columns(key());
                delete.and_where(Expr::tuple(key().map(Expr::col)).in_subquery(ended))
            }
            Dialect::Postgres => {
                ended
                    .column("ctid")
                    .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
                delete.and_where(self.is_any_of(Expr::col("ctid"), ended))
            }
            Dialect::Mysql => delete
                .and_where(has_ended())
                .order_by("expires_at", Order::Asc)
                .limit(Arg::Limit.limit()),
        };
        Write::Delete(delete)
    }
}
