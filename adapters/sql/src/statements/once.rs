//! This file writes the statements about what is used once.

use super::writer::{Write, Writer};
use crate::statement::{Arg, Statement};

/// What runs on the table of what was used.
pub(crate) struct OnceStatements {
    pub(crate) mark: Statement,
    pub(crate) expire: Statement,
}

impl OnceStatements {
    pub(super) fn render(writer: &Writer<'_>) -> Self {
        Self {
            mark: writer.write("use_once", writer.use_once()),
            expire: writer.write("expire_attempts", writer.expire_attempts()),
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Statement> {
        let Self { mark, expire } = self;
        [mark, expire].into_iter()
    }
}

impl Writer<'_> {
    fn use_once(&self) -> Write {
        self.insert(
            &self.schema.attempts,
            &[
                (self.columns.attempt_kind, Arg::AttemptKind),
                (Some(self.columns.attempt), Arg::Attempt),
                (Some(self.columns.attempt_expires), Arg::ExpiresAt),
            ],
        )
    }

    fn expire_attempts(&self) -> Write {
        let columns = self.columns;
        self.expire(
            &self.schema.attempts,
            columns.attempt,
            columns.attempt_expires,
            columns.attempt_kind,
        )
    }
}
