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
