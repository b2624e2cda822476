//! This file shows where a person is signed in, and ends what they wish to end: plain forms, which work
//! without scripts and carry the token that guards authcore's own.

use authcore::{Auth, SessionsError, adapter::SessionId, session::OwnSession};
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde_json::Value;

use crate::html::{link, moment};

/// Where the forms go.
pub(crate) const END_ONE: &str = "/sessions/end";
pub(crate) const END_OTHERS: &str = "/sessions/end-others";

/// The part of the page; nothing where sessions are not in the database, and when nobody knows.
pub(crate) async fn shown(
    auth: &Auth,
    asked: &HeaderMap,
    token: &str,
) -> Result<Markup, SessionsError> {
    if !auth.lists_sessions() {
        return Ok(html! {});
    }
    let own = auth.own_sessions(asked).await?;
    Ok(html! {
        h2 id="sessions" { "Where you are signed in" }
        ul.sessions {
            @for session in &own { (one(auth, session, token)) }
        }
        @if own.len() > 1 {
            form method="post" action=(link(auth, END_OTHERS)) {
                input type="hidden" name="csrfToken" value=(token);
                button.button.second { "Sign out everywhere else" }
            }
        }
    })
}

fn one(auth: &Auth, session: &OwnSession, token: &str) -> Markup {
    let stored = &session.stored;
    html! {
        li {
            p { (stored.user_agent.as_deref().unwrap_or("A browser that did not say its name")) }
            p.quiet {
                @if let Some(address) = &stored.address { "From " (address) ". " }
                @if let Some(seen) = stored.last_seen_at { "Last seen " (moment(&seen.to_string())) "." }
            }
            @if session.is_this {
                p { strong { "This browser" } }
            } @else {
                form method="post" action=(link(auth, END_ONE)) {
                    input type="hidden" name="csrfToken" value=(token);
                    input type="hidden" name="session" value=(session.id);
                    button.button.second { "Sign out there" }
                }
            }
        }
    }
}

/// Ends one of the visitor's sessions.
pub(crate) async fn end_one(
    State(auth): State<Auth>,
    asked: HeaderMap,
    Form(form): Form<Value>,
) -> Response {
    if let Err(refused) = auth.check_form(&asked, text(&form, "csrfToken")) {
        return (StatusCode::FORBIDDEN, refused.to_string()).into_response();
    }
    let id = SessionId::new(text(&form, "session").unwrap_or_default());
    answered(&auth, auth.end_own_session(&asked, &id).await)
}

/// Ends all of the visitor's sessions but this one.
pub(crate) async fn end_others(
    State(auth): State<Auth>,
    asked: HeaderMap,
    Form(form): Form<Value>,
) -> Response {
    if let Err(refused) = auth.check_form(&asked, text(&form, "csrfToken")) {
        return (StatusCode::FORBIDDEN, refused.to_string()).into_response();
    }
    answered(&auth, auth.end_own_other_sessions(&asked).await)
}

fn text<'a>(form: &'a Value, name: &str) -> Option<&'a str> {
    form.get(name)?.as_str()
}

fn answered<T>(auth: &Auth, ended: Result<T, SessionsError>) -> Response {
    match ended {
        Ok(_) => Redirect::to(&link(auth, "/#sessions")).into_response(),
        Err(SessionsError::SignedOut) => Redirect::to(&link(auth, "/")).into_response(),
        Err(SessionsError::NotRecent) => {
            Redirect::to(&auth.sign_in_again_url(&link(auth, "/#sessions"))).into_response()
        }
        Err(SessionsError::NotKept) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response(),
    }
}
