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
    login::{self, Purpose},
    model::ProviderId,
    pages::{SignInPage, Way, sign_in_page},
    web::{
        cookie::{Lifetime, Scope},
        guard::{self, Guarded},
        jar::Jar,
        redirect,
        request::Request,
        response::Response,
    },
};

/// What a request says that is to show once more who it is.
pub(super) const STEP_UP: &str = "step-up";

pub(crate) async fn get(
    cx: &Context,
    request: &Request,
    provider: Option<&ProviderId>,
    jar: &mut Jar<'_>,
) -> Result<Response, Failure> {
    if provider.is_some_and(|id| cx.provider(id).is_none()) {
        return Err(Failure::UnknownProvider);
    }
    let callback_url = callback_url(cx, request, jar);
    remember(jar, &callback_url);
    let purpose = request.query.get("purpose");
    if let Some(own) = &cx.pages.sign_in {
        let mut values = vec![("callbackUrl", callback_url.as_str())];
        for name in ["error", "code"] {
            values.extend(request.query.get(name).map(|value| (name, value)));
        }
        values.extend(
            purpose
                .filter(|it| *it == STEP_UP)
                .map(|it| ("purpose", it)),
        );
        return Ok(Response::redirect(&own.with(&cx.origin, &values)));
    }
    let current = match purpose {
        Some(STEP_UP) => Some(current::read(cx, jar).await?),
        _ => None,
    };
    let session = current.and_then(current::Current::into_session);
    let theirs = match (&session, cx.adapter.as_deref()) {
        (Some(session), Some(adapter)) => Some(adapter.accounts(&session.user.id).await?),
        _ => None,
    };
    let csrf_token = guard::token(jar, &cx.secrets)?;
    let infos: Vec<_> = cx
        .providers
        .iter()
        .map(|known| known.info())
        .filter(|info| provider.is_none_or(|id| info.id == *id))
        // Only with an account of theirs they can show that it is them.
        .filter(|info| {
            let theirs = theirs.as_ref();
            theirs.is_none_or(|theirs| theirs.iter().any(|it| it.key.provider == info.id))
        })
        .collect();
    let drawn = sign_in_page(&SignInPage {
        look: &cx.look,
        site: cx.site,
        base_path: &cx.base_path,
        way: match session {
            Some(_) => Way::StepUp,
            None => Way::SignIn,
        },
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
    jar: &mut Jar<'_>,
) -> Result<Response, Failure> {
    let Some(id) = provider else {
        return Ok(Response::redirect(&cx.url("/signin")));
    };
    let provider = cx.provider(id).ok_or(Failure::UnknownProvider)?;
    let callback_url = callback_url(cx, request, jar);
    remember(jar, &callback_url);
    let purpose = purpose(cx, request, jar).await?;
    login::start(cx, request, guarded, provider, purpose, callback_url, jar).await
}

/// To sign in, unless the request says that it is to show once more who it is. A session that is merely
/// there connects nothing, unless the application has asked for that by its dangerous name.
async fn purpose(cx: &Context, request: &Request, jar: &Jar<'_>) -> Result<Purpose, Failure> {
    let steps_up = request.body.get("purpose") == Some(STEP_UP);
    let connects = cx.links_implicitly && cx.adapter.is_some();
    if !steps_up && !connects {
        return Ok(Purpose::SignIn);
    }
    let current = current::read(cx, jar).await?;
    if !current::still_lives(cx, &current).await? {
        return Ok(Purpose::SignIn);
    }
    Ok(match (current.user_id().cloned(), current.id()) {
        (Some(user), _) if steps_up => Purpose::StepUp { user },
        (Some(user), Some(session)) => Purpose::Connect { user, session },
        _ => Purpose::SignIn,
    })
}

/// Keeps the target for a client that does not send it again. One that is too long for a cookie is kept
/// in the page's form and in the attempt.
fn remember(jar: &mut Jar<'_>, callback_url: &str) {
    let name = &jar.names().callback_url;
    let known = jar.values(name).next();
    if known.as_deref() == Some(callback_url) {
        return;
    }
    if redirect::fits_a_cookie(callback_url) {
        jar.set(name, callback_url, Lifetime::Browser, Scope::Session);
    } else if known.is_some() {
        jar.remove(name, Scope::Session);
    }
}
