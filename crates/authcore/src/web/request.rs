//! This file reads a request once, within limits, before anything acts on it.

use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::Value;

use super::route::{Action, Verb, route};
use crate::model::{ClientAddress, JsonMap, Params, Visitor};

/// The most bytes that a body may have: 64 KiB.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;

/// A request that could be read.
pub(crate) struct Request {
    pub(crate) verb: Verb,
    pub(crate) action: Action,
    pub(crate) query: Params,
    pub(crate) body: Body,
    pub(crate) headers: HeaderMap,
    address: Option<ClientAddress>,
}

/// What a POST carries.
pub(crate) enum Body {
    None,
    Form(Params),
    Json(JsonMap),
}

impl Body {
    /// A text of the form or of the JSON object.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        match self {
            Self::None => None,
            Self::Form(form) => form.get(name),
            Self::Json(object) => object.get(name).and_then(Value::as_str),
        }
    }

    /// Any value of the JSON object; a form's text as a JSON string.
    pub(crate) fn value(&self, name: &str) -> Option<Value> {
        match self {
            Self::None => None,
            Self::Form(form) => form.get(name).map(Value::from),
            Self::Json(object) => object.get(name).cloned(),
        }
    }

    /// All texts.
    pub(crate) fn texts(&self) -> Params {
        match self {
            Self::None => Params::default(),
            Self::Form(form) => form.clone(),
            Self::Json(object) => object
                .iter()
                .filter_map(|(name, value)| Some((name, value.as_str()?)))
                .collect(),
        }
    }
}

/// Why a request cannot be read. The answer is 400 `"Bad request."`, or 413.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("no such method or path")]
    Route,
    #[error("the query cannot be read")]
    Query,
    #[error("the body cannot be read")]
    Body,
    #[error("the body has more than {BODY_LIMIT} bytes")]
    TooLarge,
}

impl Unreadable {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Route => "bad_route",
            Self::Query => "bad_query",
            Self::Body => "bad_body",
            Self::TooLarge => "body_too_large",
        }
    }
}

impl Request {
    pub(crate) fn read(
        request: http::Request<Vec<u8>>,
        base_path: &str,
    ) -> Result<Self, Unreadable> {
        let (parts, body) = request.into_parts();
        let (verb, action) =
            route(&parts.method, parts.uri.path(), base_path).ok_or(Unreadable::Route)?;
        let query = Params::parse(parts.uri.query().unwrap_or_default().as_bytes())
            .map_err(|_| Unreadable::Query)?;
        if body.len() > BODY_LIMIT {
            return Err(Unreadable::TooLarge);
        }
        let body = match verb {
            Verb::Get => Body::None,
            Verb::Post => read_body(&parts.headers, &body)?,
        };
        Ok(Self {
            verb,
            action,
            query,
            body,
            headers: parts.headers,
            address: parts.extensions.get().copied(),
        })
    }

    /// Where it comes from. What its headers say of an address is anybody's word.
    pub(crate) fn visitor(&self) -> Visitor {
        let user_agent = self.headers.get(header::USER_AGENT);
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        Visitor {
            user_agent: user_agent.map(text),
            address: self.address,
        }
    }

    /// The `callbackUrl` of the body, else of the query.
    pub(crate) fn callback_url(&self) -> Option<&str> {
        self.body
            .get("callbackUrl")
            .or_else(|| self.query.get("callbackUrl"))
    }
}

/// Whether a browser is about to show the answer as a page, and not a script or a program that reads it.
pub(crate) fn is_navigation(method: &Method, headers: &HeaderMap) -> bool {
    if *method != Method::GET && *method != Method::POST {
        return false;
    }
    if let Some(mode) = headers.get("sec-fetch-mode") {
        return mode == "navigate";
    }
    let accepted = headers.get_all(header::ACCEPT).iter();
    let accepted = accepted.filter_map(|accept| accept.to_str().ok());
    accepted
        .into_iter()
        .any(|accept| accept.contains("text/html"))
}

/// Whether the client asked for `{"url": …}` instead of a redirect.
pub(crate) fn wants_url(headers: &HeaderMap) -> bool {
    headers.contains_key("x-auth-return-redirect")
}

fn read_body(headers: &HeaderMap, body: &[u8]) -> Result<Body, Unreadable> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default()
        .trim();
    if kind.eq_ignore_ascii_case("application/json") {
        match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => Ok(Body::Json(object)),
            _ => Err(Unreadable::Body),
        }
    } else if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        Params::parse(body)
            .map(Body::Form)
            .map_err(|_| Unreadable::Body)
    } else {
        Ok(Body::None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(kind: &str, body: &[u8]) -> Result<Request, Unreadable> {
        let request = http::Request::post("/api/auth/signout?callbackUrl=/q")
            .header("content-type", kind)
            .body(body.to_vec())
            .unwrap();
        Request::read(request, "/api/auth")
    }

    #[test]
    fn forms_and_json_say_the_same() {
        let form = post(
            "application/x-www-form-urlencoded; charset=utf-8",
            b"callbackUrl=%2Fa",
        );
        assert_eq!(form.unwrap().callback_url(), Some("/a"));
        let json = post(
            "application/json",
            br#"{"callbackUrl":"/a","data":{"x":1}}"#,
        )
        .unwrap();
        assert_eq!(json.callback_url(), Some("/a"));
        assert_eq!(json.body.value("data").unwrap()["x"], 1);
    }

    #[test]
    fn other_bodies_are_none() {
        assert_eq!(
            post("multipart/form-data", b"x").unwrap().callback_url(),
            Some("/q")
        );
        assert_eq!(
            post("text/plain+application/json", b"{")
                .unwrap()
                .callback_url(),
            Some("/q")
        );
    }

    #[test]
    fn malformed_bodies_are_refused() {
        for (kind, body) in [
            ("application/json", &b"{"[..]),
            ("application/json", b""),
            ("application/json", b"[]"),
            ("application/json", b"\"x\""),
            ("application/json", b"\xff"),
            ("application/x-www-form-urlencoded", b"a=1&a=2"),
        ] {
            assert_eq!(post(kind, body).err(), Some(Unreadable::Body), "{body:?}");
        }
        let deep = [vec![b'['; 10_000], vec![b']'; 10_000]].concat();
        assert_eq!(
            post("application/json", &deep).err(),
            Some(Unreadable::Body)
        );
        let huge = vec![b'a'; BODY_LIMIT + 1];
        assert_eq!(post("text/plain", &huge).err(), Some(Unreadable::TooLarge));
    }
}
