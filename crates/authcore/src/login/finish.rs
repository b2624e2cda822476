//! This file ends an attempt: from the answer to the open door.

use tracing::{Instrument, debug_span};

use super::{
    admit::{self, Entered},
    transaction::{self, AttemptFault},
};
use crate::{
    context::Context,
    current,
    error::Failure,
    hooks::Event,
    model::Params,
    provider::{Finish, Provider, ResponseMode},
    session::SessionContext,
    web::{
        cookie::SetCookies,
        redirect,
        request::{Body, Request},
        response::Response,
        route::Verb,
    },
};

/// Ends the attempt that an answer belongs to.
#[tracing::instrument(level = "debug", skip_all)]
pub(crate) async fn finish(
    cx: &Context,
    request: &Request,
    provider: &dyn Provider,
    cookies: &mut SetCookies,
) -> Result<Response, Failure> {
    let info = provider.info();
    let params = answer(request, info.response_mode)?;
    let transaction = transaction::open(cx, request, cookies, info, params)?;
    let adapter = cx.adapter.as_deref();
    let (id, ends_at) = (transaction.id(), transaction.ends_at());
    if !cx
        .attempts
        .use_once(adapter, &id, ends_at, cx.now())
        .await?
    {
        return Err(AttemptFault::Used.into());
    }
    let before = current::read(cx, &request.headers).await?;
    // An attempt that was to link an account ends with the visitor who began it, or not at all. One
    // that was to sign in does so whoever has signed in meanwhile in another tab.
    if let Some(user) = transaction.linking_to()
        && before.user_id() != Some(user)
    {
        return Err(AttemptFault::Visitor.into());
    }
    let callback_url = cx.callback_url(&info.id);
    let finish = Finish::new(
        transaction.attempt(),
        &callback_url,
        params,
        transaction.keep(),
        cx.transport.as_ref(),
        cx.now(),
    )
    .with_stores(cx.stores());
    let proof = provider
        .finish(&finish)
        .instrument(debug_span!("provider"))
        .await?;
    tracing::debug!(provider = %info.id, "the provider has proved who it is");
    match admit::admit(cx, info, proof, transaction.linking_to()).await? {
        Entered::Admitted(admitted) => {
            let session_context = SessionContext {
                visitor: request.visitor(),
                ..cx.session_context()
            };
            let issue = cx.sessions.issue(&session_context, &admitted);
            let Some(issued) = issue.instrument(debug_span!("session")).await? else {
                current::forget(cx, &request.headers, cookies);
                return Ok(Response::redirect(transaction.callback_url()));
            };
            current::replace(cx, request, &before, &issued, cookies).await;
            cx.hooks
                .event(&Event::SignIn {
                    user: &admitted.user,
                    account: &admitted.account,
                    is_new_user: admitted.is_new_user,
                })
                .await;
            Ok(Response::redirect(&home(
                cx,
                transaction.callback_url(),
                admitted.is_new_user,
            )))
        }
        Entered::SendTo(url) => {
            let target = redirect::target(cx.hooks.as_ref(), &url, &cx.origin, &cx.base_path);
            Ok(Response::redirect(&target))
        }
    }
}

/// The parameters of the answer, from where they were asked for.
fn answer(request: &Request, mode: ResponseMode) -> Result<&Params, AttemptFault> {
    match (mode, request.verb, &request.body) {
        (ResponseMode::Query, Verb::Get, _) => Ok(&request.query),
        (ResponseMode::FormPost, Verb::Post, Body::Form(form)) => Ok(form),
        _ => Err(AttemptFault::Method),
    }
}

/// Where the browser goes in the end: a new user first to the application's own page for them.
fn home(cx: &Context, callback_url: &str, is_new_user: bool) -> String {
    match &cx.pages.new_user {
        Some(page) if is_new_user => page.with(&cx.origin, &[("callbackUrl", callback_url)]),
        _ => callback_url.to_owned(),
    }
}
