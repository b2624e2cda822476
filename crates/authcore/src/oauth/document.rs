//! This file fetches one public document of a provider: discovery, or keys.
//!
//! How long it may be kept is the server's `max-age` (RFC 9111, section 5.2.2.1) within bounds: a
//! server that says nothing is asked once an hour, one that says "never keep" once a minute, and
//! one that says "for ever" once a day.

use std::time::Duration;

use http::{HeaderMap, StatusCode, header};
use serde_json::Value;

use super::{cache::Loaded, unserved::unserved};
use crate::{
    provider::{Misbehaviour, ProviderError},
    transport::Transport,
};

/// Kept for so long when the server does not say: as `openid-client` and others do, an hour.
const LIFETIME: Duration = Duration::from_secs(60 * 60);
const LEAST: Duration = Duration::from_secs(60);
const MOST: Duration = Duration::from_secs(24 * 60 * 60);

/// Fetches a JSON document; `unreadable` is what it is when it is none.
pub(super) async fn fetch(
    url: &str,
    transport: &dyn Transport,
    unreadable: Misbehaviour,
) -> Result<Loaded<Value>, ProviderError> {
    let request = http::Request::get(url)
        .header(header::ACCEPT, "application/json")
        .body(Vec::new())
        .map_err(|_| ProviderError::Misconfigured("a document's address is no URL".into()))?;
    let answer = transport.send(request).await?;
    if answer.status() != StatusCode::OK {
        return Err(unserved(answer.status(), answer.headers(), answer.body()));
    }
    let value = serde_json::from_slice(answer.body()).map_err(|_| unreadable)?;
    Ok(Loaded {
        value,
        lifetime: lifetime(answer.headers()),
    })
}

fn lifetime(headers: &HeaderMap) -> Duration {
    let directives = headers
        .get_all(header::CACHE_CONTROL)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|directive| directive.trim().to_ascii_lowercase());
    let mut lifetime = LIFETIME;
    for directive in directives {
        if directive == "no-store" || directive == "no-cache" {
            return LEAST;
        }
        if let Some(seconds) = directive.strip_prefix("max-age=") {
            lifetime = seconds
                .trim_matches('"')
                .parse()
                .map_or(LIFETIME, Duration::from_secs);
        }
    }
    lifetime.clamp(LEAST, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_says_how_long_within_bounds() {
        for (value, seconds) in [
            ("public, max-age=7200", 7200),
            ("max-age=0", 60),
            ("max-age=999999999", 86_400),
            ("no-store, max-age=7200", 60),
            ("max-age=soon", 3600),
            ("private", 3600),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::CACHE_CONTROL, value.parse().unwrap());
            assert_eq!(lifetime(&headers), Duration::from_secs(seconds), "{value}");
        }
        assert_eq!(lifetime(&HeaderMap::new()), LIFETIME);
    }
}
