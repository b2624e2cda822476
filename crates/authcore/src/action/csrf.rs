//! This file answers `GET /csrf`: the token that a POST of this browser must carry.

use http::StatusCode;
use serde_json::json;

use crate::{
    context::Context,
    error::Failure,
    web::{cookie::SetCookies, guard, request::Request, response::Response},
};

pub(crate) fn get(
    cx: &Context,
    request: &Request,
    cookies: &mut SetCookies,
) -> Result<Response, Failure> {
    let token = guard::token(&request.headers, &cx.names, &cx.secrets, cookies)?;
    Ok(Response::json(
        StatusCode::OK,
        &json!({ "csrfToken": token }),
    ))
}
