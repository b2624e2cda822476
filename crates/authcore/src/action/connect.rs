//! Answers `GET /connect` (the page) and `POST /connect/<provider>` (an attempt to connect an account
//! begins): a user is given another account to sign in with.
//!
//! Only a session that signed in recently may do that; an older one is asked to sign in again, and comes
//! back. The attacks stopped: an account connected by a session that was planted, copied or left open
//! (`connecting_asks_an_old_session_to_sign_in_again`), and one connected without the visitor's wish
//! (CVE-2015-9284; `a_link_connects_nothing`).

use http::StatusCode;

use super::{callback_url, mishap, page, signin::STEP_UP};
use crate::{
    context::Context,
    current::{self, Standing},
    error::Failure,
    login::{self, Purpose},
    model::{Params, ProviderId},
    pages::{SignInPage, Way, sign_in_page},
    provider::ProviderKind,
    web::{
        guard::{self, Guarded},
        jar::Jar,
        request::Request,
        response::Response,
    },
};

pub(crate) async fn get(
    cx: &Context,
    request: &Request,
    provider: Option<&ProviderId>,
    jar: &mut Jar<'_>,
) -> Result<Response, Failure> {
    known(cx, provider)?;
    let callback_url = callback_url(cx, request, jar);
    if let Err(elsewhere) = recent(cx, provider, &callback_url, jar).await? {
        return Ok(elsewhere);
    }
    if let Some(own) = &cx.pages.connect {
        let values = [("callbackUrl", callback_url.as_str())];
        return Ok(Response::redirect(&own.with(&cx.origin, &values)));
    }
    let csrf_token = guard::token(jar, &cx.secrets)?;
    let infos: Vec<_> = cx
        .providers
        .iter()
        .map(|known| known.info())
        .filter(|info| provider.is_none_or(|id| info.id == *id))
        .filter(|info| matches!(info.kind, ProviderKind::OAuth2 | ProviderKind::Oidc))
        .collect();
    let drawn = sign_in_page(&SignInPage {
        look: &cx.look,
        site: cx.site,
        base_path: &cx.base_path,
        way: Way::Connect,
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
    known(cx, provider)?;
    let callback_url = callback_url(cx, request, jar);
    let Some(provider) = provider.and_then(|id| cx.provider(id)) else {
        return Ok(Response::redirect(&cx.url("/connect")));
    };
    let id = &provider.info().id;
    let purpose = match recent(cx, Some(id), &callback_url, jar).await? {
        Ok(purpose) => purpose,
        Err(elsewhere) => return Ok(elsewhere),
    };
    login::start(cx, request, guarded, provider, purpose, callback_url, jar).await
}

/// Without a store there are no accounts to connect.
fn known(cx: &Context, provider: Option<&ProviderId>) -> Result<(), Failure> {
    if cx.adapter.is_none() {
        return Err(Failure::UnknownAction);
    }
    match provider {
        Some(id) if cx.provider(id).is_none() => Err(Failure::UnknownProvider),
        _ => Ok(()),
    }
}

/// What an attempt of this visitor is for; or where they sign in first.
async fn recent(
    cx: &Context,
    provider: Option<&ProviderId>,
    callback_url: &str,
    jar: &Jar<'_>,
) -> Result<Result<Purpose, Response>, Failure> {
    let current = current::read(cx, jar).await?;
    let standing = current::standing(cx, &current).await?;
    if let (Standing::Recent, Some(user), Some(session)) =
        (standing, current.user_id(), current.id())
    {
        let user = user.clone();
        return Ok(Ok(Purpose::Connect { user, session }));
    }
    let path = match provider {
        Some(id) => format!("/connect/{id}"),
        None => "/connect".into(),
    };
    let query: Params = [("callbackUrl", callback_url)].into_iter().collect();
    let back_to = cx.url(&format!("{path}?{}", query.encode()));
    let mut query: Params = [("callbackUrl", back_to.as_str())].into_iter().collect();
    if standing == Standing::Stale {
        query.set("purpose", STEP_UP);
    }
    let url = cx.url(&format!("/signin?{}", query.encode()));
    Ok(Err(Response::redirect(&url)))
}
