//! This file writes the statements about sessions and used attempts.

use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use super::{Write, Writer, column, delete_from, insert, read};
use crate::statement::Arg;

impl Writer<'_> {
    pub(super) fn create_session(&self) -> Write {
        insert(
            &self.schema.sessions,
            &[
                (Some(self.columns.session_token), Arg::SessionToken),
                (Some(self.columns.user_id), Arg::UserId),
                (self.columns.session_created, Arg::CreatedAt),
                (Some(self.columns.session_expires), Arg::ExpiresAt),
            ],
        )
    }

    pub(super) fn session(&self) -> SelectStatement {
        let sessions = &self.schema.sessions;
        let mut select = self.session_alone();
        self.read_user(&mut select);
        select
            .inner_join(
                self.schema.users.clone(),
                self.of_users("id")
                    .equals((sessions.clone(), self.columns.user_id)),
            )
            .and_where(column(sessions, self.columns.session_expires).gt(Arg::Now.expr()))
            .take()
    }

    pub(super) fn session_alone(&self) -> SelectStatement {
        let sessions = &self.schema.sessions;
        let mut select = Query::select();
        read(
            &mut select,
            sessions,
            [
                Some(self.columns.user_id),
                self.columns.session_created,
                Some(self.columns.session_expires),
            ],
        );
        select
            .from(sessions.clone())
            .and_where(column(sessions, self.columns.session_token).eq(Arg::SessionToken.expr()))
            .take()
    }

    pub(super) fn extend_session(&self) -> Write {
        let mut update = Query::update();
        update
            .table(self.schema.sessions.clone())
            .value(self.columns.session_expires, Arg::ExpiresAt.expr())
            .and_where(Expr::col(self.columns.session_token).eq(Arg::SessionToken.expr()));
        Write::Update(update)
    }

    pub(super) fn delete_session(&self) -> Write {
        let mut delete = delete_from(&self.schema.sessions);
        delete.and_where(Expr::col(self.columns.session_token).eq(Arg::SessionToken.expr()));
        Write::Delete(delete)
    }

    pub(super) fn use_attempt(&self) -> Write {
        insert(
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
        expire(
            &self.schema.sessions,
            columns.session_token,
            columns.session_expires,
            None,
        )
    }

    pub(super) fn expire_attempts(&self) -> Write {
        let columns = self.columns;
        expire(
            &self.schema.attempts,
            columns.attempt,
            columns.attempt_expires,
            columns.attempt_kind,
        )
    }
}

/// Removes a bounded number of rows that have ended, the oldest first.
fn expire(
    table: &str,
    key: &'static str,
    expires: &'static str,
    kind: Option<&'static str>,
) -> Write {
    let of_kind = || kind.map(|name| Expr::col(name).eq(Arg::AttemptKind.expr()));
    let mut ended = Query::select();
    ended
        .column(key)
        .from(table.to_owned())
        .and_where(Expr::col(expires).lt(Arg::Now.expr()))
        .and_where_option(of_kind())
        .order_by(expires, Order::Asc)
        .limit(Arg::Limit.limit());
    let mut delete = delete_from(table);
    delete
        .and_where(Expr::col(key).in_subquery(ended))
        .and_where_option(of_kind());
    Write::Delete(delete)
}
