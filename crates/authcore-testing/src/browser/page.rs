//! This file is what a visit ends with: the answer, where it came from, and what is in it.

use std::fmt;

use http::{HeaderMap, Method, StatusCode, header::LOCATION};
use serde_json::Value;
use url::Url;

use super::{
    BrowserError,
    html::{Content, Form, Link},
};

/// An answer as a browser shows it. `Debug` leaves out queries, headers and body: they can hold
/// codes and tokens.
#[derive(Clone)]
#[non_exhaustive]
pub struct Page {
    /// Where it is, after all redirects.
    pub url: Url,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Vec<u8>,
    /// Every request on the way, the one for this page last.
    pub trail: Vec<Hop>,
    content: Content,
}

/// One request of a visit and its answer.
#[derive(Clone)]
#[non_exhaustive]
pub struct Hop {
    /// The method.
    pub method: Method,
    /// The URL.
    pub url: Url,
    /// The headers that were sent, cookies included.
    pub sent: HeaderMap,
    /// The status of the answer.
    pub status: StatusCode,
    /// The headers of the answer.
    pub headers: HeaderMap,
}

impl Page {
    pub(super) fn new(hop: &Hop, body: Vec<u8>, trail: Vec<Hop>) -> Self {
        let content = Content::read(&String::from_utf8_lossy(&body), &hop.url);
        Self {
            url: hop.url.clone(),
            status: hop.status,
            headers: hop.headers.clone(),
            body,
            trail,
            content,
        }
    }

    /// A header's value, where it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Where a redirect that was not followed leads, absolute.
    #[must_use]
    pub fn location(&self) -> Option<Url> {
        let location = self.headers.get(LOCATION)?.to_str().ok()?;
        self.url.join(location).ok()
    }

    /// A parameter of this page's URL.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        let mut pairs = self.url.query_pairs();
        let pair = pairs.find(|(known, _)| known == name);
        pair.map(|(_, value)| value.into_owned())
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// [`BrowserError::NotJson`] when it is not.
    pub fn json(&self) -> Result<Value, BrowserError> {
        serde_json::from_slice(&self.body).map_err(|_| BrowserError::NotJson {
            status: self.status.as_u16(),
        })
    }

    /// The body as it is.
    #[must_use]
    pub fn source(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The text that a reader sees, with single spaces.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.content.text
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.content.title
    }

    /// All forms, in order.
    #[must_use]
    pub fn forms(&self) -> &[Form] {
        &self.content.forms
    }

    /// All links, in order.
    #[must_use]
    pub fn links(&self) -> &[Link] {
        &self.content.links
    }

    /// The first form whose action's path ends like this.
    ///
    /// # Errors
    /// [`BrowserError::NoForm`] when there is none.
    pub fn form_to(&self, path: &str) -> Result<Form, BrowserError> {
        let form = self
            .forms()
            .iter()
            .find(|f| f.action.path().ends_with(path));
        form.cloned()
            .ok_or_else(|| BrowserError::NoForm(path.to_owned()))
    }

    /// The first form with a button of this text or value, the button pressed.
    ///
    /// # Errors
    /// [`BrowserError::NoForm`] when there is none.
    pub fn form_with_button(&self, which: &str) -> Result<Form, BrowserError> {
        let form = self.forms().iter().find(|form| form.has_button(which));
        form.map(|form| form.clone().press(which))
            .ok_or_else(|| BrowserError::NoForm(which.to_owned()))
    }

    /// The first link with this text.
    ///
    /// # Errors
    /// [`BrowserError::NoLink`] when there is none.
    pub fn link(&self, text: &str) -> Result<Link, BrowserError> {
        let link = self.links().iter().find(|link| link.text == text);
        link.cloned()
            .ok_or_else(|| BrowserError::NoLink(text.to_owned()))
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("url", &without_query(&self.url))
            .field("status", &self.status.as_u16())
            .field("trail", &self.trail)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            method,
            url,
            status,
            ..
        } = self;
        write!(f, "{method} {} → {}", without_query(url), status.as_u16())
    }
}

fn without_query(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}
