//! This file answers `GET /session` (who is signed in) and `POST /session` (an update from the
//! browser). `null` means that nobody is; a store that fails is a 503, never a sign-out.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    context::Context,
    current,
    error::Failure,
    hooks::Event,
    session::{ActiveSession, Renewal},
    web::{cookie::SetCookies, guard::Guarded, request::Request, response::Response},
};

pub(crate) async fn get(
    cx: &Context,
    request: &Request,
    cookies: &mut SetCookies,
) -> Result<Response, Failure> {
    show(cx, request, None, cookies).await
}

/// The body's `data` goes to the application's hooks; what they make of it is in the answer.
pub(crate) async fn post(
    cx: &Context,
    request: &Request,
    _guarded: &Guarded,
    cookies: &mut SetCookies,
) -> Result<Response, Failure> {
    let update = request.body.value("data").unwrap_or(Value::Null);
    show(cx, request, Some(&update), cookies).await
}

async fn show(
    cx: &Context,
    request: &Request,
    update: Option<&Value>,
    cookies: &mut SetCookies,
) -> Result<Response, Failure> {
    let nobody = || Response::json(StatusCode::OK, &Value::Null);
    let current = current::read(cx, &request.headers).await?;
    let (Some(token), Some(mut session)) = (current.token, current.session) else {
        current::forget(cx, &request.headers, cookies);
        return Ok(nobody());
    };
    match cx
        .sessions
        .renew(&cx.session_context(), &token, &session, update)
        .await?
    {
        Renewal::Unchanged => {}
        Renewal::Renewed(issued) => {
            current::write(cx, &request.headers, &issued, cookies);
            session = issued.session;
        }
        Renewal::Ended => {
            current::forget(cx, &request.headers, cookies);
            return Ok(nobody());
        }
    }
    let shown = cx.hooks.session(&session, shown(&session), update).await?;
    cx.hooks
        .event(&Event::SessionRead { session: &session })
        .await;
    Ok(Response::json(StatusCode::OK, &shown))
}

/// What Auth.js shows: name, address, picture and the end, and nothing else.
fn shown(session: &ActiveSession) -> Value {
    let user = &session.user;
    json!({
        "user": { "name": user.name, "email": user.email, "image": user.image },
        "expires": session.expires_at.to_string(),
    })
}
