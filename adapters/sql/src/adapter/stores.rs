//! This file keeps sessions and what is used once, and removes what has ended.
//!
//! The attacks it stops: a session that goes on after its end, because only some readers look at
//! the end (here every read does); an attempt used twice at the same moment, because "is it used?"
//! and "mark it used" were two steps (here the insert itself is the question).

use async_trait::async_trait;
use authcore::{
    adapter::{AdapterError, Once, OnceStore, SessionId, SessionStore, StoredSession},
    model::{Timestamp, User, UserId},
};

use super::{About, SqlAdapter, transaction::Step};
use crate::{
    driver::{Driver, Value},
    record,
    schema::{Ids, Layout},
    statement::{Arg, Arguments},
};

/// Before the end of every session.
const BEGINNING: Timestamp = Timestamp::from_millis(0);

#[async_trait]
impl<D: Driver> SessionStore for SqlAdapter<D> {
    async fn create_session(
        &self,
        token: &str,
        session: StoredSession,
    ) -> Result<(), AdapterError> {
        let user = record::user_id_value(self.form, &session.user_id);
        if matches!(user, Value::Text(None) | Value::Int(None)) {
            return Err(AdapterError::NotFound { what: "user" });
        }
        let mut values = self.by_token(token);
        values.extend(self.of_new_row()?);
        values.extend([
            (Arg::UserId, user),
            (Arg::CreatedAt, record::time_value(session.created_at)),
            (Arg::ExpiresAt, session.expires_at.millis().into()),
            (Arg::LastSeen, record::time_value(session.last_seen_at)),
            (Arg::UserAgent, session.user_agent.into()),
            (Arg::Address, session.address.into()),
        ]);
        let create = &self.statements.sessions.create;
        match (self.layout(), self.form.ids) {
            (Layout::Authcore, Ids::Text) => {
                self.execute(create, &values, About::Session).await?;
                Ok(())
            }
            // Auth.js's tables may lack the foreign key that says "no such user", and a text that is
            // no number is none that it could be asked about.
            _ => {
                let steps = [
                    Step::expect_user(&self.statements.users.by_id, &values)?,
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
            .row(&self.statements.sessions.with_user, &values, About::Session)
            .await?;
        found.map(record::session_and_user).transpose()
    }

    async fn extend_session(&self, token: &str, expires_at: Timestamp) -> Result<(), AdapterError> {
        let mut values = self.by_token(token);
        values.push(self.written_at());
        values.push((Arg::ExpiresAt, expires_at.millis().into()));
        self.execute(&self.statements.sessions.extend, &values, About::Session)
            .await?;
        Ok(())
    }

    async fn mark_session_seen(&self, token: &str, at: Timestamp) -> Result<(), AdapterError> {
        if let Some(see) = &self.statements.sessions.see {
            let mut values = self.by_token(token);
            values.push((Arg::LastSeen, at.millis().into()));
            self.execute(see, &values, About::Session).await?;
        }
        Ok(())
    }

    async fn delete_session(&self, token: &str) -> Result<Option<StoredSession>, AdapterError> {
        let values = self.by_token(token);
        let statements = &self.statements;
        let steps = [
            Step::read(&statements.sessions.alone, &values, About::Session)?,
            Step::write(&statements.sessions.delete, &values, About::Session)?,
        ];
        let done = self.transaction(steps, About::Session).await?;
        // Two may have read the row; only who removed it says which it was.
        match (done.row, done.changed) {
            (Some(row), 1..) => record::session(row).map(Some),
            _ => Ok(None),
        }
    }

    async fn sessions_of_user(
        &self,
        user: &UserId,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<(SessionId, StoredSession)>, AdapterError> {
        let listed = self.listed(user, now, i64::from(limit)).await?;
        Ok(listed
            .into_iter()
            .map(|(_, id, session)| (id, session))
            .collect())
    }

    async fn delete_session_of_user(
        &self,
        user: &UserId,
        session: &SessionId,
    ) -> Result<bool, AdapterError> {
        let Some(token) = self.token_of(user, session).await? else {
            return Ok(false);
        };
        let values = vec![
            (Arg::UserId, record::user_id_value(self.form, user)),
            (Arg::SessionToken, token),
        ];
        let delete = &self.statements.sessions.delete_one_of_user;
        let deleted = self.execute(delete, &values, About::Session).await?;
        Ok(deleted > 0)
    }

    async fn delete_sessions_of_user(
        &self,
        user: &UserId,
        but: Option<&SessionId>,
    ) -> Result<u64, AdapterError> {
        let mut values = vec![(Arg::UserId, record::user_id_value(self.form, user))];
        let kept = match but {
            Some(session) => self.token_of(user, session).await?,
            None => None,
        };
        let delete = match kept {
            Some(token) => {
                values.push((Arg::Kept, token));
                &self.statements.sessions.delete_others_of_user
            }
            None => &self.statements.sessions.delete_of_user,
        };
        self.execute(delete, &values, About::Session).await
    }
}

#[async_trait]
impl<D: Driver> OnceStore for SqlAdapter<D> {
    async fn use_once(
        &self,
        kind: Once,
        id: &str,
        expires_at: Timestamp,
    ) -> Result<bool, AdapterError> {
        let mut values = record::once_values(self.layout(), kind, id);
        values.push((Arg::ExpiresAt, expires_at.millis().into()));
        let used = self
            .execute(&self.statements.once.mark, &values, About::Attempt)
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
            (Arg::Now, now.millis().into()),
            (Arg::Limit, i64::from(limit).into()),
        ];
        let statements = &self.statements;
        let mut removed = self
            .execute(&statements.sessions.expire, &values, About::Session)
            .await?;
        let limits = statements.limits.as_ref().map(|it| &it.expire);
        for (expire, about) in [
            (
                statements.verifications.expire.as_ref(),
                About::Verification,
            ),
            (limits, About::Limit),
        ] {
            if let Some(expire) = expire {
                let ended = self.execute(expire, &values, about).await?;
                removed = removed.saturating_add(ended);
            }
        }
        for kind in Once::ALL {
            let mut values = values.clone();
            values.push((Arg::AttemptKind, record::once_kind(*kind).into()));
            let used = self
                .execute(&statements.once.expire, &values, About::Attempt)
                .await?;
            removed = removed.saturating_add(used);
            // Our own table holds all kinds, and one removal is for all of them.
            if self.layout() == Layout::Authcore {
                break;
            }
        }
        Ok(removed)
    }

    /// A user's sessions, each with what stands in the column of its token.
    async fn listed(
        &self,
        user: &UserId,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<(Value, SessionId, StoredSession)>, AdapterError> {
        let values = vec![
            (Arg::UserId, record::user_id_value(self.form, user)),
            (Arg::Now, now.millis().into()),
            (Arg::Limit, limit.into()),
        ];
        let rows = self
            .rows(&self.statements.sessions.of_user, &values, About::Session)
            .await?;
        rows.into_iter().map(record::session_listed).collect()
    }

    /// What stands in the column of a session's token. Auth.js's table holds tokens as they are, so that
    /// the user's own are looked through there.
    async fn token_of(
        &self,
        user: &UserId,
        session: &SessionId,
    ) -> Result<Option<Value>, AdapterError> {
        let Some(hash) = session.hash() else {
            return Ok(None);
        };
        if self.layout() == Layout::Authcore {
            return Ok(Some(hash.to_vec().into()));
        }
        let all = self.listed(user, BEGINNING, i64::from(i32::MAX)).await?;
        let found = all.into_iter().find(|(_, id, _)| id == session);
        Ok(found.map(|(token, ..)| token))
    }

    fn by_token(&self, token: &str) -> Arguments {
        vec![(Arg::SessionToken, record::token_value(self.layout(), token))]
    }
}
