//! This file answers a request that gets no session: with the way to sign in for a browser, with a
//! stable code for everything else.
//!
//! A store that does not answer is 503, never 401: a client that took it for "signed out" would throw
//! its session away.

use authcore::{Auth, SessionUnavailable};
use axum::{
    extract::OriginalUri,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts};
use serde_json::json;

use crate::mapping::Unmapped;

/// Why there is no session for a handler.
#[derive(Debug)]
#[non_exhaustive]
pub enum Refusal {
    /// Nobody is signed in, and a browser asked for a page: 303 to there, and back afterwards.
    SignIn {
        /// The sign-in page.
        url: String,
    },
    /// Nobody is signed in: 401 with the code `signed_out`.
    SignedOut,
    /// It is not known whether somebody is signed in: 503 with its code and reference.
    Unavailable(SessionUnavailable),
    /// The application's own type cannot be made of the session: 500 with the code
    /// `session_unmapped`.
    Unmapped(Unmapped),
}

impl Refusal {
    pub(crate) fn signed_out(auth: &Auth, parts: &Parts) -> Self {
        if !is_navigation(&parts.method, &parts.headers) {
            return Self::SignedOut;
        }
        // Inside a nested router the URI has lost its beginning.
        let uri = parts
            .extensions
            .get::<OriginalUri>()
            .map_or(&parts.uri, |original| &original.0);
        let back_to = uri.path_and_query().map_or("/", |path| path.as_str());
        Self::SignIn {
            url: auth.sign_in_url(&auth.public_path(back_to)),
        }
    }
}

impl From<SessionUnavailable> for Refusal {
    fn from(unavailable: SessionUnavailable) -> Self {
        Self::Unavailable(unavailable)
    }
}

impl From<Unmapped> for Refusal {
    fn from(unmapped: Unmapped) -> Self {
        Self::Unmapped(unmapped)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn { url } => match HeaderValue::try_from(url) {
                Ok(url) => {
                    let location = [(header::LOCATION, url)];
                    private((StatusCode::SEE_OTHER, location).into_response())
                }
                Err(_) => Self::SignedOut.into_response(),
            },
            Self::SignedOut => json(
                StatusCode::UNAUTHORIZED,
                "SessionRequired",
                "signed_out",
                "Sign in first.",
                None,
            ),
            Self::Unavailable(unavailable) => json(
                StatusCode::SERVICE_UNAVAILABLE,
                "Configuration",
                unavailable.code(),
                "It cannot be said just now whether you are signed in. Try again in a moment.",
                Some(unavailable.reference()),
            ),
            Self::Unmapped(unmapped) => {
                tracing::error!(error = %unmapped, "a session could not be mapped");
                json(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "Configuration",
                    "session_unmapped",
                    "Your session lacks something that this page needs.",
                    None,
                )
            }
        }
    }
}

/// An error as JSON, as the core writes its own: `{"error", "code", "message", "ref"?}`, where
/// `error` is Auth.js's word and `code` ours.
pub(crate) fn json(
    status: StatusCode,
    word: &str,
    code: &str,
    message: &str,
    reference: Option<&str>,
) -> Response {
    let mut body = json!({ "error": word, "code": code, "message": message });
    if let Some(reference) = reference {
        body["ref"] = reference.into();
    }
    let kind = [(header::CONTENT_TYPE, "application/json")];
    private((status, kind, body.to_string()).into_response())
}

/// Marks an answer that depends on who is signed in: no cache may keep it, unless the application
/// itself said which may (OWASP, Session Management: web content caching).
pub(crate) fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.append(header::VARY, HeaderValue::from_static("Cookie"));
    response
}

/// Whether a browser is about to show the answer as a page. Only then a redirect to the sign-in page
/// is of use; a script would read that page as its data.
fn is_navigation(method: &Method, headers: &HeaderMap) -> bool {
    if method != Method::GET && method != Method::HEAD {
        return false;
    }
    if let Some(mode) = headers.get("sec-fetch-mode") {
        return mode == "navigate";
    }
    headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|accept| accept.to_str().ok())
        .flat_map(|accept| accept.split(','))
        .filter_map(|range| range.split(';').next())
        .any(|range| range.trim().eq_ignore_ascii_case("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn navigation(method: Method, pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect();
        is_navigation(&method, &headers)
    }

    #[test]
    fn a_browser_that_asks_for_a_page_navigates() {
        let accept = (
            "accept",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        );
        assert!(navigation(Method::GET, &[accept]));
        assert!(navigation(
            Method::GET,
            &[accept, ("sec-fetch-mode", "navigate")]
        ));
    }

    #[test]
    fn a_script_an_api_client_and_a_form_do_not() {
        let html = ("accept", "text/html");
        assert!(!navigation(Method::GET, &[]));
        assert!(!navigation(Method::GET, &[("accept", "*/*")]));
        assert!(!navigation(Method::GET, &[("accept", "application/json")]));
        assert!(!navigation(
            Method::GET,
            &[html, ("sec-fetch-mode", "cors")]
        ));
        assert!(!navigation(Method::POST, &[html]));
    }
}
