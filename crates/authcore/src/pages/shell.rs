//! This file draws what all pages share: the head, the landmarks, the card with its heading. It knows
//! nothing of sign-in, so that every page can stand in it.

use http::HeaderName;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{
    headers::{SiteScheme, page_headers},
    look::Look,
};

/// A finished page.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// The document.
    pub(crate) html: String,
    /// What it must be sent with.
    pub(crate) headers: Vec<(HeaderName, String)>,
}

/// What stands around a page's own content.
pub(super) struct Shell<'a> {
    pub(super) look: &'a Look,
    pub(super) site: SiteScheme,
    /// The heading, and the first words of the window's title.
    pub(super) heading: &'a str,
    /// A line below the heading.
    pub(super) lead: Option<&'a str>,
}

impl Shell<'_> {
    pub(super) fn page(&self, content: &Markup) -> Page {
        let Self {
            look,
            heading,
            lead,
            ..
        } = self;
        let document = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    title {
                        (heading)
                        // The heading may name the application already.
                        @if let Some(name) = look.application().filter(|name| !heading.ends_with(*name)) {
                            " · " (name)
                        }
                    }
                    style { (PreEscaped(look.stylesheet())) }
                }
                body {
                    main {
                        header {
                            @if let Some((logo, _)) = look.logo() {
                                img.logo src=(logo) alt=(look.application().unwrap_or_default());
                            }
                            h1 { (heading) }
                            @if let Some(lead) = lead { p { (lead) } }
                        }
                        (content)
                    }
                }
            }
        };
        Page {
            html: document.into_string(),
            headers: page_headers(look, self.site),
        }
    }
}
