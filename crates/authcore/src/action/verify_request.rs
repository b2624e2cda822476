//! This file answers `GET /verify-request`: a message is on its way.

use http::StatusCode;

use super::page;
use crate::{
    context::Context,
    pages::{VerifyRequestPage, verify_request_page},
    web::{request::Request, response::Response},
};

pub(crate) fn get(cx: &Context, request: &Request) -> Response {
    if let Some(own) = &cx.pages.verify_request {
        let values: Vec<_> = request.query.iter().collect();
        return Response::redirect(&own.with(&cx.origin, &values));
    }
    let drawn = verify_request_page(&VerifyRequestPage {
        look: &cx.look,
        site: cx.site,
        base_path: &cx.base_path,
        site_url: &cx.origin,
    });
    page(StatusCode::OK, drawn)
}
