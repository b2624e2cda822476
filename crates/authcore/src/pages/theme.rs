//! This file holds what an application may set of the built-in pages' looks.
//!
//! A logo from another origin is refused: it would tell that origin of every visitor who is about
//! to sign in, and the pages load nothing from third parties.

use super::colour::Rgb;
use crate::config::Problem;

/// How the built-in pages look.
///
/// Default: no name, no logo, a calm blue, light or dark as the visitor's system says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Theme {
    pub(super) application: Option<String>,
    pub(super) brand: Option<String>,
    pub(super) logo: Option<String>,
    pub(super) scheme: ColourScheme,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ColourScheme {
    /// As the visitor's system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// The default looks.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The application's name, as in "Sign in to Example". Default: none is said.
    #[must_use]
    pub fn application(mut self, name: impl Into<String>) -> Self {
        self.application = Some(name.into());
        self
    }

    /// The application's colour as `#rgb` or `#rrggbb`. Text on it is black or white, whichever can
    /// be read; where the colour itself would be text that cannot be read, the default is used.
    #[must_use]
    pub fn brand(mut self, colour: impl Into<String>) -> Self {
        self.brand = Some(colour.into());
        self
    }

    /// The application's logo: a path of the same origin (`/logo.svg`) or a `data:image/…` URL.
    #[must_use]
    pub fn logo(mut self, url: impl Into<String>) -> Self {
        self.logo = Some(url.into());
        self
    }

    /// Light or dark. Default: as the visitor's system says.
    #[must_use]
    pub fn colour_scheme(mut self, scheme: ColourScheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// What is wrong with these looks, each with its mend.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if let Some(brand) = &self.brand
            && Rgb::parse(brand).is_none()
        {
            problems.push(Problem::new(
                "theme_brand",
                format!("the theme's brand colour {brand:?} is no colour"),
                "write it as #rgb or #rrggbb",
            ));
        }
        if let Some(logo) = &self.logo
            && LogoSource::of(logo).is_none()
        {
            problems.push(Problem::new(
                "theme_logo",
                "the theme's logo is not of this origin",
                "serve it yourself and give its path, such as /logo.svg, or embed it as data:image/…",
            ));
        }
        problems
    }

    /// The logo, if it may be shown.
    pub(super) fn shown_logo(&self) -> Option<(&str, LogoSource)> {
        let logo = self.logo.as_deref()?;
        Some((logo, LogoSource::of(logo)?))
    }
}

/// Where a logo comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LogoSource {
    /// A path of this origin.
    Path,
    /// The URL itself.
    Data,
}

impl LogoSource {
    fn of(url: &str) -> Option<Self> {
        // A browser reads `//host`, `/\host` and `/<tab>/host` as another host (WHATWG URL, 4.4).
        let odd = |c: char| c.is_control() || c.is_whitespace() || c == '\\';
        if url.contains(odd) {
            None
        } else if url.starts_with('/') && !url.starts_with("//") {
            Some(Self::Path)
        } else if url.starts_with("data:image/") {
            Some(Self::Data)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logo_of_another_origin_is_refused() {
        for logo in [
            "https://example.com/logo.svg",
            "//example.com/logo.svg",
            "/\\example.com/logo.svg",
            "/\t/example.com/logo.svg",
            "\\\\example.com",
            "javascript:alert(1)",
            "data:text/html,hello",
            "logo.svg",
            "",
        ] {
            let problems = Theme::new().logo(logo).problems();
            assert_eq!(problems.len(), 1, "{logo:?}");
            assert_eq!(problems[0].code, "theme_logo");
        }
    }

    #[test]
    fn a_logo_of_the_same_origin_and_an_embedded_one_are_taken() {
        for logo in ["/logo.svg", "data:image/svg+xml;base64,PHN2Zy8+"] {
            assert_eq!(Theme::new().logo(logo).problems(), [], "{logo:?}");
        }
    }

    #[test]
    fn every_mistake_is_named() {
        let problems = Theme::new().brand("blue").logo("logo.svg").problems();
        let codes: Vec<_> = problems.iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["theme_brand", "theme_logo"]);
    }
}
