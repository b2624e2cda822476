//! This file draws the error page: what happened, what to do, and the reference by which the
//! operator finds it in the log.

use maud::html;

use super::{
    headers::SiteScheme,
    look::Look,
    shell::{Page, Shell},
    words::{Mishap, Remedy},
};
use crate::provider::ProviderInfo;

/// What the error page shows. Nothing here but [`Mishap`] may come from a query.
pub(crate) struct ErrorPage<'a> {
    /// The looks.
    pub(crate) look: &'a Look,
    /// Where the site is.
    pub(crate) site: SiteScheme,
    /// The base path: `/api/auth`.
    pub(crate) base_path: &'a str,
    /// The application's own address.
    pub(crate) site_url: &'a str,
    /// The providers, for their names.
    pub(crate) providers: &'a [&'a ProviderInfo],
    /// What went wrong.
    pub(crate) mishap: Mishap<'a>,
}

/// The error page.
pub(crate) fn error_page(page: &ErrorPage<'_>) -> Page {
    let notice = page.mishap.on_error_page(page.providers);
    let content = html! {
        div role="alert" { p { (notice.text) } }
        @if let Some(reference) = page.mishap.reference() {
            p.quiet { "Reference: " code { (reference.as_str()) } }
        }
        div.actions {
            @if notice.remedy == Remedy::SignInAgain {
                a.button href={ (page.base_path) "/signin" } { "Sign in again" }
                a.button.second href=(page.site_url) { "Back to the site" }
            } @else {
                a.button href=(page.site_url) { "Back to the site" }
            }
        }
    };
    Shell {
        look: page.look,
        site: page.site,
        heading: notice.heading,
        lead: None,
    }
    .page(&content)
}

/// The status of the error page, as Auth.js answers it: 500 for `Configuration`, 403 for
/// `AccessDenied` and `Verification`, 200 for everything else.
pub(crate) fn error_status(error: Option<&str>) -> http::StatusCode {
    match error {
        Some("Configuration") => http::StatusCode::INTERNAL_SERVER_ERROR,
        Some("AccessDenied" | "Verification") => http::StatusCode::FORBIDDEN,
        _ => http::StatusCode::OK,
    }
}
