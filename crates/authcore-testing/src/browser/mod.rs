//! This folder is a browser without a screen: cookies, redirects, forms, tabs, and the headers by
//! which a server tells its own pages from another site's.
//!
//! ```text
//! visit.rs      one request and every redirect after it
//! metadata.rs   the headers that say who caused it
//! jar.rs        the cookies, by the rules of browsers
//! page.rs       what a visit ends with
//! html.rs       forms and links in it
//! login.rs      whole logins in one call
//! ```
//!
//! It runs no script and checks no certificate. What it reaches is this machine alone; other origins
//! are mapped to it, see [`Hosts`].
//!
//! ```no_run
//! use authcore_testing::{browser::Browser, hosts::Hosts, identity::LocalProvider};
//!
//! # async fn example(wiki: LocalProvider, app: std::net::SocketAddr) -> Result<(), Box<dyn std::error::Error>> {
//! let hosts = wiki.hosts().map("https://app.example.org", app)?;
//! let mut browser = Browser::new(hosts);
//! let base = "https://app.example.org/api/auth";
//! let page = browser.sign_in_with(base, "wikimedia", "ada").await?;
//! assert_eq!(browser.session(base).await?["user"]["name"], "Ada");
//! # Ok(())
//! # }
//! ```

mod error;
mod html;
mod jar;
mod login;
mod metadata;
mod page;
mod visit;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use authcore::{
    clock::{Clock, SystemClock},
    transport::{HttpClient, Transport},
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;

pub use error::BrowserError;
pub use html::{Button, Form, Link};
pub use jar::{Cookie, Reach, Refusal, SameSite};
pub use page::{Hop, Page};
pub use visit::{Follow, Visit};

use crate::hosts::{Hosts, Origin};
use jar::{Cause, Jar};

/// How many redirects a visit follows: as many as browsers do.
pub const REDIRECT_LIMIT: usize = 20;

/// How long it waits for an answer: as long as Chromium, so that a busy machine is no failure.
const PATIENCE: Duration = Duration::from_secs(300);

/// One tab of a browser. [`Browser::tab`] opens another that shares the cookies;
/// [`Browser::stranger`] is another person's browser on the same network.
pub struct Browser {
    shared: Arc<Shared>,
    cookies: Arc<Mutex<Cookies>>,
    here: Option<Here>,
    limit: usize,
}

struct Shared {
    hosts: Hosts,
    client: Arc<HttpClient>,
    clock: Arc<dyn Clock>,
    headers: HeaderMap,
}

#[derive(Default)]
struct Cookies {
    jar: Jar,
    refused: Vec<RefusedCookie>,
}

/// The page that a tab shows.
#[derive(Debug, Clone)]
struct Here {
    url: Url,
    policy: String,
}

impl Here {
    fn at(url: Url) -> Self {
        Self {
            url,
            policy: String::new(),
        }
    }
}

/// A cookie that the browser did not keep, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefusedCookie {
    /// Whose answer it came with.
    pub url: Url,
    /// Its name.
    pub name: String,
    /// Why it was not kept.
    pub why: Refusal,
}

impl Browser {
    /// A browser that reaches these hosts, with the machine's clock and an empty jar.
    #[must_use]
    pub fn new(hosts: Hosts) -> Self {
        Self::with_clock(hosts, SystemClock)
    }

    /// A browser whose cookies end by this clock.
    #[must_use]
    pub fn with_clock(hosts: Hosts, clock: impl Clock + 'static) -> Self {
        let patient = HttpClient::builder()
            .connect_timeout(PATIENCE)
            .read_timeout(PATIENCE)
            .total_timeout(PATIENCE)
            .user_agent("Mozilla/5.0 (compatible; authcore-testing)");
        Self {
            shared: Arc::new(Shared {
                hosts,
                client: Arc::new(patient.build()),
                clock: Arc::new(clock),
                headers: HeaderMap::new(),
            }),
            cookies: Arc::default(),
            here: None,
            limit: REDIRECT_LIMIT,
        }
    }

    /// The same browser, sending this header with every request: `Accept-Language`, say, or what a
    /// proxy adds.
    ///
    /// # Errors
    /// [`BrowserError::Unsendable`] when name or value is not valid.
    pub fn always_sending(mut self, name: &str, value: &str) -> Result<Self, BrowserError> {
        let name: HeaderName = name.parse().map_err(|_| BrowserError::Unsendable)?;
        let value: HeaderValue = value.parse().map_err(|_| BrowserError::Unsendable)?;
        let mut headers = self.shared.headers.clone();
        headers.insert(name, value);
        self.shared = Arc::new(Shared {
            hosts: self.shared.hosts.clone(),
            client: Arc::clone(&self.shared.client),
            clock: Arc::clone(&self.shared.clock),
            headers,
        });
        Ok(self)
    }

    /// Another tab of the same browser: the same cookies, an empty page.
    #[must_use]
    pub fn tab(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            cookies: Arc::clone(&self.cookies),
            here: None,
            limit: self.limit,
        }
    }

    /// Somebody else's browser on the same network: no cookies.
    #[must_use]
    pub fn stranger(&self) -> Self {
        Self {
            cookies: Arc::default(),
            ..self.tab()
        }
    }

    /// A browser with a copy of this one's cookies: what somebody has who stole them.
    #[must_use]
    pub fn thief(&self) -> Self {
        let stolen = Cookies {
            jar: self.jar().jar.clone(),
            refused: Vec::new(),
        };
        Self {
            cookies: Arc::new(Mutex::new(stolen)),
            ..self.tab()
        }
    }

    /// A request to be filled in.
    pub fn visit(&mut self, method: Method, url: &str) -> Visit<'_> {
        Visit::new(self, method, url)
    }

    /// Goes to a typed address.
    ///
    /// # Errors
    /// [`BrowserError`] when there is no answer.
    pub async fn get(&mut self, url: &str) -> Result<Page, BrowserError> {
        self.visit(Method::GET, url).go().await
    }

    /// Follows a link of the page.
    ///
    /// # Errors
    /// [`BrowserError`] when there is no answer.
    pub async fn click(&mut self, link: &Link) -> Result<Page, BrowserError> {
        let visit = self.visit(Method::GET, link.url.as_str());
        visit.from_here().go().await
    }

    /// Sends a form of the page.
    ///
    /// # Errors
    /// [`BrowserError`] when there is no answer.
    pub async fn submit(&mut self, form: &Form) -> Result<Page, BrowserError> {
        self.submission(form).go().await
    }

    /// A form of the page, to be sent with changes.
    pub fn submission(&mut self, form: &Form) -> Visit<'_> {
        let fields = form.fields.iter().map(|(name, value)| (name, value));
        if form.method == Method::POST {
            let visit = self.visit(Method::POST, form.action.as_str());
            return visit.form(fields).from_here();
        }
        let mut url = form.action.clone();
        url.query_pairs_mut().clear().extend_pairs(fields);
        self.visit(Method::GET, url.as_str()).from_here()
    }

    /// Sends a form, as a page of the same site would.
    ///
    /// # Errors
    /// [`BrowserError`] when there is no answer.
    pub async fn post_form(
        &mut self,
        url: &str,
        fields: &[(&str, &str)],
    ) -> Result<Page, BrowserError> {
        let visit = self.visit(Method::POST, url);
        visit
            .form(fields.iter().copied())
            .from_own_site()
            .go()
            .await
    }

    /// Sends JSON, as a script of the same site would.
    ///
    /// # Errors
    /// [`BrowserError`] when there is no answer.
    pub async fn post_json(
        &mut self,
        url: &str,
        value: &serde_json::Value,
    ) -> Result<Page, BrowserError> {
        let visit = self.visit(Method::POST, url);
        visit.json(value).from_own_site().go().await
    }

    /// Asks for something, as a script of the same site would.
    ///
    /// # Errors
    /// [`BrowserError`] when there is no answer.
    pub async fn fetch(&mut self, url: &str) -> Result<Page, BrowserError> {
        let visit = self.visit(Method::GET, url);
        visit.from_own_site().by_script().go().await
    }

    /// The value of a cookie that belongs to a URL.
    ///
    /// # Errors
    /// [`BrowserError::NotAUrl`].
    pub fn cookie(&self, url: &str, name: &str) -> Result<Option<String>, BrowserError> {
        let cookies = self.cookies(url)?;
        let cookie = cookies.into_iter().find(|cookie| cookie.name == name);
        Ok(cookie.map(|cookie| cookie.value))
    }

    /// The cookies that belong to a URL.
    ///
    /// # Errors
    /// [`BrowserError::NotAUrl`].
    pub fn cookies(&self, url: &str) -> Result<Vec<Cookie>, BrowserError> {
        let url = parse(url)?;
        let now = self.shared.clock.now();
        let world = self.jar();
        Ok(world.jar.seen_by(&url, now).cloned().collect())
    }

    /// Puts a cookie into the jar, as if an answer from this URL had it in `Set-Cookie`.
    ///
    /// # Errors
    /// [`BrowserError::NotAUrl`], or [`BrowserError::Cookie`] when a browser would not keep it.
    pub fn set_cookie(&mut self, url: &str, set_cookie: &str) -> Result<(), BrowserError> {
        let now = self.shared.clock.now();
        let url = parse(url)?;
        let mut world = self.jar();
        Ok(world.jar.set(&url, set_cookie, Cause::SameSite, now)?)
    }

    /// Removes a cookie that belongs to a URL.
    ///
    /// # Errors
    /// [`BrowserError::NotAUrl`].
    pub fn remove_cookie(&mut self, url: &str, name: &str) -> Result<(), BrowserError> {
        let url = parse(url)?;
        self.jar().jar.remove(&url, name);
        Ok(())
    }

    /// Removes all cookies.
    pub fn clear_cookies(&mut self) {
        self.jar().jar.clear();
    }

    /// Closes the browser and opens it again: cookies without an end are gone, and so is the page.
    pub fn restart(&mut self) {
        self.jar().jar.restart();
        self.here = None;
    }

    /// The cookies that were not kept, and why. A test of an application wants none.
    #[must_use]
    pub fn refused_cookies(&self) -> Vec<RefusedCookie> {
        self.jar().refused.clone()
    }

    /// The hosts that it reaches.
    #[must_use]
    pub fn hosts(&self) -> Hosts {
        self.shared.hosts.clone()
    }

    /// From now on, the hosts that this tab reaches: a server was replaced, or another answers for it.
    pub fn reach(&mut self, hosts: Hosts) {
        self.shared = Arc::new(Shared {
            hosts,
            client: Arc::clone(&self.shared.client),
            clock: Arc::clone(&self.shared.clock),
            headers: self.shared.headers.clone(),
        });
    }

    /// Where the tab is.
    #[must_use]
    pub fn address(&self) -> Option<&Url> {
        self.here.as_ref().map(|here| &here.url)
    }

    /// The jar, also after a panic elsewhere.
    fn jar(&self) -> MutexGuard<'_, Cookies> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shared {
    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
        url: &Url,
    ) -> Result<http::Response<Vec<u8>>, BrowserError> {
        let request = self.hosts.redirect(request).ok_or_else(|| {
            let origin = Origin::of(url).map(|origin| origin.to_string());
            BrowserError::NotOnThisMachine(origin.unwrap_or_else(|| url.scheme().to_owned()))
        })?;
        Ok(self.client.send(request).await?)
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let world = self.jar();
        f.debug_struct("Browser")
            .field("host", &self.address().and_then(Url::host_str))
            .field("refused", &world.refused)
            .finish_non_exhaustive()
    }
}

fn parse(url: &str) -> Result<Url, BrowserError> {
    Url::parse(url).map_err(|_| BrowserError::NotAUrl(url.to_owned()))
}
