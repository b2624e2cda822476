//! This file knows who is signed in at a browser: it finds, replaces and removes the session cookie.

use std::borrow::Cow;

use http::HeaderMap;

use crate::{
    context::Context,
    model::UserId,
    session::{ActiveSession, IssuedSession, SessionError},
    web::{
        cookie::{self, Lifetime, SetCookies},
        request::Request,
    },
};

/// Who is signed in, and by which token.
pub(crate) struct Current<'h> {
    /// As it stands in the headers: every request of a visitor comes by here.
    pub(crate) token: Option<Cow<'h, str>>,
    pub(crate) session: Option<ActiveSession>,
}

impl Current<'_> {
    pub(crate) fn user_id(&self) -> Option<&UserId> {
        self.session.as_ref().map(|session| &session.user.id)
    }
}

/// Who is signed in. An error is no answer: it signs nobody out.
pub(crate) async fn read<'h>(
    cx: &Context,
    headers: &'h HeaderMap,
) -> Result<Current<'h>, SessionError> {
    let Some(token) = cookie::get_chunked(headers, &cx.names.session) else {
        return Ok(Current {
            token: None,
            session: None,
        });
    };
    let session = cx
        .sessions
        .read(&cx.session_context(), &token.value)
        .await?;
    Ok(Current {
        token: Some(token.value),
        session,
    })
}

/// Gives the browser a session, in place of the one it had, which ends: a token that somebody planted
/// or copied before the sign-in is worth nothing after it.
pub(crate) async fn replace(
    cx: &Context,
    request: &Request,
    before: &Current<'_>,
    issued: &IssuedSession,
    cookies: &mut SetCookies,
) {
    write(cx, &request.headers, issued, cookies);
    if let Some(token) = &before.token
        && let Err(error) = cx.sessions.revoke(&cx.session_context(), token).await
    {
        // The visitor is signed in with the new session; that the old row lives on until its end is
        // the operator's business.
        tracing::warn!(%error, "the session before this sign-in could not be ended");
    }
}

/// Writes the session's cookie.
pub(crate) fn write(
    cx: &Context,
    headers: &HeaderMap,
    issued: &IssuedSession,
    cookies: &mut SetCookies,
) {
    let lifetime = Lifetime::Until(issued.expires_at, issued.expires_at.since(cx.now()));
    cookies.set_chunked(headers, &cx.names.session, issued.token.expose(), lifetime);
}

/// Removes the session's cookie.
pub(crate) fn forget(cx: &Context, headers: &HeaderMap, cookies: &mut SetCookies) {
    cookies.remove_chunked(headers, &cx.names.session);
}
