//! This file answers `GET /signout` (the question) and `POST /signout` (the end of the session).

use http::StatusCode;

use super::{callback_url, page};
use crate::{
    context::Context,
    current,
    error::Failure,
    hooks::Event,
    pages::{SignOutPage, sign_out_page},
    web::{
        guard::{self, Guarded},
        jar::Jar,
        request::Request,
        response::Response,
    },
};

pub(crate) fn get(cx: &Context, request: &Request, jar: &mut Jar<'_>) -> Result<Response, Failure> {
    let callback_url = callback_url(cx, request, jar);
    if let Some(own) = &cx.pages.sign_out {
        return Ok(Response::redirect(&own.with(&cx.origin, &[])));
    }
    let csrf_token = guard::token(jar, &cx.secrets)?;
    let drawn = sign_out_page(&SignOutPage {
        look: &cx.look,
        site: cx.site,
        base_path: &cx.base_path,
        csrf_token: &csrf_token,
        callback_url: &callback_url,
    });
    Ok(page(StatusCode::OK, drawn))
}

/// Ends the session in the store first: when that fails the browser keeps its cookie, so that the
/// visitor can try again instead of believing that they are signed out.
pub(crate) async fn post(
    cx: &Context,
    request: &Request,
    _guarded: &Guarded,
    jar: &mut Jar<'_>,
) -> Result<Response, Failure> {
    let current = current::read(cx, jar).await?;
    if current.session().is_some() {
        let ended = current::end(cx, jar, &current).await?;
        cx.hooks
            .event(&Event::SignOut {
                session: ended.as_ref(),
            })
            .await;
    }
    Ok(Response::redirect(&callback_url(cx, request, jar)))
}
