//! This file makes the provider's HTTP answers.

use axum::body::Body;
use http::{
    HeaderValue, Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION},
};
use serde_json::Value;

use super::Mischief;

pub(super) type Answer = Response<Body>;

/// JSON, not to be stored (RFC 6749, section 5.1).
pub(super) fn json(status: StatusCode, value: &Value) -> Answer {
    with_type(status, "application/json", value.to_string())
}

/// Not now, but in an hour (RFC 9110, section 15.6.4).
pub(super) fn later() -> Answer {
    let answer = html(
        StatusCode::SERVICE_UNAVAILABLE,
        "<!doctype html><p>Come back later.</p>".into(),
    );
    with_header(answer, "retry-after", "3600")
}

/// What Wikimedia says to a `User-Agent` that does not name the application and its operator.
pub(super) fn other_user_agent() -> Answer {
    with_type(
        StatusCode::FORBIDDEN,
        "text/plain; charset=utf-8",
        "Please set a user-agent and respect our robot policy https://w.wiki/4wJS. See also T400119.\n"
            .into(),
    )
}

pub(super) fn html(status: StatusCode, page: String) -> Answer {
    with_type(status, "text/html; charset=UTF-8", page)
}

/// A redirect with GET (RFC 9110, section 15.4.3).
pub(super) fn found(to: &str) -> Answer {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::FOUND;
    match HeaderValue::from_str(to) {
        Ok(location) => {
            answer.headers_mut().insert(LOCATION, location);
            answer
        }
        Err(_) => html(
            StatusCode::BAD_REQUEST,
            "The redirect URI is not a URI.".into(),
        ),
    }
}

pub(super) fn with_header(mut answer: Answer, name: &'static str, value: &'static str) -> Answer {
    answer
        .headers_mut()
        .insert(name, HeaderValue::from_static(value));
    answer
}

/// What an endpoint answers instead of an answer; [`Mischief::Silent`] and what is not about whole
/// answers give nothing.
pub(super) fn instead(mischief: Mischief) -> Option<Answer> {
    Some(match mischief {
        Mischief::Html(_) => html(StatusCode::OK, "<!doctype html><p>Welcome!</p>".into()),
        Mischief::Fails(_) => html(
            StatusCode::INTERNAL_SERVER_ERROR,
            "<!doctype html><p>Something broke.</p>".into(),
        ),
        Mischief::TooManyRequests(_) => with_type(
            StatusCode::TOO_MANY_REQUESTS,
            "text/plain",
            "Too many requests.\n".into(),
        ),
        Mischief::Huge(_) => {
            let filling = "x".repeat(2 * 1024 * 1024);
            with_type(
                StatusCode::OK,
                "application/json",
                format!(r#"{{"filling":"{filling}"}}"#),
            )
        }
        Mischief::ErrorWithSuccessStatus(_) => json(
            StatusCode::OK,
            &serde_json::json!({"error": "temporarily_unavailable"}),
        ),
        Mischief::Redirects(_) => {
            let mut answer = found("/redirected");
            *answer.status_mut() = StatusCode::TEMPORARY_REDIRECT;
            answer
        }
        Mischief::Truncated(_) => with_type(
            StatusCode::OK,
            "application/json",
            r#"{"access_token": "cut o"#.into(),
        ),
        _ => return None,
    })
}

fn with_type(status: StatusCode, kind: &'static str, body: String) -> Answer {
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
