//! This file reads the public URL of the endpoints: the one thing that redirect URIs, cookies and
//! CSRF are decided by. No request has a say in it.

use url::{Host, Url};

use super::{Env, Problem};
use crate::web::cookie::Scheme;

/// Where the application is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) origin: String,
    pub(crate) base_path: String,
    pub(crate) scheme: Scheme,
}

/// Reads the URL that is set in code, else `AUTH_URL`.
pub(super) fn site(set: Option<&str>, env: &Env, problems: &mut Vec<Problem>) -> Option<Site> {
    let mend =
        "set AUTH_URL to the address that browsers see, such as https://example.org/api/auth";
    let Some(text) = set.or_else(|| env.get("AUTH_URL")) else {
        let what = if env.get("AUTH_TRUST_HOST").is_some() {
            "the public URL is not known; AUTH_TRUST_HOST is not enough, because a Host header is \
             whatever a client says"
        } else {
            "the public URL is not known"
        };
        problems.push(Problem::new("url_missing", what, mend));
        return None;
    };
    match read(text) {
        Ok(site) => Some(site),
        Err(what) => {
            problems.push(Problem::new(
                "url_unusable",
                format!("the public URL {what}"),
                mend,
            ));
            None
        }
    }
}

fn read(text: &str) -> Result<Site, &'static str> {
    let url = Url::parse(text).map_err(|_| "is not a URL")?;
    let scheme = match url.scheme() {
        "https" => Scheme::Https,
        "http" if is_loopback(&url) => Scheme::Http,
        "http" => {
            return Err("must be https, except on this machine (localhost, 127.0.0.1, [::1])");
        }
        _ => return Err("must be https"),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not carry a user name or password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must end with its path");
    }
    let path = url.path().trim_end_matches('/');
    let base_path = if path.is_empty() { "/api/auth" } else { path };
    if base_path.contains("//") || base_path.contains('%') {
        return Err("must have a plain path, such as /api/auth");
    }
    let origin = url.origin().ascii_serialization();
    Ok(Site {
        origin,
        base_path: base_path.to_owned(),
        scheme,
    })
}

/// Whether a host is this machine: browsers treat these as safe without TLS.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_the_base_path() {
        let site = read("https://Example.org:443/auth/").unwrap();
        assert_eq!(site.origin, "https://example.org");
        assert_eq!(site.base_path, "/auth");
        assert_eq!(
            read("http://localhost:3000").unwrap().base_path,
            "/api/auth"
        );
        assert_eq!(
            read("http://127.0.0.1:3000/x").unwrap().scheme,
            Scheme::Http
        );
    }

    #[test]
    fn what_browsers_would_not_call_safe_is_refused() {
        for text in [
            "",
            "example.org",
            "ftp://example.org",
            "http://example.org",
            "https://u:p@example.org",
            "https://example.org/a?b",
            "https://example.org/a#b",
            "https://example.org/a//b",
            "https://example.org/%61",
            "http://localhost.example.org",
            "http://127.0.0.1.example.org",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
