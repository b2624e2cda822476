//! This file draws the sign-in page: one form for each provider, in the provider's own colours.
//!
//! Each form is a POST of its own with the CSRF token, so that no link can start a sign-in and no
//! script is needed. Credentials and passkeys have no form here: what they ask for is the
//! application's to say, on a page of its own.

use maud::{Markup, html};

use super::{
    headers::SiteScheme,
    look::Look,
    shell::{Page, Shell},
    words::{Mishap, Notice, Reference},
};
use crate::provider::{ProviderInfo, ProviderKind};

/// What the page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// To sign in.
    SignIn,
    /// To sign in once more, as the same user.
    StepUp,
    /// To connect another account.
    Connect,
}

/// What the sign-in page shows. Nothing here but [`Mishap`] may come from a query.
pub(crate) struct SignInPage<'a> {
    /// The looks.
    pub(crate) look: &'a Look,
    /// Where the site is.
    pub(crate) site: SiteScheme,
    /// The base path: `/api/auth`.
    pub(crate) base_path: &'a str,
    /// What it is for.
    pub(crate) way: Way,
    /// The providers, in the application's order.
    pub(crate) providers: &'a [&'a ProviderInfo],
    /// This browser's CSRF token.
    pub(crate) csrf_token: &'a str,
    /// Where to go afterwards, already found to be allowed.
    pub(crate) callback_url: &'a str,
    /// What went wrong before.
    pub(crate) mishap: Mishap<'a>,
}

/// The sign-in page.
pub(crate) fn sign_in_page(page: &SignInPage<'_>) -> Page {
    let notice = page.mishap.on_sign_in(page.providers);
    let heading = match (page.way, page.look.application()) {
        (Way::SignIn, Some(name)) => format!("Sign in to {name}"),
        (Way::SignIn, None) => "Sign in".into(),
        (Way::StepUp, _) => "Sign in again".into(),
        (Way::Connect, _) => "Connect an account".into(),
    };
    let lead = match page.way {
        Way::SignIn => None,
        Way::StepUp => Some("To go on, show that it is you."),
        Way::Connect => Some("You can then sign in with it, too."),
    };
    let (messages, buttons): (Vec<_>, Vec<_>) = page
        .providers
        .iter()
        .copied()
        .filter(|info| has_form(info.kind))
        .partition(|info| info.kind == ProviderKind::Email);
    let content = html! {
        @if let Some(notice) = &notice { (alert(notice, page.mishap.reference())) }
        @if messages.is_empty() && buttons.is_empty() {
            p { "There is no way to sign in here yet." }
        } @else {
            ul.ways {
                @for info in &buttons {
                    li.way { (button_form(page, info)) }
                }
                @if !messages.is_empty() && !buttons.is_empty() {
                    li.or { "or" }
                }
                @for info in &messages {
                    li { (message_form(page, info)) }
                }
            }
        }
    };
    Shell {
        look: page.look,
        site: page.site,
        heading: &heading,
        lead,
    }
    .page(&content)
}

/// What went wrong, read out at once by a screen reader.
pub(super) fn alert(notice: &Notice, reference: Option<Reference<'_>>) -> Markup {
    html! {
        div.alert role="alert" {
            h2 { (notice.heading) }
            p { (notice.text) }
            @if let Some(reference) = reference {
                p { "Reference: " code { (reference.as_str()) } }
            }
        }
    }
}

fn has_form(kind: ProviderKind) -> bool {
    match kind {
        ProviderKind::OAuth2 | ProviderKind::Oidc | ProviderKind::Email => true,
        ProviderKind::Credentials | ProviderKind::WebAuthn => false,
    }
}

fn button_form(page: &SignInPage<'_>, info: &ProviderInfo) -> Markup {
    html! {
        form method="post" action={ (page.base_path) (path(page.way)) (info.id) } {
            (hidden(page))
            button type="submit" class={ "p-" (info.id) } { (verb(page.way)) (info.name) }
        }
    }
}

fn path(way: Way) -> &'static str {
    match way {
        Way::SignIn | Way::StepUp => "/signin/",
        Way::Connect => "/connect/",
    }
}

fn verb(way: Way) -> &'static str {
    match way {
        Way::SignIn | Way::StepUp => "Sign in with ",
        Way::Connect => "Connect ",
    }
}

fn message_form(page: &SignInPage<'_>, info: &ProviderInfo) -> Markup {
    let field = format!("input-email-for-{}-provider", info.id);
    html! {
        form method="post" action={ (page.base_path) "/signin/" (info.id) } {
            (hidden(page))
            label for=(field) { "E-mail address" }
            input type="email" id=(field) name="email" autocomplete="email" required;
            button type="submit" class={ "p-" (info.id) } { "Sign in with " (info.name) }
        }
    }
}

fn hidden(page: &SignInPage<'_>) -> Markup {
    html! {
        input type="hidden" name="csrfToken" value=(page.csrf_token);
        input type="hidden" name="callbackUrl" value=(page.callback_url);
        @if page.way == Way::StepUp { input type="hidden" name="purpose" value="step-up"; }
    }
}
