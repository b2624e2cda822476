//! This file writes answers: redirects, JSON and pages, with the headers that all of them carry.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::jar::Jar;

/// An answer before its cookies are added.
#[derive(Debug)]
pub(crate) struct Response {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Response {
    /// A redirect. The target is a URL that was made or checked by us.
    pub(crate) fn redirect(to: &str) -> Self {
        let mut response = Self::empty(StatusCode::FOUND);
        response.put(header::LOCATION, to);
        response
    }

    /// A redirect that answers a POST: the browser comes by a GET.
    pub(crate) fn see_other(to: &str) -> Self {
        let mut response = Self::redirect(to);
        response.status = StatusCode::SEE_OTHER;
        response
    }

    /// JSON.
    pub(crate) fn json(status: StatusCode, value: &Value) -> Self {
        let mut response = Self::empty(status);
        response.put(header::CONTENT_TYPE, "application/json");
        response.body = value.to_string().into_bytes();
        response
    }

    /// A page with headers of its own.
    pub(crate) fn page(status: StatusCode, html: String, headers: &[(HeaderName, String)]) -> Self {
        let mut response = Self::empty(status);
        response.put(header::CONTENT_TYPE, "text/html; charset=utf-8");
        for (name, value) in headers {
            response.put(name.clone(), value);
        }
        // `no-referrer` would make browsers say `Origin: null` when the page's form is sent.
        response.put(header::REFERRER_POLICY, "same-origin");
        response.body = html.into_bytes();
        response
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.put(name, value);
        self
    }

    fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Vec::new(),
        }
    }

    fn put(&mut self, name: HeaderName, value: &str) {
        match HeaderValue::from_str(value) {
            Ok(value) => {
                self.headers.insert(name, value);
            }
            Err(_) => tracing::error!(header = %name, "a header could not be written"),
        }
    }

    /// The whole answer. Where the client asked for it, a redirect becomes 200 `{"url": …}`.
    /// Nothing of ours may be stored by a cache, and no address of ours goes out to another site
    /// as a referrer.
    pub(crate) fn finish(
        mut self,
        jar: Option<Jar<'_>>,
        wants_url: bool,
    ) -> http::Response<Vec<u8>> {
        if wants_url && let Some(url) = self.headers.get(header::LOCATION) {
            self.body = json!({ "url": url.to_str().unwrap_or_default() })
                .to_string()
                .into_bytes();
            self.status = StatusCode::OK;
            self.put(header::CONTENT_TYPE, "application/json");
        }
        self.put(header::CACHE_CONTROL, "private, no-cache, no-store");
        self.put(header::PRAGMA, "no-cache");
        self.put(header::EXPIRES, "0");
        self.put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
        if !self.headers.contains_key(header::REFERRER_POLICY) {
            self.put(header::REFERRER_POLICY, "no-referrer");
        }
        if let Some(jar) = jar {
            jar.write(&mut self.headers);
        }
        let mut response = http::Response::new(self.body);
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}
