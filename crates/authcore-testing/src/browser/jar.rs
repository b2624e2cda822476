//! This file keeps cookies as a browser does, and refuses those that a browser refuses.
//!
//! RFC 6265bis, sections 5.6 (`Set-Cookie`), 5.7 (storage) and 5.8 (which are sent), with the two
//! things that browsers do beyond it: no `SameSite` means `Lax`, and `SameSite=None` needs `Secure`.
//! Stricter than some browsers where they differ, so that what works here works in all: `Secure`
//! needs https even on loopback, and no two minutes of grace for a `Lax` that nobody wrote.

use std::time::Duration;

use authcore::model::Timestamp;
use url::{Host, Url};

/// The most bytes of a name and a value together (section 5.6).
const PAIR_LIMIT: usize = 4096;
/// The most bytes of an attribute's value; longer attributes are ignored (section 5.6).
const ATTRIBUTE_LIMIT: usize = 1024;
/// The longest that a cookie lives, whatever it says (section 5.5): 400 days.
const LONGEST_LIFE: Duration = Duration::from_secs(400 * 24 * 60 * 60);
/// The most cookies of one host: what the RFC asks browsers to keep at least is 50, Chromium keeps
/// 180. The oldest go first.
const HOST_LIMIT: usize = 180;

/// A cookie in the jar.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value, as it came.
    pub value: String,
    /// The host that it belongs to.
    pub domain: String,
    /// Whether hosts below the domain get it too.
    pub reach: Reach,
    /// The path below which it is sent.
    pub path: String,
    /// Whether it is sent over https only.
    pub secure: bool,
    /// Whether scripts cannot see it.
    pub http_only: bool,
    /// When it goes along with requests that other sites caused.
    pub same_site: SameSite,
    /// When it ends; `None`: with the browser.
    pub expires: Option<Timestamp>,
    created: u64,
}

/// Who gets a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The host that set it, alone.
    HostOnly,
    /// The host of its `Domain` and all below it.
    Subdomains,
}

/// When a cookie goes along with requests that other sites caused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// Never.
    Strict,
    /// When somebody follows a link or is redirected with GET.
    Lax,
    /// Always.
    None,
}

/// Why a browser does not keep a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It has neither name nor value, or a control character.
    #[error("the cookie is malformed")]
    Malformed,
    /// Name and value have more than 4096 bytes.
    #[error("name and value have more than {PAIR_LIMIT} bytes")]
    TooLarge,
    /// Its `Domain` is not the host's own, or is a whole top-level domain.
    #[error("its Domain is not the host's")]
    ForeignDomain,
    /// It says `Secure` and came over http, or would replace one that is.
    #[error("it is Secure and did not come over https")]
    Insecure,
    /// It begins with `__Host-` or `__Secure-` and breaks the prefix's promise.
    #[error("it breaks the promise of its prefix")]
    Prefix,
    /// It says `SameSite=None` without `Secure`.
    #[error("it says SameSite=None without Secure")]
    NoneWithoutSecure,
    /// It is `SameSite` and came with an answer to another site's request.
    #[error("it is SameSite and another site caused the request")]
    CrossSite,
}

/// Who caused a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// The site itself, or the person in front of the browser.
    SameSite,
    /// Another site, by a navigation of the whole tab with GET.
    CrossSiteNavigation,
    /// Another site, in any other way.
    CrossSite,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Jar {
    cookies: Vec<Cookie>,
    created: u64,
}

impl Jar {
    /// Keeps what a `Set-Cookie` header says.
    pub(super) fn set(
        &mut self,
        url: &Url,
        header: &str,
        cause: Cause,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let mut cookie = read(url, header, now)?;
        let secure_origin = url.scheme() == "https";
        if cookie.secure && !secure_origin {
            return Err(Refusal::Insecure);
        }
        if cookie.same_site == SameSite::None && !cookie.secure {
            return Err(Refusal::NoneWithoutSecure);
        }
        if cookie.same_site != SameSite::None && cause == Cause::CrossSite {
            return Err(Refusal::CrossSite);
        }
        check_prefix(&cookie, header)?;
        let overlays = |known: &Cookie| {
            known.secure
                && known.name == cookie.name
                && (within(&known.domain, &cookie.domain) || within(&cookie.domain, &known.domain))
                && path_matches(&known.path, &cookie.path)
        };
        if !secure_origin && self.cookies.iter().any(overlays) {
            return Err(Refusal::Insecure);
        }
        let same = |known: &Cookie| {
            known.name == cookie.name
                && known.domain == cookie.domain
                && known.reach == cookie.reach
                && known.path == cookie.path
        };
        self.created += 1;
        cookie.created = self.created;
        if let Some(place) = self.cookies.iter().position(same) {
            cookie.created = self.cookies.remove(place).created;
        }
        if cookie.expires.is_none_or(|end| end > now) {
            self.cookies.push(cookie);
            self.make_room(now);
        }
        Ok(())
    }

    /// The cookies that go along with a request, those with longer paths first (section 5.8.3).
    pub(super) fn sent<'a>(
        &'a self,
        url: &'a Url,
        cause: Cause,
        now: Timestamp,
    ) -> Vec<&'a Cookie> {
        let mut cookies: Vec<_> = self
            .seen_by(url, now)
            .filter(|cookie| match (cookie.same_site, cause) {
                (_, Cause::SameSite) | (SameSite::None, _) => true,
                (SameSite::Lax, Cause::CrossSiteNavigation) => true,
                (SameSite::Lax | SameSite::Strict, _) => false,
            })
            .collect();
        cookies.sort_by_key(|cookie| (std::cmp::Reverse(cookie.path.len()), cookie.created));
        cookies
    }

    /// Every cookie that belongs to a URL.
    pub(super) fn seen_by<'a>(
        &'a self,
        url: &'a Url,
        now: Timestamp,
    ) -> impl Iterator<Item = &'a Cookie> {
        let host = url.host_str().unwrap_or_default();
        self.cookies.iter().filter(move |cookie| {
            let host_fits = match cookie.reach {
                Reach::HostOnly => cookie.domain == host,
                Reach::Subdomains => within(host, &cookie.domain),
            };
            host_fits
                && path_matches(url.path(), &cookie.path)
                && (!cookie.secure || url.scheme() == "https")
                && cookie.expires.is_none_or(|end| end > now)
        })
    }

    pub(super) fn remove(&mut self, url: &Url, name: &str) {
        let host = url.host_str().unwrap_or_default();
        self.cookies
            .retain(|cookie| cookie.name != name || !within(host, &cookie.domain));
    }

    pub(super) fn clear(&mut self) {
        self.cookies.clear();
    }

    /// Ends the cookies that end with the browser.
    pub(super) fn restart(&mut self) {
        self.cookies.retain(|cookie| cookie.expires.is_some());
    }

    fn make_room(&mut self, now: Timestamp) {
        self.cookies
            .retain(|cookie| cookie.expires.is_none_or(|end| end > now));
        let Some(domain) = self.cookies.last().map(|cookie| cookie.domain.clone()) else {
            return;
        };
        while self.cookies.iter().filter(|c| c.domain == domain).count() > HOST_LIMIT {
            let oldest = self.cookies.iter().position(|c| c.domain == domain);
            if let Some(oldest) = oldest {
                self.cookies.remove(oldest);
            }
        }
    }
}

/// Whether two URLs belong to one site: scheme and registrable domain, the latter taken to be the
/// last two labels, as the public suffix list is not on board.
pub(super) fn same_site(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme() && a.host().is_some() && registrable(a) == registrable(b)
}

fn registrable(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(name)) => {
            let labels: Vec<_> = name.rsplitn(3, '.').take(2).collect();
            labels.join(".")
        }
        Some(address) => address.to_string(),
        None => String::new(),
    }
}

fn read(url: &Url, header: &str, now: Timestamp) -> Result<Cookie, Refusal> {
    if header.bytes().any(|b| b.is_ascii_control() && b != b'\t') {
        return Err(Refusal::Malformed);
    }
    let mut parts = header.split(';');
    let pair = parts.next().unwrap_or_default();
    let (name, value) = match pair.split_once('=') {
        Some((name, value)) => (name.trim(), value.trim()),
        None => ("", pair.trim()),
    };
    if name.is_empty() && value.is_empty() {
        return Err(Refusal::Malformed);
    }
    if name.len() + value.len() > PAIR_LIMIT {
        return Err(Refusal::TooLarge);
    }
    let host = url.host_str().ok_or(Refusal::Malformed)?;
    let mut cookie = Cookie {
        name: name.into(),
        value: value.into(),
        domain: host.into(),
        reach: Reach::HostOnly,
        path: default_path(url),
        secure: false,
        http_only: false,
        same_site: SameSite::Lax,
        expires: None,
        created: 0,
    };
    let mut max_age = None;
    for attribute in parts {
        let (name, value) = attribute.split_once('=').unwrap_or((attribute, ""));
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim());
        if value.len() > ATTRIBUTE_LIMIT {
            continue;
        }
        match name.as_str() {
            "secure" => cookie.secure = true,
            "httponly" => cookie.http_only = true,
            "path" => {
                cookie.path = if value.starts_with('/') {
                    value.into()
                } else {
                    default_path(url)
                };
            }
            "domain" => {
                let domain = value.trim_start_matches('.').to_ascii_lowercase();
                if !domain.is_empty() {
                    cookie.domain = domain;
                    cookie.reach = Reach::Subdomains;
                }
            }
            "samesite" => {
                cookie.same_site = match value.to_ascii_lowercase().as_str() {
                    "strict" => SameSite::Strict,
                    "none" => SameSite::None,
                    _ => SameSite::Lax,
                }
            }
            "expires" => cookie.expires = expires(value).or(cookie.expires),
            "max-age" => max_age = value.parse::<i64>().ok().or(max_age),
            _ => {}
        }
    }
    if cookie.reach == Reach::Subdomains {
        check_domain(&mut cookie, url)?;
    }
    // Max-Age outweighs Expires, whichever comes first.
    if let Some(seconds) = max_age {
        cookie.expires = Some(match u64::try_from(seconds) {
            Ok(0) | Err(_) => Timestamp::from_millis(i64::MIN),
            Ok(seconds) => now.plus(Duration::from_secs(seconds)),
        });
    }
    let last = now.plus(LONGEST_LIFE);
    cookie.expires = cookie.expires.map(|end| end.min(last));
    Ok(cookie)
}

/// The moment of an `Expires`, read by the crate that also reads it for applications.
fn expires(text: &str) -> Option<Timestamp> {
    let cookie = cookie::Cookie::parse(format!("x=y; Expires={text}")).ok()?;
    let moment = cookie.expires_datetime()?;
    Some(Timestamp::from_seconds(moment.unix_timestamp()))
}

fn check_domain(cookie: &mut Cookie, url: &Url) -> Result<(), Refusal> {
    let host = url.host_str().unwrap_or_default();
    let is_name = matches!(url.host(), Some(Host::Domain(_)));
    if cookie.domain == host && !(is_name && host.contains('.')) {
        // An address, or a name like `localhost`: it can be nobody's but its own.
        cookie.reach = Reach::HostOnly;
        return Ok(());
    }
    if is_name && cookie.domain.contains('.') && within(host, &cookie.domain) {
        return Ok(());
    }
    Err(Refusal::ForeignDomain)
}

fn check_prefix(cookie: &Cookie, header: &str) -> Result<(), Refusal> {
    // Browsers compare the prefixes without regard to case.
    let name = cookie.name.to_ascii_lowercase();
    let nameless = cookie
        .name
        .is_empty()
        .then(|| cookie.value.to_ascii_lowercase());
    let prefixes = ["__host-", "__secure-"];
    if nameless.is_some_and(|value| prefixes.iter().any(|p| value.starts_with(p))) {
        return Err(Refusal::Prefix);
    }
    let says = |attribute: &str| {
        header.split(';').skip(1).any(|part| {
            let name = part.split('=').next().unwrap_or_default();
            name.trim().eq_ignore_ascii_case(attribute)
        })
    };
    let kept = if name.starts_with("__host-") {
        cookie.secure && cookie.path == "/" && says("path") && !says("domain")
    } else {
        !name.starts_with("__secure-") || cookie.secure
    };
    kept.then_some(()).ok_or(Refusal::Prefix)
}

/// The directory of the URL's path (section 5.1.4).
fn default_path(url: &Url) -> String {
    match url.path().rfind('/') {
        Some(0) | None => "/".into(),
        Some(end) => url.path()[..end].into(),
    }
}

/// Section 5.1.4: the same, or below.
fn path_matches(path: &str, of_cookie: &str) -> bool {
    path.strip_prefix(of_cookie)
        .is_some_and(|rest| rest.is_empty() || of_cookie.ends_with('/') || rest.starts_with('/'))
}

/// Whether a host is a domain or below it.
fn within(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests;
