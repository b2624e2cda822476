//! This file answers `/callback/<provider>`: the browser comes back with the provider's answer.
//!
//! No CSRF token is asked for: the attempt's sealed cookie and `state` are the protection.

use std::sync::Arc;

use crate::{
    context::Context,
    error::Failure,
    login,
    model::ProviderId,
    web::{jar::Jar, request::Request, response::Response},
};

pub(crate) async fn any(
    cx: &Arc<Context>,
    request: &Request,
    provider: &ProviderId,
    jar: &mut Jar<'_>,
) -> Result<Response, Failure> {
    let provider = cx.provider(provider).ok_or(Failure::UnknownProvider)?;
    login::finish(cx, request, provider, jar).await
}
