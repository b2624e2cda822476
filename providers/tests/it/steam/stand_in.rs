//! This file is a Steam for the tests: its OpenID provider and its Web API at their own addresses,
//! written from the specification and Steam's documentation and not from our provider's code.
//!
//! It remembers every answer that it made, and confirms one whose signed fields are as it made them,
//! once. A test can change the answer on its way, and what the two other requests are answered.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use authcore::clock::Clock;
use authcore_testing::{clock::SettableClock, hosts::Hosts};
use axum::{
    Router,
    body::to_bytes,
    extract::{Request, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::{Url, form_urlencoded};

use crate::code::StandIn;

pub(crate) const PROVIDER: &str = "https://steamcommunity.com/openid/login";
pub(crate) const NAMESPACE: &str = "http://specs.openid.net/auth/2.0";
pub(crate) const KEY: &str = "thekey";
const ANY_ACCOUNT: &str = "http://specs.openid.net/auth/2.0/identifier_select";
const SIGNED: &str = "signed,op_endpoint,claimed_id,identity,return_to,response_nonce,assoc_handle";

/// Names and values in order, some perhaps twice.
pub(crate) type Fields = Vec<(String, String)>;

/// What a request is answered.
pub(crate) enum Says {
    /// What is right.
    TheTruth,
    /// This.
    This(StatusCode, String),
    /// Nothing, for as long as somebody waits.
    Nothing,
}

impl Says {
    pub(crate) fn ok(body: impl Into<String>) -> Self {
        Self::This(StatusCode::OK, body.into())
    }
}

pub(crate) struct World {
    summary: Value,
    refuses: bool,
    pub(crate) alters: fn(&mut Fields),
    pub(crate) confirms: Says,
    pub(crate) tells: Says,
    made: Vec<Fields>,
    /// What was asked of Steam itself: `confirm` or `tell`.
    pub(crate) asked: Vec<&'static str>,
}

pub(crate) struct Steam {
    world: Arc<Mutex<World>>,
    address: SocketAddr,
}

impl Steam {
    pub(crate) async fn start() -> Self {
        let world = Arc::new(Mutex::new(World {
            summary: json!({}),
            refuses: false,
            alters: |_| {},
            confirms: Says::TheTruth,
            tells: Says::TheTruth,
            made: Vec::new(),
            asked: Vec::new(),
        }));
        let routes = Router::new()
            .route("/openid/login", get(login).post(confirm))
            .route("/ISteamUser/GetPlayerSummaries/v2/", get(tell))
            .with_state(Arc::clone(&world));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { world, address }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

impl StandIn for Steam {
    fn hosts(&self) -> Hosts {
        ["https://steamcommunity.com", "https://api.steampowered.com"]
            .iter()
            .fold(Hosts::new(), |hosts, origin| {
                hosts.map(origin, self.address).unwrap()
            })
    }

    fn answers(&self, answer: &Value) {
        let mut world = self.world();
        world.summary = answer.clone();
        (world.confirms, world.tells) = (Says::TheTruth, Says::TheTruth);
    }

    fn visitor_refuses(&self) {
        self.world().refuses = true;
    }

    fn breaks(&self) {
        let down = (StatusCode::SERVICE_UNAVAILABLE, "<h1>Down</h1>".to_owned());
        self.world().tells = Says::This(down.0, down.1);
    }
}

/// The moment of now, as a nonce begins.
pub(crate) fn moment(offset_seconds: i64) -> String {
    let now = SettableClock::stopped_now().now().seconds() + offset_seconds;
    let text = authcore::model::Timestamp::from_seconds(now).to_string();
    format!("{}Z", &text[..19])
}

pub(crate) fn value<'f>(fields: &'f Fields, name: &str) -> &'f str {
    let found = fields.iter().find(|(known, _)| known == name);
    found.map_or("", |(_, value)| value)
}

pub(crate) fn set(fields: &mut Fields, name: &str, value: impl Into<String>) {
    let found = fields.iter_mut().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("{name}")).1 = value.into();
}

/// The visitor comes with a question (section 9.1) and goes with an answer.
async fn login(State(world): State<Arc<Mutex<World>>>, request: Request) -> Response {
    let question = fields(request.uri().query().unwrap_or_default().as_bytes());
    let ask = |name: &str| value(&question, &format!("openid.{name}")).to_owned();
    let (back, realm) = (ask("return_to"), ask("realm"));
    let is_question = ask("ns") == NAMESPACE
        && ask("mode") == "checkid_setup"
        && ask("claimed_id") == ANY_ACCOUNT
        && ask("identity") == ANY_ACCOUNT
        && Url::parse(&realm).is_ok_and(|it| it.path() == "/")
        && back.starts_with(&format!("{realm}/"));
    if !is_question {
        return (StatusCode::BAD_REQUEST, "no question of OpenID 2.0").into_response();
    }
    let mut world = world.lock().unwrap();
    let answer = match world.refuses {
        true => vec![
            ("openid.ns", NAMESPACE.to_owned()),
            ("openid.mode", "cancel".into()),
        ],
        false => {
            // 76561190000000042 also where a test gives it as a number.
            let id = world.summary.pointer("/response/players/0/steamid");
            let id = id.map(ToString::to_string).unwrap_or_default();
            let id = format!(
                "https://steamcommunity.com/openid/id/{}",
                id.replace('"', "")
            );
            let count = world.made.len();
            vec![
                ("openid.ns", NAMESPACE.to_owned()),
                ("openid.mode", "id_res".into()),
                ("openid.op_endpoint", PROVIDER.into()),
                ("openid.claimed_id", id.clone()),
                ("openid.identity", id),
                ("openid.return_to", back.clone()),
                (
                    "openid.response_nonce",
                    format!("{}Qm+{count}/x=", moment(0)),
                ),
                ("openid.assoc_handle", "1234567890".into()),
                ("openid.signed", SIGNED.into()),
                ("openid.sig", format!("sig+{count}/of=Steam")),
            ]
        }
    };
    let mut answer: Fields = answer.into_iter().map(|(n, v)| (n.into(), v)).collect();
    world.made.push(answer.clone());
    (world.alters)(&mut answer);
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&answer)
        .finish();
    Redirect::to(&format!("{back}&{query}")).into_response()
}

/// An application asks whether an answer is Steam's (section 11.4.2).
async fn confirm(State(world): State<Arc<Mutex<World>>>, request: Request) -> Response {
    assert_eq!(request.method(), Method::POST);
    let body = to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let asked = fields(&body);
    let verdict = {
        let mut world = world.lock().unwrap();
        world.asked.push("confirm");
        assert!(asked.iter().all(|(name, _)| name.starts_with("openid.")));
        let same = |made: &Fields, name: &str| value(made, name) == value(&asked, name);
        let made = world.made.iter().position(|made| {
            let mut signed = SIGNED.split(',').map(|name| format!("openid.{name}"));
            same(made, "openid.sig") && signed.all(|name| same(made, &name))
        });
        let is_asked = value(&asked, "openid.mode") == "check_authentication";
        match (is_asked, made) {
            // Once: an answer that was confirmed is gone.
            (true, Some(at)) => {
                world.made[at].clear();
                true
            }
            _ => false,
        }
    };
    let truth = format!("ns:{NAMESPACE}\nis_valid:{verdict}\n");
    said(&world, |world| &world.confirms, truth).await
}

/// An application asks what an account is called.
async fn tell(State(world): State<Arc<Mutex<World>>>, request: Request) -> Response {
    let key = request.headers().get("x-webapi-key");
    let is_known = key.is_some_and(|key| key == KEY);
    let query = fields(request.uri().query().unwrap_or_default().as_bytes());
    let truth = {
        let mut world = world.lock().unwrap();
        world.asked.push("tell");
        world.summary.to_string()
    };
    if !is_known {
        return (StatusCode::FORBIDDEN, "<h1>Forbidden</h1>").into_response();
    }
    assert_eq!(query.len(), 1, "the key stands in no address: {query:?}");
    said(&world, |world| &world.tells, truth).await
}

async fn said(world: &Mutex<World>, which: fn(&World) -> &Says, truth: String) -> Response {
    let answer = match which(&world.lock().unwrap()) {
        Says::TheTruth => Some((StatusCode::OK, truth)),
        Says::This(status, body) => Some((*status, body.clone())),
        Says::Nothing => None,
    };
    match answer {
        Some(answer) => answer.into_response(),
        None => std::future::pending().await,
    }
}

fn fields(encoded: &[u8]) -> Fields {
    form_urlencoded::parse(encoded).into_owned().collect()
}
