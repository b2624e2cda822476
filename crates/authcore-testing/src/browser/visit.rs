//! This file makes one visit: a request with the headers that a browser adds, its cookies, and every
//! redirect after it.
//!
//! Redirects follow the Fetch standard, section 4.4, cookies RFC 6265bis.

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
    header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE},
};
use url::Url;

use super::{
    Browser, BrowserError, Here, RefusedCookie,
    jar::{Cause, same_site},
    metadata::{Circumstances, Kind, safe},
    page::{Hop, Page},
};
use crate::hosts::Origin;

/// A request about to be made; see [`Browser::visit`].
#[must_use = "a visit is made by `.go()`"]
pub struct Visit<'a> {
    tab: &'a mut Browser,
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Vec<u8>,
    from: From,
    kind: Kind,
    follow: Follow,
}

/// Which redirects are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Follow {
    /// All, up to the browser's limit.
    #[default]
    All,
    /// Those within the origin of the first request: the visit stops before it leaves.
    WithinOrigin,
    /// None.
    None,
}

#[derive(Debug, Clone)]
enum From {
    /// The address was typed, or a bookmark.
    Nobody,
    /// The page in the tab.
    Here,
    /// A page at this URL.
    Page(String),
    /// A page of the target's own origin.
    Target,
}

impl<'a> Visit<'a> {
    pub(super) fn new(tab: &'a mut Browser, method: Method, url: &str) -> Self {
        Self {
            tab,
            method,
            url: url.to_owned(),
            headers: HeaderMap::new(),
            body: Vec::new(),
            from: From::Nobody,
            kind: Kind::Navigation,
            follow: Follow::All,
        }
    }

    /// Adds a header, or replaces one that the browser would send.
    ///
    /// # Errors
    /// [`BrowserError::Unsendable`] when name or value is not valid.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, BrowserError> {
        let name: HeaderName = name.parse().map_err(|_| BrowserError::Unsendable)?;
        let value: HeaderValue = value.parse().map_err(|_| BrowserError::Unsendable)?;
        self.headers.insert(name, value);
        Ok(self)
    }

    /// The body is this form.
    pub fn form<N: AsRef<str>, V: AsRef<str>>(
        mut self,
        fields: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        self.body = body.into_bytes();
        self.headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-www-form-urlencoded"),
        );
        self
    }

    /// The body is this JSON, sent by a script.
    pub fn json(mut self, value: &serde_json::Value) -> Self {
        self.body = value.to_string().into_bytes();
        self.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.kind = Kind::Fetch;
        self
    }

    /// The body is these bytes.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The page in the tab causes it: a link was followed, a form was sent.
    pub fn from_here(mut self) -> Self {
        self.from = From::Here;
        self
    }

    /// A page at this URL causes it: another site's, to attack.
    pub fn from_page(mut self, url: impl Into<String>) -> Self {
        self.from = From::Page(url.into());
        self
    }

    /// A page of the target's own origin causes it.
    pub fn from_own_site(mut self) -> Self {
        self.from = From::Target;
        self
    }

    /// A script does it with `fetch`, credentials included; the tab stays where it is.
    pub fn by_script(mut self) -> Self {
        self.kind = Kind::Fetch;
        self
    }

    /// Which redirects are followed. Default: [`Follow::All`].
    pub fn follow(mut self, follow: Follow) -> Self {
        self.follow = follow;
        self
    }

    /// Makes the visit.
    ///
    /// # Errors
    /// [`BrowserError`] when there is no answer to show. A status such as 500 is an answer.
    pub async fn go(mut self) -> Result<Page, BrowserError> {
        let mut url = Url::parse(&self.url).map_err(|_| BrowserError::NotAUrl(self.url.clone()))?;
        let cause = self.cause(&url)?;
        let first = Origin::of(&url);
        let mut chain: Vec<Url> = Vec::new();
        let mut trail: Vec<Hop> = Vec::new();
        loop {
            chain.push(url.clone());
            let (hop, body) = self.one(&url, cause.as_ref(), &chain).await?;
            trail.push(hop.clone());
            let next = match redirect(&hop) {
                Some(next) if self.follow != Follow::None => next?,
                _ => return Ok(self.end(&hop, body, trail)),
            };
            if self.follow == Follow::WithinOrigin && Origin::of(&next) != first {
                return Ok(self.end(&hop, body, trail));
            }
            if trail.len() > self.tab.limit {
                return Err(BrowserError::TooManyRedirects(self.tab.limit));
            }
            self.rewrite(hop.status);
            url = next;
        }
    }

    fn cause(&self, target: &Url) -> Result<Option<Here>, BrowserError> {
        Ok(match &self.from {
            From::Nobody => None,
            From::Here => self.tab.here.clone(),
            From::Page(url) => {
                let url = Url::parse(url).map_err(|_| BrowserError::NotAUrl(url.clone()))?;
                Some(Here::at(url))
            }
            From::Target => Some(Here::at(
                target.join("/").unwrap_or_else(|_| target.clone()),
            )),
        })
    }

    fn end(self, hop: &Hop, body: Vec<u8>, trail: Vec<Hop>) -> Page {
        if self.kind == Kind::Navigation {
            let policy = hop.headers.get("referrer-policy");
            self.tab.here = Some(Here {
                url: hop.url.clone(),
                policy: policy
                    .and_then(|value| value.to_str().ok())
                    .unwrap_or_default()
                    .to_owned(),
            });
        }
        Page::new(hop, body, trail)
    }

    /// What a redirect makes of method and body (Fetch, section 4.4, step 12).
    fn rewrite(&mut self, status: StatusCode) {
        let becomes_get = match status {
            StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND => self.method == Method::POST,
            StatusCode::SEE_OTHER => self.method != Method::GET && self.method != Method::HEAD,
            _ => false,
        };
        if becomes_get {
            self.method = Method::GET;
            self.body.clear();
            self.headers.remove(CONTENT_TYPE);
        }
    }

    async fn one(
        &mut self,
        url: &Url,
        from: Option<&Here>,
        chain: &[Url],
    ) -> Result<(Hop, Vec<u8>), BrowserError> {
        let now = self.tab.shared.clock.now();
        let same = chain.iter().chain(from.map(|here| &here.url));
        let cause = match (same.into_iter().all(|u| same_site(u, url)), self.kind) {
            (true, _) => Cause::SameSite,
            (false, Kind::Navigation) if safe(&self.method) => Cause::CrossSiteNavigation,
            _ => Cause::CrossSite,
        };
        let mut headers = self.tab.shared.headers.clone();
        let circumstances = Circumstances {
            kind: self.kind,
            method: &self.method,
            url,
            from,
            chain,
        };
        circumstances.add_to(&mut headers);
        headers.extend(self.headers.clone());
        let cookies: Vec<String> = {
            let world = self.tab.jar();
            let sent = world.jar.sent(url, cause, now);
            sent.iter()
                .map(|c| match c.name.as_str() {
                    "" => c.value.clone(),
                    name => format!("{name}={}", c.value),
                })
                .collect()
        };
        if !cookies.is_empty() && !headers.contains_key(COOKIE) {
            let text = cookies.join("; ");
            headers.insert(COOKIE, text.parse().map_err(|_| BrowserError::Unsendable)?);
        }
        let mut bare = url.clone();
        bare.set_fragment(None);
        let mut request = http::Request::new(self.body.clone());
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = bare
            .as_str()
            .parse()
            .map_err(|_| BrowserError::Unsendable)?;
        *request.headers_mut() = headers.clone();
        let answer = self.tab.shared.send(request, url).await?;
        let hop = Hop {
            method: self.method.clone(),
            url: url.clone(),
            sent: headers,
            status: answer.status(),
            headers: answer.headers().clone(),
        };
        let setting = match self.kind {
            // Whoever caused it, the visitor is at the site now.
            Kind::Navigation => Cause::SameSite,
            Kind::Fetch => cause,
        };
        let mut world = self.tab.jar();
        for header in hop.headers.get_all(SET_COOKIE) {
            let text = String::from_utf8_lossy(header.as_bytes());
            if let Err(why) = world.jar.set(url, &text, setting, now) {
                let name = text.split(['=', ';']).next().unwrap_or_default();
                world.refused.push(RefusedCookie {
                    url: url.clone(),
                    name: name.trim().to_owned(),
                    why,
                });
            }
        }
        drop(world);
        Ok((hop, answer.into_body()))
    }
}

/// Where an answer redirects to; its fragment is kept unless the new URL has one.
fn redirect(hop: &Hop) -> Option<Result<Url, BrowserError>> {
    if !matches!(hop.status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = hop.headers.get(LOCATION)?;
    let text = String::from_utf8_lossy(location.as_bytes()).into_owned();
    let next = hop.url.join(&text).map(|mut next| {
        if next.fragment().is_none() {
            next.set_fragment(hop.url.fragment());
        }
        next
    });
    Some(next.map_err(|_| BrowserError::NotAUrl(text)))
}
