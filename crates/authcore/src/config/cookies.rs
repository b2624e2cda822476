//! Names and scope of the cookies, as an application sets them.

use super::{Env, Problem, url::Site};
use crate::web::cookie::{CookieNames, CookieRules, Host, SameSite, Scheme};

/// The browser's mark of a cookie that is tied to one host (RFC 6265bis, section 4.1.3.2).
const HOST: &str = "__Host-";

/// Names and scope of the cookies. The defaults are Auth.js's, since its programs read the same cookies.
///
/// Two applications under one host (two ports of one machine, two paths of one site) need names of their
/// own, or paths that do not contain each other: otherwise each overwrites the other's cookies.
///
/// ```
/// # fn main() -> Result<(), authcore::config::Problems> {
/// use authcore::config::CookieSettings;
///
/// let auth = authcore::Auth::builder()
///     .url("https://shop.example.org/api/auth")
///     .secret("at least 32 characters, from `openssl rand -base64 33`")
///     .cookies(CookieSettings::new().host_prefix())
///     .build()?;
/// assert_eq!(auth.session_cookie_name(), "__Host-authjs.session-token");
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CookieSettings {
    prefix: Option<String>,
    domain: Option<String>,
    path: Option<String>,
    same_site: Option<SameSite>,
    host: bool,
}

impl CookieSettings {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What all names begin with: `shop` gives `shop.session-token`, after `__Secure-` or `__Host-` on
    /// https. At most 32 ASCII letters, digits, `-` and `_`. Auth.js's programs find their cookies under
    /// the default only, and the session's name is part of its encryption. Default:
    /// `AUTH_COOKIE_PREFIX`, else `authjs`.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = Some(prefix.into());
        self
    }

    /// Ties the session's cookie to this very host (`__Host-`), so that no sub-domain can plant one.
    /// Needs https, and excludes a domain and a path. Auth.js's programs do not find it under this name.
    /// Default: off; also on when `AUTH_COOKIE_PREFIX` begins with `__Host-`.
    #[must_use]
    pub fn host_prefix(mut self) -> Self {
        self.host = true;
        self
    }

    /// The domain whose sub-domains get the session's cookie too: `example.org`. Each of them can then
    /// also replace it. Default: `AUTH_COOKIE_DOMAIN`, else none: this host only.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// The path below which browsers send the cookies. It must contain the endpoints, and all pages that
    /// ask who is signed in. Default: `AUTH_COOKIE_PATH`, else `/`.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Which requests from other sites carry the session's cookie. Default: `AUTH_COOKIE_SAME_SITE`
    /// (`lax`, `strict`, `none`), else [`SameSite::Lax`].
    #[must_use]
    pub fn same_site(mut self, same_site: SameSite) -> Self {
        self.same_site = Some(same_site);
        self
    }

    /// What was set, and for the rest what the environment says.
    pub(super) fn or_env(mut self, env: &Env, problems: &mut Vec<Problem>) -> Self {
        let owned = |name| env.get(name).map(String::from);
        self.prefix = self.prefix.or_else(|| owned("AUTH_COOKIE_PREFIX"));
        self.domain = self.domain.or_else(|| owned("AUTH_COOKIE_DOMAIN"));
        self.path = self.path.or_else(|| owned("AUTH_COOKIE_PATH"));
        if self.same_site.is_none()
            && let Some(text) = env.get("AUTH_COOKIE_SAME_SITE")
        {
            match text.to_ascii_lowercase().as_str() {
                "lax" => self.same_site = Some(SameSite::Lax),
                "strict" => self.same_site = Some(SameSite::Strict),
                "none" => self.same_site = Some(SameSite::None),
                _ => problems.push(unusable(
                    format!("AUTH_COOKIE_SAME_SITE is `{text}`"),
                    "set it to lax, strict or none",
                )),
            }
        }
        self
    }

    /// The rules that follow, once nothing contradicts.
    pub(super) fn rules(&self, site: &Site, problems: &mut Vec<Problem>) -> CookieRules {
        let before = problems.len();
        let mut rules = CookieRules::new(site.scheme);
        let mut tied = self.host;
        let mut prefix = self.prefix.as_deref();
        if let Some(rest) = prefix.and_then(|prefix| prefix.strip_prefix(HOST)) {
            (tied, prefix) = (true, Some(rest));
        }
        if let Some(prefix) = prefix
            && !is_prefix(prefix)
        {
            problems.push(unusable(
                format!("cookie names cannot begin with `{prefix}`"),
                "use 1 to 32 ASCII letters, digits, `-` and `_`; `__Host-` may stand in front",
            ));
        }
        if let Some(path) = &self.path {
            rules.path.clone_from(path);
            if !is_path(path) || !contains(path, &site.base_path) {
                problems.push(unusable(
                    format!(
                        "the cookies' path is `{path}`, and the endpoints are at `{}`",
                        site.base_path
                    ),
                    "give a path that begins with a slash and that the endpoints are below, such as /",
                ));
            }
        }
        if let Some(domain) = &self.domain {
            let domain = domain.trim_start_matches('.').to_ascii_lowercase();
            if !covers(&domain, &site.origin) {
                problems.push(unusable(
                    format!(
                        "the cookies' domain is `{domain}`, which does not contain {}",
                        site.origin
                    ),
                    "give the site's own name or a parent domain of it; leave it out on localhost and for \
                     IP addresses",
                ));
            }
            rules.domain = Some(domain);
        }
        rules.same_site = self.same_site.unwrap_or_default();
        let is_plain = site.scheme == Scheme::Http;
        if rules.same_site == SameSite::None && is_plain {
            problems.push(unusable(
                "browsers keep no SameSite=None cookie of a site without https".into(),
                "serve the site over https, or leave SameSite at its default",
            ));
        }
        let is_wide = rules.domain.is_some() || rules.path != "/";
        if tied && (is_wide || is_plain) {
            problems.push(unusable(
                "`__Host-` needs https, and excludes a domain and a path".into(),
                "leave out `__Host-`, or the domain and the path",
            ));
        }
        if problems.len() > before {
            return rules;
        }
        let host = match (tied, is_wide) {
            (true, _) => Host::Session,
            (false, true) => Host::Nowhere,
            (false, false) => Host::WhereAuthjsHasIt,
        };
        rules.names = match prefix {
            Some(prefix) => CookieNames::new(site.scheme, prefix, prefix, host),
            None => CookieNames::new(site.scheme, "authjs", "authcore", host),
        };
        rules
    }
}

fn unusable(what: String, fix: &str) -> Problem {
    Problem::new("cookies_unusable", what, fix)
}

fn is_prefix(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=32).contains(&text.len()) && text.bytes().all(plain) && !text.starts_with("__")
}

fn is_path(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'%' | b'?');
    text.starts_with('/') && text.bytes().all(plain)
}

/// As browsers match paths (RFC 6265bis, section 5.1.4).
fn contains(path: &str, other: &str) -> bool {
    other
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || path.ends_with('/') || rest.starts_with('/'))
}

/// As browsers match domains (RFC 6265bis, section 5.1.3). A name without a dot is no domain to share.
fn covers(domain: &str, origin: &str) -> bool {
    let Ok(url) = ::url::Url::parse(origin) else {
        return false;
    };
    let Some(::url::Host::Domain(host)) = url.host() else {
        return false;
    };
    let below = host
        .strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    below && domain.contains('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(settings: &CookieSettings, url: &str) -> Result<CookieRules, Vec<Problem>> {
        let mut problems = Vec::new();
        let env: Env = [("AUTH_URL", url)].into_iter().collect();
        let site = crate::config::url::site(None, &env, &mut problems).unwrap();
        let rules = settings.rules(&site, &mut problems);
        if problems.is_empty() {
            Ok(rules)
        } else {
            Err(problems)
        }
    }

    #[test]
    fn names_say_what_browsers_hold_a_cookie_to() {
        let https = "https://shop.example.org/api/auth";
        let plain = "http://localhost:3000/api/auth";
        let new = CookieSettings::new;
        for (settings, url, session, csrf, attempt) in [
            (
                new(),
                https,
                "__Secure-authjs.session-token",
                "__Host-authjs.csrf-token",
                "__Host-authcore.attempt.",
            ),
            (
                new(),
                plain,
                "authjs.session-token",
                "authjs.csrf-token",
                "authcore.attempt.",
            ),
            (
                new().host_prefix(),
                https,
                "__Host-authjs.session-token",
                "__Host-authjs.csrf-token",
                "__Host-authcore.attempt.",
            ),
            (
                new().prefix("shop"),
                https,
                "__Secure-shop.session-token",
                "__Host-shop.csrf-token",
                "__Host-shop.attempt.",
            ),
            (
                new().prefix("__Host-shop"),
                https,
                "__Host-shop.session-token",
                "__Host-shop.csrf-token",
                "__Host-shop.attempt.",
            ),
            (
                new().domain(".Example.org"),
                https,
                "__Secure-authjs.session-token",
                "__Secure-authjs.csrf-token",
                "__Secure-authcore.attempt.",
            ),
            (
                new().path("/api"),
                https,
                "__Secure-authjs.session-token",
                "__Secure-authjs.csrf-token",
                "__Secure-authcore.attempt.",
            ),
        ] {
            let names = read(&settings, url).unwrap().names;
            assert_eq!(names.session, session, "{settings:?}");
            assert_eq!(names.csrf, csrf, "{settings:?}");
            assert_eq!(names.attempt, attempt, "{settings:?}");
        }
    }

    #[test]
    fn what_browsers_would_not_keep_is_refused() {
        let https = "https://shop.example.org/api/auth";
        let plain = "http://localhost:3000/api/auth";
        let new = CookieSettings::new;
        for (settings, url) in [
            (new().host_prefix(), plain),
            (new().host_prefix().domain("example.org"), https),
            (new().host_prefix().path("/api"), https),
            (new().prefix("__Host-a").path("/api"), https),
            (new().prefix(""), https),
            (new().prefix("a b"), https),
            (new().prefix("a;Domain=x"), https),
            (new().prefix("__Secure-a"), https),
            (new().prefix("__Host-"), https),
            (new().domain("org"), https),
            (new().domain("other.org"), https),
            (new().domain("hop.example.org"), https),
            (new().domain("a.shop.example.org"), https),
            (new().domain("localhost"), plain),
            (new().domain("127.0.0.1"), "http://127.0.0.1:3000"),
            (new().domain(""), https),
            (new().path("api"), https),
            (new().path("/ap"), https),
            (new().path("/other"), https),
            (new().path("/;Domain=x"), https),
            (new().same_site(SameSite::None), plain),
        ] {
            let found = read(&settings, url).unwrap_err();
            assert_eq!(found[0].code, "cookies_unusable", "{settings:?}");
        }
    }

    #[test]
    fn the_environment_says_what_code_does_not() {
        let env: Env = [
            ("AUTH_COOKIE_PREFIX", "a"),
            ("AUTH_COOKIE_PATH", "/a"),
            ("AUTH_COOKIE_DOMAIN", "example.org"),
            ("AUTH_COOKIE_SAME_SITE", "Strict"),
        ]
        .into_iter()
        .collect();
        let mut problems = Vec::new();
        let read = CookieSettings::new()
            .prefix("b")
            .or_env(&env, &mut problems);
        let same = CookieSettings::new()
            .prefix("b")
            .path("/a")
            .domain("example.org")
            .same_site(SameSite::Strict);
        assert_eq!((read, problems), (same, vec![]));
        let env: Env = [("AUTH_COOKIE_SAME_SITE", "lax; Domain=x")]
            .into_iter()
            .collect();
        let mut problems = Vec::new();
        CookieSettings::new().or_env(&env, &mut problems);
        assert_eq!(problems.len(), 1);
    }
}
