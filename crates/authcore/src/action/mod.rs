//! This folder is the endpoints, one file each. They decide nothing: they read what is asked, call
//! the step that knows, and write the answer.

pub(crate) mod callback;
pub(crate) mod connect;
pub(crate) mod csrf;
pub(crate) mod error;
pub(crate) mod providers;
pub(crate) mod session;
pub(crate) mod signin;
pub(crate) mod signout;
pub(crate) mod verify_request;

use http::StatusCode;

use crate::{
    context::Context,
    model::Params,
    pages::{Mishap, Page},
    web::{jar::Jar, redirect, request::Request, response::Response},
};

/// Where the browser goes afterwards: what the request says, else what the browser remembers, else
/// the origin; always a place it may be sent to.
fn callback_url(cx: &Context, request: &Request, jar: &Jar<'_>) -> String {
    let remembered = jar.values(&jar.names().callback_url).next();
    match request.callback_url().or(remembered.as_deref()) {
        Some(wanted) => redirect::target(cx.hooks.as_ref(), wanted, &cx.origin, &cx.base_path),
        None => cx.origin.clone(),
    }
}

fn page(status: StatusCode, page: Page) -> Response {
    Response::page(status, page.html, &page.headers)
}

/// What a query says of something that went wrong. Pages look it up; they repeat none of it.
fn mishap(query: &Params) -> Mishap<'_> {
    Mishap {
        error: query.get("error"),
        code: query.get("code"),
        provider: query.get("provider"),
        reference: query.get("ref"),
    }
}
