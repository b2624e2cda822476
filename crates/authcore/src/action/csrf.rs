//! This file answers `GET /csrf`: the token that a POST of this browser must carry.

use http::StatusCode;
use serde_json::json;

use crate::{
    context::Context,
    error::Failure,
    web::{guard, jar::Jar, response::Response},
};

pub(crate) fn get(cx: &Context, jar: &mut Jar<'_>) -> Result<Response, Failure> {
    let token = guard::token(jar, &cx.secrets)?;
    Ok(Response::json(
        StatusCode::OK,
        &json!({ "csrfToken": token }),
    ))
}
