//! This file plays a recorded server: it gives the recorded answers and remembers what was asked.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use authcore::{
    config::{Env, ProviderSetting},
    model::{JsonMap, Params, Timestamp, TokenSet},
    provider::{Attempt, Finish, OAuth, OAuthProvider, Proof, Provider, ProviderError, Refresh},
    transport::{Transport, TransportError},
};
use http::{Request, Response};
use serde_json::Value;

pub(super) const CALLBACK: &str = "http://localhost:3000/auth/callback/wikimedia";
/// When the recordings were made.
pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_795_501_555);
pub(super) const AGENT: &str = "replay/1.0 (https://app.example.org)";

/// One recorded server.
pub(super) struct Peer {
    pub(super) name: &'static str,
    base_url: &'static str,
    /// The recorded sign-in that succeeds: `<login>/token`, `<login>/profile`.
    pub(super) login: &'static str,
    cases: BTreeMap<String, Value>,
}

pub(super) fn peers() -> [Peer; 2] {
    let recorded = serde_json::from_str(include_str!("../../recordings/wikimedia.json")).unwrap();
    [
        ("R147", "http://localhost:8091"),
        ("R145", "http://localhost:8090"),
    ]
    .map(|(name, base_url)| Peer::read(&recorded, name, base_url, "happy"))
}

/// The releases with long support: 1.39, 1.43, and 1.43 with the newest extension.
pub(super) fn lts_peers() -> [Peer; 3] {
    let recorded = include_str!("../../recordings/wikimedia-lts.json");
    let recorded = serde_json::from_str(recorded).unwrap();
    [
        ("R139", "http://localhost:7402"),
        ("R143", "http://localhost:7401"),
        ("R147on143", "http://localhost:7403"),
    ]
    .map(|(name, base_url)| Peer::read(&recorded, name, base_url, "success"))
}

impl Peer {
    fn read(
        recorded: &Value,
        name: &'static str,
        base_url: &'static str,
        login: &'static str,
    ) -> Self {
        let cases = recorded["peers"][name].as_array().unwrap().iter();
        Self {
            name,
            base_url,
            login,
            cases: cases
                .map(|case| (case["name"].as_str().unwrap().to_owned(), case.clone()))
                .collect(),
        }
    }

    pub(super) fn case(&self, name: &str) -> &Value {
        let found = self.cases.get(name);
        found.unwrap_or_else(|| panic!("{} has no case {name}", self.name))
    }

    /// The recorded cases that go to this endpoint and were answered with an error.
    pub(super) fn errors_at(&self, endpoint: &str) -> Vec<&str> {
        self.at(endpoint, |status| status >= 400)
    }

    /// The recorded cases that go to this endpoint and were answered with such a status.
    pub(super) fn at(&self, endpoint: &str, is_meant: impl Fn(u64) -> bool) -> Vec<&str> {
        let of = |case: &Value| {
            let url = case["request"]["url"].as_str()?;
            let status = case["response"]["status"].as_u64()?;
            Some(is_meant(status) && url.split('?').next()?.ends_with(endpoint))
        };
        self.cases
            .iter()
            .filter(|(_, case)| of(case) == Some(true))
            .map(|(name, _)| name.as_str())
            .collect()
    }

    pub(super) fn form(&self, name: &str) -> Params {
        let body = self.case(name)["request"]["body"].as_str().unwrap();
        Params::parse(body.as_bytes()).unwrap()
    }

    /// What came back with the browser.
    pub(super) fn callback(&self, name: &str) -> Params {
        let url = self.case(name)["callback_url"].as_str().unwrap();
        let query = url.split_once('?').unwrap().1;
        Params::parse(query.as_bytes()).unwrap()
    }

    pub(super) fn settings(&self) -> OAuth {
        let form = self.form(&format!("{}/token", self.login));
        // Where the client was in the header, its name does not matter here.
        authcore_providers::wikimedia::provider()
            .client_id(form.get("client_id").unwrap_or("bench"))
            .client_secret(form.get("client_secret").unwrap_or("secret of bench"))
            .variable("base_url", self.base_url)
    }

    pub(super) fn provider(&self) -> OAuthProvider {
        let env = Env::none();
        let setting = ProviderSetting::new(&env, Some(AGENT));
        self.settings().build(&setting).unwrap()
    }

    /// A way to the network that gives these recorded answers, in this order.
    pub(super) fn answering(&self, names: &[&str]) -> Replay {
        let cases = names.iter().map(|name| self.case(name).clone()).collect();
        Replay {
            cases: Arc::new(Mutex::new(cases)),
            requests: Arc::default(),
        }
    }

    /// What came back with the browser at the sign-in that succeeds, but for `state`.
    pub(super) fn code(&self) -> Params {
        let form = self.form(&format!("{}/token", self.login));
        [("code", form.get("code").unwrap())].into_iter().collect()
    }

    /// A login whose requests are answered so.
    pub(super) async fn login(&self, names: &[&str]) -> Result<Proof, ProviderError> {
        let replay = self.answering(names);
        let outcome = finish(&self.provider(), &replay, &self.code()).await;
        assert!(
            replay.is_over(),
            "{}: {names:?} were not all asked for",
            self.name
        );
        outcome
    }

    pub(super) async fn refresh(&self, name: &str) -> Result<TokenSet, ProviderError> {
        let replay = self.answering(&[name]);
        let token = "a refresh token".into();
        let cx = Refresh::new(&token, None, &replay, NOW);
        self.provider().refresh(&cx).await
    }
}

pub(super) async fn finish(
    provider: &OAuthProvider,
    replay: &Replay,
    params: &Params,
) -> Result<Proof, ProviderError> {
    let (attempt, keep) = (Attempt::from_seed([9; 32]), JsonMap::new());
    let cx = Finish::new(&attempt, CALLBACK, params, &keep, replay, NOW);
    provider.finish(&cx).await
}

/// Gives recorded answers and remembers what was asked.
#[derive(Clone)]
pub(super) struct Replay {
    cases: Arc<Mutex<VecDeque<Value>>>,
    requests: Arc<Mutex<Vec<Request<Vec<u8>>>>>,
}

impl Replay {
    fn is_over(&self) -> bool {
        self.cases.lock().unwrap().is_empty()
    }

    pub(super) fn requests(&self) -> Vec<Request<Vec<u8>>> {
        self.requests.lock().unwrap().clone()
    }
}

#[async_trait]
impl Transport for Replay {
    async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let case = self.cases.lock().unwrap().pop_front();
        let case = case.unwrap_or_else(|| panic!("nothing is left for {}", request.uri()));
        self.requests.lock().unwrap().push(request);
        let recorded = &case["response"];
        let mut answer = Response::builder();
        answer = answer.status(u16::try_from(recorded["status"].as_u64().unwrap()).unwrap());
        for pair in recorded["headers"].as_array().unwrap() {
            answer = answer.header(pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        }
        let body = recorded["body"].as_str().unwrap_or_default();
        Ok(answer.body(body.as_bytes().to_vec()).unwrap())
    }

    fn user_agent(&self) -> Option<&str> {
        Some(AGENT)
    }
}

pub(super) fn refused(error: &str) -> ProviderError {
    ProviderError::Refused {
        error: error.into(),
    }
}
