//! This file says what a page is sent with: what it may load (nothing but its own style), where its
//! forms may go, who may frame it (nobody), who may keep it (nobody).
//!
//! Content Security Policy Level 3. `form-action` is also applied to the redirect that answers a
//! form (Chromium does; the specification leaves it open), and that redirect goes to whichever
//! provider was chosen, whose login may send the browser on to yet other origins. It therefore
//! allows every https origin, and local servers only while the site itself is one.
//!
//! `Referrer-Policy` is `same-origin`, not `no-referrer`: under the latter a browser sends our own
//! forms with `Origin: null` (Fetch, "append a request Origin header"), and the CSRF guard could no
//! longer tell them from a stranger's. Nobody else is told either way.

use http::{HeaderName, header};

use super::{look::Look, theme::LogoSource};

/// Where the site itself is, which decides where its forms may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SiteScheme {
    /// `https:`.
    Https,
    /// `http:`: a machine of one's own, with local providers.
    Http,
}

impl SiteScheme {
    /// The scheme of an origin such as `https://example.org`.
    pub(crate) fn of(origin: &str) -> Self {
        if origin.starts_with("https:") {
            Self::Https
        } else {
            Self::Http
        }
    }
}

/// What a page is sent with,.
pub(super) fn page_headers(look: &Look, site: SiteScheme) -> Vec<(HeaderName, String)> {
    [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into_iter()
    .chain([(
        header::CONTENT_SECURITY_POLICY,
        content_security_policy(look, site),
    )])
    .collect()
}

fn content_security_policy(look: &Look, site: SiteScheme) -> String {
    let images = match look.logo() {
        None => "",
        Some((_, LogoSource::Path)) => "; img-src 'self'",
        Some((_, LogoSource::Data)) => "; img-src data:",
    };
    let local = match site {
        SiteScheme::Https => "",
        SiteScheme::Http => " http://localhost:* http://127.0.0.1:*",
    };
    format!(
        "default-src 'none'; style-src '{}'{images}; form-action 'self' https:{local}; \
         frame-ancestors 'none'; base-uri 'none'",
        look.style_hash()
    )
}
