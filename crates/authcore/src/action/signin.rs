//! This file answers `GET /signin` (the page) and `POST /signin/<provider>` (an attempt begins).
//!
//! `GET /signin/<provider>` shows the page with that provider alone: a GET never begins an attempt
//! (CVE-2015-9284).

use http::StatusCode;

use super::{callback_url, mishap, page};
use crate::{
    context::Context,
    current,
    error::Failure,
    login,
    model::ProviderId,
    pages::{SignInPage, sign_in_page},
    web::{
        cookie::{self, Lifetime, SameSite, SetCookies},
        guard::{self, Guarded},
        request::Request,
        response::Response,
    },
};

pub(crate) fn get(
    cx: &Context,
    request: &Request,
    provider: Option<&ProviderId>,
    cookies: &mut SetCookies,
) -> Result<Response, Failure> {
    if provider.is_some_and(|id| cx.provider(id).is_none()) {
        return Err(Failure::UnknownProvider);
    }
    let callback_url = callback_url(cx, request);
    remember(cx, request, &callback_url, cookies);
    if let Some(own) = &cx.pages.sign_in {
        let mut values = vec![("callbackUrl", callback_url.as_str())];
        for name in ["error", "code"] {
            values.extend(request.query.get(name).map(|value| (name, value)));
        }
        return Ok(Response::redirect(&own.with(&cx.origin, &values)));
    }
    let csrf_token = guard::token(&request.headers, &cx.names, &cx.secrets, cookies)?;
    let infos: Vec<_> = cx
        .providers
        .iter()
        .map(|known| known.info())
        .filter(|info| provider.is_none_or(|id| info.id == *id))
        .collect();
    let drawn = sign_in_page(&SignInPage {
        look: &cx.look,
        site: cx.site,
        base_path: &cx.base_path,
        providers: &infos,
        csrf_token: &csrf_token,
        callback_url: &callback_url,
        mishap: mishap(&request.query),
    });
    Ok(page(StatusCode::OK, drawn))
}

pub(crate) async fn post(
    cx: &Context,
    request: &Request,
    guarded: &Guarded,
    provider: Option<&ProviderId>,
    cookies: &mut SetCookies,
) -> Result<Response, Failure> {
    let Some(id) = provider else {
        return Ok(Response::redirect(&cx.url("/signin")));
    };
    let provider = cx.provider(id).ok_or(Failure::UnknownProvider)?;
    let callback_url = callback_url(cx, request);
    remember(cx, request, &callback_url, cookies);
    // Without a store there is nothing to link to: a sign-in then replaces the one before.
    let signed_in = match cx.adapter {
        Some(_) => current::read(cx, &request.headers)
            .await?
            .session
            .map(|session| session.user.id),
        None => None,
    };
    login::start(
        cx,
        request,
        guarded,
        provider,
        signed_in,
        callback_url,
        cookies,
    )
    .await
}

/// Keeps the target for a client that does not send it again.
fn remember(cx: &Context, request: &Request, callback_url: &str, cookies: &mut SetCookies) {
    let known = cookie::get(&request.headers, &cx.names.callback_url);
    if known.as_deref() != Some(callback_url) {
        let name = &cx.names.callback_url;
        cookies.set(name, callback_url, Lifetime::Browser, SameSite::Lax);
    }
}
