//! Names and attributes of our cookies, and how one is written (`Set-Cookie`, RFC 6265bis).
//!
//! Auth.js's names and attributes are the default, since its programs read the same cookies. What an
//! application sets instead is checked once, in `build()`: see
//! [`CookieSettings`](crate::config::CookieSettings).

use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};

use crate::model::Timestamp;

/// The most bytes of a value in one cookie: 4,096 less 160 for its name and attributes.
pub(crate) const CHUNK: usize = 3936;

/// The most cookies that one value is split into.
pub(crate) const MOST_CHUNKS: usize = 8;

/// The most bytes that a value in several cookies may have.
pub(crate) const LONGEST: usize = CHUNK * MOST_CHUNKS;

/// How the site is reached, as configured: it decides the names and `Secure`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

/// Which of a browser's requests from other sites carry the session's cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SameSite {
    /// Navigations to the application only. The default, and Auth.js's.
    #[default]
    Lax,
    /// None. A visitor who follows a link from another site, or comes back from a provider, is shown
    /// the first page as signed out.
    Strict,
    /// All, also those of frames and scripts of other sites. Needs https.
    None,
}

/// The names of our cookies.
#[derive(Debug, Clone)]
pub(crate) struct CookieNames {
    pub(crate) session: String,
    pub(crate) csrf: String,
    pub(crate) callback_url: String,
    /// One cookie per attempt: this and the attempt's id.
    pub(crate) attempt: String,
    /// Sessions that were ended in this browser.
    pub(crate) signed_out: String,
}

/// Names and attributes, as `build()` found them to agree with each other.
#[derive(Debug, Clone)]
pub(crate) struct CookieRules {
    pub(crate) names: CookieNames,
    pub(crate) scheme: Scheme,
    pub(crate) domain: Option<String>,
    pub(crate) path: String,
    pub(crate) same_site: SameSite,
}

impl CookieRules {
    /// Auth.js's.
    pub(crate) fn new(scheme: Scheme) -> Self {
        Self {
            names: CookieNames::new(scheme, "authjs", "authcore", Host::WhereAuthjsHasIt),
            scheme,
            domain: None,
            path: "/".into(),
            same_site: SameSite::Lax,
        }
    }
}

/// Which cookies are tied to this very host by the browser (`__Host-`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Host {
    /// Those that decide about forms and attempts; the session is `__Secure-`.
    WhereAuthjsHasIt,
    /// The session too.
    Session,
    /// None: the scope that was set excludes it.
    Nowhere,
}

impl CookieNames {
    /// Names that begin with `prefix`; those that Auth.js has no counterpart for begin with `ours`.
    pub(crate) fn new(scheme: Scheme, prefix: &str, ours: &str, host: Host) -> Self {
        let (secure, bound, session) = match (scheme, host) {
            (Scheme::Http, _) => ("", "", ""),
            (Scheme::Https, Host::WhereAuthjsHasIt) => ("__Secure-", "__Host-", "__Secure-"),
            (Scheme::Https, Host::Session) => ("__Secure-", "__Host-", "__Host-"),
            (Scheme::Https, Host::Nowhere) => ("__Secure-", "__Secure-", "__Secure-"),
        };
        Self {
            session: format!("{session}{prefix}.session-token"),
            csrf: format!("{bound}{prefix}.csrf-token"),
            callback_url: format!("{secure}{prefix}.callback-url"),
            attempt: format!("{bound}{ours}.attempt."),
            signed_out: format!("{bound}{ours}.signed-out"),
        }
    }
}

/// Whose a cookie is, which decides its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// As set for the session: its domain and its `SameSite`.
    Session,
    /// This host only, and along with navigations from other sites: what must come back with a
    /// provider's answer.
    Attempt,
}

/// How long a browser keeps a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lifetime {
    /// Until it is closed.
    Browser,
    Until(Timestamp, Duration),
    /// Not at all: it is removed.
    Gone,
}

/// One line of `Set-Cookie`.
pub(super) fn line(
    rules: &CookieRules,
    name: &str,
    value: &str,
    lifetime: Lifetime,
    scope: Scope,
) -> String {
    let mut cookie = cookie::Cookie::build((name, value))
        .path(rules.path.clone())
        .http_only(true)
        .secure(rules.scheme == Scheme::Https);
    match lifetime {
        Lifetime::Browser => {}
        Lifetime::Until(end, left) => {
            let left = cookie::time::Duration::try_from(left).unwrap_or_default();
            cookie = cookie.max_age(left);
            if let Ok(end) = cookie::time::OffsetDateTime::from_unix_timestamp(end.seconds()) {
                cookie = cookie.expires(end);
            }
        }
        Lifetime::Gone => cookie = cookie.max_age(cookie::time::Duration::ZERO),
    }
    let same_site = match (scope, rules.same_site) {
        (Scope::Attempt, _) | (Scope::Session, SameSite::Lax) => cookie::SameSite::Lax,
        (Scope::Session, SameSite::Strict) => cookie::SameSite::Strict,
        (Scope::Session, SameSite::None) => cookie::SameSite::None,
    };
    cookie = cookie.same_site(same_site);
    if let (Scope::Session, Some(domain)) = (scope, &rules.domain) {
        cookie = cookie.domain(domain.clone());
    }
    cookie.build().encoded().to_string()
}

/// Adds a line to an answer's headers.
pub(super) fn append(headers: &mut HeaderMap, line: &str) {
    match HeaderValue::from_str(line) {
        Ok(line) => {
            headers.append(header::SET_COOKIE, line);
        }
        Err(_) => tracing::error!("a cookie could not be written"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_those_of_authjs() {
        let rules = CookieRules::new(Scheme::Https);
        let line = line(&rules, "a", "x|y", Lifetime::Browser, Scope::Session);
        assert!(line.starts_with("a=x%7Cy; "), "{line}");
        for attribute in ["HttpOnly", "Secure", "Path=/", "SameSite=Lax"] {
            assert!(line.contains(attribute), "{line}");
        }
        assert!(
            !line.contains("Domain") && !line.contains("Max-Age"),
            "{line}"
        );
    }

    #[test]
    fn a_domain_is_the_sessions_alone() {
        let rules = CookieRules {
            domain: Some("example.org".into()),
            same_site: SameSite::None,
            path: "/a".into(),
            ..CookieRules::new(Scheme::Https)
        };
        let session = line(&rules, "s", "v", Lifetime::Browser, Scope::Session);
        assert!(session.contains("Domain=example.org"), "{session}");
        assert!(session.contains("SameSite=None") && session.contains("Path=/a"));
        let attempt = line(&rules, "s", "v", Lifetime::Browser, Scope::Attempt);
        assert!(!attempt.contains("Domain") && attempt.contains("SameSite=Lax"));
    }
}
