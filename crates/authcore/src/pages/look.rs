//! This file makes the stylesheet of all pages, with each provider's colours as a class, and the
//! hash by which the Content Security Policy allows it and nothing else. It is made once.
//!
//! Only our own text and parsed colours reach the sheet, so that neither a theme nor a provider's
//! data can write rules of its own.

use std::fmt::Write;

use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

use super::{
    colour::{READABLE, Rgb},
    theme::{ColourScheme, LogoSource, Theme},
};
use crate::provider::{ProviderInfo, Style};

/// What all pages of one application look like.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    theme: Theme,
    stylesheet: String,
    style_hash: String,
}

impl Look {
    /// The looks of an application with these providers.
    pub(crate) fn new<'a>(
        theme: Theme,
        providers: impl IntoIterator<Item = &'a ProviderInfo>,
    ) -> Self {
        let mut stylesheet = variables(&theme);
        stylesheet.push_str(include_str!("pages.css"));
        for provider in providers {
            let (background, text) = button_colours(&provider.style);
            // Writing to a text cannot fail.
            let _ = write!(
                stylesheet,
                ".p-{}{{background:{background};color:{text}}}",
                provider.id
            );
        }
        let style_hash = format!(
            "sha256-{}",
            BASE64_STANDARD.encode(Sha256::digest(&stylesheet))
        );
        Self {
            theme,
            stylesheet,
            style_hash,
        }
    }

    /// The application's name.
    pub(super) fn application(&self) -> Option<&str> {
        self.theme.application.as_deref()
    }

    /// The logo and where it is from.
    pub(super) fn logo(&self) -> Option<(&str, LogoSource)> {
        self.theme.shown_logo()
    }

    /// The stylesheet.
    pub(super) fn stylesheet(&self) -> &str {
        &self.stylesheet
    }

    /// Its hash as a policy names it: `sha256-…`.
    pub(super) fn style_hash(&self) -> &str {
        &self.style_hash
    }
}

/// A provider's colours, made readable: a colour that is none becomes the default, and a text that
/// cannot be read on its background becomes black or white.
pub(super) fn button_colours(style: &Style) -> (Rgb, Rgb) {
    let Some(background) = Rgb::parse(&style.background) else {
        return (Palette::LIGHT.ink, Rgb::WHITE);
    };
    let text = Rgb::parse(&style.text)
        .filter(|text| text.contrast(background) >= READABLE)
        .unwrap_or(background.ink());
    (background, text)
}

/// The colours of the pages themselves.
pub(super) struct Palette {
    pub(super) page: Rgb,
    pub(super) card: Rgb,
    pub(super) line: Rgb,
    pub(super) ink: Rgb,
    pub(super) quiet: Rgb,
    pub(super) link: Rgb,
    pub(super) alert: Rgb,
    pub(super) alert_ink: Rgb,
    pub(super) alert_line: Rgb,
}

impl Palette {
    pub(super) const LIGHT: Self = Self {
        page: Rgb(0xf1, 0xf3, 0xf7),
        card: Rgb(0xff, 0xff, 0xff),
        line: Rgb(0xd6, 0xda, 0xe3),
        ink: Rgb(0x17, 0x1c, 0x28),
        quiet: Rgb(0x53, 0x5b, 0x6b),
        link: Rgb(0x1f, 0x4f, 0xc4),
        alert: Rgb(0xfd, 0xec, 0xea),
        alert_ink: Rgb(0x86, 0x1b, 0x14),
        alert_line: Rgb(0xc9, 0x36, 0x2b),
    };

    pub(super) const DARK: Self = Self {
        page: Rgb(0x0f, 0x12, 0x18),
        card: Rgb(0x19, 0x1e, 0x27),
        line: Rgb(0x36, 0x3e, 0x4c),
        ink: Rgb(0xee, 0xf0, 0xf4),
        quiet: Rgb(0xa9, 0xb2, 0xc1),
        link: Rgb(0x8f, 0xb4, 0xff),
        alert: Rgb(0x3a, 0x1a, 0x1b),
        alert_ink: Rgb(0xff, 0xc4, 0xbd),
        alert_line: Rgb(0xf0, 0x72, 0x66),
    };

    /// The colour of links and accents: the brand, where it can be read on the card and the page.
    pub(super) fn accent(&self, brand: Option<Rgb>) -> Rgb {
        brand
            .filter(|brand| brand.contrast(self.card) >= READABLE)
            .filter(|brand| brand.contrast(self.page) >= READABLE)
            .unwrap_or(self.link)
    }
}

/// The palettes as custom properties, and when each is used.
fn variables(theme: &Theme) -> String {
    let brand = theme.brand.as_deref().and_then(Rgb::parse);
    let sheet = |palette: &Palette, scheme: &str| {
        let button = brand.unwrap_or(palette.link);
        format!(
            "color-scheme:{scheme};--page:{};--card:{};--line:{};--ink:{};--quiet:{};--link:{};\
             --alert:{};--alert-ink:{};--alert-line:{};--brand:{button};--brand-ink:{}",
            palette.page,
            palette.card,
            palette.line,
            palette.ink,
            palette.quiet,
            palette.accent(brand),
            palette.alert,
            palette.alert_ink,
            palette.alert_line,
            button.ink(),
        )
    };
    let (light, dark) = (
        sheet(&Palette::LIGHT, "light"),
        sheet(&Palette::DARK, "dark"),
    );
    match theme.scheme {
        ColourScheme::Light => format!(":root{{{light}}}\n"),
        ColourScheme::Dark => format!(":root{{{dark}}}\n"),
        ColourScheme::System => {
            format!(":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n")
        }
    }
}
