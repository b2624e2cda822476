//! This file draws the question whether to sign out. Only its form signs out: a link or an image of
//! another site cannot.

use maud::html;

use super::{
    headers::SiteScheme,
    look::Look,
    shell::{Page, Shell},
};

/// What the sign-out page shows.
pub(crate) struct SignOutPage<'a> {
    /// The looks.
    pub(crate) look: &'a Look,
    /// Where the site is.
    pub(crate) site: SiteScheme,
    /// The base path: `/api/auth`.
    pub(crate) base_path: &'a str,
    /// This browser's CSRF token.
    pub(crate) csrf_token: &'a str,
    /// Where to go afterwards, already found to be allowed; also where "stay" leads.
    pub(crate) callback_url: &'a str,
}

/// The sign-out page.
pub(crate) fn sign_out_page(page: &SignOutPage<'_>) -> Page {
    let content = html! {
        form method="post" action={ (page.base_path) "/signout" } {
            input type="hidden" name="csrfToken" value=(page.csrf_token);
            input type="hidden" name="callbackUrl" value=(page.callback_url);
            div.actions {
                button type="submit" { "Sign out" }
                a.button.second href=(page.callback_url) { "Stay signed in" }
            }
        }
    };
    let lead = match page.look.application() {
        Some(name) => format!("Do you want to sign out of {name}?"),
        None => "Do you want to sign out?".into(),
    };
    Shell {
        look: page.look,
        site: page.site,
        heading: "Sign out",
        lead: Some(&lead),
    }
    .page(&content)
}
