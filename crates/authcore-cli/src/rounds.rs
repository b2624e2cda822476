//! Goes round the catalogue, or through some files, and says of each provider in one line whether it is
//! still where its file says: for a schedule, so that a moved host is known before people stand outside.
//!
//! The token endpoint is asked for nothing (RFC 6749, section 5.2: an error with status 400 or 401). The
//! request has no client and no code, so that no provider has anything to grant, to count or to lock.

use std::{collections::BTreeMap, fmt, sync::Arc};

use authcore::{
    provider::spec::{Method, ProviderSpec},
    transport::HttpClient,
};
use serde_json::{Value, json};
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    knock::{State, knock},
    live,
};

/// How many are asked at once: each is another host, and a schedule has time.
const AT_ONCE: usize = 8;

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
    let address = token
        .url
        .as_ref()?
        .fill(&|name| filled.get(name).cloned())?;
    let knocked = knock(&address, token.method, None, client).await;
    let what = format!("{address} {}", knocked.what);
    (knocked.state != State::Fine).then(|| live::Finding::at_token(knocked.state, what))
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
    let own = own.and_then(|it| it.url.as_ref()?.fill(&|name| filled.get(name).cloned()));
    let Some(address) = own.or(compared.token_endpoint) else {
        let what = "not asked: a variable of its address has no default";
        return line(State::Note, what.into());
    };
    let method = spec.token.as_ref().map_or(Method::Post, |it| it.method);
    let knocked = knock(&address, method, None, client).await;
    line(knocked.state, format!("{address} {}", knocked.what))
}
