//! Asks a token endpoint whether it is one. Nothing is said but the client's id, so that it can only refuse
//! (RFC 6749, section 5.2); an address where nothing is, a page, or a way to somewhere else answers
//! otherwise.

use std::time::SystemTime;

use authcore::transport::{HttpClient, Transport};
use http::{StatusCode, header};
use serde_json::Value;

use super::live::date;

/// What an address answered.
pub(crate) struct Knocked {
    /// Why it is no token endpoint.
    pub(crate) wrong: Option<String>,
    pub(crate) date: Option<SystemTime>,
}

/// Knocks. Some servers know an address only for a client that they know: GitHub answers 404 otherwise.
pub(crate) async fn knock(address: &str, client_id: Option<&str>, client: &HttpClient) -> Knocked {
    let mut form = "grant_type=authorization_code".to_owned();
    if let Some(id) = client_id {
        let id = percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC);
        form = format!("{form}&client_id={id}");
    }
    let request = http::Request::post(address)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.into_bytes());
    let answer = match request {
        Ok(request) => client.send(request).await,
        Err(_) => {
            return Knocked {
                wrong: Some(format!("{address} is no address")),
                date: None,
            };
        }
    };
    match answer {
        Err(error) => Knocked {
            wrong: Some(format!("{address}: {error}")),
            date: None,
        },
        Ok(answer) => Knocked {
            wrong: judged(&answer).map(|what| format!("{address} {what}")),
            date: date(answer.headers()),
        },
    }
}

fn judged(answer: &http::Response<Vec<u8>>) -> Option<String> {
    let status = answer.status();
    // An OAuth error is an answer of a token endpoint, whatever its status.
    let said: Option<Value> = serde_json::from_slice(answer.body()).ok();
    if said.is_some_and(|said| said.get("error").is_some_and(Value::is_string)) {
        return None;
    }
    let number = status.as_u16();
    if status.is_redirection() {
        return Some(format!(
            "answers with status {number}, which leads elsewhere; fix: write the address that it leads to"
        ));
    }
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Some(format!(
            "answers with status {number}: there is no token endpoint; fix: see that the server's address \
             is right, with the path that it has (a wiki's is that of its rest.php, such as \
             https://wiki.example.org/w), and that OAuth is installed there"
        )),
        StatusCode::OK if is_page(answer) => Some(format!(
            "answers with a page and status {number}: it is no token endpoint; fix: see that the address \
             is right"
        )),
        _ => None,
    }
}

fn is_page(answer: &http::Response<Vec<u8>>) -> bool {
    let kind = answer.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
