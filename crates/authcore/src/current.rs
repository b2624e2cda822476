//! Who is signed in at a browser: the session's cookie found, renewed, replaced and removed.
//!
//! A browser may send several cookies of the session's name, among them planted ones and those of other
//! programs. The valid one wins; of several valid ones the one that signed in last. A session that was
//! ended in this browser stays ended, although a late answer brought its cookie back
//! (`an_answer_under_way_does_not_undo_a_sign_out`).

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use sha2::{Digest, Sha256};

use crate::{
    context::Context,
    model::{Timestamp, UserId},
    session::{ActiveSession, IssuedSession, Renewal, SessionError, may_go_on},
    web::{
        cookie::{Lifetime, Scope},
        jar::{Jar, SessionValue},
    },
};

/// The most ended sessions that a browser is told to remember.
const MOST_ENDED: usize = 4;

/// Who is signed in, and by which cookies.
pub(crate) struct Current<'h> {
    pub(crate) found: Option<(SessionValue<'h>, ActiveSession)>,
}

impl<'h> Current<'h> {
    pub(crate) fn session(&self) -> Option<&ActiveSession> {
        self.found.as_ref().map(|(_, session)| session)
    }

    pub(crate) fn into_session(self) -> Option<ActiveSession> {
        self.found.map(|(_, session)| session)
    }

    pub(crate) fn token(&self) -> Option<&str> {
        self.found.as_ref().map(|(value, _)| &*value.token)
    }

    pub(crate) fn user_id(&self) -> Option<&UserId> {
        self.session().map(|session| &session.user.id)
    }

    /// What names the session in an attempt that it begins.
    pub(crate) fn id(&self) -> Option<String> {
        self.found
            .as_ref()
            .map(|(value, session)| id_of(session, &value.token))
    }
}

/// Who is signed in. An error is no answer: it signs nobody out.
pub(crate) async fn read<'h>(cx: &Context, jar: &Jar<'h>) -> Result<Current<'h>, SessionError> {
    let mut found: Option<(SessionValue<'h>, ActiveSession)> = None;
    for value in jar.session_values() {
        let read = cx
            .sessions
            .read(&cx.session_context(), &value.token)
            .await?;
        let Some(session) = read else { continue };
        if was_ended(jar, &session, &value.token) {
            continue;
        }
        if found
            .as_ref()
            .is_none_or(|(_, best)| best.signed_in_at < session.signed_in_at)
        {
            found = Some((value, session));
        }
    }
    Ok(Current { found })
}

/// Whether a session that was read for a request still lives, as the store has it now.
pub(crate) async fn still_lives(cx: &Context, current: &Current<'_>) -> Result<bool, SessionError> {
    match &current.found {
        Some((value, _)) => token_lives(cx, &value.token).await,
        None => Ok(false),
    }
}

/// The same of a token.
pub(crate) async fn token_lives(cx: &Context, token: &str) -> Result<bool, SessionError> {
    let context = cx.session_context();
    let Some(session) = cx.sessions.read(&context, token).await? else {
        return Ok(false);
    };
    match context.adapter {
        Some(adapter) => {
            let user = adapter.user(&session.user.id).await?;
            Ok(user.is_some_and(|user| may_go_on(&user, session.signed_in_at)))
        }
        None => Ok(true),
    }
}

/// What a visitor may do as far as their session goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    SignedOut,
    /// Signed in, but not recently: they may read, and are asked to sign in again before they change how
    /// they sign in.
    Stale,
    /// Signed in recently.
    Recent,
}

/// Whether a visitor has signed in recently enough to change how they sign in.
pub(crate) async fn standing(
    cx: &Context,
    current: &Current<'_>,
) -> Result<Standing, SessionError> {
    if !still_lives(cx, current).await? {
        return Ok(Standing::SignedOut);
    }
    let signed_in_at = current.session().and_then(|session| session.signed_in_at);
    Ok(match signed_in_at {
        Some(at) if cx.now().since(at) <= cx.recent_for => Standing::Recent,
        _ => Standing::Stale,
    })
}

/// Renews the visitor's session where that is due, and says who is signed in then.
pub(crate) async fn renewed(
    cx: &Context,
    jar: &mut Jar<'_>,
    current: Current<'_>,
    update: Option<&serde_json::Value>,
) -> Result<Option<ActiveSession>, SessionError> {
    let Some((value, session)) = current.found else {
        return Ok(None);
    };
    let renewal = cx
        .sessions
        .renew(&cx.session_context(), &value.token, &session, update)
        .await?;
    match renewal {
        Renewal::Unchanged => Ok(Some(session)),
        Renewal::Renewed(issued) => {
            put(cx, jar, &issued, Some(&value));
            Ok(Some(issued.session))
        }
        Renewal::Ended => {
            jar.remove_session(&value);
            Ok(None)
        }
    }
}

/// Gives the browser a session, in place of the one it had.
pub(crate) fn write(cx: &Context, jar: &mut Jar<'_>, issued: &IssuedSession, before: &Current<'_>) {
    let before = before.found.as_ref().map(|(value, _)| value);
    put(cx, jar, issued, before);
}

/// Ends the session that a browser had before it signed in: a token that was planted or copied before the
/// sign-in is worth nothing after it.
pub(crate) async fn end_before(cx: &Context, token: &str) {
    if let Err(error) = cx.sessions.revoke(&cx.session_context(), token).await {
        // The visitor is signed in with the new session; that the old row lives on until its end is
        // the operator's business.
        tracing::warn!(%error, "the session before this sign-in could not be ended");
    }
}

/// Ends the visitor's session, first in the store: when that fails the browser keeps its cookie, so that
/// the visitor can try again instead of believing that they are signed out.
pub(crate) async fn end(
    cx: &Context,
    jar: &mut Jar<'_>,
    current: &Current<'_>,
) -> Result<Option<ActiveSession>, SessionError> {
    let Some((value, session)) = &current.found else {
        return Ok(None);
    };
    let ended = cx
        .sessions
        .revoke(&cx.session_context(), &value.token)
        .await?;
    jar.remove_session(value);
    if !cx.sessions.is_in_store() {
        remember_ended(cx, jar, &id_of(session, &value.token));
    }
    Ok(ended)
}

/// Removes the cookie of the visitor's session.
pub(crate) fn forget(jar: &mut Jar<'_>, current: &Current<'_>) {
    if let Some((value, _)) = &current.found {
        jar.remove_session(value);
    }
}

fn put(cx: &Context, jar: &mut Jar<'_>, issued: &IssuedSession, before: Option<&SessionValue<'_>>) {
    let lifetime = until(cx.now(), issued.expires_at);
    jar.set_session(issued.token.expose(), lifetime, before);
}

fn until(now: Timestamp, end: Timestamp) -> Lifetime {
    Lifetime::Until(end, end.since(now))
}

fn id_of(session: &ActiveSession, token: &str) -> String {
    let name = session.id.as_deref().unwrap_or(token);
    BASE64.encode(&Sha256::digest(name)[..16])
}

/// A store that keeps sessions knows which have ended. Where the browser alone carries them, it also
/// carries which it ended; only who knows a session's secret name can end it this way.
fn was_ended(jar: &Jar<'_>, session: &ActiveSession, token: &str) -> bool {
    let mut values = jar.values(&jar.names().signed_out).peekable();
    if values.peek().is_none() {
        return false;
    }
    let id = id_of(session, token);
    values.any(|value| value.split('.').any(|ended| ended == id))
}

fn remember_ended(cx: &Context, jar: &mut Jar<'_>, id: &str) {
    let known: Vec<_> = jar.values(&jar.names().signed_out).take(1).collect();
    let known = known.iter().flat_map(|value| value.split('.'));
    let ids: Vec<_> = std::iter::once(id).chain(known).take(MOST_ENDED).collect();
    let end = cx.now().plus(cx.session_max_age);
    let name = &jar.names().signed_out;
    jar.set(name, &ids.join("."), until(cx.now(), end), Scope::Attempt);
}
