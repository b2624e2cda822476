//! This file writes the statements about sessions and what is used once.

use sea_query::{Expr, ExprTrait, LockBehavior, LockType, Order, Query, SelectStatement};

use super::{Holds, Write, Writer, column};
use crate::{dialect::Dialect, driver::Kind, schema::Layout, statement::Arg};

impl Writer<'_> {
    pub(super) fn create_session(&self) -> Write {
        self.insert(
            &self.schema.sessions,
            &[
                (Some(self.columns.session_token), Arg::SessionToken),
                (Some(self.columns.user_id), Arg::UserId),
                (self.columns.session_created, Arg::CreatedAt),
                (Some(self.columns.session_expires), Arg::ExpiresAt),
                (self.columns.session_seen, Arg::LastSeen),
                (self.columns.session_user_agent, Arg::UserAgent),
                (self.columns.session_address, Arg::Address),
                (self.prisma.row_id, Arg::RowId),
                (self.prisma.updated, Arg::WrittenAt),
            ],
        )
    }

    pub(super) fn session(&self) -> SelectStatement {
        let sessions = &self.schema.sessions;
        let mut select = self.session_alone();
        self.read_user(&mut select);
        select
            .inner_join(
                self.schema.table(&self.schema.users),
                self.same(
                    self.user_column(self.people.id),
                    column(sessions, self.columns.user_id),
                ),
            )
            .and_where(self.dialect.after(
                self.form.times,
                column(sessions, self.columns.session_expires),
                Arg::Now.expr(),
            ))
            .take()
    }

    pub(super) fn session_alone(&self) -> SelectStatement {
        let sessions = &self.schema.sessions;
        let mut select = Query::select();
        self.read_session(&mut select);
        select
            .from(self.schema.table(sessions))
            .and_where(self.same(
                column(sessions, self.columns.session_token),
                Arg::SessionToken.expr(),
            ))
            .take()
    }

    fn read_session(&self, select: &mut SelectStatement) {
        let columns = [
            (Some(self.columns.user_id), Holds::UserId),
            (self.columns.session_created, Holds::Time),
            (Some(self.columns.session_expires), Holds::Time),
            (self.columns.session_seen, Holds::Time),
            (self.columns.session_user_agent, Holds::Plain),
            (self.columns.session_address, Holds::Plain),
        ];
        self.read(select, &self.schema.sessions, &columns);
    }

    /// In what form tokens stand in their column.
    pub(super) fn token_kind(&self) -> Kind {
        match self.form.layout {
            Layout::Authcore => Kind::Blob,
            Layout::Authjs => Kind::Text,
        }
    }

    pub(super) fn sessions_of_user(&self) -> SelectStatement {
        let sessions = &self.schema.sessions;
        let mut select = Query::select();
        let token = [(Some(self.columns.session_token), Holds::Plain)];
        self.read(&mut select, sessions, &token);
        self.read_session(&mut select);
        select
            .from(self.schema.table(sessions))
            .and_where(self.same(column(sessions, self.columns.user_id), Arg::UserId.expr()))
            .and_where(column(sessions, self.columns.session_expires).gt(self.value(Arg::Now)))
            .order_by(self.columns.session_expires, Order::Desc)
            .limit(Arg::Limit.limit())
            .take()
    }

    /// Only forward, and only where the layout has a place for it.
    pub(super) fn see_session(&self) -> Option<Write> {
        let seen = self.columns.session_seen?;
        let mut update = Query::update();
        update
            .table(self.schema.table(&self.schema.sessions))
            .value(seen, self.value(Arg::LastSeen))
            .and_where(self.same(
                Expr::col(self.columns.session_token),
                Arg::SessionToken.expr(),
            ))
            .and_where(
                Expr::col(seen)
                    .is_null()
                    .or(Expr::col(seen).lt(self.value(Arg::LastSeen))),
            );
        Some(Write::Update(update))
    }

    pub(super) fn delete_session_of_user(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.sessions);
        delete
            .and_where(self.same(Expr::col(self.columns.user_id), Arg::UserId.expr()))
            .and_where(self.same(
                Expr::col(self.columns.session_token),
                Arg::SessionToken.expr(),
            ));
        Write::Delete(delete)
    }

    pub(super) fn delete_other_sessions(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.sessions);
        delete
            .and_where(self.same(Expr::col(self.columns.user_id), Arg::UserId.expr()))
            .and_where(
                self.same(Expr::col(self.columns.session_token), Arg::Kept.expr())
                    .not(),
            );
        Write::Delete(delete)
    }

    pub(super) fn extend_session(&self) -> Write {
        let mut update = Query::update();
        update
            .table(self.schema.table(&self.schema.sessions))
            .value(self.columns.session_expires, self.value(Arg::ExpiresAt));
        self.written(&mut update);
        update.and_where(self.same(
            Expr::col(self.columns.session_token),
            Arg::SessionToken.expr(),
        ));
        Write::Update(update)
    }

    pub(super) fn delete_session(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.sessions);
        delete.and_where(self.same(
            Expr::col(self.columns.session_token),
            Arg::SessionToken.expr(),
        ));
        Write::Delete(delete)
    }

    pub(super) fn use_once(&self) -> Write {
        self.insert(
            &self.schema.attempts,
            &[
                (self.columns.attempt_kind, Arg::AttemptKind),
                (Some(self.columns.attempt), Arg::Attempt),
                (Some(self.columns.attempt_expires), Arg::ExpiresAt),
            ],
        )
    }

    pub(super) fn expire_sessions(&self) -> Write {
        let columns = self.columns;
        self.expire(
            &self.schema.sessions,
            columns.session_token,
            columns.session_expires,
            None,
        )
    }

    pub(super) fn expire_attempts(&self) -> Write {
        let columns = self.columns;
        self.expire(
            &self.schema.attempts,
            columns.attempt,
            columns.attempt_expires,
            columns.attempt_kind,
        )
    }

    /// Removes a bounded number of rows that have ended, the oldest first.
    pub(super) fn expire(
        &self,
        table: &str,
        key: &'static str,
        expires: &'static str,
        kind: Option<&'static str>,
    ) -> Write {
        let of_kind = || kind.map(|name| self.same(Expr::col(name), Arg::AttemptKind.expr()));
        let has_ended = || {
            let column = Expr::col(expires);
            self.dialect
                .before(self.form.times, column, Arg::Now.expr())
        };
        let mut delete = self.delete_from(table);
        let mut ended = Query::select();
        ended
            .column(key)
            .from(self.schema.table(table))
            .and_where(has_ended())
            .and_where_option(of_kind())
            .order_by(expires, Order::Asc)
            .limit(Arg::Limit.limit());
        match self.dialect {
            Dialect::Sqlite => delete.and_where(Expr::col(key).in_subquery(ended)),
            Dialect::Postgres => {
                // Two that remove at once take different rows instead of waiting for each other.
                ended.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
                delete.and_where(self.is_any_of(Expr::col(key), ended))
            }
            // MySQL takes no limit inside `IN`, but one on the removal itself.
            Dialect::Mysql => delete
                .and_where(has_ended())
                .order_by(expires, Order::Asc)
                .limit(Arg::Limit.limit()),
        };
        delete.and_where_option(of_kind());
        Write::Delete(delete)
    }
}
