//! This file is somebody whose session is kept in PostgreSQL, and what finds them there by hand.

use std::time::Duration;

use authcore::{
    Auth,
    adapter::{Adapter, SessionStore, StoredSession, TokensThen},
    clock::{Clock, SystemClock},
    config::{Env, SessionKind},
    model::{NewUser, Timestamp},
};
use authcore_postgres::{
    PostgresAdapter,
    sqlx::{self, PgPool, postgres::PgPoolOptions},
};
use sha2::{Digest, Sha256};

use crate::{Failure, visitor::SECRET};

const DAY: Duration = Duration::from_secs(86_400);

/// What the adapter asks of a token's SHA-256 at a moment in milliseconds, as somebody would write it who
/// needs no adapter.
pub const SESSION_BY_HAND: &str = "SELECT s.user_id, s.created_at, s.expires_at, s.last_seen_at, s.user_agent, \
                       s.address, u.id, u.name, u.email, u.email_verified, u.image, u.extra \
                       FROM authcore_sessions s \
                       JOIN authcore_users u ON u.id = s.user_id \
                       WHERE s.token_hash = $1 AND s.expires_at > $2";

/// A session with its user, as [`SESSION_BY_HAND`] answers it.
pub type SessionRow = (
    String,
    Option<i64>,
    i64,
    Option<i64>,
    Option<String>,
    Option<String>,
    String,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<String>,
    Option<String>,
);

/// Somebody whose session is kept, and the application that knows them.
pub struct Kept {
    /// The application's `Auth`, with sessions in the database.
    pub auth: Auth,
    /// The connections of both, to ask without `Auth`.
    pub pool: PgPool,
}

impl Kept {
    /// Connects, and signs somebody in with this token. To be run where the connections will be used.
    ///
    /// # Errors
    /// When there is no such database.
    pub async fn sign_in(url: &str, token: &str, connections: usize) -> Result<Self, Failure> {
        let pool = PgPoolOptions::new()
            .max_connections(u32::try_from(connections)?)
            .test_before_acquire(false)
            .connect(url)
            .await?;
        let adapter = PostgresAdapter::from_pool(pool.clone()).await?;
        let now = SystemClock.now();
        // One that an earlier run has left; with its user it goes.
        if let Some((_, user)) = adapter.session(token, Timestamp::from_millis(0)).await? {
            adapter.delete_user(&user.id, TokensThen::Forget).await?;
        }
        let user = adapter
            .create_user(NewUser {
                name: Some("Ada Lovelace".into()),
                image: Some("https://example.org/pictures/ada-lovelace-128.png".into()),
                ..NewUser::default()
            })
            .await?;
        let session = StoredSession {
            created_at: Some(now),
            last_seen_at: Some(now),
            user_agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101".into()),
            ..StoredSession::new(user.id, now.plus(DAY))
        };
        adapter.create_session(token, session).await?;
        let auth = Auth::builder()
            .env(Env::none())
            .url("https://example.org/api/auth")
            .secret(SECRET)
            .adapter(adapter)
            .session(SessionKind::Database)
            .build()?;
        Ok(Self { auth, pool })
    }
}

/// The name of whoever has this token.
pub(crate) async fn name_by_hand(
    pool: &PgPool,
    token: &str,
    now: Timestamp,
) -> Result<Option<String>, sqlx::Error> {
    let row: Option<SessionRow> = sqlx::query_as(SESSION_BY_HAND)
        .bind(Sha256::digest(token.as_bytes()).to_vec())
        .bind(now.millis())
        .fetch_optional(pool)
        .await?;
    Ok(row.and_then(|row| row.7))
}
