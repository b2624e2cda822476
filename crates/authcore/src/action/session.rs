//! This file answers `GET /session` (who is signed in) and `POST /session` (an update from the
//! browser). `null` means that nobody is; a store that fails is a 503, never a sign-out.

use http::StatusCode;
use serde_json::{Value, json};

use crate::{
    context::Context,
    current,
    error::Failure,
    hooks::Event,
    session::ActiveSession,
    web::{guard::Guarded, jar::Jar, request::Request, response::Response},
};

pub(crate) async fn get(cx: &Context, jar: &mut Jar<'_>) -> Result<Response, Failure> {
    show(cx, None, jar).await
}

/// The body's `data` goes to the application's hooks; what they make of it is in the answer.
pub(crate) async fn post(
    cx: &Context,
    request: &Request,
    _guarded: &Guarded,
    jar: &mut Jar<'_>,
) -> Result<Response, Failure> {
    let update = request.body.value("data").unwrap_or(Value::Null);
    show(cx, Some(&update), jar).await
}

async fn show(
    cx: &Context,
    update: Option<&Value>,
    jar: &mut Jar<'_>,
) -> Result<Response, Failure> {
    let current = current::read(cx, jar).await?;
    // Cookies that say nothing to us may be another program's: they stay.
    let Some(session) = current::renewed(cx, jar, current, update).await? else {
        return Ok(Response::json(StatusCode::OK, &Value::Null));
    };
    let shown = cx.hooks.session(&session, shown(&session), update).await?;
    cx.hooks
        .event(&Event::SessionRead { session: &session })
        .await;
    Ok(Response::json(StatusCode::OK, &shown))
}

/// What Auth.js shows (name, address, picture and the end) and whether the address is verified.
fn shown(session: &ActiveSession) -> Value {
    let user = &session.user;
    let address = user.email.as_ref().or(user.unverified_email.as_ref());
    let mut shown = json!({ "name": user.name, "email": address, "image": user.image });
    if address.is_some() {
        shown["emailVerified"] = user.email.is_some().into();
    }
    json!({ "user": shown, "expires": session.expires_at.to_string() })
}
