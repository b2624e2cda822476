//! This file draws the page that tells a visitor to look for a message. It says the same whether or
//! not the address is known, so that it cannot be used to find out who has an account.

use maud::html;

use super::{
    headers::SiteScheme,
    look::Look,
    shell::{Page, Shell},
};

/// What the page shows.
pub(crate) struct VerifyRequestPage<'a> {
    /// The looks.
    pub(crate) look: &'a Look,
    /// Where the site is.
    pub(crate) site: SiteScheme,
    /// The base path: `/api/auth`.
    pub(crate) base_path: &'a str,
    /// The application's own address.
    pub(crate) site_url: &'a str,
}

/// The page.
pub(crate) fn verify_request_page(page: &VerifyRequestPage<'_>) -> Page {
    let content = html! {
        p { "Open the link in the message to go on. You can close this page." }
        p.quiet { "No message after a few minutes? Check your spam folder, then ask for another." }
        div.actions {
            a.button href=(page.site_url) { "Back to the site" }
            a.button.second href={ (page.base_path) "/signin" } { "Ask for another" }
        }
    };
    Shell {
        look: page.look,
        site: page.site,
        heading: "Check your messages",
        lead: Some("A link to sign in is on its way to you."),
    }
    .page(&content)
}
