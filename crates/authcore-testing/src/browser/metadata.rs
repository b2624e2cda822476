//! This file adds the headers by which a server tells its own pages from another site's.
//!
//! Fetch Metadata (`Sec-Fetch-*`), section 2; the Fetch standard, section 3.2 (`Origin`); Referrer
//! Policy, section 8 (`Referer`). The defences against CSRF build on them, so a test of those needs
//! them right.

use http::{
    HeaderMap, HeaderValue, Method,
    header::{ACCEPT, ORIGIN, REFERER},
};
use url::Url;

use super::{Here, jar::same_site};
use crate::hosts::{Origin, is_loopback};

/// What makes a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Navigation,
    Fetch,
}

/// What a browser knows of a request when it adds its headers.
pub(super) struct Circumstances<'a> {
    pub(super) kind: Kind,
    pub(super) method: &'a Method,
    pub(super) url: &'a Url,
    /// The page that caused it; `None`: the person in front of the browser.
    pub(super) from: Option<&'a Here>,
    /// Every URL of the visit so far, this one last.
    pub(super) chain: &'a [Url],
}

impl Circumstances<'_> {
    pub(super) fn add_to(&self, headers: &mut HeaderMap) {
        let (mode, dest, accept) = match self.kind {
            Kind::Navigation => (
                "navigate",
                "document",
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            ),
            Kind::Fetch => ("cors", "empty", "*/*"),
        };
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        if self.url.scheme() == "https" || is_loopback(self.url) {
            let site = sec_fetch_site(self.url, self.from, self.chain);
            headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            headers.insert("sec-fetch-mode", HeaderValue::from_static(mode));
            headers.insert("sec-fetch-dest", HeaderValue::from_static(dest));
        }
        let Some(here) = self.from else { return };
        let mut insert = |name, value: Option<String>| {
            if let Some(Ok(value)) = value.map(|text| text.parse()) {
                headers.insert(name, value);
            }
        };
        if !safe(self.method) {
            let origin = origin_header(self.kind, self.url, here, self.chain);
            insert(ORIGIN, Some(origin));
        }
        insert(REFERER, referrer(self.url, here));
    }
}

/// `Sec-Fetch-Site` (Fetch Metadata, section 2.3): the worst relation on the way.
fn sec_fetch_site(url: &Url, from: Option<&Here>, chain: &[Url]) -> &'static str {
    let Some(here) = from else { return "none" };
    let origin = Origin::of(&here.url);
    let all = || chain.iter().chain([url]);
    if all().all(|u| Origin::of(u) == origin) {
        "same-origin"
    } else if all().all(|u| same_site(u, &here.url)) {
        "same-site"
    } else {
        "cross-site"
    }
}

/// `Origin` of a request that is not GET (Fetch, section 3.2): `null` where the page's referrer
/// policy hides it or a redirect left the origin.
pub(super) fn safe(method: &Method) -> bool {
    *method == Method::GET || *method == Method::HEAD
}

fn origin_header(kind: Kind, url: &Url, here: &Here, chain: &[Url]) -> String {
    let target = Origin::of(url);
    let strayed = chain.windows(2).any(|pair| {
        let (a, b) = (Origin::of(&pair[0]), Origin::of(&pair[1]));
        a != b && a != Origin::of(&here.url)
    });
    let hidden = kind == Kind::Navigation
        && match here.policy.as_str() {
            "no-referrer" => true,
            "same-origin" => Origin::of(&here.url) != target,
            "unsafe-url" | "origin" | "origin-when-cross-origin" => false,
            _ => here.url.scheme() == "https" && url.scheme() == "http",
        };
    match Origin::of(&here.url) {
        Some(origin) if !hidden && !strayed => origin.to_string(),
        _ => "null".into(),
    }
}

/// `Referer` under the page's policy (Referrer Policy, section 8.3); without one,
/// `strict-origin-when-cross-origin`.
fn referrer(url: &Url, here: &Here) -> Option<String> {
    let same = Origin::of(&here.url) == Origin::of(url);
    let downgrade = here.url.scheme() == "https" && url.scheme() == "http";
    let origin = || Origin::of(&here.url).map(|origin| format!("{origin}/"));
    let whole = || {
        let mut whole = here.url.clone();
        whole.set_fragment(None);
        Some(whole.to_string())
    };
    match here.policy.as_str() {
        "no-referrer" => None,
        "origin" => origin(),
        "same-origin" => whole().filter(|_| same),
        "unsafe-url" => whole(),
        "origin-when-cross-origin" if same => whole(),
        "origin-when-cross-origin" => origin(),
        "no-referrer-when-downgrade" => whole().filter(|_| !downgrade),
        "strict-origin" => origin().filter(|_| !downgrade),
        _ if same => whole(),
        _ => origin().filter(|_| !downgrade),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn here(text: &str, policy: &str) -> Here {
        Here {
            url: url(text),
            policy: policy.into(),
        }
    }

    #[test]
    fn the_site_header_tells_the_worst_of_the_way() {
        let app = url("https://app.example.org/");
        let from = here("https://app.example.org/signin", "");
        let way = |chain: &[Url]| sec_fetch_site(&app, Some(&from), chain);
        assert_eq!(way(std::slice::from_ref(&app)), "same-origin");
        assert_eq!(way(&[url("https://www.example.org/")]), "same-site");
        assert_eq!(way(&[url("https://provider.example.com/")]), "cross-site");
        assert_eq!(sec_fetch_site(&app, None, &[]), "none");
    }

    #[test]
    fn a_page_without_referrer_posts_from_a_null_origin() {
        let app = url("https://app.example.org/x");
        let chain = [app.clone()];
        let origin = |policy| {
            let from = here("https://app.example.org/signin?a=b", policy);
            origin_header(Kind::Navigation, &app, &from, &chain)
        };
        assert_eq!(origin(""), "https://app.example.org");
        assert_eq!(origin("same-origin"), "https://app.example.org");
        assert_eq!(origin("no-referrer"), "null");
    }

    #[test]
    fn the_referrer_of_another_origin_is_its_origin() {
        let from = here("https://app.example.org/signin?token=1", "");
        assert_eq!(
            referrer(&url("https://provider.example.com/"), &from).as_deref(),
            Some("https://app.example.org/")
        );
        assert_eq!(referrer(&url("http://provider.example.com/"), &from), None);
        assert_eq!(
            referrer(&url("https://app.example.org/"), &from).as_deref(),
            Some("https://app.example.org/signin?token=1")
        );
    }
}
