//! Goes round the catalogue, or through some files, and says of each provider in one line whether it is
//! still where its file says: for a schedule, so that a moved host is known before people stand outside.
//!
//! The token endpoint is asked for nothing (RFC 6749, section 5.2: an error with status 400 or 401). The
//! request has no client and no code, so that no provider has anything to grant, to count or to lock.

use std::{collections::BTreeMap, fmt, sync::Arc};

use authcore::{
    provider::spec::{Method, ProviderSpec},
    transport::{HttpClient, Transport},
};
use http::{Response, StatusCode, header};
use serde_json::{Value, json};
use tokio::{sync::Semaphore, task::JoinSet};

use super::live;

/// How many are asked at once: each is another host, and a schedule has time.
const AT_ONCE: usize = 8;

/// How one provider is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    Fine,
    /// It could not be asked, or answers as a server does that is busy or shy of strangers.
    Note,
    Wrong,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Note => "note",
            Self::Wrong => "wrong",
        }
    }
}

/// What one provider came to: a line.
#[derive(Debug)]
pub(crate) struct Line {
    id: String,
    pub(crate) state: State,
    what: String,
}

impl Line {
    pub(crate) fn json(&self) -> Value {
        json!({ "id": self.id, "state": self.state.word(), "what": self.what })
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<5} {}: {}", self.state.word(), self.id, self.what)
    }
}

/// Asks all of them, and answers in their order.
pub(crate) async fn ask(
    all: Vec<(ProviderSpec, BTreeMap<String, String>)>,
    client: HttpClient,
) -> Vec<Line> {
    let (client, turns) = (Arc::new(client), Arc::new(Semaphore::new(AT_ONCE)));
    let mut asking = JoinSet::new();
    for (place, (spec, filled)) in all.into_iter().enumerate() {
        let (client, turns) = (Arc::clone(&client), Arc::clone(&turns));
        asking.spawn(async move {
            // The semaphore is never closed; without a turn it is only faster.
            let _turn = turns.acquire().await.ok();
            (place, one(&spec, &filled, &client).await)
        });
    }
    let mut lines = asking.join_all().await;
    lines.sort_by_key(|(place, _)| *place);
    lines.into_iter().map(|(_, line)| line).collect()
}

/// What is wrong with the token endpoint that the file names; nothing when all is well, or when there is
/// none to ask.
pub(crate) async fn at_token(
    spec: &ProviderSpec,
    filled: &BTreeMap<String, String>,
    client: &HttpClient,
) -> Option<live::Finding> {
    let token = spec.token.as_ref()?;
    let address = token.url.fill(&|name| filled.get(name).cloned())?;
    let (state, what) = knock(&address, token.method, client).await;
    let what = format!("{address} {what}");
    (state != State::Fine).then(|| live::Finding::at_token(state, what))
}

async fn one(spec: &ProviderSpec, filled: &BTreeMap<String, String>, client: &HttpClient) -> Line {
    let line = |state, what: String| Line {
        id: spec.id.to_string(),
        state,
        what,
    };
    let compared = live::compare(spec, filled, client).await;
    if let Some(wrong) = compared.findings.iter().find(|it| it.is_wrong()) {
        return line(State::Wrong, wrong.to_string());
    }
    let own = spec.token.as_ref();
    let own = own.and_then(|it| it.url.fill(&|name| filled.get(name).cloned()));
    let Some(address) = own.or(compared.token_endpoint) else {
        let what = "not asked: a variable of its address has no default";
        return line(State::Note, what.into());
    };
    let method = spec.token.as_ref().map_or(Method::Post, |it| it.method);
    let (state, what) = knock(&address, method, client).await;
    line(state, format!("{address} {what}"))
}

/// Knocks at a token endpoint.
async fn knock(address: &str, method: Method, client: &HttpClient) -> (State, String) {
    let request = match method {
        Method::Get => http::Request::get(address),
        Method::Post => http::Request::post(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded"),
    };
    let body = match method {
        Method::Get => Vec::new(),
        Method::Post => b"grant_type=authorization_code".to_vec(),
    };
    match request
        .header(header::ACCEPT, "application/json")
        .body(body)
    {
        Err(_) => (State::Wrong, "is no address".into()),
        Ok(request) => match client.send(request).await {
            // No such name, nobody there, no trust in its certificate, or no answer in time.
            Err(error) => (State::Wrong, format!("cannot be reached: {error}")),
            Ok(answer) => judged(&answer),
        },
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
            "answers with status 200 and no error: it is no token endpoint".into(),
        ),
        _ if status.is_redirection() => (
            State::Wrong,
            format!("answers with status {number}, which leads elsewhere"),
        ),
        // Whoever has no client is not told that there is a token endpoint; what a page says, is.
        StatusCode::NOT_FOUND if says_an_error => (
            State::Note,
            "answers with status 404 and an error of OAuth: it may know only its own clients"
                .into(),
        ),
        // A token endpoint takes the method that its file names.
        StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::METHOD_NOT_ALLOWED => (
            State::Wrong,
            format!("answers with status {number}: there is no token endpoint"),
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
