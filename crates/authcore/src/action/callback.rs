//! This file answers `/callback/<provider>`: the browser comes back with the provider's answer.
//!
//! No CSRF token is asked for: the attempt's sealed cookie and `state` are the protection.

use crate::{
    context::Context,
    error::Failure,
    login,
    model::ProviderId,
    web::{cookie::SetCookies, request::Request, response::Response},
};

pub(crate) async fn any(
    cx: &Context,
    request: &Request,
    provider: &ProviderId,
    cookies: &mut SetCookies,
) -> Result<Response, Failure> {
    let provider = cx.provider(provider).ok_or(Failure::UnknownProvider)?;
    login::finish(cx, request, provider, cookies).await
}
