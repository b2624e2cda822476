//! Whether users are locked out, and from when on their sessions are valid: two columns in our own table of
//! users, and a table of ours beside any other. A signed-in request reads them in the query that it makes
//! anyway.

use sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, Query, SelectStatement};

use super::{
    users::set,
    writer::{Holds, Write, Writer, column},
};
use crate::{
    schema::{Ids, Kept, Layout},
    statement::{Arg, Statement},
};

/// What runs on the table beside the users.
pub(crate) struct StateStatements {
    /// Adds a user's row, or changes it.
    pub(crate) keep: Statement,
    /// Where no foreign key removes the row with its user.
    pub(crate) delete: Option<Statement>,
}

impl StateStatements {
    pub(super) fn all(&self) -> impl Iterator<Item = &Statement> {
        [&self.keep].into_iter().chain(&self.delete)
    }
}

impl Writer<'_> {
    pub(super) fn states(&self) -> Option<StateStatements> {
        (self.form.states == Kept::Beside).then(|| StateStatements {
            keep: self.write("keep_user_state", self.keep_state()),
            delete: (self.form.layout == Layout::Authjs)
                .then(|| self.write("delete_user_state", self.delete_state())),
        })
    }

    pub(super) fn read_state(&self, select: &mut SelectStatement) {
        let (table, names) = match self.form.states {
            Kept::InRow | Kept::Nowhere => (
                &self.schema.users,
                [self.people.disabled_at, self.people.sessions_valid_from],
            ),
            Kept::Beside => (
                &self.schema.user_states,
                [Some("disabled_at"), Some("sessions_valid_from")],
            ),
        };
        self.read(select, table, &names.map(|name| (name, Holds::Plain)));
    }

    /// Joins the row beside the user, where there is such a table.
    pub(super) fn join_states(&self, select: &mut SelectStatement) {
        if self.form.states != Kept::Beside {
            return;
        }
        let id = self.user_column(self.people.id);
        let id = match (self.form.layout, self.form.ids) {
            // Our table holds the ids of Auth.js's users as text, of whatever kind they are.
            (Layout::Authjs, Ids::Counted | Ids::Uuid) => id.cast_as("text"),
            _ => id,
        };
        select.left_join(
            self.schema.table(&self.schema.user_states),
            self.same(column(&self.schema.user_states, "user_id"), id),
        );
    }

    fn state_id(&self) -> Expr {
        match self.form.layout {
            Layout::Authjs => Arg::UserIdText.expr(),
            Layout::Authcore => self.user_id(),
        }
    }

    fn keep_state(&self) -> Write {
        let changed = |name: &str, whether, value: Arg| {
            CaseStatement::new()
                .case(set(whether), value.expr())
                .finally(column(&self.schema.user_states, name))
        };
        let disabled = changed("disabled_at", Arg::SetDisabledAt, Arg::DisabledAt);
        let valid_from = changed("sessions_valid_from", Arg::SetValidFrom, Arg::ValidFrom);
        let mut insert = Query::insert();
        insert
            .into_table(self.schema.table(&self.schema.user_states))
            .columns(["user_id", "disabled_at", "sessions_valid_from"])
            // As many values as columns: this cannot panic.
            .values_panic([
                self.state_id(),
                Arg::DisabledAt.expr(),
                Arg::ValidFrom.expr(),
            ])
            .on_conflict(
                OnConflict::column("user_id")
                    .value("disabled_at", disabled)
                    .value("sessions_valid_from", valid_from)
                    .to_owned(),
            );
        Write::Insert(insert)
    }

    fn delete_state(&self) -> Write {
        let mut delete = self.delete_from(&self.schema.user_states);
        delete.and_where(self.same(Expr::col("user_id"), self.state_id()));
        Write::Delete(delete)
    }
}
