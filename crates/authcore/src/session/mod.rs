//! Remembers who is signed in: one trait, and its two implementations.
//!
//! ```text
//! age.rs       how long a session lives, and when it is renewed
//! jwt.rs       a sealed token that the browser carries: no query, Auth.js's own format
//! database.rs  an opaque token whose SHA-256 the adapter keeps: one query, can be ended at once
//! own.rs       what a person sees of their own sessions
//! ```

mod age;
mod database;
mod jwt;
mod own;

use async_trait::async_trait;

pub use age::{SessionAge, UserCheck};
pub use database::DatabaseSessions;
pub use jwt::{JwtCodec, JwtSessions};
pub use own::OwnSession;

pub use crate::model::ActiveSession;

use crate::{
    adapter::{Adapter, AdapterError},
    hooks::{HookError, Hooks},
    login::Admitted,
    model::{Timestamp, User, Visitor},
    random::NoEntropy,
};

/// How a signed-in visitor is remembered.
#[async_trait]
pub trait SessionStrategy: Send + Sync {
    /// Begins a session for someone who was admitted; `None` when a hook wants none.
    async fn issue(
        &self,
        cx: &SessionContext<'_>,
        admitted: &Admitted,
    ) -> Result<Option<IssuedSession>, SessionError>;

    /// The session that a browser presents; `None` when it is none, has ended, or was ended by a hook.
    async fn read(
        &self,
        cx: &SessionContext<'_>,
        presented: &str,
    ) -> Result<Option<ActiveSession>, SessionError>;

    /// Lengthens a session where that is due, or takes the application's update into it. Claims that
    /// a hook changed while the session was read are taken into it too.
    async fn renew(
        &self,
        cx: &SessionContext<'_>,
        presented: &str,
        session: &ActiveSession,
        update: Option<&serde_json::Value>,
    ) -> Result<Renewal, SessionError>;

    /// Ends a session. One that is none ends without an error.
    async fn revoke(
        &self,
        cx: &SessionContext<'_>,
        presented: &str,
    ) -> Result<Option<ActiveSession>, SessionError>;

    /// Whether a session is in the adapter's store of sessions under what browsers present, so that it
    /// can be listed and ended from elsewhere. Default: no.
    fn is_in_store(&self) -> bool {
        false
    }
}

/// What a strategy is given.
#[non_exhaustive]
pub struct SessionContext<'a> {
    /// The present moment.
    pub now: Timestamp,
    /// The adapter, if the application has one.
    pub adapter: Option<&'a dyn Adapter>,
    /// The application's hooks.
    pub hooks: &'a dyn Hooks,
    /// Where the visitor comes from. Known when a session is issued.
    pub visitor: Visitor,
}

/// What the browser is to carry.
#[derive(Debug, Clone)]
pub struct IssuedSession {
    /// The cookie's value; split into several cookies when it is long.
    pub token: crate::model::Secret,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The session itself.
    pub session: ActiveSession,
}

/// What became of a session that was looked at.
#[derive(Debug, Clone)]
pub enum Renewal {
    /// It goes on as it is.
    Unchanged,
    /// The browser is to carry this from now on.
    Renewed(Box<IssuedSession>),
    /// It has ended.
    Ended,
}

/// Why it is not known whether someone is signed in. Never a reason to sign them out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The store failed.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// A hook failed.
    #[error(transparent)]
    Hook(#[from] HookError),
    /// There are no random bytes.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// A hook replaced the claims by some that do not say whose session it is: `sub` is missing or empty.
    #[error("the session's claims have no `sub`, which says whose it is")]
    NoUser,
    /// A session cannot be made into a token: its claims are too large.
    #[error("the session's claims have more than {limit} bytes")]
    TooLarge {
        /// The most bytes.
        limit: usize,
    },
}

/// Whether a user's session may go on: the user is not disabled, and signed in after the moment before
/// which all their sessions were ended. Where it is not known when they signed in, that is too early.
pub(crate) fn may_go_on(user: &User, signed_in_at: Option<Timestamp>) -> bool {
    let ended = user
        .sessions_valid_from
        .is_some_and(|from| signed_in_at.is_none_or(|at| at < from));
    !user.is_disabled() && !ended
}
