//! This file keeps sessions and used attempts, and removes those that have ended.
//!
//! The attacks it stops: a session that goes on after its end, because only some readers look at
//! the end (here every read does); an attempt used twice at the same moment, because "is it used?"
//! and "mark it used" were two steps (here the insert itself is the question).

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, AttemptStore, SessionStore, StoredSession},
    model::{Timestamp, User},
};

use super::{About, SqlAdapter, transaction::Step};
use crate::{
    driver::Driver,
    record,
    schema::Layout,
    statement::{Arg, Arguments},
};

/// What stands beside an attempt in Auth.js's table of verification tokens.
const ATTEMPT: &str = "authcore:attempt";

#[async_trait]
impl<D: Driver> SessionStore for SqlAdapter<D> {
    async fn create_session(
        &self,
        token: &str,
        session: StoredSession,
    ) -> Result<(), AdapterError> {
        let mut values = self.by_token(token);
        values.extend(self.of_new_row()?);
        values.extend([
            (
                Arg::UserId,
                record::user_id_value(self.form, &session.user_id),
            ),
            (Arg::CreatedAt, record::time_value(session.created_at)),
            (Arg::ExpiresAt, session.expires_at.millis().into()),
        ]);
        let create = &self.statements.create_session;
        match self.layout() {
            Layout::Authcore => {
                self.execute(create, &values, About::Session).await?;
                Ok(())
            }
            // Auth.js's tables may lack the foreign key that says "no such user".
            Layout::Authjs => {
                let steps = [
                    Step::expect_user(&self.statements.user, &values)?,
                    Step::write(create, &values, About::Session)?,
                ];
                self.transaction(steps, About::Session).await?;
                Ok(())
            }
        }
    }

    async fn session(
        &self,
        token: &str,
        now: Timestamp,
    ) -> Result<Option<(StoredSession, User)>, AdapterError> {
        let mut values = self.by_token(token);
        values.push((Arg::Now, now.millis().into()));
        let found = self
            .row(&self.statements.session, &values, About::Session)
            .await?;
        found.map(record::session_and_user).transpose()
    }

    async fn extend_session(&self, token: &str, expires_at: Timestamp) -> Result<(), AdapterError> {
        let mut values = self.by_token(token);
        values.push(self.written_at());
        values.push((Arg::ExpiresAt, expires_at.millis().into()));
        self.execute(&self.statements.extend_session, &values, About::Session)
            .await?;
        Ok(())
    }

    async fn delete_session(&self, token: &str) -> Result<Option<StoredSession>, AdapterError> {
        let values = self.by_token(token);
        let statements = &self.statements;
        let steps = [
            Step::read(&statements.session_alone, &values, About::Session)?,
            Step::write(&statements.delete_session, &values, About::Session)?,
        ];
        let done = self.transaction(steps, About::Session).await?;
        // Two may have read the row; only who removed it says which it was.
        match (done.row, done.changed) {
            (Some(row), 1..) => record::session(row).map(Some),
            _ => Ok(None),
        }
    }
}

#[async_trait]
impl<D: Driver> AttemptStore for SqlAdapter<D> {
    async fn use_attempt(&self, id: &str, expires_at: Timestamp) -> Result<bool, AdapterError> {
        let values = vec![
            (Arg::AttemptKind, ATTEMPT.into()),
            (Arg::Attempt, id.into()),
            (Arg::ExpiresAt, expires_at.millis().into()),
        ];
        let used = self
            .execute(&self.statements.use_attempt, &values, About::Attempt)
            .await;
        match used {
            Ok(_) => Ok(true),
            Err(AdapterError::Conflict { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl<D: Driver> SqlAdapter<D> {
    pub(super) async fn remove_ended(
        &self,
        now: Timestamp,
        limit: u32,
    ) -> Result<u64, AdapterError> {
        let values = vec![
            (Arg::AttemptKind, ATTEMPT.into()),
            (Arg::Now, now.millis().into()),
            (Arg::Limit, i64::from(limit).into()),
        ];
        let sessions = self
            .execute(&self.statements.expire_sessions, &values, About::Session)
            .await?;
        let attempts = self
            .execute(&self.statements.expire_attempts, &values, About::Attempt)
            .await?;
        Ok(sessions.saturating_add(attempts))
    }

    fn by_token(&self, token: &str) -> Arguments {
        vec![(
            Arg::SessionToken,
            record::session_token_value(self.layout(), token),
        )]
    }
}
