//! Names what a server says in place of an answer: not now, not yet, or not to this client.
//!
//! RFC 9110, section 10.2.3 (`Retry-After`); RFC 6585, section 4 (429). No text of the answer goes on.

use std::time::Duration;

use http::{StatusCode, header, header::HeaderMap};
use serde_json::Value;

use crate::provider::ProviderError;

/// How much of a page is searched.
const SEARCHED: usize = 4096;

/// What such a text says when it is about the `User-Agent`: the Wikimedia Foundation's and GitHub's do.
const AGENT_WORDS: [&str; 3] = ["user-agent", "user agent", "robot policy"];

/// The failure that an answer stands for which is neither what was asked for nor an OAuth error.
pub(super) fn unserved(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ProviderError {
    if refuses_agent(status, body) {
        return ProviderError::UserAgentRefused;
    }
    let is_busy = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
    let status = status.as_u16();
    match retry_after(headers) {
        Some(after) if is_busy => ProviderError::NotNow { status, after },
        _ => ProviderError::Unavailable { status },
    }
}

/// A 403 in text or HTML that speaks of the `User-Agent`. Asking again changes nothing.
pub(super) fn refuses_agent(status: StatusCode, body: &[u8]) -> bool {
    if status != StatusCode::FORBIDDEN || serde_json::from_slice::<Value>(body).is_ok() {
        return false;
    }
    let start = &body[..body.len().min(SEARCHED)];
    let text = String::from_utf8_lossy(start).to_ascii_lowercase();
    AGENT_WORDS.iter().any(|words| text.contains(words))
}

/// How long to wait: seconds, or a date, which is compared with the `Date` of the same answer so that
/// the two machines' clocks may differ.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let told = text(header::RETRY_AFTER)?;
    if let Ok(seconds) = told.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = httpdate::parse_http_date(told).ok()?;
    let now = httpdate::parse_http_date(text(header::DATE)?).ok()?;
    Some(then.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIKIMEDIA: &str = "Please set a user-agent and respect our robot policy \
                             https://w.wiki/4wJS. See also T400119.";
    const GITHUB: &str = "\r\nRequest forbidden by administrative rules. Please make sure your \
                          request has a User-Agent header.\r\n";

    #[test]
    fn a_403_that_names_the_user_agent_is_told_from_others() {
        let page = |words: &str| format!("<!doctype html><title>403</title><p>{words}");
        let late = format!("<!doctype html>{}User-Agent", " ".repeat(SEARCHED));
        for (status, body, expected) in [
            (403, WIKIMEDIA.to_owned(), true),
            (403, GITHUB.to_owned(), true),
            (403, page("USER AGENT not allowed"), true),
            (403, page("You are blocked."), false),
            (403, String::new(), false),
            (403, late, false),
            // An answer of the API itself, about the token.
            (403, r#"{"error":"no user-agent"}"#.to_owned(), false),
            (429, WIKIMEDIA.to_owned(), false),
            (401, WIKIMEDIA.to_owned(), false),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(
                refuses_agent(status, body.as_bytes()),
                expected,
                "{status} {body}"
            );
        }
        assert!(!refuses_agent(StatusCode::FORBIDDEN, b"\xff\xfe\x00user"));
    }

    #[test]
    fn only_a_busy_server_is_believed_about_the_time() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, "7".parse().unwrap());
        let after = Duration::from_secs(7);
        for (status, expected) in [
            (429, ProviderError::NotNow { status: 429, after }),
            (503, ProviderError::NotNow { status: 503, after }),
            (404, ProviderError::Unavailable { status: 404 }),
            (302, ProviderError::Unavailable { status: 302 }),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(unserved(status, &headers, b"<p>"), expected);
        }
        let nothing = HeaderMap::new();
        let silent = ProviderError::Unavailable { status: 503 };
        assert_eq!(
            unserved(StatusCode::SERVICE_UNAVAILABLE, &nothing, b""),
            silent
        );
    }
}
