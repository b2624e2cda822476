//! This file is a browser without a network: it keeps the cookies that `Auth` sets and sends them back.

use std::collections::BTreeMap;

use authcore::Auth;
use http::{Method, Request, Response, StatusCode, header};
use serde_json::Value;

/// Someone at a browser.
#[derive(Default)]
pub(crate) struct Visitor {
    /// Cookies by name, as the `Set-Cookie` lines encode them.
    pub(crate) cookies: BTreeMap<String, String>,
}

impl Visitor {
    /// Sends a request and takes the cookies of its answer.
    pub(crate) async fn send(
        &mut self,
        auth: &Auth,
        method: Method,
        target: &str,
        form: &[(&str, &str)],
    ) -> Response<Vec<u8>> {
        let mut request = Request::builder().method(method).uri(target);
        if !self.cookies.is_empty() {
            request = request.header(header::COOKIE, self.cookie_header());
        }
        if !form.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let answer = auth
            .handle(request.body(body.into_bytes()).expect("a request"))
            .await;
        for line in answer.headers().get_all(header::SET_COOKIE) {
            self.take(line.to_str().expect("cookies are ASCII"));
        }
        answer
    }

    /// A GET whose answer is JSON.
    pub(crate) async fn json(&mut self, auth: &Auth, target: &str) -> Value {
        let answer = self.send(auth, Method::GET, target, &[]).await;
        assert_eq!(answer.status(), StatusCode::OK);
        serde_json::from_slice(answer.body()).expect("JSON")
    }

    /// The CSRF token of this browser.
    pub(crate) async fn csrf_token(&mut self, auth: &Auth) -> String {
        let answer = self.json(auth, &format!("{}/csrf", auth.base_path())).await;
        answer["csrfToken"].as_str().expect("a token").to_owned()
    }

    /// The session cookie's value, put together from its parts.
    pub(crate) fn session_token(&self, auth: &Auth) -> Option<String> {
        let name = auth.session_cookie_name();
        if let Some(whole) = self.cookies.get(name) {
            return Some(whole.clone());
        }
        let parts: Vec<&str> = (0..)
            .map_while(|part| self.cookies.get(&format!("{name}.{part}")))
            .map(String::as_str)
            .collect();
        (!parts.is_empty()).then(|| parts.concat())
    }

    fn cookie_header(&self) -> String {
        let pairs: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn take(&mut self, line: &str) {
        let pair = line.split(';').next().unwrap_or_default();
        let (name, value) = pair.split_once('=').expect("a cookie has a name");
        if line
            .split(';')
            .any(|attribute| attribute.trim().eq_ignore_ascii_case("max-age=0"))
        {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

/// Where an answer sends the browser.
pub(crate) fn location(answer: &Response<Vec<u8>>) -> &str {
    let Some(to) = answer.headers().get(header::LOCATION) else {
        panic!("no redirect: {}", String::from_utf8_lossy(answer.body()));
    };
    to.to_str().expect("locations are ASCII")
}
