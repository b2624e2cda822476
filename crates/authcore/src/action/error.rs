//! This file answers `GET /error`: the page that says what went wrong.

use std::time::Duration;

use http::{StatusCode, header};

use super::{mishap, page};
use crate::{
    context::Context,
    error::{bounded, status_of},
    pages::{ErrorPage, Mishap, error_page, error_status},
    web::{request::Request, response::Response},
};

pub(crate) fn get(cx: &Context, request: &Request) -> Response {
    let (error, code) = (request.query.get("error"), request.query.get("code"));
    if let Some(own) = &cx.pages.error {
        let names = ["error", "code", "provider", "ref", "retry_after"];
        let values: Vec<_> = names
            .iter()
            .filter_map(|name| Some((*name, request.query.get(name)?)))
            .collect();
        return Response::redirect(&own.with(&cx.origin, &values));
    }
    let infos: Vec<_> = cx
        .providers
        .iter()
        .map(|provider| provider.info())
        .collect();
    let drawn = error_page(&ErrorPage {
        look: &cx.look,
        site: cx.site,
        base_path: &cx.base_path,
        site_url: &cx.origin,
        providers: &infos,
        mishap: mishap(&request.query),
    });
    let status = status(error, code);
    let answer = page(status, drawn);
    match retry_after(request) {
        Some(seconds) if status == StatusCode::SERVICE_UNAVAILABLE => {
            answer.with(header::RETRY_AFTER, &seconds.to_string())
        }
        _ => answer,
    }
}

/// What a provider said of when it serves again. It comes by the address, so that it is bounded here too.
fn retry_after(request: &Request) -> Option<u64> {
    let seconds = request.query.get("retry_after")?.parse().ok()?;
    Some(bounded(Duration::from_secs(seconds)).as_secs())
}

/// The page for a request that could not be read.
pub(crate) fn unreadable(
    cx: &Context,
    status: StatusCode,
    code: &str,
    reference: &str,
) -> Response {
    let drawn = error_page(&ErrorPage {
        look: &cx.look,
        site: cx.site,
        base_path: &cx.base_path,
        site_url: &cx.origin,
        providers: &[],
        mishap: Mishap {
            error: Some("Configuration"),
            code: Some(code),
            provider: None,
            reference: Some(reference),
        },
    });
    page(status, drawn)
}

/// Auth.js's status for the word; where it says `Configuration` to everything, ours for the code.
fn status(error: Option<&str>, code: Option<&str>) -> StatusCode {
    match (error, code) {
        (Some("Configuration"), Some(code)) => status_of(code),
        (error, _) => error_status(error),
    }
}
