//! Reads where the endpoints are: the public URL that redirect URIs, cookies and CSRF are decided by,
//! and the path under which requests arrive, which a proxy may have changed. No request has a say in it.

use url::{Host, Url};

use super::{Env, Problem, suspicion};
use crate::web::cookie::Scheme;

/// Where the application is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    pub(crate) origin: String,
    /// As browsers see it.
    pub(crate) base_path: String,
    pub(crate) scheme: Scheme,
}

const FIX: &str =
    "set AUTH_URL to the address that browsers see, such as https://example.org/api/auth";

/// Reads the URL that is set in code, else `AUTH_URL`.
pub(super) fn site(set: Option<&str>, env: &Env, problems: &mut Vec<Problem>) -> Option<Site> {
    let Some(text) = set.or_else(|| env.get("AUTH_URL")) else {
        let (what, fix) = if let Some(renamed) = env.former_name("AUTH_URL") {
            (
                format!(
                    "the public URL is not known; {renamed} is set, which is called AUTH_URL now"
                ),
                format!(
                    "rename {renamed} to AUTH_URL: without a path it means /api/auth, as before"
                ),
            )
        } else if env.get("AUTH_TRUST_HOST").is_some() {
            (
                "the public URL is not known; AUTH_TRUST_HOST is not enough, because a Host header is \
                 whatever a client says"
                    .to_owned(),
                FIX.to_owned(),
            )
        } else {
            ("the public URL is not known".to_owned(), FIX.to_owned())
        };
        problems.push(Problem::new("url_missing", what, fix));
        return None;
    };
    match read(text) {
        Ok(site) => Some(site),
        Err(Unusable { what, fix }) => {
            let what = format!("the public URL {what}");
            problems.push(Problem::new("url_unusable", what, fix));
            None
        }
    }
}

/// Reads the path under which requests arrive: what is set in code, else `AUTH_INNER_PATH`; `None` is
/// the path of the public URL.
pub(super) fn inner_path(
    set: Option<&str>,
    env: &Env,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let text = set.or_else(|| env.get("AUTH_INNER_PATH"))?;
    let path = text.trim().trim_end_matches('/');
    let is_plain = path.starts_with('/')
        && path.split('/').skip(1).all(|segment| {
            let is_known = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
            !segment.is_empty() && ![".", ".."].contains(&segment) && segment.chars().all(is_known)
        });
    if !is_plain {
        problems.push(Problem::new(
            "inner_path_unusable",
            format!("the inner path is {text:?}, which is not a plain path"),
            "set AUTH_INNER_PATH to the path under which the proxy passes requests on, such as \
             /api/auth, or leave it out where the proxy changes no paths",
        ));
        return None;
    }
    Some(path.to_owned())
}

/// Why a text cannot be the public URL.
#[derive(Debug)]
struct Unusable {
    what: String,
    fix: String,
}

impl From<&str> for Unusable {
    fn from(what: &str) -> Self {
        Self {
            what: what.to_owned(),
            fix: FIX.to_owned(),
        }
    }
}

fn read(text: &str) -> Result<Site, Unusable> {
    if let Some(inner) = suspicion::quoted(text) {
        return Err(Unusable {
            what: "is in quotes, which are part of the value".to_owned(),
            fix: match shown(inner) {
                Some(url) => format!("set AUTH_URL to {url}, without quotes"),
                None => "set AUTH_URL to the same without quotes".to_owned(),
            },
        });
    }
    let url = Url::parse(text).map_err(|_| without_scheme(text))?;
    let scheme = match url.scheme() {
        "https" => Scheme::Https,
        "http" if is_loopback(&url) => Scheme::Http,
        "http" => {
            return Err(
                "must be https, except on this machine (localhost, 127.0.0.1, [::1])".into(),
            );
        }
        // `localhost:3000` reads as a URL of the scheme `localhost`.
        _ if !text.contains("://") => return Err(without_scheme(text)),
        _ => return Err("must be https".into()),
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not carry a user name or password".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must end with its path".into());
    }
    let path = url.path().trim_end_matches('/');
    let base_path = if path.is_empty() { "/api/auth" } else { path };
    if base_path.contains("//") || base_path.contains('%') {
        return Err("must have a plain path, such as /api/auth".into());
    }
    let origin = url.origin().ascii_serialization();
    Ok(Site {
        origin,
        base_path: base_path.to_owned(),
        scheme,
    })
}

/// What is said of a text that is no URL, with the URL that was probably meant.
fn without_scheme(text: &str) -> Unusable {
    let text = text.trim();
    let meant = ["https", "http"]
        .into_iter()
        .find_map(|scheme| shown(&format!("{scheme}://{}", text.trim_start_matches('/'))));
    match meant {
        Some(meant) if !text.is_empty() && !text.contains("://") => Unusable {
            what: "does not say https://".to_owned(),
            fix: format!("set AUTH_URL to {meant}"),
        },
        _ => "is not a URL".into(),
    }
}

/// A URL that would be good, as it can be shown.
fn shown(text: &str) -> Option<String> {
    let is_local = Url::parse(text).is_ok_and(|url| url.scheme() == "https" && is_loopback(&url));
    let site = read(text).ok().filter(|_| !is_local)?;
    Some(format!("{}{}", site.origin, site.base_path))
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

    #[test]
    fn a_url_that_was_nearly_right_is_told_as_it_should_be() {
        for (text, what, fix) in [
            ("example.org", "https://", "https://example.org/api/auth"),
            (
                "localhost:3000",
                "https://",
                "http://localhost:3000/api/auth",
            ),
            ("example.org/auth", "https://", "https://example.org/auth"),
            (
                "\"https://example.org\"",
                "quotes",
                "https://example.org/api/auth",
            ),
            ("'http://localhost:1/a'", "quotes", "http://localhost:1/a"),
        ] {
            let Err(Unusable {
                what: said,
                fix: told,
            }) = read(text)
            else {
                panic!("{text}");
            };
            assert!(said.contains(what), "{text}: {said}");
            assert!(
                told.contains(&format!("AUTH_URL to {fix}")),
                "{text}: {told}"
            );
        }
        let hidden = read("user:canary@example.org").err().unwrap();
        assert!(!format!("{}{}", hidden.what, hidden.fix).contains("canary"));
    }
}
