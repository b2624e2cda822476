//! This file writes the statements about sessions.

use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use super::{
    users::USER,
    writer::{Holds, Write, Writer, column},
};
use crate::{
    driver::Kind,
    schema::Layout,
    statement::{Arg, Statement},
};

/// The columns of a session, in the order in which they are read.
const SESSION: &[Kind] = &[
    Kind::Text, // user_id
    Kind::Int,  // created_at
    Kind::Int,  // expires_at
    Kind::Int,  // last_seen_at
    Kind::Text, // user_agent
    Kind::Text, // address
];

/// What runs on the table of sessions.
pub(crate) struct SessionStatements {
    pub(crate) create: Statement,
    pub(crate) with_user: Statement,
    pub(crate) alone: Statement,
    pub(crate) extend: Statement,
    /// Where the layout has a place for it.
    pub(crate) see: Option<Statement>,
    pub(crate) delete: Statement,
    pub(crate) of_user: Statement,
    pub(crate) delete_one_of_user: Statement,
    pub(crate) delete_others_of_user: Statement,
    pub(crate) delete_of_user: Statement,
    pub(crate) expire: Statement,
}

impl SessionStatements {
    pub(super) fn render(writer: &Writer<'_>) -> Self {
        let write = |name, statement| writer.write(name, statement);
        let with_user = [SESSION, USER].concat();
        let with_token = [&[writer.token_kind()], SESSION].concat();
        let delete_of_user = writer.delete_of_user(&writer.schema.sessions);
        Self {
            create: write("create_session", writer.create_session()),
            with_user: writer.reading("session", &writer.session(), &with_user),
            alone: writer.reading("session_alone", &writer.session_alone(), SESSION),
            extend: write("extend_session", writer.extend_session()),
            see: writer.see_session().map(|see| write("see_session", see)),
            delete: write("delete_session", writer.delete_session()),
            of_user: writer.reading("sessions_of_user", &writer.sessions_of_user(), &with_token),
            delete_one_of_user: write("delete_session_of_user", writer.delete_session_of_user()),
            delete_others_of_user: write("delete_other_sessions", writer.delete_other_sessions()),
            delete_of_user: write("delete_sessions_of_user", delete_of_user),
            expire: write("expire_sessions", writer.expire_sessions()),
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Statement> {
        let Self {
            create,
            with_user,
            alone,
            extend,
            see,
            delete,
            of_user,
            delete_one_of_user,
            delete_others_of_user,
            delete_of_user,
            expire,
        } = self;
        [
            create,
            with_user,
            alone,
            extend,
            delete,
            of_user,
            delete_one_of_user,
            delete_others_of_user,
            delete_of_user,
            expire,
        ]
        .into_iter()
        .chain(see)
    }
}

impl Writer<'_> {
    fn create_session(&self) -> Write {
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

    fn session(&self) -> SelectStatement {
        let sessions = &self.schema.sessions;
        let mut select = self.session_alone();
        self.read_user(&mut select);
        select.inner_join(
            self.schema.table(&self.schema.users),
            self.same(
                self.user_column(self.people.id),
                column(sessions, self.columns.user_id),
            ),
        );
        self.join_states(&mut select);
        select.and_where(self.dialect.after(
            self.form.times,
            column(sessions, self.columns.session_expires),
            Arg::Now.expr(),
        ));
        select
    }

    fn session_alone(&self) -> SelectStatement {
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

    fn extend_session(&self) -> Write {
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

    /// Only forward, and only where the layout has a place for it.
    fn see_session(&self) -> Option<Write> {
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

    fn delete_session(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.sessions);
        delete.and_where(self.same(
            Expr::col(self.columns.session_token),
            Arg::SessionToken.expr(),
        ));
        Write::Delete(delete)
    }

    /// In what form tokens stand in their column.
    fn token_kind(&self) -> Kind {
        match self.form.layout {
            Layout::Authcore => Kind::Blob,
            Layout::Authjs => Kind::Text,
        }
    }

    fn sessions_of_user(&self) -> SelectStatement {
        let sessions = &self.schema.sessions;
        let mut select = Query::select();
        let token = [(Some(self.columns.session_token), Holds::Plain)];
        self.read(&mut select, sessions, &token);
        self.read_session(&mut select);
        select
            .from(self.schema.table(sessions))
            .and_where(self.same(column(sessions, self.columns.user_id), self.user_id()))
            .and_where(column(sessions, self.columns.session_expires).gt(self.value(Arg::Now)))
            .order_by(self.columns.session_expires, Order::Desc)
            .limit(Arg::Limit.limit())
            .take()
    }

    fn delete_session_of_user(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.sessions);
        delete
            .and_where(self.same(Expr::col(self.columns.user_id), self.user_id()))
            .and_where(self.same(
                Expr::col(self.columns.session_token),
                Arg::SessionToken.expr(),
            ));
        Write::Delete(delete)
    }

    fn delete_other_sessions(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.sessions);
        delete
            .and_where(self.same(Expr::col(self.columns.user_id), self.user_id()))
            .and_where(
                self.same(Expr::col(self.columns.session_token), Arg::Kept.expr())
                    .not(),
            );
        Write::Delete(delete)
    }

    fn expire_sessions(&self) -> Write {
        let columns = self.columns;
        self.expire(
            &self.schema.sessions,
            columns.session_token,
            columns.session_expires,
            None,
        )
    }
}
