//! Asks a token endpoint whether it is one. Nothing is said but the client's id, so that it can only refuse
//! (RFC 6749, section 5.2); an address where nothing is, a page, or a way to somewhere else answers
//! otherwise.

use std::time::SystemTime;

use authcore::{
    provider::spec::Method,
    transport::{HttpClient, Transport},
};
use http::{Response, StatusCode, header};
use serde_json::Value;

use super::live::date;

/// How an endpoint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    Fine,
    /// It could not be asked, or answers as a server does that is busy or shy of strangers.
    Note,
    Wrong,
}

impl State {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Note => "note",
            Self::Wrong => "wrong",
        }
    }
}

/// What an address answered.
pub(crate) struct Knocked {
    pub(crate) state: State,
    /// What it did, in words that follow the address.
    pub(crate) what: String,
    pub(crate) date: Option<SystemTime>,
}

/// Knocks. Some servers know an address only for a client that they know: GitHub answers 404 otherwise.
pub(crate) async fn knock(
    address: &str,
    method: Method,
    client_id: Option<&str>,
    client: &HttpClient,
) -> Knocked {
    let request = match method {
        Method::Get => http::Request::get(address),
        Method::Post => http::Request::post(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded"),
    };
    let request = request.header(header::ACCEPT, "application/json");
    let request = request.body(match method {
        Method::Get => Vec::new(),
        Method::Post => form(client_id).into_bytes(),
    });
    let wrong = |what: String| Knocked {
        state: State::Wrong,
        what,
        date: None,
    };
    let Ok(request) = request else {
        return wrong("is no address".into());
    };
    match client.send(request).await {
        // No such name, no server there, no trust in its certificate, or no answer in time.
        Err(error) => wrong(format!("cannot be reached: {error}")),
        Ok(answer) => {
            let (state, what) = judged(&answer);
            Knocked {
                state,
                what,
                date: date(answer.headers()),
            }
        }
    }
}

fn form(client_id: Option<&str>) -> String {
    let grant = "grant_type=authorization_code";
    match client_id {
        Some(id) => {
            let id = percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC);
            format!("{grant}&client_id={id}")
        }
        None => grant.into(),
    }
}

/// What an answer says of where it came from.
fn judged(answer: &Response<Vec<u8>>) -> (State, String) {
    let status = answer.status();
    let number = status.as_u16();
    let says_an_error = says_an_error(answer.body());
    match status {
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED => {
            (State::Fine, format!("answers with status {number}"))
        }
        // Some say an error with status 200.
        StatusCode::OK if says_an_error => {
            (State::Fine, "answers with an error and status 200".into())
        }
        StatusCode::OK => (
            State::Wrong,
            "answers with a page and status 200: it is no token endpoint; fix: see that the address is \
             right"
                .into(),
        ),
        _ if status.is_redirection() => (
            State::Wrong,
            format!(
                "answers with status {number}, which leads elsewhere; fix: write the address that it leads \
                 to"
            ),
        ),
        // Without a client that it knows, a server may say that there is nothing; a page means it.
        StatusCode::NOT_FOUND if says_an_error => (
            State::Note,
            "answers with status 404 and an error of OAuth: it may know only its own clients".into(),
        ),
        // A token endpoint takes the method that its file names.
        StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::METHOD_NOT_ALLOWED => (
            State::Wrong,
            format!(
                "answers with status {number}: there is no token endpoint; fix: see that the server's \
                 address is right, with the path that it has (a wiki's is that of its rest.php, such as \
                 https://wiki.example.org/w), and that OAuth is installed there"
            ),
        ),
        // Busy, broken, or shy of strangers: another round will tell.
        _ => (State::Note, format!("answers with status {number}")),
    }
}

/// Whether the answer has an error's code where providers put one.
fn says_an_error(body: &[u8]) -> bool {
    let Ok(Value::Object(answer)) = serde_json::from_slice(body) else {
        return body.starts_with(b"error=");
    };
    ["error", "errcode", "code", "error_code"]
        .iter()
        .any(|name| {
            answer
                .get(*name)
                .is_some_and(|it| !it.is_null() && *it != 0)
        })
}
