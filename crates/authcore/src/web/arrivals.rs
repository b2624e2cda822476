//! Knows under which path requests arrive and under which one browsers send them, and says in the log when
//! requests come beside the configured address: under another path, host or scheme.
//!
//! A proxy may take a part of the path away (`/app/api/auth` arrives as `/api/auth`) or add one. Where
//! that was not said, every request is answered 404, and nothing else tells why.

use std::sync::atomic::{AtomicBool, Ordering};

use http::{HeaderMap, HeaderValue, header};

/// The words that come first after the base path.
const ENDPOINTS: [&str; 9] = [
    "providers",
    "csrf",
    "session",
    "signin",
    "callback",
    "connect",
    "signout",
    "error",
    "verify-request",
];

/// How much of a request's path or header a log line repeats.
const SHOWN: usize = 128;

/// The path of the endpoints inside of the proxy, beside the public one.
#[derive(Debug)]
pub(crate) struct Arrivals {
    public: String,
    inner: String,
    is_set: bool,
    told: AtomicBool,
    host_told: AtomicBool,
}

impl Arrivals {
    /// Without an inner path of its own, the proxy changes nothing.
    pub(crate) fn new(public: &str, inner: Option<String>) -> Self {
        Self {
            public: public.to_owned(),
            is_set: inner.is_some(),
            inner: inner.unwrap_or_else(|| public.to_owned()),
            told: AtomicBool::new(false),
            host_told: AtomicBool::new(false),
        }
    }

    /// The path under which requests arrive.
    pub(crate) fn inner(&self) -> &str {
        &self.inner
    }

    /// Whether the application said what the inner path is.
    pub(crate) fn is_set(&self) -> bool {
        self.is_set
    }

    /// The path that browsers see, of one that arrived: what the two base paths differ in is put back.
    pub(crate) fn public_of(&self, arrived: &str) -> String {
        let (outside, inside) = prefixes(&self.public, &self.inner);
        match arrived.strip_prefix(inside) {
            Some(rest) if rest.starts_with('/') => format!("{outside}{rest}"),
            // The inner site's root without its slash.
            Some(rest) if rest.is_empty() || rest.starts_with('?') => format!("{outside}/{rest}"),
            _ => arrived.to_owned(),
        }
    }

    /// The base path of a request for one of the endpoints that arrived elsewhere: the inner path with a
    /// part taken away or added at its beginning.
    fn stray<'p>(&self, path: &'p str) -> Option<&'p str> {
        let at = path.match_indices('/').map(|(at, _)| at);
        let mut bases = at.filter_map(|at| Some((path.get(..at)?, path.get(at + 1..)?)));
        let (base, _) = bases.find(|(base, rest)| {
            let first = rest.split(['/', '?']).next().unwrap_or_default();
            let is_beside = *base == self.public || is_cut_or_longer(base, &self.inner);
            ENDPOINTS.contains(&first) && *base != self.inner && is_beside
        })?;
        Some(base)
    }

    /// Logs the first request that came beside the inner path, and says whether this one did.
    pub(crate) fn notice(&self, path: &str) -> bool {
        let Some(base) = self.stray(path) else {
            return false;
        };
        if !self.told.swap(true, Ordering::Relaxed) {
            let arrived: String = base.chars().take(SHOWN).collect();
            let (inner, public) = (&self.inner, &self.public);
            tracing::warn!(
                code = "path_mismatch",
                arrived = ?arrived,
                expected = %inner,
                public = %public,
                "a request for an endpoint arrived under {arrived:?}, and the endpoints are expected \
                 under {inner:?}: if a proxy changes the path, set AUTH_INNER_PATH to the path that \
                 arrives; if {public:?} is not what browsers see, correct AUTH_URL"
            );
        }
        true
    }
}

impl Arrivals {
    /// Logs the first sign-in that began under another host than the public URL's. A proxy may have put its
    /// own name there, so that nothing is refused for it; but where the visitor's browser is at that host,
    /// the provider sends it back to another one, where its cookies are not.
    pub(crate) fn notice_host(&self, headers: &HeaderMap, origin: &str) {
        let Some(said) = headers.get(header::HOST).map(shown) else {
            return;
        };
        let expected = origin.split_once("://").map_or(origin, |(_, host)| host);
        if said.eq_ignore_ascii_case(expected) || self.host_told.swap(true, Ordering::Relaxed) {
            return;
        }
        tracing::warn!(
            code = "host_mismatch",
            said = ?said,
            expected = %expected,
            "a sign-in began at the host {said:?}, and AUTH_URL says {expected:?}: if browsers show \
             {said:?}, sign-in fails there: open {origin}, or correct AUTH_URL; if a proxy has put it \
             there, let it pass the Host header on (nginx: proxy_set_header Host $http_host)"
        );
    }

    /// Logs from which origin a form was sent that was refused for it. Where the browser itself says that
    /// the form was ours, the address is the mistake, and no other site.
    pub(crate) fn tell_origin(&self, headers: &HeaderMap, origin: &str) {
        let Some(said) = headers.get(header::ORIGIN).map(shown) else {
            return;
        };
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        if site == Some(b"same-origin") {
            tracing::warn!(
                code = "csrf_origin",
                said = ?said,
                expected = %origin,
                "a form of this site was sent from {said:?}, and AUTH_URL says {origin:?}: open the \
                 application there, or correct AUTH_URL"
            );
        } else {
            tracing::info!(
                code = "csrf_origin",
                said = ?said,
                expected = %origin,
                "a form was sent from {said:?}, and AUTH_URL says {origin:?}: if {said:?} is this \
                 application, open it at {origin}, or correct AUTH_URL"
            );
        }
    }
}

/// A header as a log line may repeat it.
fn shown(value: &HeaderValue) -> String {
    let bytes = value.as_bytes();
    String::from_utf8_lossy(bytes.get(..SHOWN).unwrap_or(bytes)).into_owned()
}

/// Whether one base path is the end of the other. The empty path, where everything was taken away, is the
/// end of each.
fn is_cut_or_longer(base: &str, inner: &str) -> bool {
    let ends = |whole: &str, end: &str| {
        whole
            .strip_suffix(end)
            .is_some_and(|_| end.is_empty() || end.starts_with('/'))
    };
    ends(inner, base) || (!inner.is_empty() && ends(base, inner))
}

/// What two base paths begin with before the end that they have in common, by whole segments.
fn prefixes<'p>(public: &'p str, inner: &'p str) -> (&'p str, &'p str) {
    let same = public
        .rsplit('/')
        .zip(inner.rsplit('/'))
        .take_while(|(one, other)| one == other && !one.is_empty())
        .map(|(segment, _)| segment.len() + 1)
        .sum::<usize>();
    let before = |path: &'p str| {
        path.get(..path.len().saturating_sub(same))
            .unwrap_or_default()
    };
    (before(public), before(inner))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_with_a_part_of_the_path_taken_away_or_added_is_known() {
        let paths = Arrivals::new("/app/api/auth", None);
        for (path, base) in [
            ("/api/auth/session", Some("/api/auth")),
            ("/auth/callback/github", Some("/auth")),
            ("/session", Some("")),
            ("/x/app/api/auth/signin", Some("/x/app/api/auth")),
            ("/app/api/auth/session", None),
            ("/other/session", None),
            ("/pi/auth/session", None),
            ("/api/auth/sessions", None),
            ("/api/auth", None),
            ("session", None),
        ] {
            assert_eq!(paths.stray(path), base, "{path}");
        }
    }

    #[test]
    fn what_the_proxy_took_away_is_put_back() {
        let stripped = Arrivals::new("/app/api/auth", Some("/api/auth".into()));
        assert_eq!(stripped.public_of("/me?a=1"), "/app/me?a=1");
        assert_eq!(stripped.public_of("/"), "/app/");
        let added = Arrivals::new("/api/auth", Some("/svc/api/auth".into()));
        assert_eq!(added.public_of("/svc/me"), "/me");
        assert_eq!(added.public_of("/svc"), "/");
        assert_eq!(added.public_of("/svcs/me"), "/svcs/me");
        let kept = Arrivals::new("/api/auth", None);
        assert_eq!(kept.public_of("/me"), "/me");
        let renamed = Arrivals::new("/login", Some("/api/auth".into()));
        assert_eq!(renamed.public_of("/me"), "/me");
        assert_eq!(renamed.stray("/login/session"), Some("/login"));
    }
}
